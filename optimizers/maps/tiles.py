"""Tiles: long work in pieces, for any executor of `concurrent.futures`.

Threads of this process by default; a process pool, Dask's `Client.get_executor()` or an MPI pool do as well, because a
tile is a function at module level with plain arguments. Tiles finish in any order and are put in their places, so that
a result does not depend on how it was cut or who worked on it.
"""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, CancelledError, Executor, Future, wait
from concurrent.futures import ThreadPoolExecutor as Threads
from functools import partial
from itertools import islice
from os import cpu_count
from typing import TypeVar

from landscapes.checkpoint import Supervisor, idle, supervised, supervisor

Result = TypeVar("Result")
Progress = Callable[[int, int], None]  # (runs done, runs in all)
Cancelled = Callable[[], bool]  # say, `threading.Event().is_set`

MEMORY = 2**30  # bytes that the result of one request may take
IN_FLIGHT = 64  # tiles handed out at a time, which bounds what waits for collection
NOTICE = 0.05  # seconds within which a cancellation is noticed
UPDATES = 2**24  # updates in a tile: some milliseconds of work, so that a cancellation soon frees the processor
MIN_TILE, MAX_TILE = 1024, 65536  # runs in a tile


class TooLarge(ValueError):
    """A request whose result would not fit into the memory that one request may take."""


def require_memory(size: int, what: str) -> None:
    """Refuses a request before anything is computed.

    Args:
        size: bytes that the request would take.
        what: the request in words, with its size.

    Raises:
        TooLarge: with the size and the limit.
    """
    if size > MEMORY:
        raise TooLarge(
            f"{what} would take {size / 1e9:,.1f} GB, more than the limit of {MEMORY / 1e9:,.1f} GB; "
            "ask for fewer, or for one part after another"
        )


def runs_per_tile(steps: int) -> int:
    """How many runs a tile holds unless the caller says."""
    return min(max(UPDATES // max(steps, 1), MIN_TILE), MAX_TILE)


def raise_if(cancelled: Cancelled | None) -> None:
    """Raises `CancelledError` once the work is cancelled."""
    if cancelled is not None and cancelled():
        raise CancelledError("the work was cancelled before it was done")


def completed(
    work: Callable[..., Result], tasks: Iterable[tuple], *, executor: Executor | None, cancelled: Cancelled | None
) -> Iterator[tuple[int, Result]]:
    """Index and result of each tile, as they come in.

    Args:
        work: function at module level that computes a tile.
        tasks: its arguments, tile by tile; taken from the iterable as the work proceeds.
        executor: who works, threads of this process where None.
        cancelled: asked between tiles.

    Raises:
        CancelledError: when `cancelled` said so. Tiles that had begun soon end unseen in threads of this process, and
            run to their end elsewhere.
    """
    tiles = _Tiles(supervisor())
    pool: Executor
    if executor is None:
        pool, work = Threads(cpu_count(), thread_name_prefix="long-work"), partial(tiles.run, work)
    else:
        pool = executor
    numbered = enumerate(tasks)
    running: dict[Future, int] = {}
    try:
        while True:
            raise_if(cancelled)
            for index, task in islice(numbered, IN_FLIGHT - len(running)):
                running[pool.submit(work, *task)] = index
            if not running:
                return
            with idle():
                done, _ = wait(running, timeout=NOTICE, return_when=FIRST_COMPLETED)
            for future in done:
                yield running.pop(future), future.result()
    finally:
        tiles.over = True
        for future in running:
            future.cancel()
        if executor is None:
            pool.shutdown(wait=False, cancel_futures=True)


class _Tiles(Supervisor):
    """Ends the tiles in threads of this process once their work is over; passes all else to the work's supervisor."""

    def __init__(self, above: Supervisor | None) -> None:
        self.over, self._above = False, above
        self.helped = above is None or above.helped

    def begin(self) -> None:
        if self._above is not None:
            self._above.begin()

    def end(self) -> None:
        if self._above is not None:
            self._above.end()

    def check(self, updates: int) -> None:
        if self.over:
            raise CancelledError("the work is over")
        if self._above is not None:
            self._above.check(updates)

    def run(self, work: Callable[..., Result], *task) -> Result:
        with supervised(self):
            return work(*task)


def slices(total: int, size: int) -> list[slice]:
    """Consecutive parts of `size` items each, the last one of what is left."""
    return [slice(first, min(first + size, total)) for first in range(0, total, size)]
