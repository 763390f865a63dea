"""What the visitors of this server predict: the answers to a question, by session, as long as that lasts."""

from collections.abc import Callable, Hashable
from typing import NamedTuple

from app.model.moment import MAX_OTHERS, Point
from lessons import LessonScene

Follower = Callable[[], None]
Presence = Callable[[], bool]


class Given(NamedTuple):
    """What one session answers: places on the plane, or the index of a choice."""

    points: tuple[Point, ...] = ()
    choice: int | None = None


class ClassPredictions:
    """Answers by question; two sessions have the same question where their scenes are equal.

    Whose page is closed does not count, and counts again once it is connected again.
    """

    def __init__(self) -> None:
        self._held: dict[LessonScene, dict[Hashable, Given]] = {}
        self._followers: dict[Hashable, Follower] = {}
        self._present: dict[Hashable, Presence] = {}

    def follow(self, session: Hashable, changed: Follower, is_present: Presence) -> None:
        """Has a session be notified when another answers, comes or goes.

        Args:
            is_present: tells whether its own page is open.
        """
        self._followers[session], self._present[session] = changed, is_present

    def put(self, question: LessonScene, session: Hashable, given: Given) -> None:
        """Replaces what a session answers; the others are notified."""
        held = self._held.setdefault(question, {})
        if held.get(session, Given()) == given:
            return
        held[session] = given
        self.notify(but=session)

    def notify(self, but: Hashable = None) -> None:
        """Notifies all sessions, or all but one, that the class has changed."""
        for session, changed in [*self._followers.items()]:
            if session != but:
                changed()

    def points(self, question: LessonScene, session: Hashable) -> tuple[Point, ...]:
        """The places that all other sessions predict, at most MAX_OTHERS."""
        return tuple(point for given in self._others(question, session) for point in given.points)[:MAX_OTHERS]

    def choices(self, question: LessonScene, session: Hashable) -> list[int]:
        """The choices of all other sessions."""
        return [given.choice for given in self._others(question, session) if given.choice is not None]

    def leave(self, session: Hashable) -> None:
        """Drops what a session answered; the others are notified."""
        self._followers.pop(session, None)
        self._present.pop(session, None)
        for question, held in [*self._held.items()]:
            held.pop(session, None)
            if not held:
                del self._held[question]
        self.notify()

    def _others(self, question: LessonScene, session: Hashable) -> list[Given]:
        held = self._held.get(question, {})
        return [given for other, given in held.items() if other != session and self._present[other]()]


CLASS = ClassPredictions()
