"""Landscapes for workers in other processes."""

import pickle
from concurrent.futures import Executor, ProcessPoolExecutor
from functools import lru_cache

from landscapes import LANDSCAPES, Landscape


class PickledLandscape:
    """A landscape outside the catalogue, for a worker; within this process it is passed on as it is.

    It is pickled once for all tiles, and a worker process unpickles it once: its stationary points and its kernel are
    found once.
    """

    def __init__(self, landscape: Landscape) -> None:
        self.landscape = landscape

    def __reduce__(self):
        return _unpickled, (_pickled(self.landscape),)


def to_worker(landscape: Landscape, executor: Executor | None) -> str | PickledLandscape:
    """What a worker is given for a landscape: the key of one of the catalogue, any other pickled.

    Raises:
        ValueError: where the executor is a process pool and the landscape's functions cannot be sent to it.
    """
    if LANDSCAPES.get(landscape.key) is landscape:
        return landscape.key
    _ = landscape.stationary  # found once, and pickled with it
    if isinstance(executor, ProcessPoolExecutor):
        _pickled(landscape)
    return PickledLandscape(landscape)


def in_worker(landscape: str | PickledLandscape) -> Landscape:
    """The landscape that `to_worker` was given."""
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
def _unpickled(content: bytes) -> PickledLandscape:
    return PickledLandscape(pickle.loads(content))
