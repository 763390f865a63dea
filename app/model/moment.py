"""What a lesson makes of the page at this moment: what is hidden, what is asked, and what was predicted."""

from dataclasses import dataclass, replace
from math import isfinite
from typing import Any

from app.model.parameters import DescribedParameter
from lessons import HIDEABLE

Point = tuple[float, float]
MAX_PREDICTIONS = 100  # of one visitor, for one question
MAX_OTHERS = 2_000  # of a class, that are drawn
WITHHELD = "What the runs do is hidden until it is revealed; files that show it can be saved then."


@dataclass(frozen=True)
class Moment:
    """The moment of a lesson; without one, nothing is hidden and nothing asked.

    Attributes:
        lesson: its key, if it can be linked.
        scene: its number, from 1.
        hidden: what is not drawn, among HIDEABLE.
        asking: whether a click on the plane predicts where a run ends, rather than moves the start.
        predictions: the visitor's own.
        others: those of the rest of the class, once they are revealed.
        answer: where the run ends that was asked for, once it is revealed.
    """

    lesson: str = ""
    scene: int = 0
    hidden: tuple[str, ...] = ()
    asking: bool = False
    predictions: tuple[Point, ...] = ()
    others: tuple[Point, ...] = ()
    answer: Point | None = None

    def hides(self, *parts: str) -> bool:
        """Whether any of these parts is hidden."""
        return any(part in self.hidden for part in parts)

    def predicted(self, x: float, y: float) -> "Moment":
        """The same with one more prediction; of too many the first is dropped."""
        return replace(self, predictions=(*self.predictions, (x, y))[-MAX_PREDICTIONS:])


NO_MOMENT = Moment()


class MomentOfLesson(DescribedParameter):
    """The moment of a lesson."""

    EXPECTED = "a moment of a lesson"

    def _validate(self, val: Any) -> None:
        if not isinstance(val, Moment) or any(part not in HIDEABLE for part in val.hidden):
            raise ValueError(f"{self.name} must be a moment, not {val!r}")
        if len(val.predictions) > MAX_PREDICTIONS or len(val.others) > MAX_OTHERS:
            raise ValueError(f"{self.name} has too many predictions")
        answer = () if val.answer is None else (val.answer,)
        if not all(isfinite(x) and isfinite(y) for x, y in (*val.predictions, *val.others, *answer)):
            raise ValueError(f"{self.name} must have finite predictions, not {val!r}")
