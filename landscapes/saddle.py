"""A family of saddles: two wells joined over a pass whose cross-curvature is chosen."""

from landscapes.landscape import Landscape
from landscapes.stationary import isolated


def family(curvature: float) -> Landscape:
    """ℓ = ¼ (x² - 1)² + ½ k y²: a saddle at the origin with eigenvalues -1 and k, minima at (±1, 0) with 2 and k.

    SAM's flow holds the saddle where ρ̃ > 1 (Eq. 11 with λ = -1), whatever k.

    Args:
        curvature: k > 0, the curvature across the pass.

    Raises:
        ValueError: for k that is not positive.
    """
    if not curvature > 0:
        raise ValueError(f"the curvature across the pass must be positive, not {curvature!r}; try 1.0")
    k = float(curvature)

    def value(x, y):
        return 0.25 * (x * x - 1.0) ** 2 + 0.5 * k * y * y

    def gradient(x, y):
        return (x * x - 1.0) * x, k * y

    def hessian(x, y):
        zero = 0.0 * x + 0.0 * y
        return 3.0 * x * x - 1.0 + zero, zero, k + zero

    return Landscape(
        value,
        gradient,
        hessian,
        key="saddle",
        name="Double well",
        formula=rf"\tfrac14 (\theta_1^2 - 1)^2 + \tfrac{{{k:g}}}{{2}}\, \theta_2^2",
        domain=((-2.0, 2.0), (-2.0, 2.0)),
        start=(-0.4, 1.4),
        learning_rate=0.05,
        tolerance=0.1,
        minimum=0.0,
        known_stationary=(isolated("minimum", (-1.0, 0.0), (1.0, 0.0)), isolated("saddle", (0.0, 0.0))),
        about="Two minima of depth 0 and the saddle between them.",
        lesson="SAM and Monge SAM end at the saddle from nearly everywhere.",
        reference="The quartic double well; Kim et al. (2023), arXiv:2301.06308, for saddles under SAM",
    )


saddle = family(1.0)
