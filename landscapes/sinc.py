"""Sinc: a maximum at the origin inside a ring of minima, the loss drawn in the paper's Figure 2."""

import numpy as np

from landscapes.landscape import Landscape
from landscapes.spherical_bessel import j0, j1_over_z, j2_over_z2
from landscapes.stationary import isolated, ring


def value(x, y):
    """ℓ = 5 sin r / r with r² = x² + y²."""
    return 5.0 * j0(x * x + y * y)


def gradient(x, y):
    """∇ℓ = -5 j₁(r)/r (x, y)."""
    slope = -5.0 * j1_over_z(x * x + y * y)
    return slope * x, slope * y


def hessian(x, y):
    """∂²ℓ = -5 j₁(r)/r I + 5 j₂(r)/r² (x, y)(x, y)ᵀ."""
    r2 = x * x + y * y
    slope = -5.0 * j1_over_z(r2)
    curvature = 5.0 * j2_over_z2(r2)
    return slope + curvature * x * x, curvature * x * y, slope + curvature * y * y


def extremum(index: int) -> float:
    """The index-th positive solution of tan z = z, where sin z / z is stationary: minima at odd indices."""
    z = (index + 0.5) * np.pi
    for _ in range(50):
        z = index * np.pi + np.arctan(z)
    return float(z)


FIRST_MINIMUM = extremum(1)

sinc = Landscape(
    value,
    gradient,
    hessian,
    key="sinc",
    name="Sinc",
    formula=r"5\,\frac{\sin r}{r},\quad r^2 = \theta_1^2 + \theta_2^2",
    domain=((-5.8, 5.8), (-5.8, 5.8)),
    start=(0.7, 0.4),
    learning_rate=0.05,
    tolerance=0.1,
    minimum=float(5.0 * np.sin(FIRST_MINIMUM) / FIRST_MINIMUM),
    known_stationary=(
        ring("minimum", FIRST_MINIMUM),
        isolated("maximum", (0.0, 0.0)),
        ring("maximum", extremum(2)),
        ring("minimum", extremum(3)),
    ),
    about="A maximum at the origin inside a ring of minima of radius 4.49.",
    lesson="SAM ends at the maximum from all starts in a disc of radius 1, Monge SAM from a disc of radius 0.68.",
    reference="Jacobsen and Arvanitidis (2025), Fig. 2 as drawn, arXiv:2502.08448",
)
