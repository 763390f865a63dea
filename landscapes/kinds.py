"""Kinds: what a stationary point is, decided by the Hessian where it can be, else by the loss around it.

A curvature is trusted where it is larger than what it changes by within a small distance. Where both are, their signs
tell. Where one is, the loss is followed along the valley or ridge: at each distance t in the weak direction, the loss
that is stationary in the strong one is φ(t), and the sign of φ'(t) tells (x² + y³, x² - y⁴, (y - x²)(y - 2x²)). Where
none is, the least and the greatest loss on small circles tell. What is below rounding tells nothing.
"""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from landscapes.stationary import eigenvalues, eigenvector

if TYPE_CHECKING:
    from landscapes.landscape import Landscape

CLOSE = 1e-4  # of the side, within which a trusted curvature hardly changes
TRUSTED = 3.0  # times that change
MAX_RADIUS = 1 / 50  # of the side, the largest radius at which the loss is sampled; each further one is half as large
RADII = 8
ALIKE = 3  # the smallest decisive radii that have to agree
POLISH = 5  # Newton steps in the strong direction
ANGLES = 96
CLOSER = 3  # times that the angles of the least and the greatest loss are refined, by …
FINER = 16
EPSILON = float(np.finfo(float).eps)
ROUNDING = 64 * EPSILON  # of the loss
FLAT = 1e-13  # of curvature times side, a slope that is rounding; of the most that the loss changes by, a change

PLATEAU = "plateau"


class Classified(NamedTuple):
    """What points are.

    Attributes:
        kind: shape (n,): "minimum", "saddle", "maximum", "degenerate", or "plateau" for what is no stationary point.
        sharpness: λ_max.
        connected: bool, whether the loss stays the same in some direction.
        regular: bool, whether the Hessian decides.
    """

    kind: np.ndarray
    sharpness: np.ndarray
    connected: np.ndarray
    regular: np.ndarray


def classify(landscape: "Landscape", x: np.ndarray, y: np.ndarray) -> Classified:
    """What the stationary points (x, y), shape (n,), are."""
    with np.errstate(all="ignore"):
        low, high = eigenvalues(*landscape.hessian(x, y))
        regular, half = trust(landscape, x, y)
        kind = np.full(x.shape, "saddle", dtype="U12")
        kind[regular & (low > 0)] = "minimum"
        kind[regular & (high < 0)] = "maximum"
        connected = np.zeros(x.shape, bool)
        for chosen, tell in ((half, _along_the_valley), (~regular & ~half, _on_circles)):
            if chosen.any():
                kind[chosen], connected[chosen] = tell(landscape, x[chosen], y[chosen])
    return Classified(kind, high, connected, regular)


def trust(landscape: "Landscape", x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Whether both curvatures can be trusted, and whether only the stronger can."""
    with np.errstate(all="ignore"):
        size = np.abs(eigenvalues(*landscape.hessian(x, y)))
        change = TRUSTED * _change(landscape, x, y)
        both = size.min(axis=0) > change
        return both, ~both & (size.max(axis=0) > change)


def _change(landscape: "Landscape", x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The most that an entry of the Hessian changes by within a small distance."""
    here = np.stack(landscape.hessian(x, y))
    angle = np.arange(8) * (np.pi / 4) + 0.1
    distance = CLOSE * landscape.side
    around = np.stack(landscape.hessian(x + distance * np.cos(angle)[:, None], y + distance * np.sin(angle)[:, None]))
    return np.abs(around - here[:, None]).max(axis=(0, 1))


def _along_the_valley(landscape: "Landscape", x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    hxx, hxy, hyy = landscape.hessian(x, y)
    low, high = eigenvalues(hxx, hxy, hyy)
    cos, sin = eigenvector(hxx, hxy, hyy)
    upper = np.abs(high) >= np.abs(low)
    wx, wy = np.where(upper, cos, -sin), np.where(upper, sin, cos)  # the strong direction; (-wy, wx) is the weak one
    curvature = np.where(upper, high, low)
    signs = []
    for way in (-1.0, 1.0):
        across, by_radius = np.zeros(x.shape), []
        for index in reversed(range(RADII)):
            t = way * MAX_RADIUS * landscape.side / 2**index
            across = 4.0 * across  # a valley bends as t²
            for _ in range(POLISH):
                px, py = x - t * wy + across * wx, y + t * wx + across * wy
                gx, gy = landscape.gradient(px, py)
                hxx, hxy, hyy = landscape.hessian(px, py)
                step = (gx * wx + gy * wy) / (hxx * wx * wx + 2.0 * hxy * wx * wy + hyy * wy * wy)
                across = across - np.where(np.isfinite(step), step, 0.0)
            px, py = x - t * wy + across * wx, y + t * wx + across * wy
            gx, gy = landscape.gradient(px, py)
            slope = way * (gy * wx - gx * wy)
            lost = ~np.isfinite(slope) | (np.abs(across) > 2.0 * np.abs(t))
            level = np.abs(slope) <= FLAT * np.abs(curvature) * landscape.side
            by_radius.append(np.where(lost, np.nan, np.where(level, 0.0, np.sign(slope))))
        signs.append(_consistent(np.array(by_radius)))
    left, right = signs
    upward = np.where(curvature > 0, 1.0, -1.0)
    kind = np.where(
        np.isnan(left) | np.isnan(right),
        "degenerate",
        np.where((upward * left < 0) | (upward * right < 0), "saddle", np.where(upward > 0, "minimum", "maximum")),
    )
    return kind, (left == 0) & (right == 0)


def _on_circles(landscape: "Landscape", x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    middle = landscape.value(x, y)
    signs, level = [], []
    for index in reversed(range(RADII)):
        radius = MAX_RADIUS * landscape.side / 2**index
        least, most = (way * _extreme(landscape, x, y, radius, way) - middle for way in (1.0, -1.0))
        size = np.maximum(np.abs(least), np.abs(most))
        rounding = ROUNDING * np.abs(middle) + FLAT * size
        falls, rises = least < -rounding, most > rounding
        signs.append(np.where(np.isfinite(size), np.where(falls & rises, 2.0, rises * 1.0 - falls * 1.0), np.nan))
        level.append(~(falls & rises) & (np.minimum(np.abs(least), np.abs(most)) <= rounding))
    sign = _consistent(np.array(signs))
    angle = np.arange(8)[:, None] * (np.pi / 4) + 0.1
    slopes = landscape.gradient(x + radius * np.cos(angle), y + radius * np.sin(angle))
    plateau = (sign == 0) & (np.abs(slopes).max(axis=(0, 1)) == 0)  # else the loss is too large for its changes
    kind = np.select(
        [sign == 1, sign == -1, sign == 2, plateau], ["minimum", "maximum", "saddle", PLATEAU], "degenerate"
    )
    return kind, np.all(level, axis=0)


def _extreme(landscape: "Landscape", x: np.ndarray, y: np.ndarray, radius: float, way: float) -> np.ndarray:
    """The least of way · ℓ on circles of the radius, its angle refined."""
    angles = np.arange(ANGLES)[:, None] * (2 * np.pi / ANGLES) + np.zeros(x.shape)
    spread = 2 * np.pi / ANGLES
    for _ in range(CLOSER + 1):
        loss = way * landscape.value(x + radius * np.cos(angles), y + radius * np.sin(angles))
        index = np.argmin(np.where(np.isnan(loss), np.inf, loss), axis=0)
        best, least = (np.take_along_axis(table, index[None], axis=0)[0] for table in (angles, loss))
        angles = best + np.linspace(-spread, spread, 2 * FINER + 1)[:, None]
        spread /= FINER
    return least


def _consistent(signs: np.ndarray) -> np.ndarray:
    """The sign at the smallest decisive radii, 0 where none is decisive, NaN where they do not agree.

    Args:
        signs: shape (radii, n) from small to large: 0 where rounding hides the sign, NaN where nothing can be decided.
    """
    decisive = ~(signs == 0)
    rank = np.cumsum(decisive, axis=0)
    first = np.where(decisive & (rank <= ALIKE), signs, 0.0)
    agree = np.nanmax(np.where(first == 0, -9.0, first), axis=0) == np.nanmin(np.where(first == 0, 9.0, first), axis=0)
    answer = np.nanmax(np.where(first == 0, -9.0, first), axis=0)
    missing = np.isnan(np.where(first == 0, 0.0, first)).any(axis=0)
    return np.where(~decisive.any(axis=0), 0.0, np.where(agree & ~missing, answer, np.nan))
