"""Spherical Bessel functions of the sinc landscapes, exact where their textbook formulas are 0/0.

All take z² rather than z: in z² they are entire, so a landscape needs no square root (whose derivative is infinite at
the origin). Below z = 2 their Taylor series are summed to the last bit, above it the closed forms lose no digits.

Reference: DLMF §10.49(i) and §10.53, https://dlmf.nist.gov/10.49
"""

from math import factorial

from landscapes.elementary import cos, sin, sqrt, where

TERMS = 14
SERIES_BELOW = 4.0

J0 = tuple((-1.0) ** k / factorial(2 * k + 1) for k in range(TERMS))
J1 = tuple((-1.0) ** k * 2 * (k + 1) / factorial(2 * k + 3) for k in range(TERMS))
J2 = tuple((-1.0) ** k * 4 * (k + 1) * (k + 2) / factorial(2 * k + 5) for k in range(TERMS))


def polynomial(coefficients, z2):
    """Σ cₖ z²ᵏ by Horner's rule."""
    total = coefficients[TERMS - 1]
    for k in range(TERMS - 1):
        total = coefficients[TERMS - 2 - k] + z2 * total
    return total


def j0(z2):
    """j₀(z) = sin z / z."""
    series = z2 < SERIES_BELOW
    z = sqrt(where(series, SERIES_BELOW, z2))
    return where(series, polynomial(J0, where(series, z2, 0.0)), sin(z) / z)


def j1_over_z(z2):
    """j₁(z) / z = (sin z - z cos z) / z³."""
    series = z2 < SERIES_BELOW
    safe = where(series, SERIES_BELOW, z2)
    z = sqrt(safe)
    return where(series, polynomial(J1, where(series, z2, 0.0)), (sin(z) / z - cos(z)) / safe)


def j2_over_z2(z2):
    """j₂(z) / z² = ((3 - z²) sin z - 3 z cos z) / z⁵."""
    series = z2 < SERIES_BELOW
    safe = where(series, SERIES_BELOW, z2)
    z = sqrt(safe)
    return where(
        series, polynomial(J2, where(series, z2, 0.0)), (3.0 * (sin(z) / z - cos(z)) / safe - sin(z) / z) / safe
    )
