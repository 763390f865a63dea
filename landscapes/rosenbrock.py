"""Rosenbrock: a narrow curved valley that leads to a single minimum."""

from landscapes.landscape import Landscape
from landscapes.stationary import isolated


def value(x, y):
    """ℓ = (1 - x)² + 100 (y - x²)²."""
    return (1.0 - x) ** 2 + 100.0 * (y - x * x) ** 2


def gradient(x, y):
    """∇ℓ = (-2 (1 - x) - 400 x (y - x²), 200 (y - x²))."""
    rise = y - x * x
    return 2.0 * (x - 1.0) - 400.0 * x * rise, 200.0 * rise


def hessian(x, y):
    """∂²ℓ = (2 - 400 (y - 3x²), -400 x, 200)."""
    return 2.0 - 400.0 * (y - 3.0 * x * x), -400.0 * x + 0.0 * y, 200.0 + 0.0 * x + 0.0 * y


rosenbrock = Landscape(
    value,
    gradient,
    hessian,
    key="rosenbrock",
    name="Rosenbrock valley",
    formula=r"(1 - \theta_1)^2 + 100\,(\theta_2 - \theta_1^2)^2",
    domain=((-2.0, 2.0), (-1.0, 3.0)),
    start=(-1.2, 1.0),
    learning_rate=0.001,
    tolerance=0.1,
    minimum=0.0,
    known_stationary=(isolated("minimum", (1.0, 1.0)),),
    about="A narrow curved valley with a single minimum, at (1, 1).",
    lesson="SAM diverges from most starts, Monge SAM from none: it perturbs less where the slope is steep.",
    reference="Rosenbrock (1960), The Computer Journal 3 (3), 175-184",
)
