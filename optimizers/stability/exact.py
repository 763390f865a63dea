"""The exact Jacobian of a rule's direction, by autograd and the chain rule."""

import numpy as np
from autograd import elementwise_grad
from numpy.typing import ArrayLike

from landscapes import Landscape
from optimizers import contract
from optimizers.bases import PLAIN, Base
from optimizers.rules import Rule, perturbation
from optimizers.stability.eigenvalues import Matrix, Stability, eigenvalues, product
from optimizers.stability.metric import SAME, broadcast, probe_points
from optimizers.stability.step_jacobian import multipliers, step_jacobian

NEXT_TO_ZERO = 1e-150  # a subnormal number would have no digits left for autograd to divide by


def exact_stability(
    rule: Rule, landscape: Landscape, x, y, learning_rate: ArrayLike | None = None, base: Base = PLAIN
) -> Stability:
    """Eigenvalues of the exact Jacobian of the direction; of a rule with a metric, ∇²ℓ(θ + δ) (I + ∂δ/∂θ).

    Where a rule or its base has a state, they are (1 - μ)/α of the eigenvalues μ of the step's Jacobian over θ and that
    state, the rule's where it begins and the base's as it becomes where θ stays (`step_jacobian.multipliers`): the
    least and the greatest real part, and the greatest imaginary one.

    Raises:
        ValueError: where there is a state, and no learning rate.
    """
    contract.check(rule, landscape, base)
    if base == PLAIN and not rule.state:
        if rule.ascent is None:
            step, singular = step_jacobian(rule, landscape, x, y, 1.0)
            matrix = Matrix(*np.moveaxis(np.eye(2) - step, (-2, -1), (0, 1)).reshape(4, *singular.shape))
            kink = np.zeros_like(singular)
        else:
            matrix, singular, kink = _jacobian(rule, landscape, x, y)
        return Stability(*eigenvalues(matrix), singular, kink | np.zeros_like(singular))
    if learning_rate is None:
        raise ValueError(f"{rule.name} under {base.name} has a state, whose Jacobian depends on α: give learning_rate")
    found, singular = multipliers(rule, landscape, x, y, learning_rate, base)
    kink = np.zeros_like(singular)
    if rule.ascent is not None:
        kink = kink | _jacobian(rule, landscape, x, y)[2]
    found = np.where(kink[..., None], np.nan, found)
    rates = (1.0 - found) / np.asarray(learning_rate, float)[..., None]
    ends = rates.real.min(axis=-1), rates.real.max(axis=-1), np.abs(rates.imag).max(axis=-1)
    return Stability(*ends, singular, kink, np.abs(found).max(axis=-1))


def jacobian(rule: Rule, landscape: Landscape, x, y) -> tuple[Matrix, np.ndarray]:
    """∇²ℓ(θ + δ) (I + ∂δ/∂θ) with every dependence of δ on θ, and the mask of the points where g = 0 and ρ > 0.

    It is NaN at a kink of δ, where ∂δ/∂θ|_g differs between the two sides, as that of ASAM's |θᵢ| does where θᵢ = 0.

    The derivatives of δ(θ, g) are autograd's, joined by the chain rule ∂δ/∂θ = ∂δ/∂θ|_g + ∂δ/∂g ∇²ℓ(θ). One update is
    I - αJ, so a fixed point is stable in discrete time where |1 - αμ| < 1 for both eigenvalues μ of J.
    """
    matrix, singular, _ = _jacobian(rule, landscape, x, y)
    return matrix, singular


def _jacobian(rule: Rule, landscape: Landscape, x, y) -> tuple[Matrix, np.ndarray, np.ndarray]:
    x, y, g, rho, others = broadcast(rule, landscape, x, y)
    with np.errstate(all="ignore"):
        singular = (g[0] == 0) & (g[1] == 0) & (rho > 0)
        at = (x, y, *(np.where(singular, 1.0, component) for component in g))
        (xx, xy, xgx, xgy), (yx, yy, ygx, ygy) = (
            [np.where(singular, 0.0, elementwise_grad(_delta(rule, rho, others, component), n)(*at)) for n in range(4)]
            for component in (0, 1)
        )
        kink = _kinks(rule, rho, others, at) & ~singular
        vx, vy = rule.ascent(x, y, *g, *others)
        dx, dy = perturbation(g[0], g[1], vx, vy, rho)
        hxx, hxy, hyy = landscape.hessian(x, y)
        inner = Matrix(
            np.where(kink, np.nan, 1.0) + xx + xgx * hxx + xgy * hxy,
            xy + xgx * hxy + xgy * hyy,
            yx + ygx * hxx + ygy * hxy,
            1.0 + yy + ygx * hxy + ygy * hyy,
        )
        inner = inner._replace(yy=np.where(kink, np.nan, inner.yy))
        return product(landscape.hessian(x + dx, y + dy), inner), singular, kink


def _kinks(rule: Rule, rho, others, at) -> np.ndarray:
    """Where ∂δ/∂θ|_g differs between the numbers just left and right, or below and above."""
    found = np.zeros(at[0].shape, bool)
    if not _depends_on_place(rule):
        return found
    for axis in range(2):
        left, right = [list(at), list(at)]
        nearest = np.maximum(np.spacing(np.abs(at[axis])), NEXT_TO_ZERO)
        left[axis], right[axis] = at[axis] - nearest, at[axis] + nearest
        for component in range(2):
            slope = elementwise_grad(_delta(rule, rho, others, component), axis)
            before, after = slope(*left), slope(*right)
            found |= np.abs(after - before) > SAME * (np.abs(before) + np.abs(after))
    return found


def _depends_on_place(rule: Rule) -> bool:
    x, y, *others = probe_points(rule)
    with np.errstate(all="ignore"):
        return not np.array_equal(rule.ascent(x, y, *others), rule.ascent(y + 1.0, x + 1.0, *others), equal_nan=True)


def _delta(rule: Rule, rho, others, component: int):
    """(x, y, gx, gy) → a component of δ, for autograd, which warns of a function that one of them does not change."""

    def delta(x, y, gx, gy):
        vx, vy = rule.ascent(x, y, gx, gy, *others)
        return perturbation(gx, gy, vx, vy, rho)[component] + 0.0 * (x + y + gx + gy)

    return delta
