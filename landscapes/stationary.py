"""Stationary points: where the gradient vanishes, and of which kind.

A landscape lists its stationary sets where they are known; for any other they are found by Newton's method from a grid
over its domain and classified by the Hessian.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from landscapes.checkpoint import checkpoint

if TYPE_CHECKING:
    from landscapes.landscape import Landscape

Kind = Literal["flat minimum", "minimum", "saddle", "maximum"]

FLATTER = 1.05  # minima differ in flatness when their λ_max differ by more than this ratio
NEWTON_STEPS = 60
SAME_POINT = 1e-6
FLATTEST = 1e-3  # on a sampled curve of minima, the samples this close to the least λ_max stand for the flattest


@dataclass(frozen=True, eq=False)
class StationarySet:
    """Points of one kind where ∇ℓ = 0: isolated ones, or samples along a curve of them.

    Attributes:
        kind: "flat minimum" (a minimum of least λ_max where the minima differ in it), "minimum", "saddle", "maximum".
        points: shape (2, n), the points, or in order along the curve.
        distance: (x, y) → Euclidean distance to the set, in the shape of x; never too small, and exact
            as far out as 0.1 and a fiftieth of the domain's diagonal.
        connected: True where the points are samples of a curve.
    """

    kind: Kind
    points: np.ndarray
    distance: Callable[[np.ndarray, np.ndarray], np.ndarray]
    connected: bool = False


def isolated(kind: Kind, *points: tuple[float, float]) -> StationarySet:
    """The set of the given points (x, y)."""
    array = np.array(points, dtype=float).T

    def distance(x: np.ndarray, y: np.ndarray) -> np.ndarray:
        squared = np.inf
        for px, py in array.T:
            dx, dy = x - px, y - py
            squared = np.minimum(squared, dx * dx + dy * dy)
        return np.sqrt(squared)

    return StationarySet(kind, array, distance)


def ring(kind: Kind, radius: float) -> StationarySet:
    """The circle of the given radius round the origin."""
    angle = np.linspace(0.0, 2.0 * np.pi, 361)
    points = radius * np.array([np.cos(angle), np.sin(angle)])
    return StationarySet(kind, points, lambda x, y: np.abs(np.hypot(x, y) - radius), connected=True)


def cloud(kind: Kind, points: np.ndarray, *, connected: bool) -> StationarySet:
    """Many points, shape (2, n), searched by a k-d tree."""
    from scipy.spatial import cKDTree  # most programs list their sets and never load it

    tree = cKDTree(points.T)

    def distance(x: np.ndarray, y: np.ndarray) -> np.ndarray:
        x, y = np.broadcast_arrays(np.asarray(x, float), np.asarray(y, float))
        finite = np.isfinite(x) & np.isfinite(y)
        nearest = np.full(x.shape, np.inf)
        nearest[finite] = tree.query(np.stack([x[finite], y[finite]], axis=-1))[0]
        return nearest

    return StationarySet(kind, points, distance, connected)


def eigenvalues(hxx: np.ndarray, hxy: np.ndarray, hyy: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """λ_min and λ_max of the symmetric matrices [[hxx, hxy], [hxy, hyy]], in the shape of hxx.

    The eigenvalue of larger modulus is (t ± √(t² - 4d)) / 2 with trace t and determinant d; the other is d over it,
    which loses no digits where the two differ much.
    """
    hxx, hxy, hyy = (np.asarray(h, float) for h in (hxx, hxy, hyy))
    with np.errstate(all="ignore"):
        half_trace = (hxx + hyy) / 2
        radius = np.hypot((hxx - hyy) / 2, hxy)
        larger = half_trace + np.copysign(radius, half_trace)
        determinant = hxx * hyy - hxy * hxy
        other = np.where(larger == 0, 0.0, determinant / np.where(larger == 0, 1.0, larger))
    return np.minimum(larger, other), np.maximum(larger, other)


def newton(landscape: "Landscape", x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Newton's method for ∇ℓ = 0 from every start (x, y); on curves of solutions the least-norm step is taken.

    Returns:
        x, y, and the mask of the starts that converged.
    """
    x, y = np.array(x, float), np.array(y, float)
    moving = np.arange(x.size)
    with np.errstate(all="ignore"):
        for _ in range(NEWTON_STEPS):
            checkpoint()
            px, py = x[moving], y[moving]
            dx, dy = _newton_step(landscape, px, py)
            x[moving], y[moving] = px - dx, py - dy
            # a point that a step leaves where it was has arrived, and one that is not a number never will
            moving = moving[(x[moving] != px) | (y[moving] != py)]
            moving = moving[np.isfinite(x[moving]) & np.isfinite(y[moving])]
            if moving.size == 0:
                break
        gx, gy = landscape.gradient(x, y)
        low, high = eigenvalues(*landscape.hessian(x, y))
        scale = np.maximum(np.maximum(np.abs(low), np.abs(high)), 1e-3)
        converged = np.hypot(gx, gy) <= 1e-9 * scale
    return x, y, converged & np.isfinite(x) & np.isfinite(y)


def _newton_step(landscape: "Landscape", x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    gx, gy = landscape.gradient(x, y)
    hxx, hxy, hyy = landscape.hessian(x, y)
    low, high = eigenvalues(hxx, hxy, hyy)
    size = np.maximum(np.abs(low), np.abs(high))
    # Levenberg's term bounds the step along a valley's floor, where one eigenvalue is zero
    damping = 1e-9 * size * size + np.finfo(float).tiny
    axx, axy, ayy = hxx * hxx + hxy * hxy, hxy * (hxx + hyy), hyy * hyy + hxy * hxy
    axx, ayy = axx + damping, ayy + damping
    bx, by = hxx * gx + hxy * gy, hxy * gx + hyy * gy
    determinant = axx * ayy - axy * axy
    return (ayy * bx - axy * by) / determinant, (axx * by - axy * bx) / determinant


def find(landscape: "Landscape", resolution: int = 61) -> tuple[StationarySet, ...]:
    """Finds the stationary sets of a landscape inside its domain.

    Newton's method runs from every point of a grid over the domain; what converges is classified by the signs of the
    Hessian's eigenvalues (one of them zero: by the other, as on a curve of minima; both zero: by the loss around it).

    Args:
        landscape: any landscape; only its gradient, Hessian and domain are used.
        resolution: grid points along each axis.

    Returns:
        One set for each kind that occurs.
    """
    (left, right), (bottom, top) = landscape.domain
    x, y = np.meshgrid(np.linspace(left, right, resolution), np.linspace(bottom, top, resolution))
    x, y, converged = newton(landscape, x.ravel(), y.ravel())
    inside = converged & (x >= left) & (x <= right) & (y >= bottom) & (y <= top)
    points = _distinct(np.stack([x[inside], y[inside]]))
    if points.size == 0:
        return ()
    low, high = eigenvalues(*landscape.hessian(*points))
    zero = 1e-6 * np.maximum(np.abs(low), np.abs(high)).max()
    kinds = np.where(
        (low < -zero) & (high > zero),
        "saddle",
        np.where(high > zero, "minimum", np.where(low < -zero, "maximum", "degenerate")),
    )
    degenerate = kinds == "degenerate"
    kinds[degenerate] = _kinds_by_comparison(landscape, *points[:, degenerate])
    connected = np.minimum(np.abs(low), np.abs(high)) <= zero
    return tuple(_sets(points, kinds, high, connected))


def _distinct(points: np.ndarray) -> np.ndarray:
    _, first = np.unique(np.round(points / SAME_POINT), axis=1, return_index=True)
    return points[:, np.sort(first)]


def _kinds_by_comparison(landscape: "Landscape", x: np.ndarray, y: np.ndarray) -> np.ndarray:
    angle = np.linspace(0.0, 2.0 * np.pi, 64, endpoint=False)[:, None]
    around = landscape.value(x + 1e-2 * np.cos(angle), y + 1e-2 * np.sin(angle)) - landscape.value(x, y)
    lowest, highest = (around >= 0).all(axis=0), (around <= 0).all(axis=0)
    return np.where(lowest, "minimum", np.where(highest, "maximum", "saddle"))


def _sets(points: np.ndarray, kinds: np.ndarray, sharpness: np.ndarray, connected: np.ndarray):
    minima = kinds == "minimum"
    if minima.any():
        least, most = sharpness[minima].min(), sharpness[minima].max()
        if most > FLATTER * least:
            kinds = np.where(minima & (sharpness <= least * (1 + FLATTEST)), "flat minimum", kinds)
    for kind in ("flat minimum", "minimum", "saddle", "maximum"):
        chosen = kinds == kind
        if chosen.any():
            yield cloud(kind, points[:, chosen], connected=bool(connected[chosen].any()))


def first_within(sets: Sequence[StationarySet], x: np.ndarray, y: np.ndarray, radius: float) -> np.ndarray:
    """Index of the first listed set that lies within the radius of each point, -1 where none does.

    The order of the list decides, because a flat minimum lies on the curve of minima that is listed after it.
    """
    found = np.full(np.shape(x), -1, np.int8)
    with np.errstate(all="ignore"):
        for index in reversed(range(len(sets))):
            found[sets[index].distance(x, y) <= radius] = index
    return found
