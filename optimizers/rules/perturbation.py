"""How far and whereto rules look: the step out to the worst point of a ball, and vectors without a length.

Maximising the linearised loss over the ellipse δᵀGδ ≤ ρ² of a metric G gives one formula for all rules that have one
(Jacobsen and Arvanitidis 2025, Eqs. 1 to 9),

    δ = ρ v / √(gᵀv),   v = G⁻¹ g,   g = ∇ℓ(θ).
"""

from collections.abc import Callable
from functools import lru_cache

import numpy as np

from landscapes.elementary import sqrt, where

TINY = float(np.finfo(float).tiny)
ROUNDOFF = 1e-24  # square of the share of a vector below which what is left of it after a subtraction is roundoff


def perturbation(gx, gy, vx, vy, rho):
    """δ = ρ v / √(gᵀv), and exactly 0 where g or ρ is.

    The smallest normal number under the root makes a zero gradient give 0 / √tiny = 0 with no test and no warning.
    """
    scale = rho / sqrt(gx * vx + gy * vy + TINY)
    return unless_zero(rho, scale * vx, scale * vy, 0.0, 0.0)


def unless_zero(rho, dx, dy, ex, ey):
    """The vector d, and e where ρ = 0: to the last bit, and even where a part of d overflowed, which 0 makes NaN."""
    return where(rho == 0.0, ex, dx), where(rho == 0.0, ey, dy)


def unit(x, y):
    """The vector over its length; exactly 0 where it is 0, and so is its derivative."""
    square = x * x + y * y
    length = sqrt(square + TINY)
    return where(square == 0.0, 0.0, x / length), where(square == 0.0, 0.0, y / length)


def rest(ax, ay, bx, by):
    """What of a is across b, a - (a·b / ‖b‖²) b; exactly 0 where that is roundoff, at most 1e-12 of ‖a‖."""
    square = bx * bx + by * by
    share = (ax * bx + ay * by) / where(square == 0.0, 1.0, square)
    x, y = ax - share * bx, ay - share * by
    none = x * x + y * y <= ROUNDOFF * (ax * ax + ay * ay)
    return where(none, 0.0, x), where(none, 0.0, y)


@lru_cache(maxsize=256)
def perturbed(ascent: Callable) -> Callable:
    """The direction ∇ℓ(θ + δ) of the rule with this ascent."""

    def direction(loss, x, y, rho, *others):
        gx, gy = loss.gradient(x, y)
        vx, vy = ascent(x, y, gx, gy, *others)
        dx, dy = perturbation(gx, gy, vx, vy, rho)
        return loss.gradient(x + dx, y + dy)

    return direction


def descent(loss, x, y):
    """The direction of a rule without a radius, ∇ℓ(θ); δ = 0 is added as it is for the others, which turns -0 to 0."""
    return loss.gradient(x + 0.0, y + 0.0)
