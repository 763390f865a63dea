"""Momentum-SAM."""

from dataclasses import dataclass

from numpy.typing import ArrayLike

from optimizers.hyperparameters import hyperparameter, radius
from optimizers.rules.perturbation import unit, unless_zero
from optimizers.rules.rule import Rule


@dataclass(frozen=True)
class MomentumSAM(Rule):
    """Momentum-SAM: v ← μ v + ∇ℓ(θ - ρ v/‖v‖), d = v, from v = 0. Becker et al. (2024), arXiv:2401.12033.

    As in MarlonBecker/MSAM (optimizer/msam.py; μ = 0.9, ρ = 0.3 there); θ is the unperturbed point here. With ρ = 0 it
    is heavy ball.
    """

    rho: ArrayLike = radius(0.3)
    momentum: ArrayLike = hyperparameter(
        0.9, high=1.0, symbol="μ", label="Momentum μ", about="Share of the last direction that is kept."
    )
    key, name = "momentum-sam", "Momentum-SAM"
    equation = r"v,\ v \leftarrow \mu\,v + \nabla\ell(\theta - \rho\,v/\|v\|)"
    purpose = "Costs one gradient a step: it perturbs along the momentum that it already has, against the way ahead."
    state = {"vx": 0.0, "vy": 0.0}

    @staticmethod
    def direction(loss, x, y, vx, vy, rho, momentum):
        ux, uy = unit(vx, vy)
        dx, dy = unless_zero(rho, -rho * ux, -rho * uy, 0.0, 0.0)
        sx, sy = loss.gradient(x + dx, y + dy)
        vx, vy = momentum * vx + sx, momentum * vy + sy
        return vx, vy, vx, vy
