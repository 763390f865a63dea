"""What the visitors of this server predict: the answers to a question, by session, as long as that lasts."""

from collections.abc import Callable, Hashable
from typing import NamedTuple

from app.model.moment import MAX_OTHERS, Point
from lessons import LessonScene

Follower = Callable[[], None]


class Given(NamedTuple):
    """What one session answers: places on the plane, or the index of a choice."""

    points: tuple[Point, ...] = ()
    choice: int | None = None


class ClassPredictions:
    """Answers by question; two sessions have the same question where their scenes are equal."""

    def __init__(self) -> None:
        self._held: dict[LessonScene, dict[Hashable, Given]] = {}
        self._followers: dict[Hashable, Follower] = {}

    def follow(self, session: Hashable, changed: Follower) -> None:
        """Has a session be notified when another answers."""
        self._followers[session] = changed

    def put(self, question: LessonScene, session: Hashable, given: Given) -> None:
        """Replaces what a session answers; the others are notified."""
        held = self._held.setdefault(question, {})
        if held.get(session, Given()) == given:
            return
        held[session] = given
        for other, changed in [*self._followers.items()]:
            if other != session:
                changed()

    def points(self, question: LessonScene, session: Hashable) -> tuple[Point, ...]:
        """The places that all other sessions predict, at most MAX_OTHERS."""
        return tuple(point for given in self._others(question, session) for point in given.points)[:MAX_OTHERS]

    def choices(self, question: LessonScene, session: Hashable) -> list[int]:
        """The choices of all other sessions."""
        return [given.choice for given in self._others(question, session) if given.choice is not None]

    def leave(self, session: Hashable) -> None:
        """Drops what a session answered."""
        self._followers.pop(session, None)
        for question, held in [*self._held.items()]:
            held.pop(session, None)
            if not held:
                del self._held[question]

    def _others(self, question: LessonScene, session: Hashable) -> list[Given]:
        return [given for other, given in self._held.get(question, {}).items() if other != session]


CLASS = ClassPredictions()
