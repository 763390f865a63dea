"""What a figure's tab has its controls at, as a parameter of the state; in a link `figure-2=rho=0.3,1:seed=7`."""

from collections.abc import Iterable, Mapping
from typing import Any

from app.model.parameters import DescribedParameter
from figures.record import Parameter
from optimizers.refusal import quoted
from optimizers.spelling import number_text


class FigureValues(DescribedParameter):
    """A value for each of a figure's parameters that its tab has a control for.

    Args:
        offered: these parameters.
    """

    EXPECTED = "a value within its limits for each control of the figure"
    __slots__ = ["offered"]

    def __init__(self, offered: Iterable[Parameter], **options: Any) -> None:
        self.offered = {one.name: one for one in offered}
        super().__init__({name: one.default for name, one in self.offered.items()}, **options)

    def _validate(self, val: Any) -> None:
        if not isinstance(val, dict) or val.keys() != self.offered.keys():
            raise ValueError(f"{self.name} must have a value for each of {', '.join(self.offered)}")
        for name, value in val.items():
            self.offered[name].check(value)

    def text(self, values: Mapping[str, Any]) -> str:
        """What differs from the paper's values; `read` takes it back."""
        differing = ((one, values[name]) for name, one in self.offered.items() if values[name] != one.default)
        return ":".join(f"{one.name}={','.join(map(_text, _entries(value)))}" for one, value in differing)

    def read(self, text: str) -> dict[str, Any]:
        """The values that a text gives, and the paper's for the rest.

        Raises:
            ValueError: with one sentence, for a name that is none or a value that is not allowed.
        """
        values = {name: one.default for name, one in self.offered.items()}
        for part in text.split(":") if text else ():
            name, _, given = part.partition("=")
            if name not in self.offered:
                raise ValueError(f"expected {', '.join(f'{one}=…' for one in self.offered)}, not {quoted(part)}")
            parameter = self.offered[name]
            found = tuple(_value(parameter, entry) for entry in given.split(","))
            values[name] = parameter.check(
                found if isinstance(parameter.default, tuple) or len(found) > 1 else found[0]
            )
        return values


def _entries(value: Any) -> tuple[Any, ...]:
    return value if isinstance(value, tuple) else (value,)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else number_text(value)


def _value(parameter: Parameter, text: str) -> Any:
    """The number that a text stands for, or the text itself, which the parameter then refuses or takes."""
    if parameter.scale == "choice":
        return text
    try:
        return int(text) if parameter.scale == "integer" else float(text)
    except ValueError:
        return text
