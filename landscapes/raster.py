"""Raster: which stationary set is near, for millions of points at once.

The distance to a set changes by no more than the way walked (it is 1-Lipschitz). So the distance at a cell's centre
often settles the whole cell, and only the points in cells that the boundary crosses have to be measured. The answers
are those of `first_within`, point by point.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from landscapes.stationary import StationarySet, first_within

if TYPE_CHECKING:
    from landscapes.landscape import Domain

COARSE = 32  # cells along each axis at first
FINER = 4  # cells that are not settled are divided into FINER × FINER …
LEVELS = 2  # … this often
BLOCK = 16384  # points that stay in the processor's cache together

OPEN = -2  # the code of a cell that is not settled
MARGIN = 1e-9  # covers the rounding of distances and of which cell a point is in


@dataclass(frozen=True, eq=False)
class Raster:
    """A table of `first_within` over a rectangle.

    Attributes:
        sets, radius: what is asked, as in `first_within`.
        domain: ((left, right), (bottom, top)), the rectangle; points beyond it are measured.
        codes: int8, shape (n + 2, n + 2), [row, column]; a rim of OPEN cells surrounds the rectangle.
    """

    sets: Sequence[StationarySet]
    radius: float
    domain: "Domain"
    codes: np.ndarray

    def first_within(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Index of the first set that lies within the radius of each point, -1 where none does; x, y of shape (n,)."""
        found = np.empty(x.shape, np.int8)
        with np.errstate(all="ignore"):
            for first in range(0, x.size, BLOCK):
                block = slice(first, first + BLOCK)
                found[block] = self._look_up(x[block], y[block])
        return found

    def _look_up(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        cells = len(self.codes) - 2
        (left, right), (bottom, top) = self.domain
        column = _cell((x - left) * (cells / (right - left)), cells)
        row = _cell((y - bottom) * (cells / (top - bottom)), cells)
        found = self.codes.ravel()[row * (cells + 2) + column]
        unsettled = np.flatnonzero(found == OPEN)
        found[unsettled] = first_within(self.sets, x[unsettled], y[unsettled], self.radius)
        return found


def rasterise(sets: Sequence[StationarySet], radius: float, domain: "Domain") -> Raster:
    """Settles the cells of the domain, from coarse to fine."""
    codes = np.full((COARSE, COARSE), OPEN, np.int8)
    for level in range(LEVELS + 1):
        if level:
            codes = codes.repeat(FINER, axis=0).repeat(FINER, axis=1)
        row, column = np.nonzero(codes == OPEN)
        codes[row, column] = _settled(sets, radius, domain, len(codes), row, column)
    return Raster(sets, radius, domain, np.pad(codes, 1, constant_values=OPEN))


def _settled(sets, radius, domain, cells, row, column) -> np.ndarray:
    (left, right), (bottom, top) = domain
    width, height = (right - left) / cells, (top - bottom) / cells
    x, y = left + (column + 0.5) * width, bottom + (row + 0.5) * height
    reach = np.hypot(width, height) / 2 + MARGIN * max(map(abs, (left, right, bottom, top, radius)))
    codes = np.full(row.shape, OPEN, np.int8)
    free = np.ones(row.shape, bool)  # no point of the cell is within the radius of a set that was checked
    for index, stationary in enumerate(sets):
        distance = stationary.distance(x, y)
        codes[free & (distance + reach <= radius)] = index
        free &= distance - reach > radius
    codes[free] = -1
    return codes


def _cell(position: np.ndarray, cells: int) -> np.ndarray:
    """Truncated to 1 … cells, and 0 or cells + 1 beyond either end; 0 for NaN."""
    return np.fmin(np.fmax(position + 1.0, 0.0), cells + 1.0).astype(np.int32)
