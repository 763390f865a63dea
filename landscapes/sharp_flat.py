"""A sharp and a flat minimum of equal depth side by side: the picture that SAM is motivated with, put to the test."""

from landscapes.landscape import Landscape
from landscapes.stationary import isolated

SHARP = 8.0
FLAT = 1.0


def value(x, y):
    """ℓ = p q / (p + q), the harmonic blend of the bowls p = 8 ((x - 1)² + y²) and q = (x + 1)² + y²."""
    p = SHARP * ((x - 1.0) ** 2 + y * y)
    q = FLAT * ((x + 1.0) ** 2 + y * y)
    return p * q / (p + q)


def gradient(x, y):
    """∇ℓ = u² ∇p + v² ∇q with the weights u = q / (p + q), v = p / (p + q)."""
    p = SHARP * ((x - 1.0) ** 2 + y * y)
    q = FLAT * ((x + 1.0) ** 2 + y * y)
    u, v = q / (p + q), p / (p + q)
    sharp, flat = 2.0 * SHARP * u * u, 2.0 * FLAT * v * v
    return sharp * (x - 1.0) + flat * (x + 1.0), (sharp + flat) * y


def hessian(x, y):
    """∂²ℓ = u² ∂²p + v² ∂²q - 2 w wᵀ / (p + q) with w = u ∇p - v ∇q."""
    p = SHARP * ((x - 1.0) ** 2 + y * y)
    q = FLAT * ((x + 1.0) ** 2 + y * y)
    u, v = q / (p + q), p / (p + q)
    wx = 2.0 * SHARP * u * (x - 1.0) - 2.0 * FLAT * v * (x + 1.0)
    wy = (2.0 * SHARP * u - 2.0 * FLAT * v) * y
    bowls = 2.0 * SHARP * u * u + 2.0 * FLAT * v * v
    share = 2.0 / (p + q)
    return bowls - share * wx * wx, -share * wx * wy, bowls - share * wy * wy


# On the axis the slopes balance where (x + 1) / (1 - x) is the cube root of the ratio of the curvatures.
_RATIO = (SHARP / FLAT) ** (1.0 / 3.0)

sharp_flat = Landscape(
    value,
    gradient,
    hessian,
    key="sharp-flat",
    name="Sharp and flat",
    formula=r"\frac{p\,q}{p + q},\quad p = 8\,((\theta_1 - 1)^2 + \theta_2^2),\; q = (\theta_1 + 1)^2 + \theta_2^2",
    domain=((-2.5, 2.5), (-1.75, 1.75)),
    start=(1.6, 0.9),
    tolerance=0.1,
    minimum=0.0,
    known_stationary=(
        isolated("flat minimum", (-1.0, 0.0)),
        isolated("minimum", (1.0, 0.0)),
        isolated("saddle", ((_RATIO - 1.0) / (_RATIO + 1.0), 0.0)),
    ),
    about="Two minima of depth 0, one eight times sharper than the other.",
    lesson="From nearly everywhere SAM ends at the flat minimum or at (0, 0), where its perturbed point θ + δ "
    "is the sharp one.",
    reference="After Hochreiter and Schmidhuber (1997), Neural Computation 9 (1), Fig. 1",
)
