"""Long work in two stages: coarse at once, fine when the hand rests."""

from collections.abc import Callable
from typing import Any, NamedTuple, Protocol

import panel as pn

from app.browser.background_work import Cancelled, Refiner


class Question(Protocol):
    """What is asked, as data: equal questions have equal answers."""

    def answer(self, size: int, cancelled: Cancelled | None = None) -> Any:
        """The answer, on so many pixels or cells along a side."""


class Answer(NamedTuple):
    """What was asked, how finely it was answered, and the answer."""

    question: Question
    size: int
    found: Any

    @property
    def token(self) -> tuple[Question, int]:
        """Equal tokens mean equal answers."""
        return self.question, self.size


class Stages:
    """Answers questions coarsely at once, and finely a moment later.

    Args:
        coarse, fine: pixels or cells along a side.
        again: is called when a finer answer is there.
    """

    def __init__(self, coarse: int, fine: int, again: Callable[[], None]) -> None:
        self._coarse, self._fine, self._again = coarse, fine, again
        self._known: dict[int, Answer] = {}
        self._refiner = Refiner(self._refined, pn.state.curdoc.add_next_tick_callback)
        pn.state.on_session_destroyed(lambda context: self.rest())

    def __call__(self, question: Question, *, refine: bool = True) -> Answer:
        """The finest answer that is there.

        Args:
            question: the newest; work for an older one is given up.
            refine: whether a finer one is worth the work.
        """
        if (fine := self._one(self._fine, question)) is not None:
            return fine
        if refine:
            first = self._fine not in self._known  # as the view opens
            self._refiner.request(question, lambda cancelled: question.answer(self._fine, cancelled), at_once=first)
        return self._one(self._coarse, question) or self._keep(self._coarse, question, question.answer(self._coarse))

    def finest(self, question: Question) -> Answer:
        """The fine answer, waited for."""
        return self._one(self._fine, question) or self._keep(self._fine, question, question.answer(self._fine))

    def rest(self) -> None:
        """Gives up what is under way."""
        self._refiner.cancel()

    def _one(self, size: int, question: Question) -> Answer | None:
        known = self._known.get(size)
        return known if known is not None and known.question == question else None

    def _keep(self, size: int, question: Question, found: Any) -> Answer:
        self._known[size] = Answer(question, size, found)
        return self._known[size]

    def _refined(self, question: Question, found: Any) -> None:
        self._keep(self._fine, question, found)
        self._again()
