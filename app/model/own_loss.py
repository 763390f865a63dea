"""The loss that a visitor types: its formula and its domain."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from landscapes.formula import FormulaError
from landscapes.landscape import Domain
from optimizers.experiment import Formula

OWN = "formula"  # the landscape whose loss the visitor types
FIRST_FORMULA = "(θ₁^2 - 1)^2 + (θ₁ - 2)^2 θ₂^2"  # the default: a sharp and a flat minimum
WINDOW = ("left", "right", "bottom", "top")  # the parameters that hold its domain
OWN_LOSS = ("formula", *WINDOW)
MIN_SIDE = 2e-3  # a side of the domain
MAX_ASPECT = 100.0  # in units of the other


def own_domain(values: Mapping[str, Any]) -> Domain:
    """The domain of a visitor's own loss."""
    left, right, bottom, top = (values[name] for name in WINDOW)
    return (left, right), (bottom, top)


def refused_loss(values: Mapping[str, Any]) -> str | None:
    """One sentence on why a formula and its domain cannot be used together; None if they can."""
    left, right, bottom, top = (values[name] for name in WINDOW)
    sides = right - left, top - bottom
    if min(sides) < MIN_SIDE or max(sides) > MAX_ASPECT * min(sides):
        return (
            f"The domain must be at least {MIN_SIDE:g} wide and high, and no side more than {MAX_ASPECT:g} times "
            f"the other, not [{left:g}, {right:g}] × [{bottom:g}, {top:g}]."
        )
    try:
        Formula(values["formula"], own_domain(values)).loss()
    except FormulaError as error:
        return sentence(error)
    return None


def start_moved(values: Mapping[str, Any], changed: Mapping[str, Any]) -> dict[str, float]:
    """A new start where the loss is undefined at the current one after a change of the loss; nothing otherwise."""
    after = {**values, **changed}
    if after["landscape"] != OWN or changed.keys() & {"x", "y"}:
        return {}
    loss = Formula(after["formula"], own_domain(after)).loss()
    here = np.array([after["x"], after["y"]])
    if np.isfinite([loss.value(*here), *loss.gradient(*here)]).all():
        return {}
    return dict(zip("xy", loss.start, strict=True))


def sentence(error: FormulaError) -> str:
    """The error as a sentence."""
    words = str(error)
    return f"{words[:1].upper()}{words[1:]}."
