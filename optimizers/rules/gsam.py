"""GSAM."""

from dataclasses import dataclass

from numpy.typing import ArrayLike

from optimizers.hyperparameters import hyperparameter, radius
from optimizers.rules.perturbation import perturbation, rest, unless_zero
from optimizers.rules.rule import Rule


@dataclass(frozen=True)
class GSAM(Rule):
    """Surrogate-gap SAM: d = s - β (g - (g·s/‖s‖²) s) with s = ∇ℓ(θ + ρ g/‖g‖). Zhuang et al. (2022), arXiv:2203.08065.

    As in their code (juntang-zhuang/GSAM, gsam/gsam.py), but for ρ, which they schedule with α; what is left of g is 0
    where it is roundoff.
    """

    rho: ArrayLike = radius(1.0)
    beta: ArrayLike = hyperparameter(
        0.4, high=10.0, symbol="β", label="Ascent β", about="Share of g across s that the step climbs; 0 is SAM."
    )
    key, name = "gsam", "GSAM"
    equation = r"s - \beta\,(g - \tfrac{g\cdot s}{\|s\|^2}\,s),\ s = \nabla\ell(\theta + \rho\,g/\|g\|)"
    purpose = "Narrows the gap between the perturbed loss and the loss: it climbs the loss across SAM's direction."

    @staticmethod
    def direction(loss, x, y, rho, beta):
        gx, gy = loss.gradient(x, y)
        dx, dy = perturbation(gx, gy, gx, gy, rho)
        sx, sy = loss.gradient(x + dx, y + dy)
        rx, ry = rest(gx, gy, sx, sy)
        return unless_zero(rho, sx - beta * rx, sy - beta * ry, sx, sy)
