"""Whether functions act on each point of a batch alone: three points at once must give what they give one by one."""

from collections.abc import Callable

import numpy as np

from landscapes import Landscape
from optimizers.refusal import quoted
from optimizers.rules import Rule

PLACES = np.array([0.59, 0.83, 0.37])  # of the points within the domain; three, because two components are two
PARTS = {
    "value": (1, "one array"),
    "gradient": (2, "a pair, ∂ℓ/∂x and ∂ℓ/∂y"),
    "hessian": (3, "three arrays, ∂²ℓ/∂x², ∂²ℓ/∂x∂y and ∂²ℓ/∂y²"),
}


def check_landscape(landscape: Landscape, parts: tuple[str, ...]) -> None:
    """Makes sure that parts of a landscape are real, elementwise, and as many arrays as they should be.

    Raises:
        ValueError: for a part that is not.
    """
    for what in parts:
        function = (lambda x, y: (landscape.value(x, y),)) if what == "value" else getattr(landscape, what)
        _check(f"the {what} of the landscape {landscape.name!r}", function, *PARTS[what], landscape)


def check_direction(rule: Rule, landscape: Landscape) -> None:
    """Makes sure that a rule's ascent and direction are elementwise, and as many arrays as they should be.

    Raises:
        ValueError: for a rule whose are not.
    """
    values = [_number(value) for value in rule.hyperparameters.values()]
    name = type(rule).__name__
    if rule.ascent is not None:
        _check(
            f"the ascent of {name}",
            lambda x, y: rule.ascent(x, y, *landscape.gradient(x, y), *values[1:]),
            2,
            "a pair, the components of v = G⁻¹g",
            landscape,
        )
    state = list(rule.state.items())
    expected = ", ".join(["dx", "dy", *(part for part, _ in state)])
    _check(
        f"the direction of {name}",
        lambda x, y: rule.direction(landscape, x, y, *(begin + 0.0 * x for _, begin in state), *values),
        2 + len(state),
        f"{2 + len(state)} arrays, {expected}",
        landscape,
    )


def _number(value) -> float:
    """A hyperparameter, the first one of many; what is none is refused elsewhere."""
    try:
        return float(np.ravel(value)[0])
    except (TypeError, ValueError, IndexError):
        return 1.0


def _check(name: str, function: Callable, count: int, parts: str, landscape: Landscape) -> None:
    (left, right), (bottom, top) = landscape.domain
    x, y = left + PLACES * (right - left), bottom + PLACES[::-1] * (top - bottom)
    with np.errstate(all="ignore"):
        try:
            whole = function(x, y)
            number = len(whole) if isinstance(whole, tuple | list) or np.ndim(whole) > 1 else 0
        except (TypeError, ValueError) as error:
            raise ValueError(
                f"{name} must take arrays of any one shape, but raised {type(error).__name__}: {error}; "
                "write it with landscapes.elementary"
            ) from error
        if number != count:
            raise ValueError(f"{name} must be {parts}, not {quoted(whole)}")
        alone = [function(x[i : i + 1], y[i : i + 1]) for i in range(x.size)]
        for index in range(count):
            if np.iscomplexobj(whole[index]):
                raise ValueError(f"{name} must be real, not complex")
            try:
                together = np.broadcast_to(np.asarray(whole[index], float), x.shape)
                single = [np.asarray(one[index], float).item() for one in alone]
            except (TypeError, ValueError):
                raise ValueError(f"{name} must have the shape of x, {x.shape}, not {np.shape(whole[index])}") from None
            if not np.allclose(together, single, rtol=1e-9, atol=0.0, equal_nan=True):
                raise ValueError(
                    f"{name} must act on each point alone, but three points at once give {_numbers(together)}, "
                    f"and one by one {_numbers(single)}: does it sum over the batch?"
                )


def _numbers(values) -> str:
    return ", ".join(f"{value:.4g}" for value in values)
