"""The state to which a base optimizer tends while θ, and with it the direction, stays as it is."""

from collections.abc import Callable

import numpy as np
from autograd import elementwise_grad
from numpy.typing import ArrayLike

from landscapes import Landscape
from optimizers import contract
from optimizers.bases import Base
from optimizers.rules import TINY, Rule

ITERATIONS = 3  # of Newton's method; the first is exact where the update of the state is affine, as it is of all bases


def settled_state(
    rule: Rule, landscape: Landscape, points: np.ndarray, learning_rate: ArrayLike, base: Base
) -> np.ndarray:
    """The state of a rule as it begins, and of a base as it becomes where θ stays: s with s = U(s) at the direction d.

    Heavy ball's is m = d/(1 - μ), RMSProp's q = d², Adam's both means with no bias left. The smallest normal number is
    added, so that the root of a mean square of 0 has a derivative. Where a base does not settle, as with μ = 1, its
    state is the one in which it begins.

    Args:
        points: shape (2, *batch).

    Returns:
        Shape (components, *batch), of the rule and then of the base.
    """
    values = list(contract.all_hyperparameters(rule, learning_rate, base).values())
    mine, count = len(rule.hyperparameters), len(rule.state)
    x, y, *parts = np.broadcast_arrays(*points, *contract.state(rule, base), *values)
    state, values = parts[: count + len(base.state)], parts[count + len(base.state) :]
    with np.errstate(all="ignore"):
        dx, dy, *_ = rule.direction(landscape, x, y, *state[:count], *values[:mine])
        settled = begin = state[count:]
        for _ in range(ITERATIONS):
            settled = [
                part + (component(*settled) - part) / (1.0 - elementwise_grad(component, index)(*settled))
                for index, part in enumerate(settled)
                for component in [_component(base, index, (x, y, dx, dy), values[mine:])]
            ]
        settled = [np.where(np.isfinite(part), part + TINY, old) for part, old in zip(settled, begin, strict=True)]
    return np.stack([*state[:count], *settled]) if state else np.empty((0, *x.shape))


def _component(base: Base, index: int, at: tuple, values: list) -> Callable:
    """(*state) → one of its components after an update of the base."""

    def component(*state):
        return base.update(*at, *state, *values)[2 + index] + 0.0 * state[index]

    return component
