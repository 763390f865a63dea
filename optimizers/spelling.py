"""One spelling of a rule or a base optimizer with its hyperparameters, in links, commands and tables: `sam:rho=0.3`."""

from collections.abc import Mapping
from typing import Any, TypeVar

import numpy as np

from optimizers.bases import Base
from optimizers.hyperparameters import default, described
from optimizers.refusal import in_range, quoted, refusal
from optimizers.rules import Rule

Form = TypeVar("Form", Rule, Base)
NOTHING: Mapping[str, float] = {}


class SpellingError(ValueError):
    """A text that spells no rule; the message is one sentence."""


def spelled(part: Rule | Base, without: str = "") -> str:
    """The key and every hyperparameter with all its digits, but for one that is left out.

    Example:
        >>> from optimizers import ASAM
        >>> spelled(ASAM(rho=1.0)), spelled(ASAM(rho=1.0), without="rho")
        ('asam:rho=1:eta=0.01', 'asam:eta=0.01')
    """
    values = part.hyperparameters.items()
    return ":".join([part.key, *(f"{name}={number_text(value)}" for name, value in values if name != without)])


def read(text: str, forms: Mapping[str, type[Form]], what: str = "an optimizer") -> tuple[type[Form], dict[str, Any]]:
    """The class that a text names, by its key, and the hyperparameters that it gives.

    Raises:
        SpellingError: for a key that is none, a name that the class does not have, or a number beyond its limits.

    Example:
        >>> from optimizers import OPTIMIZERS
        >>> read("gsam:beta=0.2", OPTIMIZERS)
        (<class 'optimizers.rules.gsam.GSAM'>, {'beta': 0.2})
    """
    key, *parts = text.split(":")
    if key not in forms:
        raise SpellingError(f"{what} must be one of {', '.join(forms)}, not {quoted(key)}")
    form, given = forms[key], {}
    limits = described(form)
    for part in parts:
        name, sign, value = part.partition("=")
        if name not in limits or not sign:
            takes = ", ".join(f"{key}:{one}=…" for one in limits) or "nothing"
            raise SpellingError(f"{key} takes {takes}, not {quoted(part)}")
        if name in given:
            raise SpellingError(f"{name} of {key} is given twice")
        limit = limits[name]
        try:
            given[name] = int(value) if limit.whole else float(value)
            fine = limit.low <= given[name] <= limit.high
        except ValueError:
            fine = False
        if not fine:
            expected = in_range(limit.low, limit.high, whole=limit.whole)
            raise SpellingError(refusal(f"{name} of {key}", expected, quoted(value)))
    return form, given


def made(form: type[Form], given: Mapping[str, Any] = NOTHING) -> Form:
    """An instance with these hyperparameters, and the default of every other.

    Example:
        >>> from optimizers import SAM
        >>> made(SAM), made(SAM, {"rho": 0.3})
        (SAM(rho=1.0), SAM(rho=0.3))
    """
    return form(**{name: given.get(name, default(form, name)) for name in described(form)})


def number_text(value: Any) -> str:
    """A number with all its digits, as links, commands and tables write it.

    Example:
        >>> number_text(0.1), number_text(2.0), number_text(1e22), number_text(3)
        ('0.1', '2', '1e22', '3')
    """
    number = np.asarray(value).item()
    return str(number) if isinstance(number, int) else repr(float(number)).removesuffix(".0").replace("e+", "e")
