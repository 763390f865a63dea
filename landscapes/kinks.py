"""Kinks: where a loss is continuous but its gradient jumps, as |x| does at 0.

A minimum may be there and no gradient vanish, so that Newton's method cannot find it. It is stationary in Clarke's
sense: 0 lies in the convex hull of the gradients nearby. A cell of the plane is divided as long as that holds of it.
"""

import re
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from landscapes.checkpoint import checkpoint
from landscapes.work import WORK, operations

if TYPE_CHECKING:
    from landscapes.landscape import Landscape

MAY_KINK = re.compile(r"\b(abs|hypot|maximum|minimum|power|sign|sqrt|where)\(")

DIRECTIONS = 16
NEAR, CLOSER, CLOSEST = 1e-4, 1e-5, 1e-6  # of the side, the radii at which jumps of the gradient are compared …
FAR = 1 / 50  # … with the gradient here, …
SHARE = 1e-8  # of which a jump is at least this share, and what vanishes at most
TORN, WHOLE = 1e-9, 1e-3  # of the side, the radii at which the loss itself is compared …
STEP = 0.2  # … of which it changes by at least this share at the smaller one where it is not continuous
BESIDE = 1e-10  # of the side, by which a point may lie beside its kink

ROUNDING = 1e-12  # of the largest gradient, a distance that is none
COVER = 1.0  # of a cell's side, the radius of a circle round it: a quarter lies beyond any line through the cell
FINEST = 1e-11  # of the side, the last cell
KEPT = 8  # parts of a first cell that are divided further, by the gradients round them and as many by those inside
SAME = 1e-3  # of the side, within which points in a cell are one
SHUFFLE = 0.6180339887498949
EVALUATIONS = 8 * DIRECTIONS * 36  # of the derivatives, that a part of a cell takes: as many circles and divisions

SMALL = 16  # times smaller than the first is a cell from which a kink is followed
STEP_ALONG = 0.01  # of the cell, in which a difference along the kink is taken
NEWTON_STEPS = 8
BISECTIONS = 45


def may_kink(landscape: "Landscape") -> bool:
    """Whether a loss may have kinks: by the functions in its text; one that lists its stationary points has none."""
    if landscape.known_stationary is not None:
        return False
    source = landscape.source if landscape.derivatives is None else landscape.derivatives.source
    return source is None or MAY_KINK.search(source) is not None


class Jumps(NamedTuple):
    """What jumps at points, each bool, shape (n,).

    Attributes:
        slope: the gradient.
        loss: the loss itself, so that the point is no stationary one.
        endless: the curvature grows without an end, as it does at a jump of the gradient.
    """

    slope: np.ndarray
    loss: np.ndarray
    endless: np.ndarray


def jumps(landscape: "Landscape", x: np.ndarray, y: np.ndarray) -> Jumps:
    """What jumps at the points (x, y), shape (n,): what does not get smaller with the distance."""
    with np.errstate(all="ignore"):
        near, closer, closest = (_slope_jump(landscape, x, y, radius) for radius in (NEAR, CLOSER, CLOSEST))
        slope = (closest > 0.5 * closer) & (closer > 0.5 * near) & (closest > SHARE * _usual(landscape, x, y))
        here = landscape.value(x, y)
        torn, whole = (
            np.abs(landscape.value(*_circle(x, y, r * landscape.side)) - here).max(axis=0) for r in (TORN, WHOLE)
        )
        wide, close = (_curvature(landscape, *_circle(x, y, r * landscape.side)) for r in (NEAR, CLOSEST))
        return Jumps(slope, (torn > STEP * whole) & (torn > 0), slope | (close > 2 * wide))


def unsure(landscape: "Landscape", x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """By how much the loss at points may differ from that at the kinks that they stand for."""
    return _change(landscape, x, y, BESIDE * landscape.side)


def _change(landscape: "Landscape", x: np.ndarray, y: np.ndarray, radius: float) -> np.ndarray:
    """The most that the loss changes by from points to a circle round them."""
    change: np.ndarray = np.abs(landscape.value(*_circle(x, y, radius)) - landscape.value(x, y)).max(axis=0)
    return change


def _circle(x: np.ndarray, y: np.ndarray, radius: float) -> tuple[np.ndarray, np.ndarray]:
    angle = (np.arange(DIRECTIONS) * (2 * np.pi / DIRECTIONS) + 0.1)[:, None]
    return x + radius * np.cos(angle), y + radius * np.sin(angle)


def _usual(landscape: "Landscape", x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The largest gradient at some distance from points."""
    gx, gy = landscape.gradient(*_circle(x, y, FAR * landscape.side))
    return np.where(np.isfinite(gx) & np.isfinite(gy), np.hypot(gx, gy), 0.0).max(axis=0)


def _slope_jump(landscape: "Landscape", x: np.ndarray, y: np.ndarray, radius: float) -> np.ndarray:
    """The most by which the gradients at opposite points of a circle differ."""
    gx, gy = landscape.gradient(*_circle(x, y, radius * landscape.side))
    half = DIRECTIONS // 2
    return np.hypot(gx[half:] - gx[:half], gy[half:] - gy[:half]).max(axis=0)


def kinks(
    landscape: "Landscape", x: np.ndarray, y: np.ndarray, width: float, *, bounded: bool = False
) -> tuple[np.ndarray, np.ndarray]:
    """Stationary points in Clarke's sense in square cells: where 0 lies in the convex hull of the gradients nearby.

    A cell is divided into four as long as the hull of the gradients round it comes so near to 0 as it must where the
    cell holds such a point: gradients of one piece of the loss differ by its curvature times their distance. That ends
    at corners, and finds smooth stationary points as well; from small cells, a kink is also followed to where the loss
    is stationary along it.

    Args:
        landscape: only its derivatives and side are used.
        x, y: shape (n,), the centres of the cells.
        width: of the cells.
        bounded: whether to leave out parts of cells, so that it takes no more than about half of `WORK`.

    Returns:
        The points, shape (2, m), and the index of the cell of each.

    Reference: Clarke (1983), Optimization and Nonsmooth Analysis, Wiley.
    """
    x, y, cell, smallest = np.array(x, float), np.array(y, float), np.arange(np.size(x)), width / SMALL
    most = int(WORK / 2 / operations(landscape) / EVALUATIONS) if bounded else KEPT * x.size
    found = [(x[:0], y[:0], cell[:0])]
    with np.errstate(all="ignore"):
        while x.size and width >= FINEST * landscape.side:
            checkpoint()
            distance, curvature = _hull(landscape, x, y, COVER * width)
            near = np.flatnonzero(distance <= 2 * COVER * width * curvature)
            x, y, cell, distance = x[near], y[near], cell[near], distance[near]
            inside, _ = _hull(landscape, x, y, width / 2)
            few = np.union1d(_few(cell, inside, most), _few(cell, distance, most))
            x, y, cell = x[few], y[few], cell[few]
            if smallest < width <= 2 * smallest:
                found.append((*_stationary_along(landscape, x, y, width), cell))
            width /= 2
            right, up = (width / 2) * np.array([[-1, 1, -1, 1], [-1, -1, 1, 1]])
            x, y, cell = (x[:, None] + right).ravel(), (y[:, None] + up).ravel(), np.repeat(cell, 4)
        x, y, cell = (np.concatenate(parts) for parts in zip(*found, (x, y, cell), strict=True))
        distance, _ = _hull(landscape, x, y, BESIDE * landscape.side)
        there = np.flatnonzero(distance <= SHARE * _usual(landscape, x, y))
    places = np.round(np.stack([x[there], y[there]]) / (SAME * landscape.side))
    there = there[np.unique(np.stack([*places, cell[there]]), axis=1, return_index=True)[1]]
    return np.stack([x[there], y[there]]), cell[there]


def _stationary_along(
    landscape: "Landscape", x: np.ndarray, y: np.ndarray, reach: float
) -> tuple[np.ndarray, np.ndarray]:
    """Points moved onto the kink within reach and, by Newton's method, along it to where it neither rises nor falls."""
    step = STEP_ALONG * reach
    for _ in range(NEWTON_STEPS):
        checkpoint()
        x, y, nx, ny, slope = _onto(landscape, x, y, reach)
        *_, ahead = _onto(landscape, x - step * ny, y + step * nx, reach)
        *_, behind = _onto(landscape, x + step * ny, y - step * nx, reach)
        way = -2 * step * slope / (ahead - behind)
        way = np.where(np.isfinite(way), np.clip(way, -reach, reach), 0.0)
        x, y = x - way * ny, y + way * nx
    return _onto(landscape, x, y, reach)[:2]


def _onto(landscape: "Landscape", x: np.ndarray, y: np.ndarray, reach: float):
    """Points moved onto the kink within reach by bisection, its normal (nx, ny), and the slope along it.

    The gradients on the two sides differ along the normal; the distance of the line through them from 0 is the slope.
    """
    gx, gy = landscape.gradient(*_circle(x, y, reach))
    half = DIRECTIONS // 2
    most = np.argmax(np.hypot(gx[half:] - gx[:half], gy[half:] - gy[:half]), axis=0)[None]
    (ax, ay), (bx, by) = ([np.take_along_axis(g, most + k, axis=0)[0] for g in (gx, gy)] for k in (0, half))
    nx, ny, _ = _normal(ax, ay, bx, by)
    middle = (ax * nx + ay * ny + bx * nx + by * ny) / 2
    low, high = np.full(x.shape, -reach), np.full(x.shape, reach)
    for _ in range(BISECTIONS):
        between = (low + high) / 2
        gx, gy = landscape.gradient(x + between * nx, y + between * ny)
        over = gx * nx + gy * ny > middle
        low, high = np.where(over, low, between), np.where(over, between, high)
    x, y, beside = x + high * nx, y + high * ny, BESIDE * landscape.side
    (ax, ay), (bx, by) = (landscape.gradient(x + way * nx, y + way * ny) for way in (-beside, beside))
    nx, ny, size = _normal(ax, ay, bx, by)
    return x, y, nx, ny, (ax * by - ay * bx) / size


def _normal(ax, ay, bx, by):
    """The direction from one gradient to another, and their distance."""
    jx, jy = bx - ax, by - ay
    size = np.hypot(jx, jy)
    return jx / size, jy / size, size


def _hull(landscape: "Landscape", x: np.ndarray, y: np.ndarray, radius: float) -> tuple[np.ndarray, np.ndarray]:
    """The distance of 0 from the convex hull of the gradients on circles, never too large, and the largest curvature.

    It is measured along the direction that halves the angle which the gradients take up; 0 inside the hull.
    """
    places = _circle(x, y, radius)
    gx, gy = landscape.gradient(*places)
    used = np.isfinite(gx) & np.isfinite(gy)
    angle = np.arctan2(gy, gx)
    angle = np.sort(np.where(used, angle, np.where(used, angle, np.inf).min(axis=0)), axis=0)
    gaps = np.diff(angle, axis=0, append=angle[:1] + 2 * np.pi)
    widest = gaps.argmax(axis=0)[None]
    gap, before = (np.take_along_axis(table, widest, axis=0)[0] for table in (gaps, angle))
    middle = before + gap / 2
    along = np.where(used, -gx * np.cos(middle) - gy * np.sin(middle), np.inf).min(axis=0)
    largest = np.where(used, np.hypot(gx, gy), 0.0).max(axis=0)
    distance = np.where(along <= ROUNDING * largest, 0.0, along)
    return np.where(largest > 0, distance, np.inf), _curvature(landscape, *places)


def _curvature(landscape: "Landscape", x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The largest finite entry of the Hessians at points, shape (number, n), for each n."""
    size = np.abs(np.stack(np.broadcast_arrays(*landscape.hessian(x, y)))).max(axis=0)
    largest: np.ndarray = np.where(np.isfinite(size), size, 0.0).max(axis=0)
    return largest


def _few(cell: np.ndarray, distance: np.ndarray, most: int) -> np.ndarray:
    """Indices of a few parts of each cell, those of the least distance, and of equal ones as if drawn.

    There are no more than `most`, or one of each cell, and then of those of the least distance.
    """
    order = np.lexsort((np.arange(cell.size) * SHUFFLE % 1.0, distance, cell))
    _, start, back = np.unique(cell, return_index=True, return_inverse=True)
    kept = order[np.arange(cell.size) - start[back] < np.clip(most // max(start.size, 1), 1, KEPT)]
    return np.sort(kept[np.argsort(distance[kept], kind="stable")[: max(most, 1)]])
