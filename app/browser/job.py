"""One piece of work under way: its progress, and how it is cancelled."""

import threading
import time
from collections.abc import Callable, Hashable
from concurrent.futures import CancelledError
from typing import Any

from app.browser.turns import TURNS
from landscapes.checkpoint import Supervisor

PROGRESS_INTERVAL = 0.25  # seconds between two reports of progress
LONG = 1.0  # seconds of work after which the share that is done is reported


class Job(Supervisor):
    """One piece of work under way: which its threads report to at their checkpoints.

    Args:
        show: is given intermediate results.
        report: is called from time to time during the work.
        owner: the session that it is for, which has its turns.

    Attributes:
        done: updates of runs, so far.
        share: of the work that is done, where the work says so and takes long; else None.
    """

    def __init__(self, show: Callable[[Any], None], report: Callable[[], None], owner: Hashable = None) -> None:
        self.show, self._report, self.owner = show, report, owner
        self._stop, self._guard = threading.Event(), threading.Lock()
        self._began = self._reported_at = time.monotonic()
        self._at_cancel: Callable[[], None] | None = None
        self._at_work: dict[int, float] = {}  # by thread, the processor's time at its last checkpoint
        self.done = 0
        self.share: float | None = None

    def cancel(self) -> None:
        with self._guard:
            news, tell = not self._stop.is_set(), self._at_cancel
            self._stop.set()
        if news and tell is not None:
            tell()

    def at_cancel(self, tell: Callable[[], None]) -> None:
        """Calls back once the work is to stop; at once where it is by now."""
        with self._guard:
            self._at_cancel = tell
        if self._stop.is_set():
            tell()

    def cancelled(self) -> bool:
        """Whether the work is to stop; checkpoints ask this themselves."""
        return self._stop.is_set() or TURNS.closed

    __call__ = cancelled

    def begin(self) -> None:
        TURNS.begin(self.owner)
        self._note()

    def end(self) -> None:
        self._at_work.pop(threading.get_ident(), None)
        TURNS.end()

    def overdue(self, grace: float) -> bool:
        """Whether the work was cancelled, and yet comes to no checkpoint.

        Args:
            grace: seconds of this process's time that it has for that; while others have the processor none passes.
        """
        now = time.process_time()
        return self._stop.is_set() and any(now - at > grace for at in list(self._at_work.values()))

    def check(self, updates: int) -> None:
        if self.cancelled():
            raise CancelledError
        with self._guard:
            self.done += updates
        self._tell()
        self._at_work.pop(threading.get_ident(), None)  # what passes while it waits for its turn is others' time
        TURNS.go_on()
        self._note()

    def _note(self) -> None:
        self._at_work[threading.get_ident()] = time.process_time()

    def progress(self, done: int, total: int) -> None:
        """Takes reports of work that counts its own parts."""
        if time.monotonic() - self._began > LONG:
            self.share = done / max(total, 1)
        self._tell()

    def reached(self, done: int, share: float | None) -> None:
        """Takes a report from where the work is done."""
        self.done, self.share = done, share
        self._report()

    def _tell(self) -> None:
        now = time.monotonic()
        with self._guard:
            if now - self._reported_at <= PROGRESS_INTERVAL:
                return
            self._reported_at = now
        self._report()
