"""Phase diagrams: the outcomes of the same starts for every ρ and α."""

from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike

from landscapes import Landscape
from optimizers import contract
from optimizers.engine import run
from optimizers.maps.tiled_runs import Course
from optimizers.maps.tiles import Cancelled, Progress, completed, raise_if, require_memory, runs_per_tile, slices
from optimizers.maps.transfer import PickledLandscape, in_worker, to_worker
from optimizers.outcomes import OUTCOMES, outcome
from optimizers.rules import Rule

BYTES_PER_CELL = 8 * len(OUTCOMES) + 8  # counts and mean loss
BYTES_AT_WORK = 128  # a run of a phase diagram while its tile is computed


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
    raise_if(cancelled)
    for rule in rules:
        contract.check(rule, landscape)
    steps = contract.count("steps", steps)
    starts = contract.points("starts", starts)
    if starts.size == 0:
        raise ValueError(f"starts must not be empty, but have the shape {starts.shape}")
    points = starts.reshape(2, 1, -1)
    runs = points.shape[-1]
    rho, learning_rate = (
        np.atleast_1d(contract.hyperparameter(name, values)).ravel()
        for name, values in (("rho", rho), ("learning_rate", learning_rate))
    )
    shape = (len(rules), rho.size, learning_rate.size)
    require_memory(
        BYTES_PER_CELL * int(np.prod(shape)) + BYTES_AT_WORK * runs,
        f"a phase diagram of {rho.size} × {learning_rate.size} cells × {len(rules)} rules from {runs} starts",
    )
    per_tile = max((tile or runs_per_tile(steps)) // runs, 1)
    sent = to_worker(landscape, executor)
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


def count_tile(
    rule: Rule, sent: str | PickledLandscape, starts: np.ndarray, learning_rate: np.ndarray, steps: int, course: Course
) -> tuple[np.ndarray, np.ndarray]:
    """One tile of `phase_diagram`: counts (cells, 7) and mean loss (cells,) from starts (2, 1, n) and α (cells, 1)."""
    landscape = in_worker(sent)
    final = run(rule, landscape, starts, learning_rate=learning_rate, steps=steps, keep="final", **course).final
    codes = outcome(landscape, final)
    counts = np.stack([np.count_nonzero(codes == code, axis=-1) for code in range(len(OUTCOMES))], axis=-1)
    with np.errstate(all="ignore"):
        loss = landscape.value(*final)
        finite = np.isfinite(loss)
        return counts, np.where(finite, loss, 0.0).sum(axis=-1) / finite.sum(axis=-1)


def _places(rules: Sequence[Rule], rows: int, columns: int, size: int) -> Iterator[tuple[int, slice]]:
    """Rule and cells of each tile; of a rule without ρ only the first row, which stands for all."""
    for index, rule in enumerate(rules):
        for cells in slices(columns * (rows if "rho" in rule.hyperparameters else 1), size):
            yield index, cells
