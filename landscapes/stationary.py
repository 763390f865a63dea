"""Stationary sets: where the gradient vanishes, of which kind, and how far away.

A landscape lists its stationary sets where they are known; for any other, `landscapes.search` finds them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from landscapes.code.exact import Exact

Kind = Literal["flat minimum", "minimum", "saddle", "maximum", "degenerate"]


@dataclass(frozen=True, eq=False)
class StationarySet:
    """Points of one kind where ∇ℓ = 0: isolated ones, or samples along a curve of them.

    Attributes:
        kind: "flat minimum" (a minimum of least λ_max where the minima differ in it), "minimum", "saddle", "maximum",
            "degenerate" (stationary, of a kind that the loss around it does not tell).
        points: shape (2, n), the points, or in order along the curve.
        distance: (x, y) → Euclidean distance to the set, in the shape of x; never too small, and exact
            as far out as the landscape's tolerance and a fiftieth of the domain's diagonal.
        connected: True where the points are samples of a curve.
    """

    kind: Kind
    points: np.ndarray
    distance: Callable[[np.ndarray, np.ndarray], np.ndarray]
    connected: bool = False


@dataclass(frozen=True, eq=False)
class ToPoints:
    """The distance to the nearest of a few points, shape (2, n)."""

    points: np.ndarray

    def __call__(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        squared = np.inf
        for px, py in self.points.T:
            dx, dy = x - px, y - py
            squared = np.minimum(squared, dx * dx + dy * dy)
        return np.sqrt(squared)


@dataclass(frozen=True, eq=False)
class ToMany(ToPoints):
    """The distance to the nearest of many points, shape (2, n), searched by a k-d tree."""

    def __post_init__(self) -> None:
        from scipy.spatial import cKDTree  # most programs list their sets and never load it

        object.__setattr__(self, "_tree", cKDTree(self.points.T))

    def __call__(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        x, y = np.broadcast_arrays(np.asarray(x, float), np.asarray(y, float))
        finite = np.isfinite(x) & np.isfinite(y)
        nearest = np.full(x.shape, np.inf)
        nearest[finite] = vars(self)["_tree"].query(np.stack([x[finite], y[finite]], axis=-1))[0]
        return nearest


@dataclass(frozen=True)
class ToRing:
    """The distance to the circle of a radius round the origin, |√(x² + y²) - r|."""

    radius: float

    def __call__(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        return np.abs(np.sqrt(x * x + y * y) - self.radius)


class ByFormula:
    """A distance as elementary arithmetic on components: (x, y) → distance, infinite where that is no number."""

    def __init__(self, formula: Callable) -> None:
        self.formula = formula
        self._exact = Exact(formula)

    def __call__(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        found = self._exact(x, y)
        return np.where(np.isnan(found), np.inf, found)


def isolated(kind: Kind, *points: tuple[float, float]) -> StationarySet:
    """The set of the given points (x, y)."""
    array = np.array(points, dtype=float).T
    return StationarySet(kind, array, ToPoints(array))


def ring(kind: Kind, radius: float) -> StationarySet:
    """The circle of the given radius round the origin."""
    angle = np.linspace(0.0, 2.0 * np.pi, 361)
    points = radius * np.array([np.cos(angle), np.sin(angle)])
    return StationarySet(kind, points, ToRing(radius), connected=True)


def cloud(kind: Kind, points: np.ndarray, *, connected: bool) -> StationarySet:
    """Many points, shape (2, n)."""
    return StationarySet(kind, points, ToMany(points), connected)


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


def eigenvector(hxx: np.ndarray, hxy: np.ndarray, hyy: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The unit eigenvector of λ_max by its components, exactly an axis where the matrix is diagonal."""
    hxx, hxy, hyy = (np.asarray(h, float) for h in (hxx, hxy, hyy))
    angle = 0.5 * np.arctan2(2.0 * hxy, hxx - hyy)
    level, upright = (hxy == 0) & (hxx >= hyy), (hxy == 0) & (hxx < hyy)
    cos, sin = np.where(level, 1.0, np.cos(angle)), np.where(upright, 1.0, np.sin(angle))
    return np.where(upright, 0.0, cos), np.where(level, 0.0, sin)


def first_within(sets: Sequence[StationarySet], x: np.ndarray, y: np.ndarray, radius: float) -> np.ndarray:
    """Index of the first listed set that lies within the radius of each point, -1 where none does.

    The order of the list decides, because a flat minimum lies on the curve of minima that is listed after it.
    """
    found = np.full(np.shape(x), -1, np.int8)
    with np.errstate(all="ignore"):
        for index in reversed(range(len(sets))):
            found[sets[index].distance(x, y) <= radius] = index
    return found
