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
from optimizers.bases import PLAIN, Base
from optimizers.compiled.kernel import VECTOR
from optimizers.explanation import announce
from optimizers.noise import Noise
from optimizers.rules import Rule
from optimizers.schedules import CONSTANT, Held, Schedule
from optimizers.trajectory import Trajectory

__all__ = ["advance", "run"]

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
    keep: Literal["all", "states", "final"] = "all",
    base: Base = PLAIN,
    schedule: Schedule | Held = CONSTANT,
    noise: Noise | None = None,
    state: ArrayLike | None = None,
) -> Trajectory:
    """Runs a rule from every start, `steps` times: its direction, and the step that the base optimizer makes of it.

    Args:
        rule: with its hyperparameters, each a number or an array that broadcasts with the batch.
        landscape: the loss.
        starts: shape (2, *batch), the components x and y of the starts.
        learning_rate: α, a number or an array that broadcasts with the batch.
        steps: number of updates.
        keep: "all" keeps every position, "states" the states of rule and base as well, "final" the last two positions.
        base: the base optimizer, gradient descent where none is given.
        schedule: what multiplies α and ρ in each step.
        noise: added to the direction in each step, none where None.
        state: of the rule, the noise and the base, shape (components, *batch), where a run continues another; where
            they begin if None.

    Returns:
        The trajectory, float64. The batch is the broadcast of starts.shape[1:] with every hyperparameter. Runs that
        leave the finite numbers stay non-finite; nothing is clipped and no warning is given.

    An interruption (Ctrl-C) takes effect within a fraction of a second, however many steps there are.

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
    contract.check(rule, landscape, base)
    contract.check_course(schedule, noise)
    starts = contract.points("starts", starts)
    steps = contract.count("steps", steps)
    if keep not in ("all", "states", "final"):
        raise ValueError(f'keep must be "all", "states" or "final", not {keep!r}')
    hyperparameters = contract.all_hyperparameters(rule, learning_rate, base, noise)
    began = contract.state(rule, base, noise, state)
    batch = _batch_shape(starts, hyperparameters, began)
    size, rows = math.prod(batch), 2 + len(began)
    kept = {"all": 2, "states": rows, "final": 0}[keep]
    _check_memory(size, steps, rows, kept)
    moving = [_flat(array, batch) for array in (*starts, *began)]
    values = [_flat(array, batch) for array in hyperparameters.values()]
    final, previous = np.empty((rows, size)), np.empty((2, size))
    positions = np.empty((steps + 1, kept, size) if kept else (0, 2, 0))
    factors = schedule.factors(steps)
    pair = compiled.pair(rule, landscape, base, scheduled=factors is not None, noisy=noise is not None)
    announce(rule, landscape, pair)

    interrupted, pace, above = False, Pace(), supervisor()

    def advance_tile(first: int) -> None:
        """In pieces of some steps, so that an interruption takes effect in time and no tile keeps others waiting."""
        last = min(first + tile, size)
        now = moving
        for begin, end in pace.pieces(steps, last - first, compiled=pair.kernel is not None):
            if interrupted:
                raise CancelledError("the run was interrupted before it was done")
            part = positions[begin : end + 1]
            course = [] if factors is None else [factors[begin:end]]
            if pair.kernel is not None:
                pair.kernel(*now, *values, *course, end - begin, final, previous, part, first, last)
            else:
                began = time.perf_counter()
                states, numbers = (
                    [array if array.size == 1 else array[first:last] for array in some] for some in (now, values)
                )
                ends = final[:, first:last], previous[:, first:last]
                advance(pair.step, states, numbers, end - begin, *ends, part[:, :, first:last], *course)
                pair.spent(time.perf_counter() - began)
            if above is not None:
                above.check((end - begin) * (last - first))
            now = list(final)

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
    rows_kept = positions.reshape(steps + 1, kept, *batch) if kept else None
    return Trajectory(
        final[:2].reshape(2, *batch),
        previous.reshape(2, *batch),
        None if rows_kept is None else rows_kept[:, :2],
        rule,
        landscape,
        learning_rate,
        steps,
        base,
        final[2:].reshape(rows - 2, *batch),
        None if rows_kept is None or keep != "states" else rows_kept[:, 2:],
        schedule,
        noise,
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


def advance(step: Callable, moving, values, steps: int, final, previous, positions, factors=None) -> None:
    """Steps one tile with NumPy.

    Args:
        step: from x, y, the state and the hyperparameters to the next x, y and state.
        moving: x, y and the components of the state, each of shape (n,) or (1,).
        values: the hyperparameters of the rule, the learning rate and those of the base.
        steps: number of updates.
        final: shape (2 + state, n), written.
        previous: shape (2, n), written.
        positions: shape (steps + 1, 2 or 2 + state, n), written unless empty.
        factors: shape (steps, 2), of a scheduled step.
    """
    before = moving = [part.copy() for part in moving]  # they may be parts of `final`, which is written first
    rows = positions.shape[1] if positions.size else 0
    for row in range(rows):
        positions[0, row] = moving[row]
    with np.errstate(all="ignore"):
        for index in range(steps):
            before = moving
            moving = step(*moving, *values, *(() if factors is None else factors[index]))
            for row in range(rows):
                positions[index + 1, row] = moving[row]
    for row, part in enumerate(moving):
        final[row] = part
    previous[0], previous[1] = before[:2]


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


def _check_memory(size: int, steps: int, rows: int, kept: int) -> None:
    needed = 8 * size * (6 + rows + kept * (steps + 1))
    if needed > memory_limit():
        raise ValueError(
            f"{size:,} runs of {steps:,} steps need {needed / 2**30:,.1f} GiB, more than the limit of "
            f"{memory_limit() / 2**30:,.1f} GiB, half of this machine's memory; "
            + ('keep only the ends with keep="final", or run fewer starts' if kept else "run fewer starts")
        )


@cache
def memory_limit() -> int:
    """Bytes that one run may take: half of the machine's memory, 4 GiB where that is not known."""
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2
    except (AttributeError, ValueError, OSError):
        return 2**32


def _batch_shape(starts: np.ndarray, hyperparameters: dict[str, np.ndarray], state: list) -> tuple[int, ...]:
    shapes = {"starts": starts.shape[1:]} | {name: array.shape for name, array in hyperparameters.items()}
    shapes |= {"state": np.broadcast_shapes(*(part.shape for part in state))} if state else {}
    try:
        return np.broadcast_shapes(*shapes.values())
    except ValueError:
        listed = ", ".join(f"{name} {shape}" for name, shape in shapes.items())
        raise ValueError(f"these batch shapes do not broadcast together: {listed}") from None
