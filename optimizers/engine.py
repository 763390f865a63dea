"""run(): whole batches of starts under one rule on one landscape.

The batch is flattened and cut into tiles that run on threads, because both engines release the interpreter's lock:
kernels compiled by `optimizers.compiled`, and NumPy, the reference, until a kernel is ready and where there is none.
Results depend neither on the tiling nor on the engine.
"""

import math
import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, ThreadPoolExecutor
from functools import cache
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from landscapes import Landscape
from landscapes.checkpoint import supervisor
from optimizers import compiled, contract
from optimizers.compiled.kernel import VECTOR
from optimizers.explanation import announce
from optimizers.rules import Rule
from optimizers.step import step
from optimizers.trajectory import Trajectory

__all__ = ["advance", "run", "step"]

TILE = 8192
BLOCK = 256  # tiles are whole blocks of the kernels
WORTH_A_THREAD = 2**17  # updates that take longer than handing them to a thread
FIRST_PIECE = 2**14  # updates of a run's first piece, which shows how fast the rest will go
PIECE_SECONDS = 0.01  # that a piece is to last
MOST_GROWTH = 64.0
NUMPY_CALL = 1000  # updates of NumPy's that take as long as its calls do, however few there are


def run(
    rule: Rule,
    landscape: Landscape,
    starts: ArrayLike,
    *,
    learning_rate: ArrayLike,
    steps: int,
    keep: Literal["all", "final"] = "all",
) -> Trajectory:
    """Runs a rule from every start: θ ← θ - α ∇ℓ(θ + δ(θ)), `steps` times.

    Args:
        rule: with its hyperparameters, each a number or an array that broadcasts with the batch.
        landscape: the loss.
        starts: shape (2, *batch), the components x and y of the starts.
        learning_rate: α, a number or an array that broadcasts with the batch.
        steps: number of updates.
        keep: "all" keeps every position, "final" only the last two.

    Returns:
        The trajectory, float64. The batch is the broadcast of starts.shape[1:] with every hyperparameter. Runs that
        leave the finite numbers stay non-finite; nothing is clipped and no warning is given.

    An interruption (Ctrl-C) is heard within a fraction of a second, however many steps there are.

    Raises:
        TypeError: for what is no rule, no landscape, or no real number.
        ValueError: when the shapes do not fit, a hyperparameter is not finite or negative, steps is no count, the
            result would take more memory than `memory_limit`, or the rule or the landscape cannot be run (`contract`).
        CancelledError: where the run is part of long work that was cancelled (`tiles`).

    Example:
        >>> from landscapes import LANDSCAPES
        >>> from optimizers import SAM, run
        >>> run(SAM(rho=1.0), LANDSCAPES["banana"], [-1.5, 0.5], learning_rate=0.01, steps=200).final.round(7)
        array([-0.0037459, -0.0027761])
    """
    contract.check(rule, landscape)
    starts = contract.points("starts", starts)
    steps = _count(steps)
    if keep not in ("all", "final"):
        raise ValueError(f'keep must be "all" or "final", not {keep!r}')
    learning_rates = contract.hyperparameter("learning_rate", learning_rate)
    hyperparameters = {"learning_rate": learning_rates} | contract.hyperparameters(rule)
    batch = _batch_shape(starts, hyperparameters)
    size = math.prod(batch)
    _check_memory(size, steps, keep)
    flat = [_flat(array, batch) for array in (*starts, *hyperparameters.values())]
    final, previous = np.empty((2, size)), np.empty((2, size))
    positions = np.empty((steps + 1, 2, size) if keep == "all" else (0, 2, 0))
    pair = compiled.pair(rule, landscape)
    announce(rule, landscape, pair)

    interrupted, pace, above = False, Pace(), supervisor()

    def advance_tile(first: int) -> None:
        """In pieces of some steps, so that an interruption is heard in time and no tile keeps others waiting."""
        last = min(first + tile, size)
        x, y, *others = flat
        for begin, end in pace.pieces(steps, last - first, compiled=pair.kernel is not None):
            if interrupted:
                raise CancelledError("the run was interrupted before it was done")
            kept = positions[begin : end + 1]
            if pair.kernel is not None:
                pair.kernel(x, y, *others, end - begin, final, previous, kept, first, last)
            else:
                began = time.perf_counter()
                inputs = [array if array.size == 1 else array[first:last] for array in (x, y, *others)]
                ends = final[:, first:last], previous[:, first:last]
                advance(pair.functions, inputs, end - begin, *ends, kept[:, :, first:last])
                pair.spent(time.perf_counter() - began)
            if above is not None:
                above.check((end - begin) * (last - first))
            x, y = final

    tile = size
    if size * steps > WORTH_A_THREAD:
        tile = min(TILE, -(-size // (BLOCK * _cores())) * BLOCK)
    firsts = range(0, size, max(tile, 1))
    alone = len(firsts) == 1 or (above is not None and not above.helped)
    try:
        for _ in map(advance_tile, firsts) if alone else _threads().map(advance_tile, firsts):
            pass
    except BaseException:
        interrupted = True
        raise
    return Trajectory(
        final.reshape(2, *batch),
        previous.reshape(2, *batch),
        positions.reshape(steps + 1, 2, *batch) if keep == "all" else None,
        rule,
        landscape,
        learning_rate,
        steps,
    )


class Pace:
    """Cuts steps into pieces of about `PIECE_SECONDS`, as fast as the tiles of one run have been so far.

    Between two pieces Python hears of an interruption, which it cannot within a kernel, and others have their turn.
    """

    def __init__(self) -> None:
        self._updates: float = FIRST_PIECE

    def pieces(self, steps: int, size: int, *, compiled: bool) -> Iterator[tuple[int, int]]:
        """The first and last step of each piece, for `size` runs."""
        done, size = 0, max(size, VECTOR) if compiled else size + NUMPY_CALL
        while True:
            length = min(max(int(self._updates) // size, 1), steps - done)
            began = time.perf_counter()
            yield done, done + length
            done += length
            if done == steps:
                return
            spent = max(time.perf_counter() - began, 1e-9)
            self._updates = length * size * min(PIECE_SECONDS / spent, MOST_GROWTH)


def advance(functions: tuple[Callable, ...], inputs, steps: int, final, previous, positions) -> None:
    """Steps one tile with NumPy.

    Args:
        functions: step, the rule's ascent, the landscape's gradient.
        inputs: x, y, the learning rate, ρ and other hyperparameters, each of shape (n,) or (1,).
        steps: number of updates.
        final, previous: shape (2, n), written.
        positions: shape (steps + 1, 2, n), written unless empty.
    """
    step, ascent, gradient = functions
    x, y, *hyperparameters = inputs
    before = x, y = x.copy(), y.copy()  # they may be parts of `final`, which is written first
    if positions.size:
        positions[0] = x, y
    with np.errstate(all="ignore"):
        for index in range(steps):
            before = x, y
            x, y = step(gradient, ascent, x, y, *hyperparameters)
            if positions.size:
                positions[index + 1] = x, y
    final[:], previous[:] = (x, y), before


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(_cores(), thread_name_prefix="tiles")


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_threads.cache_clear)


def _flat(array: np.ndarray, batch: tuple[int, ...]) -> np.ndarray:
    """Shape (n,) for the whole batch, contiguous, or (1,) where one number serves all of it."""
    if array.size == 1:
        return array.reshape(1)
    return np.ascontiguousarray(np.broadcast_to(array, batch)).reshape(-1)


def _check_memory(size: int, steps: int, keep: str) -> None:
    needed = 16 * size * (4 + (steps + 1 if keep == "all" else 0))
    if needed > memory_limit():
        raise ValueError(
            f"{size:,} runs of {steps:,} steps need {needed / 2**30:,.1f} GiB, more than the limit of "
            f"{memory_limit() / 2**30:,.1f} GiB, half of this machine's memory; "
            + ('keep only the ends with keep="final", or run fewer starts' if keep == "all" else "run fewer starts")
        )


@cache
def memory_limit() -> int:
    """Bytes that one run may take: half of the machine's memory, 4 GiB where that is not known."""
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2
    except (AttributeError, ValueError, OSError):
        return 2**32


def _count(steps: int) -> int:
    if isinstance(steps, bool) or not isinstance(steps, (int, np.integer)) or steps < 0:
        raise ValueError(f"steps must be a whole number of at least 0, not {steps!r}")
    return int(steps)


def _batch_shape(starts: np.ndarray, hyperparameters: dict[str, np.ndarray]) -> tuple[int, ...]:
    shapes = {"starts": starts.shape[1:]} | {name: array.shape for name, array in hyperparameters.items()}
    try:
        return np.broadcast_shapes(*shapes.values())
    except ValueError:
        listed = ", ".join(f"{name} {shape}" for name, shape in shapes.items())
        raise ValueError(f"these batch shapes do not broadcast together: {listed}") from None
