"""Search: stationary points found by Newton's method, from a grid over the domain or from given points.

Those at kinks, where the gradient jumps, `landscapes.kinks` finds.

Lengths are measured in the landscape's shorter side and curvatures in those that occur, so that a loss scaled in x, y
or ℓ has the same points, scaled.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from landscapes.checkpoint import checkpoint
from landscapes.kinds import EPSILON, Classified, at_kinks, classify, trust
from landscapes.kinks import kinks, may_kink
from landscapes.stationary import StationarySet, cloud, eigenvalues, eigenvector
from landscapes.valley import strong
from landscapes.work import WORK, operations

if TYPE_CHECKING:
    from landscapes.landscape import Landscape

NEWTON_STEPS = 80
ACROSS = 8  # steps in the strong direction alone, before
MAX_STEP = 1 / 8  # of the side, the longest step
NOISE = 1e-13  # gradients below this times side and curvature are rounding
WEAK = 1e-9  # curvatures below this share of the other may be zero
ARRIVED = 1e-6  # of the side, the last step of what has converged
NEIGHBOURS = 1e-4 * np.array([0.0, -1.0, -0.7, -0.4, 0.4, 0.7, 1.0])  # of the side, where a slope is compared
SAME_POINT = 1e-6  # of the side, within which two points are one
KINKS_APART = 2e-3  # … where curves of them would be too many
SAME_DEGENERATE = 1e-2  # … where the loss is so flat that Newton's method stops short

FLATTER = 1.05  # minima differ in flatness when their λ_max differ by more than this ratio …
FLATTEST = 1e-3  # on a sampled curve of minima, the samples this close to the least λ_max stand for the flattest
LEVEL = 1e-6  # … and by more than this share of the curvature that is usual in the domain

BOTTOMS = 6  # parabolas that lead to the flattest point of a curve
SAME_BOTTOM = 1e-4  # of the side, within which two such points are one

FINEST, COARSEST = 61, 9  # starts along each axis
FEWEST, MOST = 16, 400  # points without a trusted curvature
KIND = 800  # gradients and Hessians for which the kind of one of these may be computed
FEW = 500  # points for which NumPy takes about as long as for one
FEWEST_STEPS = 30


class Newton(NamedTuple):
    """Where Newton's method came to.

    Attributes:
        x, y: shape (n,), the last positions.
        converged: bool, shape (n,).
        evaluations: of gradient and Hessian at one point, how many there were.
    """

    x: np.ndarray
    y: np.ndarray
    converged: np.ndarray
    evaluations: int


def newton(
    landscape: "Landscape", x: np.ndarray, y: np.ndarray, *, reach: float = np.inf, steps: int = NEWTON_STEPS
) -> Newton:
    """Newton's method for ∇ℓ = 0 from every start (x, y).

    The step is taken along the Hessian's eigenvectors, each part at most an eighth of the side long. Along a curve of
    solutions, where gradient and curvature are rounding, no step is taken. A plateau is no solution: there both vanish
    together, and the steps stay long.

    Args:
        landscape: only its gradient, Hessian and side are used.
        x, y: shape (n,).
        reach: a point that goes farther from its start is given up.
        steps: how many there are at most.
    """
    x, y = np.array(x, float), np.array(y, float)
    began = x.copy(), y.copy()
    with np.errstate(all="ignore"):
        converged, evaluations = _iterate(landscape, x, y, began, np.arange(x.size), reach, steps, rounding=True)
        doubtful = np.flatnonzero(converged)
        doubtful = doubtful[_sloping(landscape, x[doubtful], y[doubtful])]
        there, more = _iterate(landscape, x, y, began, doubtful, reach, steps, rounding=False)
        converged[doubtful] = there[doubtful]
    return Newton(x, y, converged, evaluations + more)


def _iterate(landscape, x, y, began, moving, reach: float, steps: int, rounding: bool) -> tuple[np.ndarray, int]:
    """Moves the chosen points, in place; which of them converged, and how many evaluations that took."""
    side, converged, evaluations = landscape.side, np.zeros(x.size, bool), 0
    for _ in range(steps):
        if moving.size == 0:
            break
        checkpoint()
        px, py = x[moving], y[moving]
        evaluations += moving.size
        dx, dy = _newton_step(landscape, px, py, rounding)
        nx, ny = px - dx, py - dy
        x[moving], y[moving] = nx, ny
        inside = np.maximum(np.abs(nx - began[0][moving]), np.abs(ny - began[1][moving])) <= reach  # False for NaN
        converged[moving] = inside & (np.maximum(np.abs(dx), np.abs(dy)) <= ARRIVED * side)
        # a point that a step leaves where it was has arrived
        moving = moving[inside & ((nx != px) | (ny != py))]
    return converged, evaluations


def _newton_step(landscape: "Landscape", x: np.ndarray, y: np.ndarray, rounding: bool) -> tuple[np.ndarray, np.ndarray]:
    gx, gy = landscape.gradient(x, y)
    hxx, hxy, hyy = landscape.hessian(x, y)
    low, high = eigenvalues(hxx, hxy, hyy)
    cos, sin = eigenvector(hxx, hxy, hyy)
    largest, side = np.maximum(np.abs(low), np.abs(high)), landscape.side

    def along(slope: np.ndarray, curvature: np.ndarray) -> np.ndarray:
        step = np.clip(slope / curvature, -MAX_STEP * side, MAX_STEP * side)
        still = slope == 0
        if rounding:
            still |= (np.abs(curvature) <= WEAK * largest) & (np.abs(slope) <= NOISE * largest * side)
        return np.where(still, 0.0, step)

    first, second = along(gx * cos + gy * sin, high), along(gy * cos - gx * sin, low)
    return first * cos - second * sin, first * sin + second * cos


def across(landscape: "Landscape", x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Where Newton steps in the strong direction alone lead, and whether the gradient is rounding there.

    It is on a curve of stationary points, also on one that Newton's method runs along before it is there (x² y²).
    """
    side = landscape.side
    with np.errstate(all="ignore"):
        for _ in range(ACROSS):
            checkpoint()
            gx, gy = landscape.gradient(x, y)
            wx, wy, curvature = strong(landscape, x, y)
            step = np.clip((gx * wx + gy * wy) / curvature, -MAX_STEP * side, MAX_STEP * side)
            step = np.where(np.isfinite(step), step, 0.0)
            x, y = x - step * wx, y - step * wy
        gx, gy = landscape.gradient(x, y)
        arrived = np.maximum(np.abs(gx), np.abs(gy)) <= NOISE * np.abs(curvature) * side
    return x, y, arrived & (np.abs(step) <= ARRIVED * side)


def _sloping(landscape: "Landscape", x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Whether the slope in the weak direction, however small, is one and no rounding: its neighbours are like it."""
    wx, wy, _ = strong(landscape, x, y)
    ux, uy = -wy, wx
    distance = NEIGHBOURS[:, None] * landscape.side
    gx, gy = landscape.gradient(x + distance * ux, y + distance * uy)
    first, second = gx * ux, gy * uy
    slopes = first + second
    even = slopes[1:] / slopes[0]
    # what is left when the parts cancel is rounding of the slope in the strong direction
    left = np.abs(slopes[0]) > 4 * EPSILON * (np.abs(first[0]) + np.abs(second[0]))
    return ((even > 0.5) & (even < 2.0)).all(axis=0) & left


def find(landscape: "Landscape") -> tuple[StationarySet, ...]:
    """Finds the stationary sets of a landscape inside its domain.

    Newton's method runs from every point of a grid over the domain; `kinds.classify` says what was found. The grid is
    so fine that the search takes no more than about `WORK` elementary operations.

    Returns:
        In order of precedence, for each kind that occurs the isolated points and the curves of it.
    """
    (left, right), (bottom, top) = landscape.domain
    n = resolution(landscape)
    x, y = np.meshgrid(np.linspace(left, right, n), np.linspace(bottom, top, n))
    usual = _usual_curvature(landscape, x, y)
    kinked = _kinked(landscape, x, y) if may_kink(landscape) else np.zeros((2, 0))
    reach, steps = 2 * max(right - left, top - bottom), _steps(landscape)
    on_x, on_y, arrived = across(landscape, x.ravel(), y.ravel())
    starts = np.append(x, on_x[arrived]), np.append(y, on_y[arrived])
    x, y, converged, _ = newton(landscape, *starts, reach=reach, steps=steps)
    points = np.concatenate([np.stack([x, y])[:, converged], kinked], axis=1)
    margin = SAME_POINT * landscape.side
    least, most = np.array(landscape.domain).T[:, :, None] + [[[-margin]], [[margin]]]
    points = points[:, ((points >= least) & (points <= most)).all(axis=0)]
    points = _few(landscape, distinct(points, SAME_POINT * landscape.side))
    if points.size == 0:
        return ()
    return tuple(_sets(landscape, points, classify(landscape, *points), usual))


def _kinked(landscape: "Landscape", x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The stationary points at kinks in the cells round the nodes of a grid."""
    width = max(float(x[0, 1] - x[0, 0]), float(y[1, 0] - y[0, 0]))
    points, _ = kinks(landscape, x.ravel(), y.ravel(), width, bounded=True)
    points = distinct(points, KINKS_APART * landscape.side)
    return points[:, at_kinks(landscape, *points)]


def resolution(landscape: "Landscape") -> int:
    """Starts along each axis: as many as `WORK` allows."""
    starts = WORK / ((NEWTON_STEPS + ACROSS) * operations(landscape))
    return int(np.clip(np.sqrt(starts), COARSEST, FINEST))


def _steps(landscape: "Landscape") -> int:
    """Steps of Newton's method: fewer where each takes long however few the starts are."""
    return int(np.clip(WORK / (FEW * operations(landscape)), FEWEST_STEPS, NEWTON_STEPS))


def distinct(points: np.ndarray, apart: float) -> np.ndarray:
    """One point, shape (2, m), for all that fall together when rounded to multiples of `apart`."""
    _, first = np.unique(np.round(points / apart), axis=1, return_index=True)
    return points[:, np.sort(first)]


def _few(landscape: "Landscape", points: np.ndarray) -> np.ndarray:
    """The points, those without a trusted curvature thinned out: to tell of what kind they are takes most."""
    trusted = np.any(trust(landscape, *points), axis=0)
    flat, apart = points[:, ~trusted], 2 * SAME_POINT * landscape.side
    most = np.clip(WORK / (KIND * operations(landscape)), FEWEST, MOST)
    while flat.shape[1] > most:
        flat, apart = distinct(flat, apart), 2 * apart
    return np.concatenate([points[:, trusted], flat], axis=1)


def _usual_curvature(landscape: "Landscape", x: np.ndarray, y: np.ndarray) -> float:
    with np.errstate(all="ignore"):
        size = np.max(np.abs(eigenvalues(*landscape.hessian(x, y))), axis=0)
    size = size[np.isfinite(size)]
    return float(np.median(size)) if size.size else 0.0


def _sets(landscape: "Landscape", points: np.ndarray, found: Classified, usual: float) -> Iterator[StationarySet]:
    kinds, connected = found.kind.copy(), found.connected.copy()
    minima = kinds == "minimum"
    if minima.any():
        sharpness = np.maximum(found.sharpness, LEVEL * usual)  # below it λ_max is rounding
        least, most = sharpness[minima].min(), sharpness[minima].max()
        if most > FLATTER * least:
            flat = minima & (sharpness <= least * (1 + FLATTEST))
            kinds[flat] = "flat minimum"
            curved = np.flatnonzero(flat & connected)
            bottoms = _flattest(landscape, apart(points[:, curved], landscape.side / 50))
            if bottoms.size:  # else λ_max is the same along the curve
                few = curved[: bottoms.shape[1]]
                points = points.copy()
                points[:, few], connected[few], kinds[curved[few.size :]] = bottoms, False, "minimum"
    for kind in ("flat minimum", "minimum", "saddle", "maximum", "degenerate"):
        for curve in (False, True):
            chosen = (kinds == kind) & (connected == curve)
            here, sure = points[:, chosen], found.regular[chosen]
            if not curve:
                loose = here[:, ~sure]
                loose = loose[:, np.argsort(np.hypot(*landscape.gradient(*loose)))]
                here = np.concatenate([here[:, sure], apart(loose, SAME_DEGENERATE * landscape.side)], axis=1)
            if here.size:
                yield cloud(kind, here, connected=curve)


def apart(points: np.ndarray, distance: float) -> np.ndarray:
    """Of points that are closer to one another than the distance, the first."""
    kept = [points[:, :0]]
    while points.size:
        kept.append(points[:, :1])
        points = points[:, np.hypot(*(points - points[:, :1])) > distance]
    return np.concatenate(kept, axis=1)


def _flattest(landscape: "Landscape", points: np.ndarray) -> np.ndarray:
    """Where λ_max is least along a curve of minima, from points near there: the bottom of a parabola through three.

    No points where λ_max does not change along the curve.
    """
    reach = landscape.side / 50
    for index in range(BOTTOMS):
        wx, wy, _ = strong(landscape, *points)
        along = np.stack([-wy, wx])
        before, here, after = (
            eigenvalues(*landscape.hessian(*newton(landscape, *(points + way * reach * along))[:2]))[1]
            for way in (-1.0, 0.0, 1.0)
        )
        bend = before - 2.0 * here + after
        if index == 0 and not (bend > LEVEL * here).all():
            return points[:, :0]
        with np.errstate(all="ignore"):
            step = np.where(bend > 0, 0.5 * (before - after) / bend, 0.0)
        points = np.stack(newton(landscape, *(points + np.clip(step, -1.0, 1.0) * reach * along))[:2])
        reach /= 4
    return apart(points, SAME_BOTTOM * landscape.side)


def flattest(landscape: "Landscape") -> float | None:
    """λ_max of the listed flat minima, None where the minima do not differ in it."""
    for stationary in landscape.stationary:
        if stationary.kind == "flat minimum":
            return float(np.nanmin(eigenvalues(*landscape.hessian(*stationary.points))[1]))
    return None
