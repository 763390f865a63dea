"""Trace-SAM."""

from dataclasses import dataclass

from numpy.typing import ArrayLike

from optimizers.hyperparameters import hyperparameter, radius
from optimizers.rules.perturbation import unless_zero
from optimizers.rules.quadrature import GAUSSIAN, NODES, X, Y
from optimizers.rules.rule import Rule


@dataclass(frozen=True)
class TraceSAM(Rule):
    """Trace-SAM: d = g + λ E[∇ℓ(θ + ρz) - g], z ~ N(0, I). Tahmasebi et al. (2024), ICML.

    It is the gradient of ℓ + λ E[ℓ(θ + ρz) - ℓ] ≈ ℓ + λρ²/2 tr ∇²ℓ; with λ = 1 that is the smoothed loss. As in
    dbahri/universal_sam (solver/sam.py; λ = 1, ρ = 0.01 there), but for the expectation, which samples estimate there;
    here it is the 4 × 4 Gauss-Hermite rule, exact for losses that are polynomials of degree up to 7 in each parameter.
    """

    rho: ArrayLike = radius(0.5, "Standard deviation of the Gaussian, in units of θ.")
    weight: ArrayLike = hyperparameter(
        1.0, high=10.0, symbol="λ", label="Weight λ", about="Weight of the trace; 0 is gradient descent."
    )
    key, name = "trace-sam", "Trace-SAM"
    equation = r"g + \lambda\,\mathrm{E}[\nabla\ell(\theta + \rho z) - g]"
    purpose = "Penalizes the trace of the Hessian: it descends the loss as seen through a Gaussian blur."

    @staticmethod
    def direction(loss, x, y, rho, weight):
        x, y = x + 0.0, y + 0.0
        gx, gy = loss.gradient(x, y)
        mx, my = 0.0, 0.0
        for k in range(NODES):
            hx, hy = loss.gradient(x + rho * X[k], y + rho * Y[k])
            mx, my = mx + GAUSSIAN[k] * (hx - gx), my + GAUSSIAN[k] * (hy - gy)
        return unless_zero(rho, gx + weight * mx, gy + weight * my, gx, gy)
