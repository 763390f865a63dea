"""The criteria that call a point stable, each one entry of `CRITERIA`."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from landscapes import Landscape
from optimizers.bases import PLAIN, Base
from optimizers.rules import Rule
from optimizers.stability.eigenvalues import Stability, contraction
from optimizers.stability.exact import exact_stability
from optimizers.stability.flow import stability
from optimizers.stability.metric import follows_gradient


class Criterion(NamedTuple):
    """A criterion.

    Attributes:
        name: to choose it by.
        symbol: of the value that is shown, positive where the criterion calls a point stable.
        eigenvalues: of which matrix, of a rule on a landscape at points, with α and a base optimizer.
        value: from eigenvalues and α.
        says: what it claims about a rule under a base optimizer; none claims what NO_BASIN says.
    """

    name: str
    symbol: str
    eigenvalues: Callable[[Rule, Landscape, np.ndarray, np.ndarray, float, Base], Stability]
    value: Callable[[Stability, float], np.ndarray]
    says: Callable[[Rule, Base], str]


NO_BASIN = (
    "that runs end there: the matrix is that of one point, which a run leaves. Nor that every offset decays "
    "monotonically."
)


def _paper_says(rule: Rule, base: Base) -> str:
    metric = "" if follows_gradient(rule) else "G⁻¹"
    alone = "" if base == PLAIN else f" {base.name} is not part of it."
    return (
        f"small offsets ε decay to 0 under dε/dt = −Aᵨε, where Aᵨ = ∇²ℓ(θ+δ)(I + ρ̃{metric}∇²ℓ(θ)) is the "
        f"Jacobian of ∇ℓ(θ+δ) with the ρ̃{metric} of δ = ρ̃{metric}g held fixed.{alone}"
    )


def _paper(
    rule: Rule, landscape: Landscape, x: np.ndarray, y: np.ndarray, learning_rate: float, base: Base
) -> Stability:
    """Of a rule without a metric NaN, because A_ρ holds the metric fixed."""
    if rule.ascent is None:
        nothing = np.full(np.broadcast_shapes(x.shape, y.shape), np.nan)
        return Stability(nothing, nothing, nothing, np.zeros(nothing.shape, bool), np.zeros(nothing.shape, bool))
    return stability(rule, landscape, x, y)


def defined(criterion: str, rule: Rule) -> bool:
    """Whether a criterion says anything of a rule."""
    return criterion != "paper" or rule.ascent is not None


def _with_state(rule: Rule, base: Base, law: str) -> str:
    """What decays by which law, where a step hands on a state."""
    whose = "the rule’s state"
    where = "from the state in which a run begins, or the root of that of all steps of a period"
    if base != PLAIN:
        settled = f"{base.name}’s state as it becomes where θ stays"
        whose = f"the rule’s and {base.name}’s states" if rule.state else f"{base.name}’s state"
        where = f"{where}, with {settled}" if rule.state else f"with {settled}"
    return (
        f"small offsets ε of θ and of {whose} decay to 0 under {law}, where I − αJ is the exact Jacobian of a step "
        f"over all of them, {where}"
    )


def _exact_says(rule: Rule, base: Base) -> str:
    if rule.state or base != PLAIN:
        return f"{_with_state(rule, base, 'dε/dt = −Jε')}."
    if rule.ascent is None:
        return "small offsets ε decay to 0 under dε/dt = −Jε, where J is the exact Jacobian of its direction d."
    return (
        "small offsets ε decay to 0 under dε/dt = −Jε, where J = ∇²ℓ(θ+δ)(I + ∂δ/∂θ) is the exact Jacobian of ∇ℓ(θ+δ)."
    )


def _steps_say(rule: Rule, base: Base) -> str:
    if rule.state or base != PLAIN:
        return f"{_with_state(rule, base, 'ε ← (I − αJ)ε')}: |1 − αμ| < 1 for all eigenvalues μ of J."
    return (
        "small offsets ε decay to 0 under ε ← (I − αJ)ε, the update linearised with its exact "
        "Jacobian: |1 − αμ| < 1 for both eigenvalues μ of J."
    )


# To add a criterion of stability: one entry.
CRITERIA: dict[str, Criterion] = {
    "paper": Criterion(
        "Aᵨ (paper)",
        "λ₂ of Aᵨ",
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
