"""A_ρ, the paper's Jacobian of a rule's flow, in closed form."""

import numpy as np

from landscapes import Landscape
from optimizers import contract
from optimizers.rules import TINY, Rule
from optimizers.stability.eigenvalues import Matrix, Stability, eigenvalues, product
from optimizers.stability.metric import broadcast, frozen_metric


def stability(rule: Rule, landscape: Landscape, x, y) -> Stability:
    """Eigenvalues of A_ρ(θ), in closed form: the Jacobian of the flow with all that multiplies g in δ held fixed.

    Where δ follows the gradient, that is A_ρ = ∇²ℓ(θ + δ) (I + ρ̃ ∇²ℓ(θ)) with δ = ρ̃ g (Eq. 10): ρ̃ = ρ/‖g‖ for SAM and
    ρ/(‖g‖√(1 + ‖g‖²)) for Monge SAM. Any other metric is held fixed as a whole: δ = ρ̃ G⁻¹g with ρ̃ = ρ/√(gᵀG⁻¹g) and
    A_ρ = ∇²ℓ(θ + δ) (I + ρ̃ G⁻¹ ∇²ℓ(θ)).

    Args:
        rule: with hyperparameters that broadcast against x and y.
        landscape: the loss.
        x, y: components of the points, any one shape.

    Raises:
        TypeError, ValueError: for what `run` refuses as a rule, a landscape or a hyperparameter.
        ValueError: where the rule has no metric, or G⁻¹ does not follow from it; see `frozen_metric`.
    """
    contract.check(rule, landscape)
    if rule.ascent is None:
        raise ValueError(f"{rule.name} has no metric, and A_ρ holds one fixed; use its exact Jacobian")
    matrix, singular = flow_matrix(rule, landscape, x, y)
    return Stability(*eigenvalues(matrix), singular, np.zeros_like(singular))


def flow_matrix(rule: Rule, landscape: Landscape, x, y) -> tuple[Matrix, np.ndarray]:
    """A_ρ and the mask of the points where it is singular; see `stability`."""
    x, y, g, rho, others = broadcast(rule, landscape, x, y)
    with np.errstate(all="ignore"):
        singular = (g[0] == 0) & (g[1] == 0) & (rho > 0)
        vx, vy = rule.ascent(x, y, *g, *others)
        scale = np.where(singular | (rho == 0), 0.0, rho / np.sqrt(g[0] * vx + g[1] * vy + TINY))
        metric = frozen_metric(rule, x, y, *g, *others)
        mxx, mxy, myy = (np.where(scale == 0, 0.0, scale * part) for part in metric)
        hxx, hxy, hyy = landscape.hessian(x, y)
        inner = Matrix(1.0 + mxx * hxx + mxy * hxy, mxx * hxy + mxy * hyy, mxy * hxx + myy * hxy,
                       1.0 + mxy * hxy + myy * hyy)  # fmt: skip
        dx, dy = (np.where(scale == 0, 0.0, scale * part) for part in (vx, vy))
        return product(landscape.hessian(x + dx, y + dy), inner), singular
