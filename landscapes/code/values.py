"""What a translation knows of a value, and how JavaScript writes it."""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from landscapes.code.read import Unsupported

EXACT = 2**53  # whole numbers up to here are floats
COMPARED, UNARY, ATOM = 0, 3, 4  # how tightly an expression holds together; sums are 1, products 2

RESERVED = frozenset(
    re.findall(
        r"\w+",
        """
        arguments await break case catch class const continue debugger default delete do else enum eval export extends
        false finally for function if implements import in instanceof interface let new null package private protected
        public return static super switch this throw true try typeof var void while with yield
        Float64Array Infinity Int32Array Math NaN undefined
        """,
    )
)


@dataclass(frozen=True)
class Known:
    """What is known while translating: a number, a truth value, a tuple of numbers, or a function by its name."""

    value: Any


@dataclass(frozen=True)
class Runtime:
    """What the program computes.

    Attributes:
        kind: "float", "truth", or "whole" for a whole number that a comparison chooses.
        code: the expression.
        binds: how tightly it holds together.
    """

    kind: str
    code: str
    binds: int = ATOM


@dataclass(frozen=True)
class Name:
    """A function of the text, by its name there."""

    name: str


Value = Known | Runtime | tuple  # a tuple holds values
FLOAT = Runtime("float", "")


def kind_of(value: Value) -> Any:
    """What of an argument a function is written for."""
    match value:
        case Known(value=known):
            return type(known).__name__, repr(known)
        case tuple():
            return tuple(map(kind_of, value))
    return value.kind


def known_numbers(*values: Value) -> list[Any] | None:
    """The numbers, if all of them are known."""
    known = [value.value for value in values if isinstance(value, Known) and isinstance(value.value, int | float)]
    return known if len(known) == len(values) else None


def number_kind(value: Value) -> str:
    """The kind of a number, known or not."""
    match value:
        case Runtime(kind=kind):
            return kind
        case Known(value=bool()):
            return "truth"
        case Known(value=int()):
            return "whole"
        case Known(value=float()):
            return "float"
    raise Unsupported("a tuple or a function stands where a number is wanted")


def code_of(value: Value, binds: int = -1) -> str:
    """The expression, in parentheses unless it holds together as tightly."""
    if isinstance(value, Known):
        code = literal(value.value)
        value = Runtime("float", code, UNARY if code.startswith("-") else ATOM)
    if not isinstance(value, Runtime):
        raise Unsupported("a tuple stands where a number is wanted")
    # a sign after a sign would be read as another sign
    return f"({value.code})" if value.binds < binds or (value.code.startswith("-") and binds > 0) else value.code


def codes(arguments: Iterable[Value]) -> list[str]:
    """The arguments that are computed, in their order."""
    found: list[str] = []
    for argument in arguments:
        if isinstance(argument, tuple):
            found += codes(argument)
        elif isinstance(argument, Runtime):
            found.append(argument.code)
    return found


def condition_of(condition: Value) -> str:
    """A condition; of a number, whether it is not 0, which NaN is not either."""
    return code_of(condition, COMPARED) if number_kind(condition) == "truth" else f"{code_of(condition, 1)}!=0"


def literal(value: Any) -> str:
    """The shortest literal of a number."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int) and abs(value) <= EXACT:
        return str(value)
    if not isinstance(value, float) or math.isnan(value):
        raise Unsupported(f"{value!r} is no number of JavaScript's")
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    text = repr(value).removesuffix(".0").replace("e+", "e")
    return re.sub(r"^(-?)0\.", r"\1.", text)


def safe(name: str) -> str:
    """A name of Python's that JavaScript keeps for itself gets a sign before it."""
    return f"${name}" if name in RESERVED else name
