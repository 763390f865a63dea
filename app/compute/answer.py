"""Questions put as data, and their answers, coarse or fine."""

from dataclasses import dataclass
from typing import Any, Protocol

from optimizers.maps.tiles import Cancelled, Progress


class Question(Protocol):
    """What is asked, as data: equal questions have equal answers."""

    def answer(self, size: int, cancelled: Cancelled | None = None, progress: Progress | None = None) -> Any:
        """The answer, on so many pixels or cells along a side."""

    def price(self, size: int) -> float:
        """Operations that this takes; infinite where it cannot be told."""


@dataclass(frozen=True, eq=False)
class Answer:
    """What was asked, how finely it was answered, and the answer; equal where the same was asked as finely.

    Attributes:
        question, size, found: the answer, on so many pixels or cells along a side; found is None while there is none,
            because a frame affords none.
        coarse: whether a finer one is still to come.
        done: share of the work for the finer one that is done, None while it is not long under way.
    """

    question: Question
    size: int
    found: Any
    coarse: bool
    done: float | None = None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Answer) and (self.question, self.size) == (other.question, other.size)

    def __hash__(self) -> int:
        return hash((self.question, self.size))
