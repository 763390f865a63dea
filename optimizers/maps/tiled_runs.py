"""Where and how runs end, from any starts, in tiles."""

from collections.abc import Mapping
from concurrent.futures import Executor
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from landscapes import Landscape
from optimizers import contract
from optimizers.engine import run
from optimizers.maps.tiles import Cancelled, Progress, completed, raise_if, require_memory, runs_per_tile, slices
from optimizers.maps.transfer import PickledLandscape, in_worker, to_worker
from optimizers.outcomes import motion, outcome
from optimizers.rules import Rule

Course = Mapping[str, Any]  # base, schedule and noise, as `run` takes them; what is left out is as usual there
BYTES_PER_RUN = 34  # start and final position 16 each, outcome and motion 1 each


class Destinations(NamedTuple):
    """Where runs ended.

    Attributes:
        final: shape (2, *batch), the last positions.
        outcome: int8, shape (*batch), indices into OUTCOMES.
        motion: int8, shape (*batch), indices into MOTIONS: settled, 2-cycle or else moving, which is what five further
            steps tell.
    """

    final: np.ndarray
    outcome: np.ndarray
    motion: np.ndarray


def destinations(
    rule: Rule,
    landscape: Landscape,
    starts: ArrayLike,
    *,
    learning_rate: float,
    steps: int,
    course: Course = MappingProxyType({}),
    tile: int | None = None,
    executor: Executor | None = None,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> Destinations:
    """Runs a rule from every start and keeps where and how the runs ended.

    Args:
        rule, learning_rate: hyperparameters are numbers here.
        landscape: the loss.
        starts: shape (2, *batch).
        steps: number of updates.
        course: base optimizer, schedule and noise, where they are not as usual.
        tile: runs in a tile; results do not depend on it.
        executor: who works, threads of this process where None.
        progress: called with (runs done, runs in all) after each tile.
        cancelled: asked between tiles whether to stop.

    Raises:
        TooLarge: where the result would not fit into `maps.tiles.MEMORY`.
        ValueError: for hyperparameters or starts that `run` refuses, and for arrays of hyperparameters.
        CancelledError: when `cancelled` said so.
    """
    raise_if(cancelled)
    contract.check(rule, landscape)
    steps = contract.count("steps", steps)
    starts = contract.points("starts", starts)
    for name, value in (rule.hyperparameters | {"learning_rate": learning_rate}).items():
        if np.ndim(value):
            raise ValueError(f"{name} must be one number here, not an array; a phase diagram takes many values")
    points = starts.reshape(2, -1)
    total = points.shape[1]
    require_memory(BYTES_PER_RUN * total, f"{total} runs")

    result = Destinations(np.empty(points.shape), np.empty(total, np.int8), np.empty(total, np.int8))
    tiles = slices(total, tile or runs_per_tile(steps))
    sent = to_worker(landscape, executor)
    tasks = ((rule, sent, points[:, place], learning_rate, steps, dict(course)) for place in tiles)
    done = 0
    for index, part in completed(run_tile, tasks, executor=executor, cancelled=cancelled):
        place = tiles[index]
        result.final[:, place], result.outcome[place], result.motion[place] = part
        done += place.stop - place.start
        if progress is not None:
            progress(done, total)
    return Destinations(result.final.reshape(starts.shape), *(codes.reshape(starts.shape[1:]) for codes in result[1:]))


def run_tile(
    rule: Rule, sent: str | PickledLandscape, starts: np.ndarray, learning_rate: float, steps: int, course: Course
) -> Destinations:
    """One tile of `destinations`; starts of shape (2, n)."""
    landscape = in_worker(sent)
    ends = run(rule, landscape, starts, learning_rate=learning_rate, steps=steps, keep="final", **course)
    return Destinations(ends.final, outcome(landscape, ends.final), motion(ends))
