"""`python -m benchmarks.watched --port P`: the app, which answers each line on stdin with what lives in its process."""

import argparse
import json
import sys
import threading
from typing import Any, NamedTuple, TextIO
from weakref import WeakSet

from app.browser.background_work import WORK
from app.browser.garbage import GARBAGE
from app.page.interrupt import end
from app.page.page import Laboratory
from app.page.server import Options, serve


class Census(NamedTuple):
    """What lives in the process once everything unreachable has been collected: sessions, and work beside them."""

    sessions: int
    refining: int


# Weak references, for a list of all objects would hold the tuples that other threads are building, which fails there.
_shells: WeakSet[Laboratory] = WeakSet()


def count_shells() -> None:
    """From now on every session's page is counted as long as it lives."""
    make = Laboratory.__init__

    def noted(self: Laboratory, *arguments: Any) -> None:
        make(self, *arguments)
        _shells.add(self)

    Laboratory.__init__ = noted


def census() -> Census:
    GARBAGE.collect()
    return Census(
        len(_shells),
        sum(thread.name.startswith("refine") for thread in threading.enumerate()) + WORK.under_way,
    )


def _answer(answers: TextIO) -> None:
    for _ in sys.stdin:
        print(json.dumps(census()._asdict()), file=answers, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.watched", description="Serve the app under watch.")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--forget", type=float, default=15.0, help="seconds after which a closed page's session ends")
    options = parser.parse_args()
    forget = round(1e3 * options.forget)
    count_shells()
    answers, sys.stdout = sys.stdout, sys.stderr  # what the server itself has to say goes to the log
    threading.Thread(target=_answer, args=(answers,), daemon=True).start()
    serve(Options(options.port, linger=forget))
    end(0)


if __name__ == "__main__":
    main()
