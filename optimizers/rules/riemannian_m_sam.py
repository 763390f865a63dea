"""Riemannian SAM with the Monge metric."""

from dataclasses import dataclass

from numpy.typing import ArrayLike

from landscapes.elementary import where
from optimizers.hyperparameters import hyperparameter, radius
from optimizers.rules.perturbation import perturbation
from optimizers.rules.rule import Rule


@dataclass(frozen=True)
class RiemannianMongeSAM(Rule):
    """Riemannian SAM with the Monge metric: δ of Monge SAM, and d = G⁻¹s = s - (h·s)/(1 + ‖h‖²) h with s = ∇ℓ(θ + δ).

    Experimental: derived here from Riemannian SAM (Yun and Yang, 2023) with the metric G = I + h hᵀ. h is g = ∇ℓ(θ) or,
    by choice, s; the two differ greatly. With ρ = 0 it is Riemannian gradient descent.
    """

    rho: ArrayLike = radius(1.0, "Radius of the ball on the graph of the loss, in units of θ.")
    at_perturbed: ArrayLike = hyperparameter(
        0,
        high=1,
        whole=True,
        symbol="G at θ + δ",
        label="Metric at θ + δ",
        about="1 takes the metric of the update at θ + δ, 0 at θ.",
    )
    key, name, short = "riemannian-m-sam", "Riemannian Monge SAM", "Riem. M-SAM"
    equation = r"G^{-1}\,\nabla\ell(\theta + \delta),\ G = I + g g^\top"
    purpose = "Experimental: the Monge metric shortens not only the perturbation but the step as well."

    @staticmethod
    def direction(loss, x, y, rho, at_perturbed):
        gx, gy = loss.gradient(x, y)
        shrink = 1.0 / (1.0 + gx * gx + gy * gy)
        dx, dy = perturbation(gx, gy, shrink * gx, shrink * gy, rho)
        sx, sy = loss.gradient(x + dx, y + dy)
        hx, hy = where(at_perturbed == 1.0, sx, gx), where(at_perturbed == 1.0, sy, gy)
        share = (hx * sx + hy * sy) / (1.0 + hx * hx + hy * hy)
        return sx - share * hx, sy - share * hy
