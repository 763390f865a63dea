"""ASAM."""

from dataclasses import dataclass

from numpy.typing import ArrayLike

from landscapes.elementary import abs
from optimizers.hyperparameters import hyperparameter, radius
from optimizers.rules.rule import Rule


@dataclass(frozen=True)
class ASAM(Rule):
    """Adaptive SAM: G = T⁻², T = diag(|θᵢ| + η), δ = ρ T²g / ‖T g‖. Kwon et al. (2021), arXiv:2102.11600."""

    rho: ArrayLike = radius(about="Radius of the ball, relative to the size of each parameter.")
    eta: ArrayLike = hyperparameter(
        0.01,
        high=100.0,
        symbol="η",
        label="Size η",
        about="Added to the size of each parameter, in units of θ; with 0 a parameter that is 0 is not perturbed.",
    )
    key, name, metric = "asam", "ASAM", r"\mathrm{diag}(|\theta_i| + \eta)^{-2}"
    purpose = "The ball scales with the parameters, so that rescaling them changes nothing."

    @staticmethod
    def ascent(x, y, gx, gy, eta):
        tx, ty = abs(x) + eta, abs(y) + eta
        return tx * tx * gx, ty * ty * gy

    @staticmethod
    def inverse_root(x, y, gx, gy, eta):
        return abs(x) + eta, 0.0, abs(y) + eta
