"""Near: of which kind the stationary point near a given point is, listed or not."""

from typing import TYPE_CHECKING

import numpy as np

from landscapes.kinds import at_kinks, classify
from landscapes.kinks import kinks, may_kink
from landscapes.search import FLATTEST, SAME_POINT, across, flattest, newton
from landscapes.stationary import Kind, eigenvalues

if TYPE_CHECKING:
    from landscapes.landscape import Landscape

TOGETHER = 2000  # points round which kinks are looked for together, so that the parts of their cells stay small


def near(landscape: "Landscape", x: np.ndarray, y: np.ndarray, radius: float) -> np.ndarray:
    """The kind of the stationary point within the radius of each point, "" where none is found.

    Newton's method looks for it, and where that finds none `landscapes.kinks`. Each point is asked for itself, so that
    the answer does not depend on the others; points that fall together when rounded to a sixty-fourth of the radius
    are asked once.

    Args:
        landscape: any landscape.
        x, y: shape (n,), finite.
        radius: in the units of x and y.
    """
    cell = radius / 64
    with np.errstate(all="ignore"):
        key = np.round(x / cell) + 1j * np.round(y / cell)
        cells, back = np.unique(key, return_inverse=True)
        x_of_cell, y_of_cell = cells.real * cell, cells.imag * cell
        on_x, on_y, arrived = across(landscape, x_of_cell, y_of_cell)
        arrived &= np.hypot(on_x - x_of_cell, on_y - y_of_cell) <= radius
    begin = np.where(arrived, on_x, x_of_cell), np.where(arrived, on_y, y_of_cell)
    fx, fy, converged, _ = newton(landscape, *begin, reach=2 * radius)
    kinds = np.full(cells.size, "", dtype="U12")
    there = np.flatnonzero(converged)
    if there.size:
        points = np.stack([fx[there], fy[there]])
        rounded = np.round(points / (SAME_POINT * landscape.side))
        _, first, again = np.unique(rounded, axis=1, return_index=True, return_inverse=True)
        kinds[there] = _named(landscape, points[:, first])[np.ravel(again)]
    if may_kink(landscape):
        with np.errstate(all="ignore"):
            left = np.flatnonzero((kinds == "") | ~(np.hypot(fx - x_of_cell, fy - y_of_cell) <= radius))
        for start in range(0, left.size, TOGETHER):
            block = left[start : start + TOGETHER]
            nearest, part = _at_kinks(landscape, x_of_cell[block], y_of_cell[block], radius)
            found = block[part]
            (fx[found], fy[found]), kinds[found] = nearest, _named(landscape, nearest)
    with np.errstate(all="ignore"):
        within = np.hypot(fx[back] - x, fy[back] - y) <= radius
    return np.where(within, kinds[back], "")


def _at_kinks(landscape: "Landscape", x: np.ndarray, y: np.ndarray, radius: float) -> tuple[np.ndarray, np.ndarray]:
    """The nearest stationary point at a kink round each point, and the index of that point."""
    points, part = kinks(landscape, x, y, 2 * radius)
    rounded = np.round(points / (SAME_POINT * landscape.side))
    _, first, again = np.unique(rounded, axis=1, return_index=True, return_inverse=True)
    there = at_kinks(landscape, *points[:, first])[np.ravel(again)]
    points, part = points[:, there], part[there]
    order = np.argsort(np.hypot(points[0] - x[part], points[1] - y[part]), kind="stable")
    part, first = np.unique(part[order], return_index=True)
    return points[:, order[first]], part


def _named(landscape: "Landscape", points: np.ndarray) -> np.ndarray:
    kinds, sharpness = _listed(landscape, points), np.empty(points.shape[1])
    new = kinds == ""
    sharpness[~new] = eigenvalues(*landscape.hessian(*points[:, ~new]))[1]
    if new.any():
        found = classify(landscape, *points[:, new])
        kinds[new], sharpness[new] = found.kind, found.sharpness
    least: float | None = flattest(landscape)
    if least is not None:
        flat: Kind = "flat minimum"
        kinds[(kinds == "minimum") & (sharpness <= least * (1 + FLATTEST))] = flat
    return kinds


def _listed(landscape: "Landscape", points: np.ndarray) -> np.ndarray:
    """The kinds of points on listed sets, flat minima as minima; "" of others, and where there are kinks, of all."""
    kinds = np.full(points.shape[1], "", dtype="U12")
    if not may_kink(landscape):
        for stationary in reversed(landscape.stationary):  # the first counts
            on_it = stationary.distance(*points) <= SAME_POINT * landscape.side
            kinds[on_it] = "minimum" if stationary.kind == "flat minimum" else stationary.kind
    return kinds
