"""Long work in the background: in a thread, debounced, and only the latest request."""

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
PROGRESS_INTERVAL = 0.25  # seconds between two reports of progress

Result = TypeVar("Result")


class Job(Supervisor):
    """One piece of work under way: which its threads report to at their checkpoints.

    Args:
        show: is given intermediate results.
        report: is called from time to time during the work.

    Attributes:
        done: updates of runs, so far.
    """

    def __init__(self, show: Callable[[Any], None], report: Callable[[], None]) -> None:
        self.show, self._report_progress = show, report
        self._stop, self._guard = threading.Event(), threading.Lock()
        self._reported_at = time.monotonic()
        self.done = 0

    def cancel(self) -> None:
        self._stop.set()

    def cancelled(self) -> bool:
        """Whether the work is to stop; checkpoints ask this themselves."""
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
            if due := now - self._reported_at > PROGRESS_INTERVAL:
                self._reported_at = now
        if due:
            self._report_progress()
        TURNS.go_on()


class LatestTaskRunner:
    """Runs the latest request; an older one is cancelled, and its result never shown.

    Args:
        take: is given the token and the result, on the session's own event loop.
        schedule: puts a callback on that loop, such as a document's `add_next_tick_callback`.
        idle: seconds to wait for a newer request before the work begins.
        progress: is called on that loop from time to time during the work.
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
        """Requests work, unless the same is running or done.

        Args:
            token: equal tokens mean equal results.
            work: computes the result under the job's supervision, and may show others before.
            at_once: whether to begin without waiting for newer requests.
        """
        if token == self._token or self._ended:
            return
        self.cancel()
        job = Job(lambda result: self._schedule_delivery(job, token, result), lambda: self._report(job))
        self._token, self._job = token, job
        idle = 0.0 if at_once else self._idle
        threading.Thread(target=self._run, args=(token, work, job, idle), name="refine", daemon=True).start()

    @property
    def done(self) -> int:
        """Updates of runs that the current work has done."""
        return 0 if self._job is None else self._job.done

    def cancel(self) -> None:
        """Cancels the current work."""
        if self._job is not None:
            self._job.cancel()
        self._token = self._job = None

    def end(self) -> None:
        """Cancels the current work, and ignores further requests."""
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
        self._schedule_delivery(job, token, result)

    def _schedule_delivery(self, job: Job, token: Hashable, result: Any) -> None:
        if not job.cancelled():  # the result is no longer wanted
            self._schedule(partial(guarded(self._deliver), job, token, result))

    def _deliver(self, job: Job, token: Hashable, result: Any) -> None:
        if not job.cancelled():
            self._take(token, result)

    def _fail(self, job: Job, error: BaseException) -> None:
        if not job.cancelled():
            raise error

    def _report(self, job: Job) -> None:
        if self._progress is not None:
            self._schedule(partial(guarded(self._deliver_progress), job))

    def _deliver_progress(self, job: Job) -> None:
        if self._progress is not None and not job.cancelled():
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
    """What the work returns, computed in a background thread; it is cancelled with the session.

    Raises:
        CancelledError: where it was cancelled.
    """
    loop, job = asyncio.get_running_loop(), Job(show=lambda result: None, report=lambda: None)
    result: asyncio.Future[Result] = loop.create_future()

    def settle(how: Callable[..., None], *found: Any) -> None:
        if not result.done():
            how(*found)

    def run() -> None:
        outcome: tuple[Any, ...]
        try:
            with supervised(job):
                outcome = result.set_result, work()
        except CancelledError:
            outcome = (result.cancel,)
        except Exception as error:
            outcome = result.set_exception, error
        loop.call_soon_threadsafe(settle, *outcome)

    if pn.state.curdoc is not None:
        pn.state.on_session_destroyed(lambda context: job.cancel())
    threading.Thread(target=run, name="beside", daemon=True).start()
    return await result
