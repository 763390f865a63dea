"""The worker: a process of lower priority that does long work for all sessions of a server.

Its arguments are the files outside that the server was started with. It reads requests from its stdin and writes
answers to its stdout, each a length and a pickle. It ends as soon as nobody writes to it any more, however the server
ended.
"""

import os
import pickle
import struct
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import CancelledError
from functools import partial
from pathlib import Path
from typing import IO, Any

if __name__ == "__main__":  # started by its path, so that it need not be found
    sys.path.insert(0, str(Path(__file__).parents[2]))

from app.browser.job import Job
from app.browser.memory import limit_arenas, trim_heap
from app.browser.travel import found_out, named, packed, unpacked
from landscapes.checkpoint import checkpoint, supervised
from optimizers.extensions.load import load_all

NICE = 10
GRACE = 1.0  # seconds of the processor's time within which cancelled work must come to a checkpoint
LOOK_EVERY = 0.25  # seconds
OVERDUE = 3  # the exit code where it did not
STANDSTILL = 60.0  # seconds after which jobs that use no processor wait for each other, and would for ever
MOVING = 0.05  # seconds of the processor's time, which the watch itself does not use up in that time
STUCK = 4  # the exit code then
LENGTH = struct.Struct("<Q")


def write(file: IO[bytes], message: Any) -> None:
    """Sends a message of plain objects."""
    content = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
    file.write(LENGTH.pack(len(content)) + content)
    file.flush()


def read(file: IO[bytes]) -> Any:
    """The next message.

    Raises:
        EOFError: where the other side has ended.
    """
    return pickle.loads(_exactly(file, LENGTH.unpack(_exactly(file, LENGTH.size))[0]))


def _exactly(file: IO[bytes], length: int) -> bytes:
    content = file.read(length)
    if len(content) < length:
        raise EOFError("the other side has ended")
    return content


class Standstill:
    """How long a process has had jobs and yet done nothing."""

    def __init__(self) -> None:
        self._since, self._spent = time.monotonic(), time.process_time()

    def seconds(self, jobs: int) -> float:
        """Until now; to be asked again and again.

        Args:
            jobs: under way.
        """
        now, spent = time.monotonic(), time.process_time()
        if not jobs or spent - self._spent > MOVING:
            self._since, self._spent = now, spent
        return now - self._since


class JobTable:
    """The jobs of this process, each in a thread; they take turns.

    Args:
        send: takes an answer, in any thread.
    """

    def __init__(self, send: Callable[[tuple], None]) -> None:
        self._send = send
        self._jobs: dict[int, Job] = {}

    def take(self, message: tuple) -> None:
        """Begins or cancels a job."""
        kind, number, *content = message
        if kind == "begin":
            work, owner = content

            def report() -> None:
                self._send(("progress", number, job.done, job.share))

            job = self._jobs[number] = Job(partial(self._answer, "show", number), report, owner)
            threading.Thread(target=self._work, args=(number, job, work), name="work", daemon=True).start()
        elif (known := self._jobs.get(number)) is not None:  # else it has ended
            known.cancel()

    def watch(self) -> None:
        """Ends the process where cancelled work cannot be stopped, or nothing is done; the rest begins again."""
        standstill = Standstill()
        while standstill.seconds(len(self._jobs)) < STANDSTILL:
            if any(job.overdue(GRACE) for job in list(self._jobs.values())):
                os._exit(OVERDUE)
            time.sleep(LOOK_EVERY)
        os._exit(STUCK)

    def _work(self, number: int, job: Job, content: bytes) -> None:
        try:
            with supervised(job):
                checkpoint()  # it may have waited long for its turn
                self._answer("done", number, unpacked(content, named)(job))
        except CancelledError:
            self._send(("cancelled", number))
        except BaseException as error:
            self._send(("failed", number, *_error_message(error)))
        finally:
            del self._jobs[number]
            trim_heap()

    def _answer(self, kind: str, number: int, result: Any) -> None:
        content, losses = packed(result)
        self._send((kind, number, content, found_out(losses)))


def _error_message(error: BaseException) -> tuple[bytes, str]:
    """An error that travels, and its text in case that it does not."""
    try:
        return pickle.dumps(error), repr(error)
    except Exception:
        return b"", repr(error)


def main() -> None:
    if hasattr(os, "nice"):
        os.nice(NICE)
    limit_arenas()
    answers, guard = os.fdopen(os.dup(sys.stdout.fileno()), "wb"), threading.Lock()
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what is printed must not mix with the answers

    def send(message: tuple) -> None:
        try:
            with guard:
                write(answers, message)
        except OSError:
            os._exit(0)  # nobody listens any more

    load_all(sys.argv[1:])
    table = JobTable(send)
    threading.Thread(target=table.watch, name="watch", daemon=True).start()
    try:
        while True:
            table.take(read(sys.stdin.buffer))
    except EOFError:
        pass
    finally:
        os._exit(0)  # without waiting for what nobody wants any more


if __name__ == "__main__":
    main()
