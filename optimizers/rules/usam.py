"""Unnormalized SAM."""

from dataclasses import dataclass

from numpy.typing import ArrayLike

from optimizers.hyperparameters import radius
from optimizers.rules.perturbation import unless_zero
from optimizers.rules.rule import Rule


@dataclass(frozen=True)
class USAM(Rule):
    """Unnormalized SAM: d = ∇ℓ(θ + ρ g). Andriushchenko and Flammarion (2022), arXiv:2206.06232.

    As in their code (tml-epfl/understanding-sam, deep_nets/sam.py), which leaves ρ open.
    """

    rho: ArrayLike = radius(0.05, "Length of the perturbation in units of the gradient.")
    key, name = "usam", "USAM"
    equation = r"\nabla\ell(\theta + \rho\,g)"
    purpose = "Shows why SAM normalizes: where the gradient is large it looks too far, and diverges."

    @staticmethod
    def direction(loss, x, y, rho):
        x, y = x + 0.0, y + 0.0
        gx, gy = loss.gradient(x, y)
        dx, dy = loss.gradient(x + rho * gx, y + rho * gy)
        return unless_zero(rho, dx, dy, gx, gy)
