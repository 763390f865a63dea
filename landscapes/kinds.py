"""Kinds: what a stationary point is, decided by the Hessian where it can be, else by the loss around it.

A curvature is trusted where it is larger than what it changes by within a small distance. Where both are, their signs
tell. Where one is, the loss is followed along the valley or ridge (`landscapes.valley`). Where none is, and at kinks,
the least and the greatest loss on small circles tell. What is below rounding tells nothing.
"""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from landscapes.kinks import BESIDE, jumps, may_kink, unsure
from landscapes.stationary import eigenvalues
from landscapes.valley import MAX_RADIUS, RADII, along, consistent

if TYPE_CHECKING:
    from landscapes.landscape import Landscape

CLOSE = 1e-4  # of the side, within which a trusted curvature hardly changes
TRUSTED = 3.0  # times that change
WIDE = 3  # larger radii, each twice the one before, at which a curve of stationary points must still be one
ANGLES = 96
CLOSER = 5  # times that the angles of the least and the greatest loss are refined, by …
FINER = 16
TURN = 2 * np.pi / ANGLES / FINER**CLOSER  # by which the last angle may be wrong
EPSILON = float(np.finfo(float).eps)
ROUNDING = 64 * EPSILON  # of the loss, and of the stronger curvature
FLAT = 1e-13  # of the most that the loss changes by, a change that is rounding

UNDERFLOW = 1e-290  # slopes below it come from numbers too small for float64

PLATEAU = "plateau"


class Classified(NamedTuple):
    """What points are.

    Attributes:
        kind: shape (n,): "minimum", "saddle", "maximum", "degenerate", or "plateau" for what is no stationary point.
        sharpness: λ_max, infinite where the gradient jumps.
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
        torn, beside = np.zeros(x.shape, bool), np.zeros(x.shape)
        if may_kink(landscape):
            slope, torn, endless = jumps(landscape, x, y)
            regular, half = regular & ~slope, half & ~slope
            high = np.where(endless | np.isnan(high), np.inf, high)
            beside = unsure(landscape, x, y)
        kind = np.full(x.shape, "saddle", dtype="U12")
        kind[regular & (low > 0)] = "minimum"
        kind[regular & (high < 0)] = "maximum"
        connected = np.zeros(x.shape, bool)
        if half.any():
            kind[half], connected[half] = along(landscape, x[half], y[half])
        others = ~regular & ~half
        if others.any():
            kind[others], connected[others] = on_circles(landscape, x[others], y[others], beside[others])
        kind[torn] = PLATEAU
    return Classified(kind, high, connected, regular)


def at_kinks(landscape: "Landscape", x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Which of the points that `kinks.kinks` found are at a kink, or at another minimum or maximum without a Hessian.

    Of all others Newton's method tells.
    """
    with np.errstate(all="ignore"):
        kind, level = on_circles(landscape, x, y, unsure(landscape, x, y))
        jump, (regular, _) = jumps(landscape, x, y), trust(landscape, x, y)
        bent = ~regular & ~level & ((kind == "minimum") | (kind == "maximum"))
        return ~jump.loss & (jump.slope | bent)


def trust(landscape: "Landscape", x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Whether both curvatures can be trusted, and whether only the stronger can."""
    with np.errstate(all="ignore"):
        weak, strong = np.sort(np.abs(eigenvalues(*landscape.hessian(x, y))), axis=0)
        change = TRUSTED * _change(landscape, x, y)
        both = (weak > change) & (weak > ROUNDING * strong)
        return both, ~both & (strong > change)


def _change(landscape: "Landscape", x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The most that an entry of the Hessian changes by within a small distance."""
    here = np.stack(landscape.hessian(x, y))
    angle = np.arange(8) * (np.pi / 4) + 0.1
    distance = CLOSE * landscape.side
    around = np.stack(landscape.hessian(x + distance * np.cos(angle)[:, None], y + distance * np.sin(angle)[:, None]))
    return np.abs(around - here[:, None]).max(axis=(0, 1))


def on_circles(
    landscape: "Landscape", x: np.ndarray, y: np.ndarray, unsure: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The kind of points by the loss on small circles, and whether it stays the same in some direction.

    Args:
        landscape: only its loss, gradient and side are used.
        x, y: shape (n,).
        unsure: by how much the loss at each point may be wrong.
    """
    middle, wide = landscape.value(x, y), 2**WIDE
    clear, one_sided = [], []
    for index in reversed(range(RADII + WIDE)):
        radius = MAX_RADIUS * landscape.side * wide / 2**index
        (low, gained), (high, _) = (_extreme(landscape, x, y, radius, way) for way in (1.0, -1.0))
        least, most = low - middle, -high - middle
        size = np.maximum(np.abs(least), np.abs(most))
        aside = np.where(unsure > 0, gained, 0.0) + unsure * (1.0 + TURN * radius / (BESIDE * landscape.side))
        rounding = ROUNDING * np.abs(middle) + FLAT * size + aside
        falls, rises = least < -rounding, most > rounding
        kind = np.select([falls & rises, least > rounding, most < -rounding], [2.0, 1.0, -1.0], 0.0)
        clear.append(np.where(np.isfinite(size), kind, np.nan))
        one_sided.append(np.where(np.isfinite(size), rises * 1.0 - falls * 1.0, np.nan))
    sign = consistent(np.array(clear[:RADII]))
    level = sign == 0
    side = consistent(np.array(one_sided[:RADII]))
    # a level curve through the point is one only if it crosses the wider circles too
    contrary = (np.array(clear[RADII:]) == 2.0).any(axis=0)
    sign = np.where(level, np.where(contrary, np.nan, side), sign)
    angle = np.arange(8)[:, None] * (np.pi / 4) + 0.1
    radius = MAX_RADIUS * landscape.side / 2 ** (RADII - 1)
    slopes = landscape.gradient(x + radius * np.cos(angle), y + radius * np.sin(angle))
    # where slopes are larger, the loss is too large for its changes
    fades = (side == 0) | _on_one_side(landscape, x, y)
    plateau = level & fades & (np.abs(slopes).max(axis=(0, 1)) <= UNDERFLOW)
    kinds = np.select(
        [plateau, sign == 1, sign == -1, sign == 2], [PLATEAU, "minimum", "maximum", "saddle"], "degenerate"
    )
    return kinds, level


def _on_one_side(landscape: "Landscape", x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Whether all that the loss changes by lies on one side of each point, as where it fades away below all numbers."""
    angles = np.arange(ANGLES)[:, None] * (2 * np.pi / ANGLES)
    radius = MAX_RADIUS * landscape.side
    change = np.abs(landscape.value(x + radius * np.cos(angles), y + radius * np.sin(angles)) - landscape.value(x, y))
    far = change.argmax(axis=0)
    most, opposite = (change[index, np.arange(x.size)] for index in (far, (far + ANGLES // 2) % ANGLES))
    return opposite <= FLAT * most


def _extreme(landscape: "Landscape", x: np.ndarray, y: np.ndarray, radius: float, way: float):
    """The least of way · ℓ on circles of the radius, its angle refined, and what the last refinement gained."""
    angles = np.arange(ANGLES)[:, None] * (2 * np.pi / ANGLES) + np.zeros(x.shape)
    spread, least = 2 * np.pi / ANGLES, np.full(x.shape, np.inf)
    for _ in range(CLOSER + 1):
        before = least
        loss = way * landscape.value(x + radius * np.cos(angles), y + radius * np.sin(angles))
        index = np.argmin(np.where(np.isnan(loss), np.inf, loss), axis=0)
        best, least = (np.take_along_axis(table, index[None], axis=0)[0] for table in (angles, loss))
        angles = best + np.linspace(-spread, spread, 2 * FINER + 1)[:, None]
        spread /= FINER
    return least, before - least
