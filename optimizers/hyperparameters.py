"""Hyperparameters as fields of a class, each with its limits, its symbol, its label and one sentence."""

from collections.abc import Iterable
from dataclasses import MISSING, dataclass, field, fields
from inspect import cleandoc
from math import isfinite
from typing import Any

NAME = "hyperparameter"  # in a field's metadata
USUAL = 1.0  # of a field without a default, as the paper's ρ


@dataclass(frozen=True)
class Limit:
    """The range of one number, ends included."""

    low: float
    high: float
    whole: bool = False


@dataclass(frozen=True)
class Hyperparameter(Limit):
    """What is known of a hyperparameter besides its value.

    Attributes:
        symbol: to write it in equations and beside numbers.
        label: to ask for it.
        about: what it is, in one sentence.
    """

    symbol: str = ""
    label: str = ""
    about: str = ""


def hyperparameter(
    default: Any = MISSING,
    *,
    low: float = 0.0,
    high: float,
    symbol: str,
    label: str,
    about: str,
    whole: bool = False,
) -> Any:
    """A field of a rule or a base optimizer.

    Example:
        >>> from dataclasses import dataclass
        >>> @dataclass(frozen=True)
        ... class Mine:
        ...     beta: float = hyperparameter(0.5, high=1.0, symbol="β", label="Weight β", about="Weight of the past.")
        >>> described(Mine)["beta"].symbol
        'β'
    """
    return field(default=default, metadata={NAME: Hyperparameter(low, high, whole, symbol, label, about)})


def radius(default: Any = MISSING, about: str = "Radius of the ball, in units of θ.") -> Any:
    """The field ρ of a rule that perturbs."""
    return hyperparameter(default, high=10.0, symbol="ρ", label="Radius ρ", about=about)


def described(form: type) -> dict[str, Hyperparameter]:
    """Name → what is known of it, for every field of a class; a bare field goes from 0 to 100, ρ to 10."""
    return {item.name: item.metadata.get(NAME) or _bare(item.name) for item in fields(form)}


def explained(form: type) -> str | None:
    """The docstring of a class that is about to become a dataclass, with what its own hyperparameters are.

    Example:
        >>> from optimizers import SAM
        >>> print(SAM.__doc__.partition("Args:")[2])
        <BLANKLINE>
            rho: Radius of the ball, in units of θ; the perturbation is as long as that. From 0 to 10.
    """
    fields = {
        name: getattr(vars(form).get(name), "metadata", {}).get(NAME) or _bare(name)
        for name, kind in vars(form).get("__annotations__", {}).items()
        if "ClassVar" not in str(kind)
    }
    if not form.__doc__ or not fields:
        return form.__doc__
    lines = [f"    {name}: {' '.join([limit.about, _range(limit)]).strip()}" for name, limit in fields.items()]
    return "\n".join([cleandoc(form.__doc__), "", "Args:", *lines])


def _range(limit: Limit) -> str:
    return f"{'A whole number from' if limit.whole else 'From'} {limit.low:.10g} to {limit.high:.10g}."


def default(form: type, name: str) -> float | int:
    """The default of a field; 1, or the limit that is nearest to it, where it has none."""
    known = {item.name: item.default for item in fields(form)}[name]
    if known is not MISSING:
        return known
    limit = described(form)[name]
    number = min(max(USUAL, limit.low), limit.high)
    return int(number) if limit.whole else number


def hyperparameters_in_words(part: Any, names: Iterable[str] | None = None) -> str:
    """These hyperparameters of a rule or a base optimizer, or all, with their symbols.

    Example:
        >>> from optimizers import ASAM
        >>> hyperparameters_in_words(ASAM(0.5))
        'ρ = 0.5, η = 0.01'
    """
    limits = described(type(part))
    listed = limits if names is None else names
    return ", ".join(f"{limits[name].symbol} = {getattr(part, name):g}" for name in listed)


def within_limits(part: Any) -> None:
    """Makes sure that the hyperparameters of a rule or a base optimizer are plain numbers within their limits.

    Raises:
        ValueError: where one is not.
    """
    for name, limit in described(type(part)).items():
        value = getattr(part, name)
        kinds = int if limit.whole else (int, float)
        if isinstance(value, bool) or not isinstance(value, kinds) or not isfinite(value):
            raise ValueError(f"{name} of {part.key} must be a number, not {value!r}")
        if not limit.low <= value <= limit.high:
            raise ValueError(f"{name} of {part.key} must be from {limit.low:g} to {limit.high:g}, not {value!r}")


def _bare(name: str) -> Hyperparameter:
    if name == "rho":
        return radius().metadata[NAME]
    return Hyperparameter(0.0, 100.0, symbol=name, label=name)
