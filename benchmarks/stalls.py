"""`python -m benchmarks.stalls --port P`: the app, which tells on demand how long its event loop stood still.

A thread asks the loop for a sign of life, again and again; while none comes it looks at what the loop's thread runs.
"""

import argparse
import json
import sys
import threading
import time
import traceback
from collections import Counter
from types import FrameType
from typing import NamedTuple, TextIO

from tornado.ioloop import IOLoop

from app.page.interrupt import end
from app.page.server import Options, serve
from tools.browser import ROOT

EVERY = 0.01  # seconds between two signs of life, and between two looks at the stack
STALL = 0.05  # seconds without one that are told
CALLS = 9  # of the stack that are told, the innermost of the project
MAX_TOLD = 12


class Stall(NamedTuple):
    """How long nothing was done for anybody.

    Attributes:
        busy: seconds of the processor that the loop's thread took.
        others: likewise, the process's other threads. What is missing, the processor was with other processes.
        seconds: in all.
        ran: what was seen most often meanwhile.
    """

    busy: float
    others: float
    seconds: float
    ran: str


class Watch:
    """Watches the event loop of this thread."""

    def __init__(self) -> None:
        self._thread, self._loop = threading.get_ident(), IOLoop.current().asyncio_loop
        self._clock = time.pthread_getcpuclockid(self._thread)
        self._stalls: list[Stall] = []
        threading.Thread(target=self._look, name="watch", daemon=True).start()

    def take(self) -> list[Stall]:
        """The stalls since the last time."""
        stalls, self._stalls = self._stalls, []
        return stalls

    def _look(self) -> None:
        while True:
            alive, began, seen = threading.Event(), time.monotonic(), Counter()
            busy, all_threads = time.clock_gettime(self._clock), time.process_time()
            self._loop.call_soon_threadsafe(alive.set)
            while not alive.wait(EVERY):
                seen[stack(sys._current_frames().get(self._thread))] += 1
            if (lasted := time.monotonic() - began) > STALL:
                busy = time.clock_gettime(self._clock) - busy
                others = time.process_time() - all_threads - busy
                self._stalls.append(Stall(busy, others, lasted, seen.most_common(1)[0][0] if seen else ""))
            time.sleep(EVERY)


def stack(frame: FrameType | None) -> str:
    """What runs, from the inside: the innermost call, and the project's innermost ones."""
    calls = traceback.extract_stack(frame)[::-1]
    ours = [call for call in calls if call.filename.startswith(f"{ROOT}/") and "site-packages" not in call.filename]
    told = [*calls[:1], *(call for call in ours[:CALLS] if call is not calls[0])]
    return " < ".join(f"{call.filename.removeprefix(f'{ROOT}/')}:{call.lineno} {call.name}" for call in told)


def _answer(watch: Watch, answers: TextIO) -> None:
    for _ in sys.stdin:
        worst = sorted(watch.take(), reverse=True)
        print(json.dumps({"worst": worst[:MAX_TOLD]}), file=answers, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.stalls", description="Serve the app under watch.")
    parser.add_argument("--port", type=int, required=True)
    options = parser.parse_args()
    answers, sys.stdout = sys.stdout, sys.stderr  # what the server itself has to say goes to the log
    threading.Thread(target=_answer, args=(Watch(), answers), daemon=True).start()
    serve(Options(options.port, linger=1_000))
    end(0)


if __name__ == "__main__":
    main()
