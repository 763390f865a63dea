"""The banana: minima along the hyperbola xy = 1, flattest at ±(1, 1), and a saddle at the origin."""

import numpy as np

from landscapes.elementary import abs, hypot, where
from landscapes.landscape import Landscape
from landscapes.stationary import ByFormula, StationarySet, isolated

NEWTON_STEPS = 6  # leave no error but rounding within 0.5 of the curve


def value(x, y):
    """ℓ = (1 - xy)²."""
    return (1.0 - x * y) ** 2


def gradient(x, y):
    """∇ℓ = -2 (1 - xy) (y, x)."""
    slope = 2.0 * (x * y - 1.0)
    return slope * y, slope * x


def hessian(x, y):
    """∂²ℓ = (2y², 4xy - 2, 2x²)."""
    return 2.0 * y * y, 4.0 * x * y - 2.0, 2.0 * x * x


def distance_to_hyperbola(x, y):
    """Distance to xy = 1: Newton's method for the foot (t, 1/t), t⁴ - x t³ + y t - 1 = 0.

    It starts on the curve beside the point, so it finds the nearest foot wherever the curve is near; any other foot
    still lies on the curve, so the distance is never too small.
    """
    t = where(abs(x) >= abs(y), x, 1.0 / y)
    for _ in range(NEWTON_STEPS):
        t2 = t * t
        t = t - (t2 * t * (t - x) + y * t - 1.0) / (t2 * (4.0 * t - 3.0 * x) + y)
    return hypot(x - t, y - 1.0 / t)


def _branch(sign: float) -> np.ndarray:
    t = sign * np.geomspace(0.05, 20.0, 241)
    return np.array([t, 1.0 / t])


hyperbola = StationarySet(
    "minimum",
    np.hstack([_branch(-1.0), [[np.nan], [np.nan]], _branch(1.0)]),
    ByFormula(distance_to_hyperbola),
    connected=True,
)

banana = Landscape(
    value,
    gradient,
    hessian,
    key="banana",
    name="Banana",
    formula=r"(1 - \theta_1\theta_2)^2",
    domain=((-3.0, 3.0), (-3.0, 3.0)),
    start=(-1.5, 0.5),
    tolerance=0.1,
    minimum=0.0,
    known_stationary=(isolated("flat minimum", (1.0, 1.0), (-1.0, -1.0)), hyperbola, isolated("saddle", (0.0, 0.0))),
    about="A valley of minima along θ₁θ₂ = 1, flattest at ±(1, 1), and a saddle at the origin.",
    lesson="SAM and Monge SAM come within 0.1 of ±(1, 1) or of the saddle from nearly everywhere, SAM more "
    "often of the saddle.",
    reference="Jacobsen and Arvanitidis (2025), Figs. 1, 4 and 5, arXiv:2502.08448",
)
