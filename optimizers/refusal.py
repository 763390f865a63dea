"""The sentence that refuses a value: the same from a file, a link, a flag, a typed field and a figure's parameter."""

from typing import Any

from landscapes.shorten import shorten

MAX_QUOTED = 40  # characters


def refusal(what: str, expected: str, given: str) -> str:
    """One sentence without a full stop.

    Args:
        what: name of the value.
        expected: what it must be, such as `in_range` says.
        given: what it is instead, such as `quoted` says.

    Example:
        >>> refusal("rho", in_range(0, 10), quoted("large"))
        "rho must be a number from 0 to 10, not 'large'"
    """
    return f"{what} must be {expected}, not {given}"


def in_range(low: float, high: float, *, whole: bool = False) -> str:
    """A number from low to high, both included, in words.

    Example:
        >>> in_range(0, 2**32 - 1, whole=True)
        'a whole number from 0 to 4294967295'
    """
    return f"{'a whole number' if whole else 'a number'} from {low:.10g} to {high:.10g}"


def quoted(value: Any) -> str:
    """The value as Python writes it, on one line and cut to MAX_QUOTED characters."""
    return shorten(" ".join(repr(value).split()), MAX_QUOTED)
