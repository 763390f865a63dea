"""Garbage collection that makes nobody wait.

Python's collector searches all objects at once, and all visitors wait: some 15 ms for every page that is open. So a
page's objects are exempted from its searches once they stand, and those of ended sessions are sought when nobody acts.
"""

import asyncio
import gc
from time import monotonic

from panel.io import document

from app.browser.memory import trim_heap

QUIET = 1.0  # seconds in which nobody acts
SHARE = 0.02  # of the time that is spent on searching everything, at most
MAX_ENDED = 40  # sessions after whose end garbage is collected at the latest


class Garbage:
    """Decides when garbage is collected."""

    def __init__(self) -> None:
        self._ended, self._acted, self._not_before = 0, 0.0, 0.0
        self._look: asyncio.TimerHandle | None = None

    def take_over(self) -> None:
        """From now on nobody else collects the garbage of sessions: Panel would do so some seconds after each end."""
        document._garbage_collect = lambda: None
        self.keep()

    def keep(self) -> None:
        """Exempts all that lives now from searches."""
        gc.collect()
        gc.freeze()

    def collect(self) -> None:
        """Searches everything."""
        began = monotonic()
        gc.unfreeze()
        self.keep()
        self._ended = 0
        trim_heap()
        self._not_before = monotonic() + (monotonic() - began) / SHARE

    def acted(self) -> None:
        """Somebody acts: this is no time to collect."""
        self._acted = monotonic()

    def session_ended(self) -> None:
        """There is garbage, to be collected as soon as nobody acts."""
        self._ended += 1
        if self._look is None:
            self._look = asyncio.get_running_loop().call_later(QUIET, self._collect_if_quiet)

    def _collect_if_quiet(self) -> None:
        self._look = None
        now = monotonic()
        if (now > self._not_before and now - self._acted > QUIET) or self._ended >= MAX_ENDED:
            self.collect()
        else:
            self._look = asyncio.get_running_loop().call_later(QUIET, self._collect_if_quiet)


GARBAGE = Garbage()
