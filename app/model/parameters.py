"""Kinds of parameters that refuse what they cannot be, and the sentences that refuse it."""

from math import inf, isfinite
from typing import Any

import param

from app.model.own_loss import MAX_ASPECT
from landscapes.charts.typed import parse_in_phi
from landscapes.formula.parser import parse
from optimizers import Rule
from optimizers.experiment import LIMITS
from optimizers.hyperparameters import Hyperparameter
from optimizers.refusal import in_range, quoted, refusal

MAX_VISIBLE_COORDINATE = 1e9
MIN_VISIBLE_SIDE = 1e-12  # a side of the zoom, relative to its largest coordinate
MAX_LISTED, FIRST_LISTED = 12, 5  # choices that a sentence lists; of more the first ones


class Quantity(param.Number):
    """A number within bounds that is finite; `param.Number` alone lets NaN through."""

    def _validate_value(self, val: Any, allow_None: bool) -> None:
        super()._validate_value(val, allow_None)
        if isinstance(val, bool) or not isfinite(val):
            raise ValueError(f"{self.name} must be a finite number, not {val!r}")


class Count(param.Integer):
    """A whole number within bounds; `param.Integer` alone takes True for 1."""

    def _validate_value(self, val: Any, allow_None: bool) -> None:
        super()._validate_value(val, allow_None)
        if isinstance(val, bool):
            raise ValueError(f"{self.name} must be a whole number, not {val!r}")


class FormulaText(param.String):
    """The text of a formula in θ₁ and θ₂, or x and y."""

    def _validate_value(self, val: Any, allow_None: bool) -> None:
        parse(val)


class ChartText(FormulaText):
    """The text of a formula in φ₁ and φ₂, or x and y."""

    def _validate_value(self, val: Any, allow_None: bool) -> None:
        parse_in_phi(val)


class DescribedParameter(param.Parameter):
    """A parameter whose class says in words what it takes."""

    EXPECTED = ""


class Part(DescribedParameter):
    """A part of the plane, (left, right, bottom, top); None stands for the home view."""

    EXPECTED = "the left, right, bottom and top of a part of the plane"

    def _validate(self, val: Any) -> None:
        if val is None:
            return
        numbers = isinstance(val, tuple) and all(
            isinstance(end, float) and abs(end) < MAX_VISIBLE_COORDINATE for end in val
        )
        if not (numbers and len(val) == 4):
            raise ValueError(f"{self.name} must be (left, right, bottom, top), not {val!r}")
        sides = val[1] - val[0], val[3] - val[2]
        if not (min(sides) > MIN_VISIBLE_SIDE * max(map(abs, val)) and max(sides) <= MAX_ASPECT * min(sides)):
            raise ValueError(f"{self.name} must have sides that can be distinguished and drawn, not {val!r}")


def quantity(kind: str, default: float, **options: Any) -> Quantity:
    """A number within an experiment's limits of this kind."""
    limit = LIMITS[kind]
    return Quantity(default, bounds=(limit.low, limit.high), **options)


def choice(default: str, objects: list[str], **options: Any) -> param.Selector[str]:
    """One of several texts."""
    return param.Selector(default=default, objects=objects, **options)


def hyperparameter(form: type[Rule], name: str, limit: Hyperparameter) -> Quantity | Count:
    """A hyperparameter of a rule of the paper, within its limits."""
    default, label = getattr(form, name), f"{limit.symbol} of {form.name}"
    if limit.whole:
        return Count(int(default), bounds=(int(limit.low), int(limit.high)), label=label)
    return Quantity(default, bounds=(limit.low, limit.high), label=label)


def number_of(owner: param.Parameterized, name: str) -> param.Number:
    """The parameter of a number."""
    found = owner.param[name]
    assert isinstance(found, param.Number)
    return found


def bounds(parameter: param.Number) -> tuple[float, float]:
    """The least and the greatest value of a parameter, infinite where it has none."""
    low, high = parameter.bounds or (None, None)
    return -inf if low is None else low, inf if high is None else high


def within(parameter: param.Number, value: float) -> float:
    """The value, or the bound that it exceeds."""
    low, high = bounds(parameter)
    return min(max(value, low), high)


def refused_value(parameter: param.Parameter, value: Any) -> str:
    """One sentence on why a value is refused for a parameter, and what is expected."""
    return refusal(str(parameter.label), expected(parameter), quoted(value)) + "."


def expected(parameter: param.Parameter) -> str:
    """What a value of a parameter must be, in words."""
    if isinstance(parameter, DescribedParameter):
        return parameter.EXPECTED
    match parameter:
        case param.Number():
            return in_range(*bounds(parameter), whole=isinstance(parameter, param.Integer))
        case param.Boolean():
            return "on or off"
        case param.ListSelector():
            return f"some of {_listed(parameter.objects)}"
        case param.Selector():
            return f"one of {_listed(parameter.objects)}"
        case _:
            return "a text"


def _listed(choices: list[Any]) -> str:
    """All of a few choices, the first of many."""
    few = choices if len(choices) <= MAX_LISTED else choices[:FIRST_LISTED]
    more = len(choices) - len(few)
    return ", ".join(map(str, few)) + (f" and {more} more" if more else "")
