"""CR-SAM."""

from dataclasses import dataclass

from numpy.typing import ArrayLike

from optimizers.hyperparameters import hyperparameter, radius
from optimizers.rules.perturbation import perturbation, unless_zero
from optimizers.rules.rule import Rule


@dataclass(frozen=True)
class CRSAM(Rule):
    """Curvature-regularized SAM: d = p + γ (p + m - 2g) + β (p - m) with p, m = ∇ℓ(θ ± ρ g/‖g‖).

    Wu, Luo and Wunsch (2024), arXiv:2312.13555; as coded in TrustAIoT/CR-SAM (utils/crsam.py; ρ = β = γ = 0.1 there),
    which was not compared with the paper's objective.
    """

    rho: ArrayLike = radius(1.0)
    gamma: ArrayLike = hyperparameter(
        0.1, high=10.0, symbol="γ", label="Second difference γ", about="Weight of the gradient's second difference."
    )
    beta: ArrayLike = hyperparameter(
        0.1, high=10.0, symbol="β", label="First difference β", about="Weight of the gradient's first difference."
    )
    key, name = "cr-sam", "CR-SAM"
    equation = r"p + \gamma\,(p + m - 2g) + \beta\,(p - m),\ p, m = \nabla\ell(\theta \pm \rho\,g/\|g\|)"
    purpose = "Looks both ways, so that it sees how the curvature changes along the gradient."

    @staticmethod
    def direction(loss, x, y, rho, gamma, beta):
        gx, gy = loss.gradient(x, y)
        dx, dy = perturbation(gx, gy, gx, gy, rho)
        px, py = loss.gradient(x + dx, y + dy)
        mx, my = loss.gradient(x - dx, y - dy)
        dx = px + gamma * (px + mx - 2.0 * gx) + beta * (px - mx)
        dy = py + gamma * (py + my - 2.0 * gy) + beta * (py - my)
        return unless_zero(rho, dx, dy, px, py)
