"""Long work beside the session: in a thread, debounced, and only the newest."""

import asyncio
import threading
import time
from collections.abc import Callable, Hashable
from concurrent.futures import CancelledError
from functools import partial
from typing import Any, TypeVar

import panel as pn

from app.browser.callbacks import FAILURES, guarded
from app.browser.memory import trim_heap
from app.browser.turns import TURNS
from landscapes.checkpoint import Supervisor, supervised

DEBOUNCE = 0.25  # seconds without a newer request before the work begins
TOLD_EVERY = 0.25  # seconds between two reports of progress

Result = TypeVar("Result")


class Job(Supervisor):
    """One piece of work under way: what its threads are told at their checkpoints.

    Args:
        show: is given results of the work before the last one.
        told: is called now and then, while the work goes on.

    Attributes:
        done: updates of runs, so far.
    """

    def __init__(self, show: Callable[[Any], None], told: Callable[[], None]) -> None:
        self.show, self._told = show, told
        self._stop, self._guard = threading.Event(), threading.Lock()
        self._told_at = time.monotonic()
        self.done = 0

    def cancel(self) -> None:
        self._stop.set()

    def cancelled(self) -> bool:
        """Whether the work is to stop; at a checkpoint it does without being asked."""
        return self._stop.is_set() or TURNS.closed

    __call__ = cancelled

    def wait(self, seconds: float) -> bool:
        """Waits; whether the work was cancelled meanwhile."""
        return self._stop.wait(seconds) or self.cancelled()

    def begin(self) -> None:
        TURNS.begin()

    def end(self) -> None:
        TURNS.end()

    def check(self, updates: int) -> None:
        if self.cancelled():
            raise CancelledError
        now = time.monotonic()
        with self._guard:
            self.done += updates
            if tell := now - self._told_at > TOLD_EVERY:
                self._told_at = now
        if tell:
            self._told()
        TURNS.go_on()


class LatestTaskRunner:
    """Does what was asked for last; an older request is cancelled, and its result never shown.

    Args:
        take: is given the token and the result, on the session's own event loop.
        schedule: puts a callback on that loop, such as a document's `add_next_tick_callback`.
        idle: seconds to wait for a newer request before the work begins.
        progress: is called on that loop now and then while the work goes on.
    """

    def __init__(
        self,
        take: Callable[[Hashable, Any], None],
        schedule: Callable[[Callable], Any],
        idle: float = DEBOUNCE,
        progress: Callable[[], None] | None = None,
    ) -> None:
        self._take, self._schedule, self._idle, self._progress = take, schedule, idle, progress
        self._token: Hashable = None
        self._job: Job | None = None
        self._ended = False

    def request(self, token: Hashable, work: Callable[[Job], Any], *, at_once: bool = False) -> None:
        """Asks for work, unless the same is under way or done.

        Args:
            token: equal tokens mean equal results.
            work: computes the result under the job's supervision, and may show others before.
            at_once: whether to begin without waiting for newer requests.
        """
        if token == self._token or self._ended:
            return
        self.cancel()
        job = Job(lambda result: self._hand_over(job, token, result), lambda: self._report(job))
        self._token, self._job = token, job
        idle = 0.0 if at_once else self._idle
        threading.Thread(target=self._run, args=(token, work, job, idle), name="refine", daemon=True).start()

    @property
    def done(self) -> int:
        """Updates of runs that the work under way has done."""
        return 0 if self._job is None else self._job.done

    def cancel(self) -> None:
        """Gives up what is under way."""
        if self._job is not None:
            self._job.cancel()
        self._token = self._job = None

    def end(self) -> None:
        """Gives up what is under way, and takes no more requests."""
        self.cancel()
        self._ended = True

    def _run(self, token: Hashable, work: Callable[[Job], Any], job: Job, idle: float) -> None:
        if job.wait(idle):
            return
        try:
            with supervised(job):
                result = work(job)
        except CancelledError:
            return
        except FAILURES as error:
            self._schedule(partial(guarded(self._fail), job, error))
            return
        finally:
            trim_heap()
        self._hand_over(job, token, result)

    def _hand_over(self, job: Job, token: Hashable, result: Any) -> None:
        if not job.cancelled():  # nobody is there any more
            self._schedule(partial(guarded(self._deliver), job, token, result))

    def _deliver(self, job: Job, token: Hashable, result: Any) -> None:
        if not job.cancelled():
            self._take(token, result)

    def _fail(self, job: Job, error: BaseException) -> None:
        if not job.cancelled():
            raise error

    def _report(self, job: Job) -> None:
        if self._progress is not None:
            self._schedule(partial(guarded(self._tell), job))

    def _tell(self, job: Job) -> None:
        if not job.cancelled():
            self._progress()


def of_session(
    take: Callable[[Hashable, Any], None], progress: Callable[[], None] | None = None
) -> LatestTaskRunner | None:
    """A task runner of this session, which ends with it; None where there is no session."""
    document = pn.state.curdoc
    if document is None:
        return None
    refiner = LatestTaskRunner(take, document.add_next_tick_callback, progress=progress)
    pn.state.on_session_destroyed(lambda context: refiner.end())
    return refiner


async def beside(work: Callable[[], Result]) -> Result:
    """What the work returns, computed beside this session, which does not wait; it is given up with the session.

    Raises:
        CancelledError: where it was given up.
    """
    loop, job = asyncio.get_running_loop(), Job(show=lambda result: None, told=lambda: None)
    result: asyncio.Future[Result] = loop.create_future()

    def settle(how: Callable[..., None], *found: Any) -> None:
        if not result.done():
            how(*found)

    def run() -> None:
        try:
            with supervised(job):
                told = result.set_result, work()
        except CancelledError:
            told = (result.cancel,)
        except Exception as error:
            told = result.set_exception, error
        loop.call_soon_threadsafe(settle, *told)

    if pn.state.curdoc is not None:
        pn.state.on_session_destroyed(lambda context: job.cancel())
    threading.Thread(target=run, name="beside", daemon=True).start()
    return await result
