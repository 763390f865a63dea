"""Stationary points with a regular Hessian as elementary arithmetic, for pages that have no `landscapes.search`.

A page repeats `newton_step` from an end and asks `curvatures` what is there; it decides as `search.near` does.
"""

import math

from landscapes.elementary import abs, hypot, maximum, minimum, where
from landscapes.kinds import CLOSE, ROUNDING, TRUSTED

DIRECTIONS = 8
ANGLES = [2 * math.pi * n / DIRECTIONS + 0.1 for n in range(DIRECTIONS)]
COS, SIN = tuple(map(math.cos, ANGLES)), tuple(map(math.sin, ANGLES))


def newton_step(loss, x, y):
    """θ - H⁻¹∇ℓ."""
    gx, gy = loss.gradient(x, y)
    hxx, hxy, hyy = loss.hessian(x, y)
    determinant = hxx * hyy - hxy * hxy
    return x - (hyy * gx - hxy * gy) / determinant, y - (hxx * gy - hxy * gx) / determinant


def curvatures(loss, x, y, side):
    """λ_min and λ_max; both 0 where they cannot be trusted, as `kinds.trust` tells on a landscape with this side."""
    hxx, hxy, hyy = loss.hessian(x, y)
    half, radius = (hxx + hyy) / 2.0, hypot((hxx - hyy) / 2.0, hxy)
    larger = where(half >= 0.0, half + radius, half - radius)
    other = (hxx * hyy - hxy * hxy) / larger
    change = 0.0
    for n in range(DIRECTIONS):
        axx, axy, ayy = loss.hessian(x + CLOSE * side * COS[n], y + CLOSE * side * SIN[n])
        change = maximum(change, maximum(maximum(abs(axx - hxx), abs(axy - hxy)), abs(ayy - hyy)))
    trusted = (abs(other) > TRUSTED * change) & (abs(other) > ROUNDING * abs(larger))
    return where(trusted, minimum(larger, other), 0.0), where(trusted, maximum(larger, other), 0.0)
