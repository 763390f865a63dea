"""What the catalogues ask of a rule and of a landscape from outside, beyond what the engine asks of any."""

import re
from collections.abc import Mapping
from dataclasses import MISSING, fields
from math import isfinite
from typing import Any

import numpy as np

from landscapes import LANDSCAPES, Landscape, StationarySet
from optimizers import contract
from optimizers.experiment import LIMITS
from optimizers.hyperparameters import described
from optimizers.refusal import in_range, quoted, refusal
from optimizers.rules import SAM, Rule

KEY = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
RESERVED = {"custom", "formula"}  # keys of losses that are in no catalogue
RADIUS = 1.0  # ρ of a rule that gives no default


class Refused(Exception):
    """Why something cannot be added, in one clause.

    Attributes:
        line: where it is defined, None where that is not known. The traceback of its cause may tell more.
    """

    def __init__(self, reason: str, line: int | None = None) -> None:
        super().__init__(reason)
        self.line = line


def check_rule(form: type[Rule], known: Mapping[str, type[Rule]], line: int | None) -> None:
    """Makes sure that a rule can stand in the catalogue.

    Raises:
        Refused: where it cannot.
    """
    subject = f"the rule {form.__name__}"
    _check_names(subject, form, known, line)
    values = {}
    for item in fields(form):
        limit = described(form)[item.name]
        value = RADIUS if item.name == "rho" and item.default is MISSING else item.default
        if value is MISSING:
            raise Refused(f"{subject} must give its hyperparameter {item.name} a default, such as 0.5", line)
        number = isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)
        if not (number and limit.low <= value <= limit.high and (not limit.whole or value == int(value))):
            expected = in_range(limit.low, limit.high, whole=limit.whole)
            raise Refused(refusal(f"the default of {item.name} of {subject}", expected, quoted(value)), line)
        values[item.name] = value
    loss = LANDSCAPES["banana"]
    try:
        contract.check(form(**values), loss)
    except (TypeError, ValueError) as error:
        raise Refused(str(error), line) from None
    _try(subject, form, loss, tuple(map(float, values.values())), line)


def check_landscape(landscape: Landscape, known: Mapping[str, Landscape], line: int | None) -> None:
    """Makes sure that a landscape can stand in the catalogue.

    Raises:
        Refused: where it cannot.
    """
    subject = f"the landscape {landscape.key!r}"
    _check_names(subject, landscape, known, line)
    rate = LIMITS["learning_rate"]
    if not rate.low <= landscape.learning_rate <= rate.high:
        expected = in_range(rate.low, rate.high)
        raise Refused(refusal(f"the learning rate of {subject}", expected, quoted(landscape.learning_rate)), line)
    listed = landscape.known_stationary or ()
    if not all(isinstance(one, StationarySet) for one in listed):
        raise Refused(f"known_stationary of {subject} must be a tuple of StationarySet, not {quoted(listed)}", line)
    try:
        contract.check(SAM(RADIUS), landscape)
        curvatures = landscape.hessian(*np.array(landscape.start))
    except Exception as error:
        inner = error.__cause__ or error
        reason = str(error) if isinstance(error, ValueError) else f"{type(error).__name__}: {error}"
        raise Refused(reason, line) from inner
    if len(curvatures) != 3:
        raise Refused(f"the Hessian of {subject} must be (∂²ℓ/∂x², ∂²ℓ/∂x∂y, ∂²ℓ/∂y²)", line)


def _check_names(subject: str, one: Any, known: Mapping[str, Any], line: int | None) -> None:
    key, name = getattr(one, "key", None), getattr(one, "name", None)
    if not isinstance(key, str) or not KEY.fullmatch(key):
        given = "none" if key is None else quoted(key)
        raise Refused(f"{subject} must have a key of small letters, digits and hyphens, not {given}", line)
    if not isinstance(name, str) or not name.strip():
        raise Refused(f"{subject} must have a name to show, such as name = {key.capitalize()!r}", line)
    if key in known or key in RESERVED:
        raise Refused(f"the key {key!r} of {subject} exists already; choose another", line)


def _try(subject: str, form: type[Rule], loss: Landscape, values: tuple[float, ...], line: int | None) -> None:
    """Asks a rule for its direction at a few points at once, as a run would."""
    x, y = np.array([[0.5, -1.5, 0.25], [0.25, 0.5, -1.0]])
    state = [np.full(x.shape, float(begin)) for begin in form.state.values()]
    count = 2 + len(state)
    try:
        with np.errstate(all="ignore"):
            found = form.direction(loss, x, y, *state, *(np.full(x.shape, value) for value in values))
            shapes = [np.shape(part) for part in found]
            if form.inverse_root is not None:
                root = form.inverse_root(x, y, *loss.gradient(x, y), *values[1:])
                if len(root) != 3:
                    raise Refused(f"inverse_root of {subject} must return three components, xx, xy and yy", line)
    except Refused:
        raise
    except Exception as error:
        raise Refused(f"the direction of {subject} raised {type(error).__name__}: {error}", line) from error
    if len(shapes) != count or any(shape not in ((), x.shape) for shape in shapes):
        parts = "dx, dy" + "".join(f", {name}" for name in form.state)
        raise Refused(f"the direction of {subject} must return ({parts}), each in the shape of x", line)
