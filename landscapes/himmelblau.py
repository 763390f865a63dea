"""Himmelblau: four minima of equal depth and unequal sharpness, four passes and a summit."""

import numpy as np

from landscapes.landscape import Landscape
from landscapes.search import newton
from landscapes.stationary import Kind, StationarySet, isolated


def value(x, y):
    """ℓ = (x² + y - 11)² + (x + y² - 7)²."""
    return (x * x + y - 11.0) ** 2 + (x + y * y - 7.0) ** 2


def gradient(x, y):
    """∇ℓ = (4x p + 2q, 2p + 4y q) with p = x² + y - 11, q = x + y² - 7."""
    p = x * x + y - 11.0
    q = x + y * y - 7.0
    return 4.0 * x * p + 2.0 * q, 2.0 * p + 4.0 * y * q


def hessian(x, y):
    """∂²ℓ = (12x² + 4y - 42, 4x + 4y, 12y² + 4x - 26)."""
    return 12.0 * x * x + 4.0 * y - 42.0, 4.0 * (x + y), 12.0 * y * y + 4.0 * x - 26.0


_unlisted = Landscape(value, gradient, hessian)


def _polished(kind: Kind, *guesses: tuple[float, float]) -> StationarySet:
    x, y, *_ = newton(_unlisted, *np.array(guesses).T)
    return isolated(kind, *zip(x.tolist(), y.tolist(), strict=True))


himmelblau = Landscape(
    value,
    gradient,
    hessian,
    key="himmelblau",
    name="Himmelblau",
    formula=r"(\theta_1^2 + \theta_2 - 11)^2 + (\theta_1 + \theta_2^2 - 7)^2",
    domain=((-5.0, 5.0), (-5.0, 5.0)),
    start=(0.0, 0.0),
    tolerance=0.1,
    minimum=0.0,
    known_stationary=(
        _polished("flat minimum", (-2.805, 3.131)),
        _polished("minimum", (3.0, 2.0), (-3.779, -3.283), (3.584, -1.848)),
        _polished("saddle", (0.087, 2.884), (-3.073, -0.081), (3.385, 0.074), (-0.128, -1.954)),
        _polished("maximum", (-0.271, -0.923)),
    ),
    about="Four minima of depth 0 and different sharpness, four saddles and a maximum.",
    lesson="GD ends at a minimum from nearly everywhere, Monge SAM from less than half of the domain, SAM from less "
    "than a twentieth.",
    reference="Himmelblau (1972), Applied Nonlinear Programming, McGraw-Hill",
)
