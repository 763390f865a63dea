"""LookSAM."""

from dataclasses import dataclass

from numpy.typing import ArrayLike

from landscapes.elementary import sqrt, where
from optimizers.hyperparameters import hyperparameter, radius
from optimizers.rules.perturbation import perturbation, rest, unit, unless_zero
from optimizers.rules.rule import Rule


@dataclass(frozen=True)
class LookSAM(Rule):
    """LookSAM: every k-th step d = s = ∇ℓ(θ + ρ g/‖g‖), which leaves v, the unit vector of what of s is across g.

    In between d = g + a ‖g‖ v. Liu et al. (2022), arXiv:2203.02714; as in MarlonBecker/MSAM (optimizer/looksam.py;
    ρ = 0.3, a = 0.2, k = 5 there). v is 0 where what is across g is roundoff.
    """

    rho: ArrayLike = radius(1.0)
    share: ArrayLike = hyperparameter(
        0.2,
        high=10.0,
        symbol="a",
        label="Share a",
        about="Length of the remembered part, in units of ‖g‖.",
    )
    interval: ArrayLike = hyperparameter(
        5,
        low=1,
        high=100,
        whole=True,
        symbol="k",
        label="Interval k",
        about="Steps between two looks; 1 is SAM.",
    )
    key, name = "looksam", "LookSAM"
    equation = r"s\ \text{if}\ k \mid t,\ \text{else}\ g + a\,\|g\|\,v"
    purpose = "Saves most of SAM's second gradients: it remembers which way the last one pointed."
    state = {"vx": 0.0, "vy": 0.0, "count": 0.0}
    discrete = ("count",)
    period = "interval"

    @staticmethod
    def direction(loss, x, y, vx, vy, count, rho, share, interval):
        gx, gy = loss.gradient(x, y)
        dx, dy = perturbation(gx, gy, gx, gy, rho)
        sx, sy = loss.gradient(x + dx, y + dy)
        nx, ny = unit(*rest(sx, sy, gx, gy))
        look = count == 0.0
        vx, vy = where(look, nx, vx), where(look, ny, vy)
        square = gx * gx + gy * gy
        length = where(square == 0.0, 0.0, share * sqrt(where(square == 0.0, 1.0, square)))
        dx, dy = where(look, sx, gx + length * vx), where(look, sy, gy + length * vy)
        dx, dy = unless_zero(rho, dx, dy, sx, sy)
        return dx, dy, vx, vy, where(count + 1.0 < interval, count + 1.0, 0.0)
