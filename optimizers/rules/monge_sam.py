"""Monge SAM."""

from dataclasses import dataclass

from numpy.typing import ArrayLike

from landscapes.elementary import sqrt
from optimizers.hyperparameters import radius
from optimizers.rules.rule import Rule


@dataclass(frozen=True)
class MongeSAM(Rule):
    """Monge SAM: G = I + g gᵀ (Eq. 6), δ = ρ g / (‖g‖ √(1 + ‖g‖²)) (Eq. 9). arXiv:2502.08448."""

    rho: ArrayLike = radius(
        about="Radius of the ball on the graph of the loss, in units of θ; the perturbation is never longer."
    )
    key, name, short, metric = "m-sam", "Monge SAM", "M-SAM", r"I + g g^\top"
    purpose = "The ball lies on the graph of the loss, so that the perturbation is short where the loss is steep."

    @staticmethod
    def ascent(x, y, gx, gy):
        shrink = 1.0 / (1.0 + gx * gx + gy * gy)
        return shrink * gx, shrink * gy

    @staticmethod
    def inverse_root(x, y, gx, gy):
        length = sqrt(1.0 + gx * gx + gy * gy)
        shrink = 1.0 / (length * (1.0 + length))
        return 1.0 - shrink * gx * gx, -shrink * gx * gy, 1.0 - shrink * gy * gy
