"""SAM."""

from dataclasses import dataclass

from numpy.typing import ArrayLike

from optimizers.hyperparameters import radius
from optimizers.rules.rule import Rule


@dataclass(frozen=True)
class SAM(Rule):
    """Sharpness-aware minimization: G = I, δ = ρ g / ‖g‖ (Eq. 3). Foret et al. (2020), arXiv:2010.01412."""

    rho: ArrayLike = radius(about="Radius of the ball, in units of θ; the perturbation is as long as that.")
    key, name, metric = "sam", "SAM", r"I"
    purpose = "The original: the gradient is taken at the worst point of a ball, as far out whatever the gradient."

    @staticmethod
    def ascent(x, y, gx, gy):
        return gx, gy

    @staticmethod
    def inverse_root(x, y, gx, gy):
        return 1.0, 0.0, 1.0
