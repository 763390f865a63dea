"""Long work beside the session: in a thread, once the hand rests, and only the newest."""

from collections.abc import Callable, Hashable
from concurrent.futures import CancelledError, ThreadPoolExecutor
from functools import partial
from threading import Event
from typing import Any

from app.browser.callbacks import FAILURES, guarded
from app.browser.memory import give_back

IDLE = 0.25  # seconds without a newer request after which the hand is taken to rest

Cancelled = Callable[[], bool]
Work = Callable[[Cancelled], Any]


class Refiner:
    """Does what was asked for last; an older request is cancelled, and its result never shown.

    Args:
        take: is given the token and the result, on the session's own event loop.
        schedule: puts a callback on that loop, such as a document's `add_next_tick_callback`.
        idle: seconds to wait for a newer request before the work begins.
    """

    def __init__(
        self, take: Callable[[Hashable, Any], None], schedule: Callable[[Callable], Any], idle: float = IDLE
    ) -> None:
        self._take, self._schedule, self._idle = take, schedule, idle
        self._threads = ThreadPoolExecutor(1, thread_name_prefix="refine")
        self._token: Hashable = None
        self._stop = Event()

    def request(self, token: Hashable, work: Work, *, at_once: bool = False) -> None:
        """Asks for work, unless the same is under way or done.

        Args:
            token: equal tokens mean equal results.
            work: is given a function that says whether it was cancelled.
            at_once: whether no hand is there to be waited for.
        """
        if token != self._token:
            self.cancel()
            self._token, self._stop = token, Event()
            self._threads.submit(self._run, token, work, self._stop, 0.0 if at_once else self._idle)

    def cancel(self) -> None:
        """Gives up what is under way."""
        self._stop.set()
        self._token = None

    def _run(self, token: Hashable, work: Work, stop: Event, idle: float) -> None:
        if stop.wait(idle):
            return
        try:
            result = work(stop.is_set)
        except CancelledError:
            return
        except FAILURES as error:
            self._schedule(partial(guarded(_failed), error))
            return
        finally:
            give_back()
        self._schedule(partial(guarded(self._deliver), token, result, stop))

    def _deliver(self, token: Hashable, result: Any, stop: Event) -> None:
        if not stop.is_set():
            self._take(token, result)


def _failed(error: BaseException) -> None:
    raise error
