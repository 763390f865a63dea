"""Questions put as data, and their answers, coarse or fine."""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from optimizers.maps.tiles import Cancelled, Progress

Found = TypeVar("Found")
FoundCovariant = TypeVar("FoundCovariant", covariant=True)


class Question(Hashable, Protocol[FoundCovariant]):
    """What is asked, as data: equal questions have equal answers."""

    def answer(self, size: int, cancelled: Cancelled | None = None, progress: Progress | None = None) -> FoundCovariant:
        """The answer, on so many pixels or cells along a side."""

    def price(self, size: int) -> float:
        """Operations that this takes; infinite where they cannot be counted."""


Asked = TypeVar("Asked", bound=Question)


@dataclass(frozen=True, eq=False)
class Answer(Generic[Asked, Found]):
    """What was asked, how finely it was answered, and the answer; equal where the same was asked as finely.

    Attributes:
        question, size, found: the answer, on so many pixels or cells along a side; found is None while there is none,
            because a frame affords none.
        coarse: whether a finer one is still to come.
        done: share of the work for the finer one that is done, None in its first second.
    """

    question: Asked
    size: int
    found: Found | None
    coarse: bool
    done: float | None = None

    @property
    def result(self) -> Found:
        """What was found, where something was."""
        assert self.found is not None
        return self.found

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Answer) and (self.question, self.size) == (other.question, other.size)

    def __hash__(self) -> int:
        return hash((self.question, self.size))
