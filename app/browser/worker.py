"""The server's side of the worker: hands out jobs, shows what comes back, and starts it again where it must be ended.

Work that shares the interpreter with the event loop delays every visitor's frames, however often it pauses: the
interpreter's lock is handed over by the millisecond, and the caches are lost. So it is done in another process.
"""

import logging
import pickle
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from queue import SimpleQueue
from typing import Any

from app.browser import worker_process
from app.browser.job import Job
from app.browser.travel import Name, learn, named, packed, unpacked
from app.browser.worker_process import OVERDUE, read, write
from landscapes import Landscape
from optimizers.extensions import LOADED

log = logging.getLogger("samscape")

TRIES = 2  # that a job has where the worker breaks down under it

Finish = Callable[[Any, BaseException | None], None]  # (result, error)


class WorkerEnded(RuntimeError):
    """The worker did not survive the work."""


@dataclass
class Task:
    """A job that was handed out.

    Attributes:
        content: the work, pickled.
        losses: in it, by name.
        finish: is given the result, or the error that took its place; nothing where the job was cancelled.
        tries: how often the worker broke down under it, and perhaps by it.
    """

    job: Job
    content: bytes
    losses: dict[Name, Landscape]
    finish: Finish
    tries: int = 0


class Worker:
    """A process that works for all sessions, and that is started again where it ends. Every method returns at once."""

    def __init__(self) -> None:
        self._numbers, self._closed = count(), False
        self._tasks: dict[int, Task] = {}
        self._cancelled: set[int] = set()  # that have not ended; nothing of their sessions is kept
        self._guard = threading.Lock()
        self._process: subprocess.Popen | None = None  # None where it ended and nothing is to be done
        self._outbox: SimpleQueue[tuple | None] = SimpleQueue()
        self._start()

    @property
    def under_way(self) -> int:
        """Jobs that were handed out and have not ended."""
        return len(self._tasks) + len(self._cancelled)

    def submit(self, job: Job, work: Callable[[Job], Any], finish: Finish) -> None:
        """Has the work done.

        Raises:
            CannotTravel: where it cannot be done there.
            OSError: where the process has ended and cannot be started again.
        """
        content, losses = packed(work)
        number, task = next(self._numbers), Task(job, content, losses, finish)
        with self._guard:
            if self._process is None and not self._closed:
                self._start()
            self._tasks[number] = task
            self._outbox.put(("begin", number, content, job.owner))
        job.at_cancel(lambda: self._cancel(number))

    def close(self) -> None:
        """Ends the process; nothing more is done."""
        with self._guard:
            self._closed = True
            if self._process is not None:
                self._process.kill()

    def _start(self) -> None:
        """Begins the process, with a thread that writes to it and one that reads."""
        self._process = subprocess.Popen(
            [sys.executable, "-P", worker_process.__file__, *(added.path for added in LOADED.values())],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,  # an interruption of the server is none of it: it ends with the server
        )
        self._outbox = SimpleQueue()
        arguments = self._process, self._outbox
        for work in (self._write, self._listen):
            threading.Thread(target=work, args=arguments, name="worker", daemon=True).start()

    def _cancel(self, number: int) -> None:
        with self._guard:
            if self._tasks.pop(number, None) is not None:
                self._cancelled.add(number)
                self._outbox.put(("cancel", number))

    def _write(self, process: subprocess.Popen, outbox: SimpleQueue) -> None:
        assert process.stdin is not None  # a pipe
        with suppress(OSError):  # it has ended, which `_listen` learns too
            while (message := outbox.get()) is not None:
                write(process.stdin, message)
        with suppress(OSError):  # what could not be written
            process.stdin.close()

    def _listen(self, process: subprocess.Popen, outbox: SimpleQueue) -> None:
        assert process.stdout is not None  # a pipe
        try:
            while True:
                self._heard(*read(process.stdout))
        except EOFError:
            pass
        except Exception:  # whatever it is, nothing more can be made of what the process says
            log.exception("the worker is not understood")
        outbox.put(None)
        process.kill()
        code = process.wait()
        process.stdout.close()
        self._ended(code)

    def _ended(self, code: int) -> None:
        """The process is there no more: it is started again for the jobs that are left, but not too often for one."""
        with self._guard:
            self._process = None
            self._cancelled.clear()
            if self._closed:
                return
            left = {number: task for number, task in self._tasks.items() if not task.job.cancelled()}
            for task in left.values():
                task.tries += code != OVERDUE
            self._tasks = {number: task for number, task in left.items() if task.tries < TRIES}
            log.warning("the worker ended with code %s, and %d jobs are begun again", code, len(self._tasks))
            if self._tasks:
                try:
                    self._start()
                except OSError:
                    log.exception("the worker cannot be started again")
                    self._tasks = {}
            for number, task in self._tasks.items():
                self._outbox.put(("begin", number, task.content, task.job.owner))
            given_up = [task for number, task in left.items() if number not in self._tasks]
        for task in given_up:
            task.finish(None, WorkerEnded("the process that computes did not survive this"))

    def _heard(self, kind: str, number: int, *content: Any) -> None:
        with self._guard:
            task = self._tasks.get(number)
            if kind not in {"progress", "show"}:
                self._tasks.pop(number, None)
                self._cancelled.discard(number)
        if task is None or task.job.cancelled():
            return
        try:
            _deliver(task, kind, *content)
        except Exception as error:  # of one job, and of none of the others
            task.finish(None, error)
            task.job.cancel()


def _deliver(task: Task, kind: str, *content: Any) -> None:
    match kind, content:
        case "progress", (done, share):
            task.job.reached(done, share)
        case (("show" | "done"), (packed_result, found)):
            learn(found, task.losses)
            result = unpacked(packed_result, lambda name: task.losses.get(name) or named(name))
            task.job.show(result) if kind == "show" else task.finish(result, None)
        case "failed", (error, text):
            task.finish(None, pickle.loads(error) if error else RuntimeError(text))
