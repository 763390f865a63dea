"""What the engine asks of a rule and of a landscape, checked once for each, in one sentence where it does not hold.

A rule whose radius goes unseen would run as gradient descent, and a loss that adds up its batch would multiply its
gradient by the number of starts: both would give numbers, and wrong ones.
"""

import inspect
from collections.abc import Callable
from dataclasses import fields
from functools import cached_property
from typing import Any
from weakref import WeakKeyDictionary, WeakSet

import numpy as np
from numpy.typing import ArrayLike

from landscapes import Landscape
from optimizers.rules import Rule

_rules: WeakKeyDictionary[type[Rule], tuple[Callable, int]] = (
    WeakKeyDictionary()
)  # the ascent checked, and how many fields
_landscapes: WeakSet[Landscape] = WeakSet()

PLACES = np.array([0.37, 0.59, 0.83])  # of the probes within the domain; three, because two components are two


def check(rule: Rule, landscape: Landscape) -> None:
    """Makes sure that a rule and a landscape can be run.

    Raises:
        TypeError: for what is no rule or no landscape, a class in place of a rule among them.
        ValueError: for a rule whose hyperparameters are not its fields with ρ first, or whose ascent does not take
            them; for a landscape whose value or gradient does not act on each point alone.
    """
    if not isinstance(rule, Rule):
        raise TypeError(_no_rule(rule))
    if not isinstance(landscape, Landscape):
        raise TypeError(f"landscape must be a Landscape, such as LANDSCAPES['banana'], not {_shown(landscape)}")
    known = _rules.get(type(rule))
    if known is None or known[0] is not rule.ascent:
        _check_form(rule)
        known = _rules[type(rule)] = rule.ascent, len(fields(rule))
    if len(vars(rule)) > known[1]:
        _check_attributes(rule)
    if landscape not in _landscapes:
        _check_landscape(landscape)
        _landscapes.add(landscape)


def hyperparameters(rule: Rule) -> dict[str, np.ndarray]:
    """Name → float64 array, ρ first: 0 where the rule has none.

    Raises:
        TypeError: for what is no real number.
        ValueError: for what is negative or not finite.
    """
    return {name: hyperparameter(name, value) for name, value in ({"rho": 0.0} | rule.hyperparameters).items()}


def hyperparameter(name: str, value: ArrayLike) -> np.ndarray:
    """One hyperparameter or learning rate as a float64 array; raises as `hyperparameters` does."""
    array = real(name, value)
    if not (np.isfinite(array).all() and (array >= 0).all()):
        raise ValueError(f"{name} must be finite and at least 0, not {_shown(value)}")
    return array


def real(name: str, value: ArrayLike) -> np.ndarray:
    """Whole and real numbers as a float64 array; NumPy would take the text "1" too, and drop an imaginary part.

    Raises:
        TypeError: for anything else.
        ValueError: for rows of different lengths.
    """
    try:
        array = np.asarray(value)
    except ValueError:
        raise ValueError(f"{name} must be numbers in rows of one length") from None
    if array.dtype.kind not in "fiu":
        kind = {"c": "complex numbers", "U": "text", "S": "text", "b": "truth values"}.get(array.dtype.kind)
        raise TypeError(f"{name} must be real numbers, not {kind or type(value).__name__}")
    return array.astype(float, copy=False)


def points(name: str, value: ArrayLike) -> np.ndarray:
    """Points as a float64 array of shape (2, *batch); raises as `real` does."""
    array = real(name, value)
    if array.ndim == 0 or array.shape[0] != 2:
        raise ValueError(
            f"{name} must have shape (2, *batch), x and y first, not {array.shape}; transpose (N, 2) points"
        )
    return array


def _no_rule(rule: Any) -> str:
    if isinstance(rule, type) and issubclass(rule, Rule):
        given = ", ".join(f"{item.name}=…" for item in fields(rule))
        return (
            f"rule must be made with its hyperparameters, as in {rule.__name__}({given}), not the class {rule.__name__}"
        )
    return f"rule must be a Rule, such as SAM(rho=1.0), not {_shown(rule)}"


def _check_form(rule: Rule) -> None:
    form, names = type(rule), [item.name for item in fields(rule)]
    name = form.__name__
    bare = [
        word
        for word, kind in vars(form).get("__annotations__", {}).items()
        if word not in names and "ClassVar" not in str(kind)
    ]
    if bare:
        raise ValueError(f"{name} declares {bare[0]}, but is no dataclass: write @dataclass(frozen=True) above it")
    if names and names[0] != "rho":
        raise ValueError(f"the first field of {name} must be its radius and be named rho, not {names[0]}")
    if not callable(getattr(rule, "ascent", None)):
        raise ValueError(f"{name} has no ascent: define ascent(x, y, gx, gy), which returns v = G⁻¹g")
    wanted = ["x", "y", "gx", "gy", *names[1:]]
    try:
        inspect.signature(rule.ascent).bind(*wanted)
    except TypeError:
        raise ValueError(
            f"the ascent of {name} must be a static method that takes ({', '.join(wanted)}), "
            f"not {inspect.signature(rule.ascent)}"
        ) from None
    except ValueError:  # a function without a signature cannot be checked
        pass


def _check_attributes(rule: Rule) -> None:
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
            "as fields of a dataclass, rho first, and write no __init__"
        )


def _check_landscape(landscape: Landscape) -> None:
    (left, right), (bottom, top) = landscape.domain
    x, y = left + PLACES * (right - left), bottom + PLACES[::-1] * (top - bottom)
    _check_elementwise(landscape, "value", lambda x, y: (landscape.value(x, y),), x, y)
    _check_elementwise(landscape, "gradient", landscape.gradient, x, y)


def _check_elementwise(landscape: Landscape, what: str, function: Callable, x: np.ndarray, y: np.ndarray) -> None:
    """Three points at once must give what they give one by one."""
    name = f"the {what} of the landscape {landscape.name!r}"
    with np.errstate(all="ignore"):
        try:
            whole = function(x, y)
            parts = len(whole)
        except (TypeError, ValueError) as error:
            raise ValueError(
                f"{name} must take arrays of any one shape, but raised {type(error).__name__}: {error}; "
                "write it with landscapes.elementary"
            ) from error
        if what == "gradient" and parts != 2:
            raise ValueError(f"{name} must be a pair, ∂ℓ/∂x and ∂ℓ/∂y, not {_shown(whole)}")
        alone = [function(x[i : i + 1], y[i : i + 1]) for i in range(x.size)]
        for index in range(parts):
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


def _shown(value: Any) -> str:
    text = " ".join(repr(value).split())
    return text if len(text) <= 60 else text[:59] + "…"
