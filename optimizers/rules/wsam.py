"""WSAM."""

from dataclasses import dataclass

from numpy.typing import ArrayLike

from optimizers.hyperparameters import hyperparameter, radius
from optimizers.rules.perturbation import perturbation, unless_zero
from optimizers.rules.rule import Rule


@dataclass(frozen=True)
class WSAM(Rule):
    """Weighted SAM: d = g + γ/(1 - γ) (s - g) with s = ∇ℓ(θ + ρ g/‖g‖). Yue et al. (2023), arXiv:2305.15817.

    As in pytorch_optimizer (kozistr/pytorch_optimizer, optimizer/sam.py; γ = 0.9, ρ = 0.05 there).
    """

    rho: ArrayLike = radius(0.3)
    gamma: ArrayLike = hyperparameter(
        0.8, high=0.99, symbol="γ", label="Weight γ", about="Weight of sharpness: 0 is gradient descent, 0.5 is SAM."
    )
    key, name = "wsam", "WSAM"
    equation = r"g + \tfrac{\gamma}{1 - \gamma}\,(s - g),\ s = \nabla\ell(\theta + \rho\,g/\|g\|)"
    purpose = "Makes of SAM a mixture of loss and sharpness, and weighs sharpness more than SAM does."

    @staticmethod
    def direction(loss, x, y, rho, gamma):
        gx, gy = loss.gradient(x, y)
        dx, dy = perturbation(gx, gy, gx, gy, rho)
        sx, sy = loss.gradient(x + dx, y + dy)
        weight = gamma / (1.0 - gamma)
        return unless_zero(rho, gx + weight * (sx - gx), gy + weight * (sy - gy), sx, sy)
