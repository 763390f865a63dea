"""Destination maps: where the runs end that start at the pixels of a window, and how two such maps differ."""

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from landscapes import Landscape
from landscapes.landscape import Domain
from optimizers import contract
from optimizers.maps.pixels import cell_centres, pixel_centres, resolution_pair
from optimizers.maps.tiled_runs import BYTES_PER_RUN, Course, destinations
from optimizers.maps.tiles import require_memory
from optimizers.outcomes import OUTCOMES, shares
from optimizers.rules import Rule


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
    contract.check_a_landscape(landscape)
    window = landscape.domain if window is None else window
    columns, rows = resolution_pair(resolution)
    require_memory(BYTES_PER_RUN * columns * rows, f"a map of {columns} × {rows} starts")
    starts = pixel_centres(window, columns, rows)
    ends = destinations(rule, landscape, starts, learning_rate=learning_rate, steps=steps, course=course, **work)
    return DestinationMap(landscape, rule, learning_rate, steps, window, *ends, dict(course))


def difference(first: DestinationMap, second: DestinationMap) -> Difference:
    """Where the outcomes of two maps differ, and which became which.

    Raises:
        TypeError: for what is no map.
        ValueError: for maps of different windows or resolutions.
    """
    for name, one in (("first", first), ("second", second)):
        contract.instance(name, one, DestinationMap, "destination_map(…) returns")
    if first.window != second.window or first.outcome.shape != second.outcome.shape:
        raise ValueError("two maps can be compared pixel by pixel only if window and resolution are the same")
    differs = first.outcome != second.outcome
    pairs = first.outcome.astype(np.intp) * len(OUTCOMES) + second.outcome
    table = np.bincount(pairs.ravel(), minlength=len(OUTCOMES) ** 2).reshape(len(OUTCOMES), len(OUTCOMES))
    return Difference(differs, float(differs.mean()), table)
