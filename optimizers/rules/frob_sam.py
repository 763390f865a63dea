"""Frob-SAM."""

from dataclasses import dataclass

from numpy.typing import ArrayLike

from landscapes.elementary import where
from optimizers.hyperparameters import hyperparameter, radius
from optimizers.rules.perturbation import unless_zero
from optimizers.rules.quadrature import GAUSSIAN, NODES, X, Y
from optimizers.rules.rule import Rule


@dataclass(frozen=True)
class FrobSAM(Rule):
    """Frob-SAM: d = g + λ/ρ² Cov(ℓ(θ + ρz), ∇ℓ(θ + ρz)), z ~ N(0, I). Tahmasebi et al. (2024), ICML.

    It is the gradient of ℓ + λ/2ρ² Var ℓ(θ + ρz) ≈ ℓ + λ/2 (‖g‖² + ρ²/2 ‖∇²ℓ‖²): to leading order a penalty on the
    gradient. As in dbahri/universal_sam (solver/sam.py; λ = ρ = 0.005 there), but for the expectation, which two
    samples estimate there; here it is the 4 × 4 Gauss-Hermite rule, exact where the product is a polynomial of degree
    up to 7 in each parameter, as on the banana.
    """

    rho: ArrayLike = radius(0.5, "Standard deviation of the Gaussian, in units of θ.")
    weight: ArrayLike = hyperparameter(
        0.1, high=10.0, symbol="λ", label="Weight λ", about="Weight of the variance; 0 is gradient descent."
    )
    key, name = "frob-sam", "Frob-SAM"
    equation = r"g + \tfrac{\lambda}{\rho^2}\,\mathrm{Cov}(\ell(\theta + \rho z), \nabla\ell(\theta + \rho z))"
    purpose = "Penalizes how much the loss varies around a point: the gradient and the Frobenius norm of the Hessian."

    @staticmethod
    def direction(loss, x, y, rho, weight):
        x, y = x + 0.0, y + 0.0
        gx, gy = loss.gradient(x, y)
        here = loss.value(x, y)
        rise, mx, my, cx, cy = 0.0, 0.0, 0.0, 0.0, 0.0
        for k in range(NODES):
            px, py = x + rho * X[k], y + rho * Y[k]
            more, (hx, hy) = GAUSSIAN[k] * (loss.value(px, py) - here), loss.gradient(px, py)
            rise, mx, my = rise + more, mx + GAUSSIAN[k] * hx, my + GAUSSIAN[k] * hy
            cx, cy = cx + more * hx, cy + more * hy
        scale = weight / where(rho == 0.0, 1.0, rho * rho)  # there the formula is 0/0
        return unless_zero(rho, gx + scale * (cx - rise * mx), gy + scale * (cy - rise * my), gx, gy)
