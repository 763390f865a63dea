"""Sinc of the squared radius: the formula in the caption of the paper's Figure 2, with rings that grow denser."""

import numpy as np

from landscapes.landscape import Landscape
from landscapes.sinc import FIRST_MINIMUM, extremum
from landscapes.spherical_bessel import j0, j1_over_z, j2_over_z2
from landscapes.stationary import isolated, ring


def value(x, y):
    """ℓ = 5 sin s / s with s = r² = x² + y²."""
    s = x * x + y * y
    return 5.0 * j0(s * s)


def gradient(x, y):
    """∇ℓ = -10 j₁(s) (x, y)."""
    s = x * x + y * y
    slope = -10.0 * s * j1_over_z(s * s)
    return slope * x, slope * y


def hessian(x, y):
    """∂²ℓ = -10 j₁(s) I + 20 (j₂(s) - j₁(s)/s) (x, y)(x, y)ᵀ."""
    s = x * x + y * y
    over_s = j1_over_z(s * s)
    slope = -10.0 * s * over_s
    curvature = 20.0 * (s * s * j2_over_z2(s * s) - over_s)
    return slope + curvature * x * x, curvature * x * y, slope + curvature * y * y


sinc_squared = Landscape(
    value,
    gradient,
    hessian,
    key="sinc-squared",
    name="Sinc of r²",
    formula=r"5\,\frac{\sin r^2}{r^2},\quad r^2 = \theta_1^2 + \theta_2^2",
    domain=((-3.0, 3.0), (-3.0, 3.0)),
    start=(0.7, 0.4),
    learning_rate=0.05,
    tolerance=0.1,
    minimum=float(5.0 * np.sin(FIRST_MINIMUM) / FIRST_MINIMUM),
    known_stationary=(
        *(ring("minimum", float(np.sqrt(extremum(index)))) for index in (1, 3, 5)),
        isolated("maximum", (0.0, 0.0)),
        *(ring("maximum", float(np.sqrt(extremum(index)))) for index in (2, 4)),
    ),
    about="The loss in the caption of the paper's Figure 2: a flat-topped maximum inside increasingly dense rings of "
    "minima and maxima.",
    reference="Jacobsen and Arvanitidis (2025), caption of Fig. 2, arXiv:2502.08448",
)
