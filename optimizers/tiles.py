"""Tiles: long work in pieces, for any executor of `concurrent.futures`.

Threads of this process by default; a process pool, Dask's `Client.get_executor()` or an MPI pool do as well, because a
tile is a function at module level with plain arguments. Tiles finish in any order and are put in their places, so that
a result does not depend on how it was cut or who worked on it.
"""

import pickle
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, CancelledError, Executor, Future, ProcessPoolExecutor, wait
from concurrent.futures import ThreadPoolExecutor as Threads
from functools import lru_cache, partial
from itertools import islice
from os import cpu_count
from typing import TypeVar

from landscapes import LANDSCAPES, Landscape
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
            if cancelled is not None and cancelled():
                raise CancelledError("the work was cancelled before it was done")
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


class Parcel:
    """A landscape that is not listed, on its way to a worker; within this process it is just handed on.

    It is pickled once however many tiles there are, and a worker keeps the one it opened: what has been found out
    about it (stationary points, a kernel) stays known.
    """

    def __init__(self, landscape: Landscape) -> None:
        self.landscape = landscape

    def __reduce__(self):
        return _opened, (_pickled(self.landscape),)


def packed(landscape: Landscape, executor: Executor | None) -> str | Parcel:
    """A landscape fit to travel: the key of a listed one, any other in a parcel.

    Raises:
        ValueError: where the executor is a process pool and the landscape's functions cannot be sent to it.
    """
    if LANDSCAPES.get(landscape.key) is landscape:
        return landscape.key
    _ = landscape.stationary  # found once, and sent along
    if isinstance(executor, ProcessPoolExecutor):
        _pickled(landscape)
    return Parcel(landscape)


def unpacked(landscape: str | Parcel) -> Landscape:
    """The landscape that was packed."""
    return LANDSCAPES[landscape] if isinstance(landscape, str) else landscape.landscape


@lru_cache(maxsize=8)
def _pickled(landscape: Landscape) -> bytes:
    """Functions defined inside others, as those of a formula, need cloudpickle, which Dask brings."""
    try:
        return pickle.dumps(landscape)
    except (pickle.PicklingError, AttributeError, TypeError):
        try:
            import cloudpickle
        except ImportError:
            raise ValueError(
                f"the landscape {landscape.name!r} holds functions that cannot be sent to another process; use "
                "threads, install cloudpickle, or define them at the top level of a module"
            ) from None
        return cloudpickle.dumps(landscape)


@lru_cache(maxsize=8)
def _opened(content: bytes) -> Parcel:
    return Parcel(pickle.loads(content))
