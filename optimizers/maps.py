"""Maps: where the runs of one rule end, for every start in a window and for every ρ and α.

A pixel stands for its centre. Maps are computed in tiles by any executor; see `optimizers.tiles`.
"""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from landscapes import Landscape
from landscapes.landscape import Domain
from optimizers import contract
from optimizers.engine import run
from optimizers.outcomes import OUTCOMES, motion, outcome, shares
from optimizers.rules import Rule
from optimizers.tiles import Cancelled, Parcel, Progress, completed, packed, require_memory, runs_per_tile, unpacked

Course = Mapping[str, Any]  # base, schedule and noise, as `run` takes them; what is left out is as usual there
BYTES_PER_RUN = 34  # start and final position 16 each, outcome and motion 1 each
BYTES_PER_CELL = 8 * len(OUTCOMES) + 8  # counts and mean loss
BYTES_AT_WORK = 128  # a run of a phase diagram while its tile is computed


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


@dataclass(frozen=True, eq=False)
class DestinationMap:
    """Where the runs end that start at the pixels of a window.

    Attributes:
        landscape, rule, learning_rate, steps, course: what was run.
        window: ((left, right), (bottom, top)), the outer edges of the pixels.
        final: shape (2, rows, columns), rows from the bottom.
        outcome, motion: int8, shape (rows, columns), indices into OUTCOMES and MOTIONS.
    """

    landscape: Landscape
    rule: Rule
    learning_rate: float
    steps: int
    window: Domain
    final: np.ndarray
    outcome: np.ndarray
    motion: np.ndarray
    course: Course = field(default_factory=dict)

    @property
    def x(self) -> np.ndarray:
        """Abscissas of the pixels' centres, shape (columns,)."""
        return cell_centres(*self.window[0], self.outcome.shape[1])

    @property
    def y(self) -> np.ndarray:
        """Ordinates of the pixels' centres, shape (rows,)."""
        return cell_centres(*self.window[1], self.outcome.shape[0])

    @property
    def tolerance(self) -> float:
        """Distance within which a run is at a stationary set."""
        return self.landscape.tolerance

    @property
    def shares(self) -> dict[str, float]:
        """Outcome → share of the pixels."""
        return shares(self.outcome, OUTCOMES)


class Difference(NamedTuple):
    """Two maps of the same window, held against each other.

    Attributes:
        differs: bool, shape (rows, columns), where the outcomes differ.
        share: share of the pixels where they do.
        table: shape (7, 7), pixels by outcome in the first map (rows) and in the second (columns).
    """

    differs: np.ndarray
    share: float
    table: np.ndarray


@dataclass(frozen=True, eq=False)
class PhaseDiagram:
    """What became of the same starts for every ρ and α.

    Attributes:
        landscape, rules, steps, course: what was run; a rule's own ρ is replaced.
        rho, learning_rate: the values along the axes, shapes (n,) and (m,).
        runs: starts in each cell.
        counts: shape (rules, n, m, 7), runs by outcome.
        loss: shape (rules, n, m), mean of the final losses that are finite, NaN where none is.
    """

    landscape: Landscape
    rules: tuple[Rule, ...]
    rho: np.ndarray
    learning_rate: np.ndarray
    steps: int
    runs: int
    counts: np.ndarray
    loss: np.ndarray
    course: Course = field(default_factory=dict)

    @property
    def tolerance(self) -> float:
        """Distance within which a run is at a stationary set."""
        return self.landscape.tolerance

    def share(self, *outcomes: str) -> np.ndarray:
        """Share of the runs with one of these outcomes, shape (rules, n, m).

        Raises:
            ValueError: for a name that is no outcome.
        """
        if unknown := [name for name in outcomes if name not in OUTCOMES]:
            raise ValueError(f"there is no outcome {unknown[0]!r}; there are {', '.join(OUTCOMES)}")
        return self.counts[..., [OUTCOMES.index(name) for name in outcomes]].sum(axis=-1) / self.runs


def cell_centres(low: float, high: float, count: int) -> np.ndarray:
    """Centres of `count` equal cells between low and high."""
    return low + (np.arange(count) + 0.5) * ((high - low) / count)


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
        progress: told (runs done, runs in all) after each tile.
        cancelled: asked between tiles whether to stop.

    Raises:
        TooLarge: where the result would not fit into `tiles.MEMORY`.
        ValueError: for hyperparameters or starts that `run` refuses, and for arrays of hyperparameters.
        CancelledError: when `cancelled` said so.
    """
    starts = contract.points("starts", starts)
    for name, value in (rule.hyperparameters | {"learning_rate": learning_rate}).items():
        if np.ndim(value):
            raise ValueError(f"{name} must be one number here, not an array; a phase diagram takes many values")
    points = starts.reshape(2, -1)
    total = points.shape[1]
    require_memory(BYTES_PER_RUN * total, f"{total} runs")

    result = Destinations(np.empty(points.shape), np.empty(total, np.int8), np.empty(total, np.int8))
    tiles = _slices(total, tile or runs_per_tile(steps))
    sent = packed(landscape, executor)
    tasks = ((rule, sent, points[:, place], learning_rate, steps, dict(course)) for place in tiles)
    done = 0
    for index, part in completed(run_tile, tasks, executor=executor, cancelled=cancelled):
        place = tiles[index]
        result.final[:, place], result.outcome[place], result.motion[place] = part
        done += place.stop - place.start
        if progress is not None:
            progress(done, total)
    return Destinations(result.final.reshape(starts.shape), *(codes.reshape(starts.shape[1:]) for codes in result[1:]))


def destination_map(
    rule: Rule,
    landscape: Landscape,
    *,
    learning_rate: float,
    steps: int,
    window: Domain | None = None,
    resolution: int | tuple[int, int] = 500,
    course: Course = MappingProxyType({}),
    **work,
) -> DestinationMap:
    """Where the runs end that start at the pixels of a window.

    Args:
        rule, landscape, learning_rate, steps: as in `destinations`.
        window: ((left, right), (bottom, top)); the landscape's domain where None.
        resolution: pixels along each axis, or (columns, rows).
        course: as in `destinations`.
        **work: tile, executor, progress and cancelled, as in `destinations`.

    Raises:
        TooLarge, ValueError, CancelledError: as `destinations`; ValueError for a window or resolution that is none.

    Example:
        >>> from landscapes import LANDSCAPES
        >>> from optimizers import SAM
        >>> here = destination_map(SAM(1.0), LANDSCAPES["banana"], learning_rate=0.01, steps=200, resolution=20)
        >>> here.outcome.shape, round(sum(here.shares.values()), 12)
        ((20, 20), 1.0)
    """
    window = landscape.domain if window is None else window
    columns, rows = _resolution(resolution)
    require_memory(BYTES_PER_RUN * columns * rows, f"a map of {columns} × {rows} starts")
    starts = pixel_centres(window, columns, rows)
    ends = destinations(rule, landscape, starts, learning_rate=learning_rate, steps=steps, course=course, **work)
    return DestinationMap(landscape, rule, learning_rate, steps, window, *ends, dict(course))


def pixel_centres(window: Domain, columns: int, rows: int) -> np.ndarray:
    """The starts of a map, shape (2, rows, columns).

    Raises:
        ValueError: for a window that is empty or not finite.
    """
    try:
        (left, right), (bottom, top) = window
        fine = bool(np.isfinite([left, right, bottom, top]).all() and left < right and bottom < top)
    except (TypeError, ValueError):
        fine = False
    if not fine:
        raise ValueError(f"a window is ((left, right), (bottom, top)) with left < right, bottom < top, not {window!r}")
    return np.array(np.meshgrid(*(cell_centres(*side, n) for side, n in zip(window, (columns, rows), strict=True))))


def difference(first: DestinationMap, second: DestinationMap) -> Difference:
    """Where the outcomes of two maps differ, and which became which.

    Raises:
        ValueError: for maps of different windows or resolutions.
    """
    if first.window != second.window or first.outcome.shape != second.outcome.shape:
        raise ValueError("two maps can be compared pixel by pixel only if window and resolution are the same")
    differs = first.outcome != second.outcome
    pairs = first.outcome.astype(np.intp) * len(OUTCOMES) + second.outcome
    table = np.bincount(pairs.ravel(), minlength=len(OUTCOMES) ** 2).reshape(len(OUTCOMES), len(OUTCOMES))
    return Difference(differs, float(differs.mean()), table)


def phase_diagram(
    rules: Sequence[Rule],
    landscape: Landscape,
    starts: ArrayLike,
    *,
    rho: ArrayLike,
    learning_rate: ArrayLike,
    steps: int,
    course: Course = MappingProxyType({}),
    tile: int | None = None,
    executor: Executor | None = None,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> PhaseDiagram:
    """What becomes of the same starts for every ρ and α.

    Args:
        rules: each is run with every ρ in place of its own; one without ρ gives the same for all.
        landscape: the loss.
        starts: shape (2, *batch), the starts in every cell.
        rho, learning_rate: the values along the axes.
        steps: number of updates.
        course: as in `destinations`.
        tile, executor, progress, cancelled: as in `destinations`; a cell is never cut.

    Raises:
        TooLarge, ValueError, CancelledError: as `destinations`.
    """
    starts = contract.points("starts", starts)
    if starts.size == 0:
        raise ValueError(f"starts must not be empty, but have the shape {starts.shape}")
    points = starts.reshape(2, 1, -1)
    runs = points.shape[-1]
    rho, learning_rate = (np.atleast_1d(np.asarray(values, float)).ravel() for values in (rho, learning_rate))
    shape = (len(rules), rho.size, learning_rate.size)
    require_memory(
        BYTES_PER_CELL * int(np.prod(shape)) + BYTES_AT_WORK * runs,
        f"a phase diagram of {rho.size} × {learning_rate.size} cells × {len(rules)} rules from {runs} starts",
    )
    per_tile = max((tile or runs_per_tile(steps)) // runs, 1)
    sent = packed(landscape, executor)
    counts, loss = np.empty((*shape, len(OUTCOMES)), np.int64), np.empty(shape)
    places = list(_places(rules, rho.size, learning_rate.size, per_tile))

    def tasks() -> Iterator[tuple]:
        for rule_index, cells in places:
            rule, row, column = rules[rule_index], *np.divmod(np.arange(cells.start, cells.stop), learning_rate.size)
            if "rho" in rule.hyperparameters:
                rule = replace(rule, **{"rho": rho[row, np.newaxis]})  # a field that not every rule has
            yield rule, sent, points, learning_rate[column, np.newaxis], steps, dict(course)

    done, total = 0, runs * sum(cells.stop - cells.start for _, cells in places)
    for index, part in completed(count_tile, tasks(), executor=executor, cancelled=cancelled):
        rule_index, cells = places[index]
        counts[rule_index].reshape(-1, len(OUTCOMES))[cells], loss[rule_index].reshape(-1)[cells] = part
        done += runs * (cells.stop - cells.start)
        if progress is not None:
            progress(done, total)
    for rule_index, rule in enumerate(rules):
        if "rho" not in rule.hyperparameters:
            counts[rule_index], loss[rule_index] = counts[rule_index, :1], loss[rule_index, :1]
    return PhaseDiagram(landscape, tuple(rules), rho, learning_rate, steps, runs, counts, loss, dict(course))


def run_tile(
    rule: Rule, sent: str | Parcel, starts: np.ndarray, learning_rate: float, steps: int, course: Course
) -> Destinations:
    """One tile of `destinations`; starts of shape (2, n)."""
    landscape = unpacked(sent)
    ends = run(rule, landscape, starts, learning_rate=learning_rate, steps=steps, keep="final", **course)
    return Destinations(ends.final, outcome(landscape, ends.final), motion(ends))


def count_tile(
    rule: Rule, sent: str | Parcel, starts: np.ndarray, learning_rate: np.ndarray, steps: int, course: Course
) -> tuple[np.ndarray, np.ndarray]:
    """One tile of `phase_diagram`: counts (cells, 7) and mean loss (cells,) from starts (2, 1, n) and α (cells, 1)."""
    landscape = unpacked(sent)
    final = run(rule, landscape, starts, learning_rate=learning_rate, steps=steps, keep="final", **course).final
    codes = outcome(landscape, final)
    counts = np.stack([np.count_nonzero(codes == code, axis=-1) for code in range(len(OUTCOMES))], axis=-1)
    with np.errstate(all="ignore"):
        loss = landscape.value(*final)
        finite = np.isfinite(loss)
        return counts, np.where(finite, loss, 0.0).sum(axis=-1) / finite.sum(axis=-1)


def _slices(total: int, size: int) -> list[slice]:
    return [slice(first, min(first + size, total)) for first in range(0, total, size)]


def _places(rules: Sequence[Rule], rows: int, columns: int, size: int) -> Iterator[tuple[int, slice]]:
    """Rule and cells of each tile; of a rule without ρ only the first row, which stands for all."""
    for index, rule in enumerate(rules):
        for cells in _slices(columns * (rows if "rho" in rule.hyperparameters else 1), size):
            yield index, cells


def _resolution(resolution: int | tuple[int, int]) -> tuple[int, int]:
    both = resolution if isinstance(resolution, tuple) else (resolution, resolution)
    if len(both) != 2 or not all(isinstance(n, (int, np.integer)) and n > 0 for n in both):
        raise ValueError(f"resolution must be a positive whole number or (columns, rows), not {resolution!r}")
    return both
