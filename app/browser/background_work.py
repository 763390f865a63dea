"""Long work in the background: in the worker's process, debounced, and only the latest request."""

import asyncio
import heapq
import logging
import threading
import time
from collections.abc import Callable, Hashable
from concurrent.futures import CancelledError
from functools import partial
from itertools import count
from typing import Any, TypeVar

import panel as pn

from app.browser.callbacks import FAILURES, guarded
from app.browser.job import Job
from app.browser.memory import trim_heap
from app.browser.travel import CannotTravel
from app.browser.turns import TURNS
from app.browser.worker import Worker
from landscapes.checkpoint import supervised

log = logging.getLogger("samscape")

DEBOUNCE = 0.25  # seconds without a newer request before the work begins

Result = TypeVar("Result")
Work = Callable[[Job], Any]
Finish = Callable[[Any, BaseException | None], None]  # (result, error)


class BackgroundWork:
    """Begins work when it is due: in the worker where there is one, in a thread of this process otherwise.

    In a thread too what cannot be sent to another process.
    """

    def __init__(self) -> None:
        self._due: list[tuple[float, int, Job, Work, Finish]] = []
        self._news, self._numbers = threading.Condition(), count()
        self._thread: threading.Thread | None = None
        self._worker: Worker | None = None

    def start_worker(self) -> None:
        """From now on a process of its own works; for a server."""
        self._worker = Worker()

    @property
    def under_way(self) -> int:
        """Pieces of work that the worker has, those included that were cancelled and have not ended."""
        return 0 if self._worker is None else self._worker.under_way

    def close(self) -> None:
        """All work ends at its next checkpoint, and the worker at once."""
        TURNS.close()
        if self._worker is not None:
            self._worker.close()

    def begin(self, job: Job, work: Work, finish: Finish, idle: float = 0.0) -> None:
        """Has the work done after so many seconds, unless it is cancelled by then."""
        with self._news:
            number = next(self._numbers)
            heapq.heappush(self._due, (time.monotonic() + idle, number, job, work, finish))
            if self._thread is None:
                self._thread = threading.Thread(target=self._dispatch, name="dispatch", daemon=True)
                self._thread.start()
            if self._due[0][1] == number:  # what is due later is found in its turn
                self._news.notify()

    def _dispatch(self) -> None:
        while True:
            with self._news:
                self._due = [one for one in self._due if not one[2].cancelled()]
                heapq.heapify(self._due)
                wait = self._due[0][0] - time.monotonic() if self._due else None
                if wait is None or wait > 0:
                    self._news.wait(wait if wait is None else min(wait, threading.TIMEOUT_MAX))
                    continue
                job, work, finish = heapq.heappop(self._due)[2:]
            self._hand_out(job, work, finish)
            del job, work, finish  # the last of them would live on with its session

    def _hand_out(self, job: Job, work: Work, finish: Finish) -> None:
        if self._worker is not None:
            try:
                self._worker.submit(job, work, finish)
            except CannotTravel:
                pass
            except OSError:
                log.exception("the worker cannot be started again")
            else:
                return
        threading.Thread(target=done_here, args=(job, work, finish), name="refine", daemon=True).start()


def done_here(job: Job, work: Work, finish: Finish) -> None:
    """Does the work in this thread."""
    try:
        with supervised(job):
            result, failed = work(job), None
    except CancelledError:
        return
    except FAILURES as error:
        result, failed = None, error
    finally:
        trim_heap()
    finish(result, failed)


WORK = BackgroundWork()


class LatestTaskRunner:
    """Runs the latest request; an older one is cancelled, and its result never shown.

    Args:
        take: is given the token and the result, on the session's own event loop.
        schedule: puts a callback on that loop, such as a document's `add_next_tick_callback`.
        idle: seconds to wait for a newer request before the work begins.
        progress: is called on that loop from time to time during the work.
        owner: the session, which shares its turns among its work.
    """

    def __init__(
        self,
        take: Callable[[Any, Any], None],
        schedule: Callable[[Callable], Any],
        idle: float = DEBOUNCE,
        progress: Callable[[], None] | None = None,
        owner: Hashable = None,
    ) -> None:
        self._take, self._schedule, self._idle, self._progress, self._owner = take, schedule, idle, progress, owner
        self._token: Hashable = None
        self._job: Job | None = None
        self._ended = False

    def request(self, token: Hashable, work: Work, *, at_once: bool = False) -> None:
        """Requests work, unless the same is running or done.

        Args:
            token: equal tokens mean equal results.
            work: computes the result under the job's supervision, and may show others before. It is done in another
                process where it can be pickled: a function at module level, or a partial of one.
            at_once: whether to begin without waiting for newer requests.
        """
        if token == self._token or self._ended:
            return
        self.cancel()
        job = Job(lambda result: self._schedule_delivery(job, token, result), lambda: self._report(job), self._owner)
        self._token, self._job = token, job
        WORK.begin(job, work, partial(self._finished, job, token), 0.0 if at_once else self._idle)

    @property
    def done(self) -> int:
        """Updates of runs that the current work has done."""
        return 0 if self._job is None else self._job.done

    @property
    def share(self) -> float | None:
        """Of the work under way that is done; None in its first second, or where it does not say."""
        return None if self._job is None else self._job.share

    def cancel(self) -> None:
        """Cancels the current work."""
        if self._job is not None:
            self._job.cancel()
        self._token = self._job = None

    def end(self) -> None:
        """Cancels the current work, and ignores further requests."""
        self.cancel()
        self._ended = True

    def _finished(self, job: Job, token: Hashable, result: Any, error: BaseException | None) -> None:
        if error is None:
            self._schedule_delivery(job, token, result)
        elif not job.cancelled():
            self._schedule(partial(guarded(self._fail), job, error))

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
        if self._progress is not None and not job.cancelled():
            self._schedule(partial(guarded(self._deliver_progress), job))

    def _deliver_progress(self, job: Job) -> None:
        if self._progress is not None and not job.cancelled():
            self._progress()


def of_session(take: Callable[[Any, Any], None], progress: Callable[[], None] | None = None) -> LatestTaskRunner | None:
    """A task runner of this session, which ends with it; None where there is no session."""
    document = pn.state.curdoc
    if document is None:
        return None

    context = document.session_context

    def add(callback: Callable) -> None:
        if context is None or not context.destroyed:  # a document whose session has ended is none any more
            document.add_next_tick_callback(callback)

    owner = None if context is None else context.id
    refiner = LatestTaskRunner(take, partial(TURNS.in_loop, add), progress=progress, owner=owner)
    pn.state.on_session_destroyed(lambda context: refiner.end())
    return refiner


async def in_background(work: Callable[[], Result]) -> Result:
    """What the work returns, computed in a background thread; it is cancelled with the session.

    Raises:
        CancelledError: where it was cancelled.
    """
    document = pn.state.curdoc
    context = document and document.session_context
    job = Job(show=lambda result: None, report=lambda: None, owner=context and context.id)
    loop = asyncio.get_running_loop()
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

    if document is not None:
        pn.state.on_session_destroyed(lambda context: job.cancel())
    threading.Thread(target=run, name="background", daemon=True).start()
    return await result
