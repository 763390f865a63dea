"""Det-SAM."""

from dataclasses import dataclass

from numpy.typing import ArrayLike

from landscapes.elementary import exp, where
from optimizers.hyperparameters import hyperparameter, radius
from optimizers.rules.perturbation import unless_zero
from optimizers.rules.quadrature import EVEN, NODES, U, V
from optimizers.rules.rule import Rule


@dataclass(frozen=True)
class DetSAM(Rule):
    """Det-SAM: d = g + λ E[e (∇ℓ(θ + ρv) - g)] / E[e]³ with e = exp(-(ℓ(θ + ρv) - ℓ)/2ρ²), v uniform on [-h, h]².

    It is the gradient of ℓ + λρ²/E[e]²; over the whole plane, where the Hessian is positive definite, 1/E[e]² goes with
    its determinant. Over the whole plane the integral diverges unless the Hessian is positive definite, and on the
    banana's minima it is not; so the set has to be bounded, and h matters. Tahmasebi et al. (2024), ICML; as in
    dbahri/universal_sam (solver/sam.py; λ = 1, ρ = 1, h = 0.01 there, which acts as gradient descent), without a
    normalization that is computed and not applied there. The expectation, which samples estimate there, is the 4 × 4
    Gauss-Legendre rule. Over the banana's domain, with ρ = 1, the direction is within 3 % of that of 24 × 24 nodes with
    h = 0.6, but with h = 1 here and there off by half.
    """

    rho: ArrayLike = radius(1.0, "Scale of the perturbation, in units of θ.")
    weight: ArrayLike = hyperparameter(
        0.5, high=10.0, symbol="λ", label="Weight λ", about="Weight of the determinant; 0 is gradient descent."
    )
    half_width: ArrayLike = hyperparameter(
        0.6, high=1.0, symbol="h", label="Half-width h", about="Half-width of the square, in units of ρ."
    )
    key, name = "det-sam", "Det-SAM"
    equation = r"g + \lambda\,\mathrm{E}[e\,(\nabla\ell(\theta + \rho v) - g)]/\mathrm{E}[e]^3"
    purpose = "Penalizes the determinant of the Hessian, as far as a square of half-width ρh shows it."

    @staticmethod
    def direction(loss, x, y, rho, weight, half_width):
        x, y = x + 0.0, y + 0.0
        gx, gy = loss.gradient(x, y)
        here, reach = loss.value(x, y), rho * half_width
        scale = -0.5 / where(rho == 0.0, 1.0, rho * rho)  # there the formula is 0/0
        top = scale * 0.0
        for k in range(NODES):
            power = scale * (loss.value(x + reach * U[k], y + reach * V[k]) - here)
            top = where(power > top, power, top)
        total, mx, my = 0.0, 0.0, 0.0
        for k in range(NODES):
            px, py = x + reach * U[k], y + reach * V[k]
            e = EVEN[k] * exp(scale * (loss.value(px, py) - here) - top)  # at most 1, and divided by exp(top)
            hx, hy = loss.gradient(px, py)
            total, mx, my = total + e, mx + e * (hx - gx), my + e * (hy - gy)
        share = weight * exp(-2.0 * top) / (total * total * total)
        return unless_zero(rho, gx + share * mx, gy + share * my, gx, gy)
