"""The rules: GD, SAM and its relatives.

Every rule descends along the gradient at a perturbed point, θ ← θ - α ∇ℓ(θ + δ). Maximising the linearised loss over
the ellipse δᵀGδ ≤ ρ² of a metric G gives one formula for all of them (Jacobsen and Arvanitidis 2025, Eqs. 1 to 9),

    δ = ρ v / √(gᵀv),   v = G⁻¹ g,   g = ∇ℓ(θ),

so a rule is its ρ and its `ascent`, which returns v; to draw the ellipse it also names G^(-1/2), which maps the ball
of radius ρ on it. Rules are written in elementary arithmetic on components: NumPy
runs it on arrays, the compiled engine on blocks, and autograd differentiates it.
"""

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike

from landscapes.elementary import abs, sqrt, where

TINY = float(np.finfo(float).tiny)


def perturbation(gx, gy, vx, vy, rho):
    """δ = ρ v / √(gᵀv), and exactly 0 where g or ρ is.

    The smallest normal number under the root makes a zero gradient give 0 / √tiny = 0 with no test and no warning.
    """
    scale = rho / sqrt(gx * vx + gy * vy + TINY)
    # ρ = 0 must be GD even where v overflowed and 0 v would be NaN
    return where(rho == 0.0, 0.0, scale * vx), where(rho == 0.0, 0.0, scale * vy)


@dataclass(frozen=True)
class Rule:
    """A rule as data: its hyperparameters are its fields, each a float or an array that broadcasts with the batch.

    Attributes:
        key: short name, for command lines and links.
        name: name to show.
        metric: the metric G in LaTeX.
        ascent: (x, y, gx, gy, *hyperparameters after ρ) → v = G⁻¹g.
        inverse_root: with the same arguments, the symmetric G^(-1/2) by its components xx, xy, yy.
    """

    key: ClassVar[str]
    name: ClassVar[str]
    metric: ClassVar[str]
    ascent: ClassVar[Callable]
    inverse_root: ClassVar[Callable]

    @property
    def hyperparameters(self) -> dict[str, ArrayLike]:
        """Name → value, ρ first."""
        return {item.name: getattr(self, item.name) for item in fields(self)}


@dataclass(frozen=True)
class GD(Rule):
    """Gradient descent: δ = 0."""

    key, name, metric = "gd", "Gradient descent", r"\rho = 0"

    @staticmethod
    def ascent(x, y, gx, gy):
        return gx, gy

    @staticmethod
    def inverse_root(x, y, gx, gy):
        return 1.0, 0.0, 1.0


@dataclass(frozen=True)
class SAM(Rule):
    """Sharpness-aware minimization: G = I, δ = ρ g / ‖g‖ (Eq. 3). Foret et al. (2020), arXiv:2010.01412.

    Attributes:
        rho: ρ ≥ 0, the radius of the ball, in units of θ; the perturbation is as long as that.
    """

    rho: ArrayLike
    key, name, metric = "sam", "SAM", r"I"

    @staticmethod
    def ascent(x, y, gx, gy):
        return gx, gy

    @staticmethod
    def inverse_root(x, y, gx, gy):
        return 1.0, 0.0, 1.0


@dataclass(frozen=True)
class MongeSAM(Rule):
    """Monge SAM: G = I + g gᵀ (Eq. 6), δ = ρ g / (‖g‖ √(1 + ‖g‖²)) (Eq. 9). arXiv:2502.08448.

    Attributes:
        rho: ρ ≥ 0, the radius of the ball on the graph of the loss, in units of θ; the perturbation is never longer.
    """

    rho: ArrayLike
    key, name, metric = "m-sam", "Monge SAM", r"I + g g^\top"

    @staticmethod
    def ascent(x, y, gx, gy):
        shrink = 1.0 / (1.0 + gx * gx + gy * gy)
        return shrink * gx, shrink * gy

    @staticmethod
    def inverse_root(x, y, gx, gy):
        length = sqrt(1.0 + gx * gx + gy * gy)
        shrink = 1.0 / (length * (1.0 + length))
        return 1.0 - shrink * gx * gx, -shrink * gx * gy, 1.0 - shrink * gy * gy


@dataclass(frozen=True)
class FisherSAM(Rule):
    """Fisher SAM, diagonal: G = diag(1 + η gᵢ²) (Eq. 5 and below it). Kim et al. (2022).

    The paper leaves η open; η = 1, the diagonal of the Monge metric, is the value that gives its Figure 5.

    Attributes:
        rho: ρ ≥ 0, the radius of the ball, in units of θ.
        eta: η ≥ 0, the weight of the squared gradient in the metric; 0 is SAM.
    """

    rho: ArrayLike
    eta: ArrayLike = 1.0
    key, name, metric = "fisher-sam", "Fisher SAM", r"\mathrm{diag}(1 + \eta g_i^2)"

    @staticmethod
    def ascent(x, y, gx, gy, eta):
        return gx / (1.0 + eta * gx * gx), gy / (1.0 + eta * gy * gy)

    @staticmethod
    def inverse_root(x, y, gx, gy, eta):
        return 1.0 / sqrt(1.0 + eta * gx * gx), 0.0, 1.0 / sqrt(1.0 + eta * gy * gy)


@dataclass(frozen=True)
class ASAM(Rule):
    """Adaptive SAM: G = T⁻², T = diag(|θᵢ| + η), δ = ρ T²g / ‖T g‖. Kwon et al. (2021), arXiv:2102.11600.

    Attributes:
        rho: ρ ≥ 0, the radius of the ball, relative to the size of each parameter.
        eta: η ≥ 0, added to that size, in units of θ; with 0 a parameter that is 0 is not perturbed.
    """

    rho: ArrayLike
    eta: ArrayLike = 0.01
    key, name, metric = "asam", "ASAM", r"\mathrm{diag}(|\theta_i| + \eta)^{-2}"

    @staticmethod
    def ascent(x, y, gx, gy, eta):
        tx, ty = abs(x) + eta, abs(y) + eta
        return tx * tx * gx, ty * ty * gy

    @staticmethod
    def inverse_root(x, y, gx, gy, eta):
        return abs(x) + eta, 0.0, abs(y) + eta


OPTIMIZERS: dict[str, type[Rule]] = {rule.key: rule for rule in (GD, SAM, MongeSAM, FisherSAM, ASAM)}
