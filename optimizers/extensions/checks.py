"""What the catalogues ask of a rule and of a landscape from outside, beyond what the engine asks of any."""

import re
from collections.abc import Mapping
from dataclasses import MISSING, fields
from math import isfinite
from typing import Any

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
    _check_contract(f"the direction of {subject}", form(**values), LANDSCAPES["banana"], line)
    if form.inverse_root is not None:
        try:
            _xx, _xy, _yy = form.inverse_root(1.0, 1.0, 1.0, 1.0, *[*values.values()][1:])
        except Exception as error:
            wanted = f"inverse_root of {subject} must return three components, xx, xy and yy"
            raise Refused(f"{wanted}, but raised {type(error).__name__}: {error}", line) from error


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
    _check_contract(subject, SAM(RADIUS), landscape, line)


def _check_contract(subject: str, rule: Rule, landscape: Landscape, line: int | None) -> None:
    """What the engine asks of both, where an exception of the file's own is one sentence too."""
    try:
        contract.check(rule, landscape)
    except (TypeError, ValueError) as error:
        raise Refused(str(error), line) from error
    except Exception as error:
        raise Refused(f"{subject} raised {type(error).__name__}: {error}", line) from error


def _check_names(subject: str, one: Any, known: Mapping[str, Any], line: int | None) -> None:
    key, name = getattr(one, "key", None), getattr(one, "name", None)
    if not isinstance(key, str) or not KEY.fullmatch(key):
        given = "none" if key is None else quoted(key)
        raise Refused(f"{subject} must have a key of small letters, digits and hyphens, not {given}", line)
    if not isinstance(name, str) or not name.strip():
        raise Refused(f"{subject} must have a name to show, such as name = {key.capitalize()!r}", line)
    if key in known or key in RESERVED:
        raise Refused(f"the key {key!r} of {subject} exists already; choose another", line)
