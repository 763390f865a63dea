"""Ranges out of the numbers of a flag."""

from collections.abc import Sequence

from landscapes.landscape import Domain
from optimizers.experiment import LIMITS, Limit
from optimizers.refusal import in_range, refusal


def rectangle(flag: str, numbers: Sequence[float]) -> Domain:
    """((left, right), (bottom, top)) out of four numbers.

    Raises:
        ValueError: with one sentence that names the flag, where they are no rectangle.
    """
    left, right, bottom, top = numbers
    limit = LIMITS["coordinate"]
    if not (all(limit.low <= number <= limit.high for number in numbers) and left < right and bottom < top):
        each = f"LEFT RIGHT BOTTOM TOP with LEFT < RIGHT and BOTTOM < TOP, each {in_range(limit.low, limit.high)}"
        raise ValueError(refusal(flag, each, " ".join(f"{number:g}" for number in numbers)))
    return (left, right), (bottom, top)


def interval(flag: str, ends: Sequence[float], limit: Limit) -> tuple[float, float]:
    """Two ends of a range of a hyperparameter.

    Raises:
        ValueError: with one sentence that names the flag.
    """
    low, high = ends
    if not limit.low <= low < high <= limit.high:
        each = f"LOW HIGH with LOW < HIGH, each {in_range(limit.low, limit.high)}"
        raise ValueError(refusal(flag, each, f"{low:g} {high:g}"))
    return low, high
