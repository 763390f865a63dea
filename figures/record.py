"""What a figure declares and reports: parameters, measurements, claims."""

from collections.abc import Mapping
from dataclasses import dataclass
from numbers import Integral, Real
from types import MappingProxyType
from typing import Any, Literal

from optimizers.refusal import in_range, quoted, refusal

Values = Mapping[str, Any]
NO_VALUES: Values = MappingProxyType({})


@dataclass(frozen=True)
class Parameter:
    """A parameter of a figure; the command line and the app's sliders both derive from it.

    Attributes:
        name: "rho", "learning_rate" …; `option` is its name on the command line.
        symbol: how to write it on screen.
        default: the paper's value; a tuple where the figure compares several.
        low, high: bounds, both allowed.
        scale: "linear" or "log" for real numbers, "integer", or "choice" among `choices`.
        help: one phrase that says what it is.
        on_screen: what the app's tab computes with, where it offers no control; None where it offers one.
    """

    name: str
    symbol: str
    default: float | int | str | tuple[float, ...]
    low: float = 0.0
    high: float = 0.0
    scale: Literal["linear", "log", "integer", "choice"] = "linear"
    help: str = ""
    choices: tuple[str, ...] = ()
    on_screen: int | None = None

    @property
    def option(self) -> str:
        return "--" + self.name.replace("_", "-")

    def check(self, value: Any) -> Any:
        """The value, or a tuple of values, in this parameter's type.

        Raises:
            ValueError: one sentence that names the parameter, the value and what was expected.
        """
        if not isinstance(self.default, tuple):
            return self._check_one(value)
        if not isinstance(value, (tuple, list)) or len(value) != len(self.default):
            wanted = " ".join(f"{number:g}" for number in self.default)
            raise ValueError(f"{self.name} takes {len(self.default)} values, such as the paper's {wanted}")
        return tuple(self._check_one(item) for item in value)

    def _check_one(self, value: Any) -> Any:
        if self.scale == "choice":
            if value not in self.choices:
                raise ValueError(refusal(self.name, f"one of {', '.join(self.choices)}", quoted(value)))
            return value
        whole = self.scale == "integer"
        number = isinstance(value, Integral if whole else Real) and not isinstance(value, bool)
        if not number or not self.low <= value <= self.high:  # which NaN is not
            raise ValueError(refusal(self.name, in_range(self.low, self.high, whole=whole), quoted(value)))
        return int(value) if whole else float(value)


def complete(parameters: tuple[Parameter, ...], values: Values) -> dict[str, Any]:
    """All parameters' values, checked: those given, and the paper's for the rest.

    Raises:
        ValueError: one sentence about the first value that is unknown or not allowed.
    """
    names = [parameter.name for parameter in parameters]
    unknown = [name for name in values if name not in names]
    if unknown:
        raise ValueError(f"there is no parameter {unknown[0]!r}; there are {', '.join(names)}")
    return {parameter.name: parameter.check(values.get(parameter.name, parameter.default)) for parameter in parameters}


def offered(parameters: tuple[Parameter, ...]) -> tuple[Parameter, ...]:
    """Those that the app's tab has a control for."""
    return tuple(parameter for parameter in parameters if parameter.on_screen is None)


def fixed(parameters: tuple[Parameter, ...]) -> dict[str, Any]:
    """The values of those that the app's tab has no control for."""
    return {parameter.name: parameter.on_screen for parameter in parameters if parameter.on_screen is not None}


def is_published(parameters: tuple[Parameter, ...], values: Values, *, apart_from: tuple[str, ...] = ()) -> bool:
    """Whether every parameter, apart from those named, has the paper's value."""
    return all(values[p.name] == p.default for p in parameters if p.name not in apart_from)


@dataclass(frozen=True)
class Measurement:
    """A measured number.

    Attributes:
        name: what was measured.
        value: the number.
        interval: its 95 % interval, where it is a share of a random sample.
        expected: what it is at the paper's parameters; None where the parameters are others, or nothing is known.
    """

    name: str
    value: float
    interval: tuple[float, float] | None = None
    expected: float | None = None


@dataclass(frozen=True)
class Claim:
    """A claim of a caption, the numbers measured for it, and whether these numbers bear it out."""

    sentence: str
    holds: bool
    measurements: tuple[Measurement, ...]
