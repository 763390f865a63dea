"""The Jacobian of a step over θ and the state that is passed on, whatever the rule and its base optimizer.

autograd differentiates the direction and the update; of the loss it takes the gradient and the Hessian, which are
exact. Third derivatives, for which only rules ask that look at the Hessian, are central differences of it.
"""

from collections.abc import Callable

import numpy as np
from autograd import elementwise_grad
from autograd.extend import defvjp, primitive
from numpy.typing import ArrayLike

from landscapes import Landscape
from optimizers import contract
from optimizers.bases import PLAIN, Base
from optimizers.engine import run
from optimizers.rules import Rule
from optimizers.stability.settled_state import settled_state

INFINITE = 1e100  # what is larger has a zero gradient's length, the root of the smallest number, in the denominator
DIFFERENCE = 1e-5  # for third derivatives, in units of 1 + |θ|


class Traced:
    """A loss whose parts autograd can differentiate."""

    def __init__(self, landscape: Landscape) -> None:
        def part(name: str, index: int) -> Callable:
            return lambda x, y: getattr(landscape, name)(x, y)[index] + 0.0 * (x + y)

        hessian = [part("hessian", index) for index in range(3)]
        self._hessian = [_primitive(one, _difference(one, 0), _difference(one, 1)) for one in hessian]
        gradient = [part("gradient", index) for index in range(2)]
        slopes = (hessian[0], hessian[1]), (hessian[1], hessian[2])
        self._gradient = [_primitive(one, *slope) for one, slope in zip(gradient, slopes, strict=True)]
        self.value = _primitive(lambda x, y: landscape.value(x, y) + 0.0 * (x + y), *gradient)

    def gradient(self, x, y):
        """(∂ℓ/∂x, ∂ℓ/∂y)."""
        return tuple(part(x, y) for part in self._gradient)

    def hessian(self, x, y):
        """(∂²ℓ/∂x², ∂²ℓ/∂x∂y, ∂²ℓ/∂y²)."""
        return tuple(part(x, y) for part in self._hessian)


def step_jacobian(
    rule: Rule,
    landscape: Landscape,
    x: ArrayLike,
    y: ArrayLike,
    learning_rate: ArrayLike,
    base: Base = PLAIN,
    state: ArrayLike | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """∂(θ′, s′)/∂(θ, s) of one step, s being the state but for what is discrete.

    Where the gradient is exactly zero, and the derivative of the perturbation infinite, that derivative is left out.

    Args:
        rule, landscape, learning_rate, base: as in `run`.
        x, y: components of the points, any one shape.
        state: the components of the state there, of the rule and then of the base; where they begin if None.

    Returns:
        Shape (*batch, k, k) with k = 2 + components of s, and the mask of the points where something was left out.
    """
    contract.check(rule, landscape, base)
    values = contract.all_hyperparameters(rule, learning_rate, base)
    began = contract.state(rule, base, None, state)
    names = [*rule.state, *base.state]
    x, y, *parts = (part + 0.0 for part in np.broadcast_arrays(*map(np.asarray, (x, y, *began, *values.values()))))
    whole, values = parts[: len(names)], dict(zip(values, parts[len(names) :], strict=True))
    with np.errstate(all="ignore"):
        gx, gy = landscape.gradient(x, y)
        discrete = {*rule.discrete, *base.discrete}
        moving = [index for index, name in enumerate(names) if name not in discrete]
        loss, inputs = Traced(landscape), (x, y, *(whole[index] for index in moving))

        def matrix() -> np.ndarray:
            step, every = _step(rule, base, loss, list(values.values()), whole, moving), tuple(range(len(inputs)))
            rows = [elementwise_grad(_component(step, row), every)(*inputs) for row in every]
            return np.stack([np.stack(row, axis=-1) for row in rows], axis=-2)

        found = matrix()
        singular = (gx == 0) & (gy == 0) & ~(np.abs(found) < INFINITE).all(axis=(-2, -1))
        if singular.any() and "rho" in values:
            values["rho"] = np.where(singular, 0.0, values["rho"])
            found = np.where(singular[..., None, None], matrix(), found)
    return found, singular


def multipliers(
    rule: Rule, landscape: Landscape, x: ArrayLike, y: ArrayLike, learning_rate: ArrayLike, base: Base = PLAIN
) -> tuple[np.ndarray, np.ndarray]:
    """Eigenvalues of the step's Jacobian over θ and the state, at the state in `settled_state`.

    Of a rule that repeats itself after some steps, the product over one such period is taken along the run from there,
    and of its eigenvalues the root, so that they are those of one step. The points where g = 0 and ρ > 0 come second.
    """
    period = int(np.max(getattr(rule, rule.period))) if rule.period else 1
    if rule.period and np.ndim(getattr(rule, rule.period)):
        raise ValueError(f"{rule.period} must be one number here, not an array")
    starts = np.stack(np.broadcast_arrays(x, y))
    state = settled_state(rule, landscape, starts, learning_rate, base)
    path = run(
        rule, landscape, starts, learning_rate=learning_rate, steps=period - 1, keep="states", base=base, state=state
    )
    assert path.states is not None  # they are kept
    (place_x, place_y), *places = path.positions
    product, flagged = step_jacobian(rule, landscape, place_x, place_y, learning_rate, base, path.states[0])
    for (place_x, place_y), state in zip(places, path.states[1:], strict=True):
        product = step_jacobian(rule, landscape, place_x, place_y, learning_rate, base, state)[0] @ product
    fine = np.isfinite(product).all(axis=(-2, -1))
    found = np.linalg.eigvals(np.where(fine[..., None, None], product, 0.0)).astype(complex)
    return np.where(fine[..., None], found ** (1.0 / period), np.nan), flagged


def _step(rule: Rule, base: Base, loss: Traced, values: list, whole: list, moving: list[int]) -> Callable:
    """(x, y, *what of the state moves) → the same after one step."""
    count, mine = len(rule.state), len(rule.hyperparameters)

    def step(x, y, *parts):
        state = list(whole)
        for index, part in zip(moving, parts, strict=True):
            state[index] = part
        dx, dy, *after = rule.direction(loss, x, y, *state[:count], *values[:mine])
        x, y, *more = base.update(x, y, dx, dy, *state[count:], *values[mine:])
        after += more
        return (x, y, *(after[index] for index in moving))

    return step


def _component(step: Callable, row: int) -> Callable:
    return lambda *inputs: step(*inputs)[row] + 0.0 * sum(inputs)  # autograd warns of what depends on none of them


def _primitive(function: Callable, by_x: Callable, by_y: Callable) -> Callable:
    one = primitive(function)
    defvjp(one, lambda f, x, y: lambda g: g * by_x(x, y), lambda f, x, y: lambda g: g * by_y(x, y))
    return one


def _difference(function: Callable, axis: int) -> Callable:
    def slope(x, y):
        h = DIFFERENCE * (1.0 + np.abs((x, y)[axis]))
        (a, b), (c, d) = ((x + h, y), (x - h, y)) if axis == 0 else ((x, y + h), (x, y - h))
        return (function(a, b) - function(c, d)) / (2.0 * h)

    return slope
