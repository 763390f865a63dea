"""Stability of a rule's flow: A_ρ of the paper, the exact Jacobian, and their eigenvalues for whole grids.

Near θ the flow dθ/dt = -∇ℓ(θ + δ(θ)) moves a small offset ε by dε/dt = -A ε: where all eigenvalues of A have positive
real part, exp(-At) ε vanishes in the end. That is a statement about neighbours, not about basins of attraction.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from autograd import elementwise_grad
from numpy.typing import ArrayLike

from landscapes import Landscape
from optimizers import contract
from optimizers.bases import PLAIN, Base
from optimizers.rules import TINY, Rule, perturbation
from optimizers.step_jacobian import multipliers, step_jacobian

SAME = 1e-9  # relative difference below which two numbers that roundoff parts are taken for one
NEXT_TO_ZERO = 1e-150  # a subnormal number would have no digits left for autograd to divide by
PROBES = np.random.default_rng(0).uniform(0.3, 2.0, (4, 6)) * np.array([[1.0, -1.0, 1.0, -1.0, 1.0, -1.0]])


class Matrix(NamedTuple):
    """2×2 matrices, each component in the shape of the batch."""

    xx: np.ndarray
    xy: np.ndarray
    yx: np.ndarray
    yy: np.ndarray


class Stability(NamedTuple):
    """Eigenvalues, each in the shape of the batch.

    Attributes:
        smaller, larger: real parts of λ₂ ≤ λ₁.
        imaginary: the modulus of their imaginary parts, 0 where they are real.
        singular: where g = 0 and ρ > 0, so that ρ̃ is infinite; there the Hessian's own eigenvalues stand.
        kink: where δ has two one-sided derivatives, as ASAM's on an axis; there the exact eigenvalues are NaN.
        modulus: of the largest eigenvalue of the step's Jacobian, where that is of θ and a state; None where it is of θ
            alone.
    """

    smaller: np.ndarray
    larger: np.ndarray
    imaginary: np.ndarray
    singular: np.ndarray
    kink: np.ndarray
    modulus: np.ndarray | None = None


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
        ValueError: where the rule has no metric, or G⁻¹ cannot be had from it; see `frozen_metric`.
    """
    if rule.ascent is None:
        raise ValueError(f"{rule.name} has no metric, and A_ρ holds one fixed; its exact Jacobian can be had")
    matrix, singular = flow_matrix(rule, landscape, x, y)
    return Stability(*eigenvalues(matrix), singular, np.zeros_like(singular))


def exact_stability(
    rule: Rule, landscape: Landscape, x, y, learning_rate: ArrayLike | None = None, base: Base = PLAIN
) -> Stability:
    """Eigenvalues of the exact Jacobian of the direction; of a rule with a metric, ∇²ℓ(θ + δ) (I + ∂δ/∂θ).

    Where a rule or its base has a state, they are (1 - μ)/α of the eigenvalues μ of the step's Jacobian over θ and that
    state, from where it begins (`step_jacobian.multipliers`): the least and the greatest real part, and the greatest
    imaginary one.

    Raises:
        ValueError: where there is a state, and no learning rate.
    """
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
    rates = (1.0 - found) / np.asarray(learning_rate, float)[..., None]
    ends = rates.real.min(axis=-1), rates.real.max(axis=-1), np.abs(rates.imag).max(axis=-1)
    return Stability(*ends, singular, np.zeros_like(singular), np.abs(found).max(axis=-1))


def contraction(stability: Stability, learning_rate) -> np.ndarray:
    """(1 - max |1 - αμ|) / α of the exact Jacobian's eigenvalues μ: positive just where |1 - αμ| < 1 for both.

    There (I - αJ)ⁿ → 0: an offset that update after update multiplies by I - αJ vanishes in the end. One update alone
    may lengthen it, because a spectral radius is no norm. For α → 0 it is λ₂.
    """
    learning_rate = np.asarray(learning_rate, float)
    if stability.modulus is not None:
        return (1.0 - stability.modulus) / learning_rate
    with np.errstate(all="ignore"):
        factors = (
            np.hypot(1.0 - learning_rate * real, learning_rate * stability.imaginary)
            for real in (stability.smaller, stability.larger)
        )
        return (1.0 - np.maximum(*factors)) / learning_rate


def flow_matrix(rule: Rule, landscape: Landscape, x, y) -> tuple[Matrix, np.ndarray]:
    """A_ρ and the mask of the points where it is singular; see `stability`."""
    x, y, g, rho, others = _at(rule, landscape, x, y)
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
        return _product(landscape.hessian(x + dx, y + dy), inner), singular


def follows_gradient(rule: Rule) -> bool:
    """Whether the rule's δ points along the gradient whatever the point and the gradient: SAM and Monge SAM."""
    if rule.ascent is None:
        return False
    x, y, gx, gy, *others = _probes(rule)
    with np.errstate(all="ignore"):
        vx, vy = rule.ascent(x, y, gx, gy, *others)
        across, along = vx * gy - vy * gx, vx * gx + vy * gy
    return bool((np.abs(across) <= SAME * np.abs(along)).all())


def frozen_metric(rule: Rule, x, y, gx, gy, *others):
    """The symmetric matrix M, by its components xx, xy, yy, with v = M g, that A_ρ holds fixed.

    M is a number times I where v follows g. Otherwise it is G⁻¹: the square of the rule's `inverse_root` or, for a
    metric that does not depend on g, what `ascent` makes of the unit vectors.

    Raises:
        ValueError: for a rule that offers neither, with what to add to it.
    """
    if follows_gradient(rule):
        vx, vy = rule.ascent(x, y, gx, gy, *others)
        ratio = np.where(np.abs(gx) >= np.abs(gy), vx / np.where(gx == 0, 1.0, gx), vy / np.where(gy == 0, 1.0, gy))
        return ratio, np.zeros_like(ratio), ratio
    probes = _probes(rule)
    for inverse in (_squared_root, _columns):
        if (inverse is _columns or rule.inverse_root is not None) and _gives_ascent(rule, inverse, probes):
            return inverse(rule, x, y, gx, gy, *others)
    raise ValueError(
        f"A_ρ of {rule.name} needs its G⁻¹, which ascent alone does not determine: give the rule an inverse_root, the "
        "symmetric root R of G⁻¹, with R R g = ascent"
    )


def _squared_root(rule: Rule, x, y, gx, gy, *others):
    xx, xy, yy = rule.inverse_root(x, y, gx, gy, *others)
    return np.broadcast_arrays(xx * xx + xy * xy, xy * (xx + yy), yy * yy + xy * xy, gx)[:3]


def _columns(rule: Rule, x, y, gx, gy, *others):
    zero, one = np.zeros_like(gx), np.ones_like(gx)
    (xx, yx), (xy, yy) = rule.ascent(x, y, one, zero, *others), rule.ascent(x, y, zero, one, *others)
    return np.broadcast_arrays(xx, (xy + yx) / 2, yy, gx)[:3]


def _gives_ascent(rule: Rule, inverse, probes) -> bool:
    """Whether the matrix times the gradient is what the rule calls its ascent."""
    _, _, gx, gy, *_ = probes
    with np.errstate(all="ignore"):
        vx, vy = rule.ascent(*probes)
        xx, xy, yy = inverse(rule, *probes)
        off = np.hypot(xx * gx + xy * gy - vx, xy * gx + yy * gy - vy)
    return bool((off <= SAME * np.hypot(vx, vy)).all())


def _probes(rule: Rule):
    """Points and gradients in general position, with the hyperparameters after ρ: the arguments of `ascent`."""
    _, *others = (np.asarray(h, float) for h in ({"rho": 0.0} | rule.hyperparameters).values())
    shape = (PROBES.shape[1], *(1,) * max((h.ndim for h in others), default=0))
    return np.broadcast_arrays(*(row.reshape(shape) for row in PROBES), *others)


def jacobian(rule: Rule, landscape: Landscape, x, y) -> tuple[Matrix, np.ndarray]:
    """∇²ℓ(θ + δ) (I + ∂δ/∂θ) with every dependence of δ on θ, and the mask of the points where g = 0 and ρ > 0.

    It is NaN at a kink of δ, where ∂δ/∂θ|_g differs between the two sides, as that of ASAM's |θᵢ| does where θᵢ = 0.

    The derivatives of δ(θ, g) are autograd's, joined by the chain rule ∂δ/∂θ = ∂δ/∂θ|_g + ∂δ/∂g ∇²ℓ(θ). One update is
    I - αJ, so a fixed point is stable in discrete time where |1 - αμ| < 1 for both eigenvalues μ of J.
    """
    matrix, singular, _ = _jacobian(rule, landscape, x, y)
    return matrix, singular


def _jacobian(rule: Rule, landscape: Landscape, x, y) -> tuple[Matrix, np.ndarray, np.ndarray]:
    x, y, g, rho, others = _at(rule, landscape, x, y)
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
        return _product(landscape.hessian(x + dx, y + dy), inner), singular, kink


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
    x, y, *others = _probes(rule)
    with np.errstate(all="ignore"):
        return not np.array_equal(rule.ascent(x, y, *others), rule.ascent(y + 1.0, x + 1.0, *others), equal_nan=True)


def eigenvalues(matrix: Matrix) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Real parts λ₂ ≤ λ₁ and modulus of the imaginary part of 2×2 matrices.

    The root of larger modulus is taken from the quadratic formula, the other as determinant over it, which keeps the
    digits where the two differ much.
    """
    xx, xy, yx, yy = matrix
    with np.errstate(all="ignore"):
        half_trace = (xx + yy) / 2
        discriminant = ((xx - yy) / 2) ** 2 + xy * yx
        real = discriminant >= 0
        root = np.sqrt(np.abs(discriminant))
        dominant = half_trace + np.copysign(root, half_trace)
        other = np.where(dominant == 0, 0.0, (xx * yy - xy * yx) / np.where(dominant == 0, 1.0, dominant))
        smaller = np.where(real, np.minimum(dominant, other), half_trace)
        larger = np.where(real, np.maximum(dominant, other), half_trace)
    return smaller, larger, np.where(real, 0.0, root)


def _delta(rule: Rule, rho, others, component: int):
    """(x, y, gx, gy) → a component of δ, for autograd, which warns of a function that one of them does not change."""

    def delta(x, y, gx, gy):
        vx, vy = rule.ascent(x, y, gx, gy, *others)
        return perturbation(gx, gy, vx, vy, rho)[component] + 0.0 * (x + y + gx + gy)

    return delta


def _at(rule: Rule, landscape: Landscape, x, y):
    contract.check(rule, landscape)
    rho, *others = contract.radius_and_others(rule)
    x, y, rho, *others = np.broadcast_arrays(np.asarray(x, float), np.asarray(y, float), rho, *others)
    x, y = x + 0.0, y + 0.0
    with np.errstate(all="ignore"):
        return x, y, landscape.gradient(x, y), rho, others


def _product(symmetric: tuple[np.ndarray, np.ndarray, np.ndarray], matrix: Matrix) -> Matrix:
    hxx, hxy, hyy = symmetric
    return Matrix(
        hxx * matrix.xx + hxy * matrix.yx,
        hxx * matrix.xy + hxy * matrix.yy,
        hxy * matrix.xx + hyy * matrix.yx,
        hxy * matrix.xy + hyy * matrix.yy,
    )


class Criterion(NamedTuple):
    """A criterion.

    Attributes:
        name: to choose it by.
        symbol: of the value that is shown, positive where the criterion calls a point stable.
        eigenvalues: of which matrix, of a rule on a landscape at points, with α.
        value: from eigenvalues and α.
        says: what it claims about a rule; none claims what NO_BASIN says.
    """

    name: str
    symbol: str
    eigenvalues: Callable[[Rule, Landscape, np.ndarray, np.ndarray, float], Stability]
    value: Callable[[Stability, float], np.ndarray]
    says: Callable[[Rule], str]


NO_BASIN = (
    "that runs end there: the matrix is that of one point, which a run leaves. Nor that every offset decays "
    "monotonically."
)


def _paper_says(rule: Rule) -> str:
    metric = "" if follows_gradient(rule) else "G⁻¹"
    return (
        f"small offsets ε decay to 0 under dε/dt = −A_ρε, where A_ρ = ∇²ℓ(θ+δ)(I + ρ̃{metric}∇²ℓ(θ)) is the "
        f"Jacobian of ∇ℓ(θ+δ) with the ρ̃{metric} of δ = ρ̃{metric}g held fixed."
    )


def _paper(rule: Rule, landscape: Landscape, x: np.ndarray, y: np.ndarray, learning_rate: float) -> Stability:
    """Of a rule without a metric NaN, because A_ρ holds the metric fixed."""
    if rule.ascent is None:
        nothing = np.full(np.broadcast_shapes(x.shape, y.shape), np.nan)
        return Stability(nothing, nothing, nothing, np.zeros(nothing.shape, bool), np.zeros(nothing.shape, bool))
    return stability(rule, landscape, x, y)


def defined(criterion: str, rule: Rule) -> bool:
    """Whether a criterion says anything of a rule."""
    return criterion != "paper" or rule.ascent is not None


STATE = (
    "small offsets ε of θ and of the rule’s state decay to 0 under ε ← Mε, where M is the exact Jacobian of a "
    "step over both, from the state in which a run begins, or of all steps of a period: "
)


def _exact_says(rule: Rule) -> str:
    if rule.state:
        return f"{STATE}the real part of 1 − μ is positive for all eigenvalues μ of a step."
    if rule.ascent is None:
        return "small offsets ε decay to 0 under dε/dt = −Jε, where J is the exact Jacobian of its direction d."
    return (
        "small offsets ε decay to 0 under dε/dt = −Jε, where J = ∇²ℓ(θ+δ)(I + ∂δ/∂θ) is the exact Jacobian of ∇ℓ(θ+δ)."
    )


def _steps_say(rule: Rule) -> str:
    if rule.state:
        return f"{STATE}|μ| < 1 for all eigenvalues μ of a step."
    return (
        "small offsets ε decay to 0 under ε ← (I − αJ)ε, the update linearised with its exact "
        "Jacobian: |1 − αμ| < 1 for both eigenvalues μ of J."
    )


# To add a criterion of stability: one entry.
CRITERIA: dict[str, Criterion] = {
    "paper": Criterion(
        "A_ρ (paper)",
        "λ₂ of A_ρ",
        _paper,
        lambda eigenvalues, learning_rate: eigenvalues.smaller,
        _paper_says,
    ),
    "exact": Criterion(
        "Exact Jacobian",
        "λ₂ of J",
        exact_stability,
        lambda eigenvalues, learning_rate: eigenvalues.smaller,
        _exact_says,
    ),
    "steps": Criterion(
        "Exact, discrete steps",
        "(1 − max|1 − αμ|)/α",
        exact_stability,
        contraction,
        _steps_say,
    ),
}
