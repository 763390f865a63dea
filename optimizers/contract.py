"""What the engine asks of a rule and of a landscape, checked once for each, in one sentence where it does not hold.

A rule whose radius goes unseen would run as gradient descent, and a loss that adds up its batch would multiply its
gradient by the number of starts: both would give numbers, and wrong ones.
"""

import inspect
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from functools import cached_property
from math import isfinite
from numbers import Real
from typing import Any
from weakref import WeakKeyDictionary, WeakSet

import numpy as np
from numpy.typing import ArrayLike

from landscapes import Landscape
from landscapes.code.exact import Exact
from optimizers.bases import PLAIN, Base
from optimizers.consistency import check_derivatives
from optimizers.elementwise import check_direction, check_landscape
from optimizers.hyperparameters import Limit, described
from optimizers.noise import Noise
from optimizers.refusal import quoted, refusal
from optimizers.rules import Rule
from optimizers.rules.rule import Derived
from optimizers.schedules import Held, Schedule

_rules: WeakKeyDictionary[type[Rule | Base], tuple[Callable, int]] = (
    WeakKeyDictionary()
)  # the direction or the update checked, and how many fields
_elementwise: WeakKeyDictionary[type[Rule], Callable] = WeakKeyDictionary()  # the direction checked
_landscapes: WeakSet[Landscape] = WeakSet()


def check(rule: Rule, landscape: Landscape, base: Base = PLAIN) -> None:
    """Makes sure that a rule and a landscape can be run.

    Raises:
        TypeError: for what is no rule, no landscape or no base optimizer, a class in place of a rule among them.
        ValueError: for a rule whose hyperparameters are not its fields, or whose direction or ascent does not take
            them; for a rule or a landscape whose functions do not act on each point alone, or return something else
            than they should; for a given gradient or Hessian that is not the derivative.
    """
    if not isinstance(rule, Rule):
        raise TypeError(_no_rule(rule, Rule, "rule", "SAM(rho=1.0)"))
    if not isinstance(base, Base):
        raise TypeError(_no_rule(base, Base, "base", "Adam()"))
    check_a_landscape(landscape)
    checked: tuple[tuple[Any, str, Callable[[Any], None]], ...]
    checked = (rule, "direction", _check_form), (base, "update", _check_base)
    for one, what, check_form in checked:
        known = _rules.get(type(one))
        if known is None or known[0] is not getattr(one, what, None):
            check_form(one)
            known = _rules[type(one)] = getattr(one, what), len(fields(one))
        if len(vars(one)) > known[1]:
            _check_attributes(one)
    if landscape not in _landscapes:
        given = ("hessian",) if isinstance(landscape.hessian, Exact) else ()
        check_landscape(landscape, ("value", "gradient", *given))
        if landscape.closed_form and landscape.source is None:
            check_derivatives(landscape, hessian=bool(given))
        _landscapes.add(landscape)
    if _elementwise.get(type(rule)) is not rule.direction:
        check_direction(rule, landscape)
        _elementwise[type(rule)] = rule.direction


def hyperparameters(rule: Rule | Base | Noise) -> dict[str, np.ndarray]:
    """Name → float64 array, as the direction or the update takes them.

    Raises:
        TypeError: for what is no real number.
        ValueError: for what is negative, unless its limits are, or not finite, or no whole number within its limits
            where one is asked for.
    """
    limits = described(type(rule))
    return {name: _within(name, value, limits[name]) for name, value in rule.hyperparameters.items()}


def radius_and_others(rule: Rule) -> tuple[np.ndarray, ...]:
    """ρ, 0 where a rule has none, and the other hyperparameters, as `perturbation` and `ascent` take them."""
    return tuple(({"rho": np.zeros(())} | hyperparameters(rule)).values())


def all_hyperparameters(
    rule: Rule, learning_rate: ArrayLike, base: Base = PLAIN, noise: Noise | None = None
) -> dict[str, np.ndarray]:
    """Those of the rule and the noise, the learning rate and those of the base, as a step takes them.

    Raises as `hyperparameters` does.
    """
    of_noise, of_base = (
        {f"{name} of the {what}": value for name, value in hyperparameters(part).items()} if part is not None else {}
        for what, part in (("noise", noise), ("base", base))
    )
    rate = {"learning_rate": hyperparameter("learning_rate", learning_rate)}
    return hyperparameters(rule) | of_noise | rate | of_base


def state(rule: Rule, base: Base, noise: Noise | None = None, given: ArrayLike | None = None) -> list[np.ndarray]:
    """The components of the state of a rule, the noise and a base, as given or where they begin.

    Raises:
        TypeError: for what is no real number.
        ValueError: where there are not as many as they have.
    """
    begin = [*rule.state.items(), *(noise.state.items() if noise is not None else ()), *base.state.items()]
    if given is None:
        return [np.asarray(value, float) for _, value in begin]
    parts = list(real("state", given))
    if len(parts) != len(begin):
        names = ", ".join(name for name, _ in begin)
        raise ValueError(f"state must have {len(begin)} components ({names or 'none'}), not {len(parts)}")
    return parts


def check_course(schedule: Schedule | Held, noise: Noise | None) -> None:
    """Makes sure that a schedule and noise are what they should be.

    Raises:
        TypeError: for anything else.
    """
    if not isinstance(schedule, Schedule | Held):
        raise TypeError(f"schedule must be a Schedule, such as Schedule('cosine'), not {quoted(schedule)}")
    if not (noise is None or isinstance(noise, Noise)):
        raise TypeError(f"noise must be Noise, such as Noise(size=0.1), not {quoted(noise)}")


def hyperparameter(name: str, value: ArrayLike, low: float = 0.0) -> np.ndarray:
    """One hyperparameter or learning rate as a float64 array; raises as `hyperparameters` does."""
    array = real(name, value)
    if not (np.isfinite(array).all() and (array >= low).all()):
        raise ValueError(f"{name} must be finite and at least {low:g}, not {quoted(value)}")
    return array


def _within(name: str, value: ArrayLike, limit: Limit) -> np.ndarray:
    array = hyperparameter(name, value, min(limit.low, 0.0))
    if limit.whole and not ((array == np.rint(array)) & (limit.low <= array) & (array <= limit.high)).all():
        raise ValueError(f"{name} must be a whole number from {limit.low:g} to {limit.high:g}, not {quoted(value)}")
    return array


def real(name: str, value: ArrayLike) -> np.ndarray:
    """Whole and real numbers as a float64 array; NumPy would take the text "1" too, and drop imaginary parts and masks.

    Raises:
        TypeError: for anything else.
        ValueError: for rows of different lengths, and for masked numbers.
    """
    if _masked(value):
        raise ValueError(f"{name} must be numbers without a mask: leave out those that are masked, or fill them")
    try:
        array = np.asarray(value)
    except ValueError:
        raise ValueError(f"{name} must be numbers in rows of one length") from None
    if array.dtype.kind not in "fiu":
        kind = {"c": "complex numbers", "U": "text", "S": "text", "b": "truth values"}.get(array.dtype.kind)
        raise TypeError(f"{name} must be real numbers, not {kind or type(value).__name__}")
    return array.astype(float, copy=False)


def _masked(value: Any) -> bool:
    """Whether numbers of it, or of what it lists, are masked."""
    if isinstance(value, list | tuple):
        return any(_masked(part) for part in value if not isinstance(part, float))
    return np.ma.is_masked(value)


def check_a_landscape(landscape: Landscape) -> None:
    """Raises TypeError for what is no landscape."""
    instance("landscape", landscape, Landscape, "LANDSCAPES['banana']")


def instance(name: str, value: Any, kind: type, example: str) -> None:
    """Raises TypeError for what is not of the kind."""
    if not isinstance(value, kind):
        raise TypeError(refusal(name, f"a {kind.__name__}, such as {example}", quoted(value)))


def count(name: str, value: int) -> int:
    """A whole number of at least 0.

    Raises:
        ValueError: for anything else.
    """
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < 0:
        raise ValueError(refusal(name, "a whole number of at least 0", quoted(value)))
    return int(value)


def tolerance(landscape: Landscape, given: float | None) -> float:
    """A tolerance as it was given, the landscape's where None.

    Raises:
        TypeError: for what is no landscape.
        ValueError: for what is no positive length.
    """
    check_a_landscape(landscape)
    if given is None:
        return landscape.tolerance
    if not (isinstance(given, Real) and isfinite(given) and given > 0):
        raise ValueError(f"the tolerance must be a positive length, not {quoted(given)}")
    return float(given)


def points(name: str, value: ArrayLike) -> np.ndarray:
    """Points as a float64 array of shape (2, *batch); raises as `real` does."""
    array = real(name, value)
    if array.ndim == 0 or array.shape[0] != 2:
        raise ValueError(
            f"{name} must have shape (2, *batch), x and y first, not {array.shape}; transpose (N, 2) points"
        )
    return array


def _no_rule(rule: Any, kind: type, what: str, example: str) -> str:
    if isinstance(rule, type) and issubclass(rule, kind) and is_dataclass(rule):
        given = ", ".join(f"{item.name}=…" for item in fields(rule))
        return (
            f"{what} must be made with its hyperparameters, as in {rule.__name__}({given}), not the class "
            f"{rule.__name__}"
        )
    return f"{what} must be a {kind.__name__}, such as {example}, not {quoted(rule)}"


def _check_form(rule: Rule) -> None:
    names = _check_fields(rule)
    name = type(rule).__name__
    if not isinstance(inspect.getattr_static(rule, "direction"), Derived):
        _check_arguments(rule, "direction", ["loss", "x", "y", *rule.state, *names])
        if next(iter(inspect.signature(rule.direction).parameters)) != "loss":
            raise ValueError(f"the first argument of the direction of {name} must be named loss")
        return
    if not callable(rule.ascent):
        raise ValueError(
            f"{name} has no direction and no ascent: define direction(loss, x, y, …), which returns what to descend "
            "along, or ascent(x, y, gx, gy), which returns v = G⁻¹g"
        )
    if names and names[0] != "rho":
        raise ValueError(f"the first field of {name} must be its radius and be named rho, not {names[0]}")
    _check_arguments(rule, "ascent", ["x", "y", "gx", "gy", *names[1:]])


def _check_base(base: Base) -> None:
    names = _check_fields(base)
    if not callable(getattr(base, "update", None)):
        raise ValueError(f"{type(base).__name__} has no update: define update(x, y, dx, dy, …, learning_rate, …)")
    _check_arguments(base, "update", ["x", "y", "dx", "dy", *base.state, "learning_rate", *names])


def _check_fields(rule: Rule | Base) -> list[str]:
    form, names = type(rule), [item.name for item in fields(rule)]
    bare = [
        word
        for word, kind in vars(form).get("__annotations__", {}).items()
        if word not in names and "ClassVar" not in str(kind)
    ]
    if bare:
        raise ValueError(
            f"{form.__name__} declares {bare[0]}, but is no dataclass: write @dataclass(frozen=True) above it"
        )
    return names


def _check_arguments(rule: Rule | Base, what: str, wanted: list[str]) -> None:
    function = getattr(rule, what)
    try:
        inspect.signature(function).bind(*wanted)
    except TypeError:
        raise ValueError(
            f"the {what} of {type(rule).__name__} must be a static method that takes ({', '.join(wanted)}), "
            f"not {inspect.signature(function)}"
        ) from None
    except ValueError:  # a function without a signature cannot be checked
        pass


def _check_attributes(rule: Rule | Base) -> None:
    """An attribute that is no field would take no part in the run."""
    form = type(rule)
    kept = [
        name
        for name in vars(rule).keys() - rule.hyperparameters
        if not isinstance(inspect.getattr_static(form, name, None), cached_property)
    ]
    if kept:
        raise ValueError(
            f"{form.__name__} keeps {min(kept)} outside its fields, where no run sees it: declare its hyperparameters "
            "as fields of a dataclass, and write no __init__"
        )
