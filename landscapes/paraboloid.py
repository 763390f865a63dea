"""The paraboloid: the simplest bowl; every rule's limit cycle on it has a closed form."""

from landscapes.landscape import Landscape
from landscapes.stationary import isolated


def value(x, y):
    """ℓ = x² + y²."""
    return x * x + y * y


def gradient(x, y):
    """∇ℓ = 2 (x, y)."""
    return 2.0 * x, 2.0 * y


def hessian(x, y):
    """∂²ℓ = (2, 0, 2); NaN where the point is not finite."""
    zero = 0.0 * x + 0.0 * y
    return 2.0 + zero, zero, 2.0 + zero


paraboloid = Landscape(
    value,
    gradient,
    hessian,
    key="paraboloid",
    name="Paraboloid",
    formula=r"\theta_1^2 + \theta_2^2",
    domain=((-2.0, 2.0), (-2.0, 2.0)),
    start=(0.5, 0.0),
    learning_rate=0.3,
    tolerance=0.1,
    minimum=0.0,
    known_stationary=(isolated("minimum", (0.0, 0.0)),),
    about="One round minimum. With α < 1 SAM ends on a 2-cycle of radius αρ/(1 - α) round it, unless a step "
    "lands on it exactly.",
    reference="Jacobsen and Arvanitidis (2025), Fig. 3 is the slice θ₂ = 0, arXiv:2502.08448",
)
