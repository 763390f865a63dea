"""Long work in two stages: coarse at once, fine when the hand rests; what is coarse says so, and how far it is."""

from collections.abc import Callable
from functools import partial
from time import monotonic
from typing import Any, NamedTuple, Protocol

import panel as pn

from app.browser.background_work import Cancelled, Refiner
from app.browser.callbacks import guarded
from optimizers.tiles import Progress

LONG = 1.0  # seconds of fine work after which it is told how far it has come
TICK = 0.25  # seconds between two such reports


class Question(Protocol):
    """What is asked, as data: equal questions have equal answers."""

    def answer(self, size: int, cancelled: Cancelled | None = None, progress: Progress | None = None) -> Any:
        """The answer, on so many pixels or cells along a side."""


class Answer(NamedTuple):
    """What was asked, how finely it was answered, and the answer.

    Attributes:
        question, size, found: the answer, on so many pixels or cells along a side.
        coarse: whether a finer one is still to come.
        done: share of the work for the finer one that is done, None while it is not long under way.
    """

    question: Question
    size: int
    found: Any
    coarse: bool
    done: float | None = None

    @property
    def token(self) -> tuple[Question, int]:
        """Equal tokens mean equal answers."""
        return self.question, self.size


class Stages:
    """Answers questions coarsely at once, and finely a moment later.

    Args:
        coarse, fine: pixels or cells along a side.
        again: is called when a finer answer is there, or more of the work for it is done.
    """

    def __init__(self, coarse: int, fine: int, again: Callable[[], None]) -> None:
        self._coarse, self._fine, self._again = coarse, fine, again
        self._known: dict[int, Answer] = {}
        self._done: tuple[Question, float] | None = None
        self._schedule = pn.state.curdoc.add_next_tick_callback
        self._refiner = Refiner(self._refined, self._schedule)
        pn.state.on_session_destroyed(lambda context: self.rest())

    def __call__(self, question: Question) -> Answer:
        """The finest answer that is there; work for an older question is given up."""
        if (fine := self._one(self._fine, question)) is not None:
            return fine
        first = self._fine not in self._known  # as the view opens
        self._refiner.request(question, partial(self._work, question), at_once=first)
        coarse = self._one(self._coarse, question) or self._keep(self._coarse, question, question.answer(self._coarse))
        done = self._done[1] if self._done is not None and self._done[0] == question else None
        return coarse._replace(done=done)

    def finest(self, question: Question) -> Answer:
        """The fine answer, waited for."""
        return self._one(self._fine, question) or self._keep(self._fine, question, question.answer(self._fine))

    def rest(self) -> None:
        """Gives up what is under way."""
        self._refiner.cancel()

    def _work(self, question: Question, cancelled: Cancelled) -> Any:
        """The fine answer, in a thread of its own."""
        told = monotonic() + LONG - TICK

        def progress(done: int, total: int) -> None:
            nonlocal told
            if (now := monotonic()) >= told + TICK and not cancelled():
                told = now
                self._schedule(partial(guarded(self._further), question, done / max(total, 1)))

        return question.answer(self._fine, cancelled, progress)

    def _further(self, question: Question, done: float) -> None:
        if self._one(self._fine, question) is None:
            self._done = question, done
            self._again()

    def _one(self, size: int, question: Question) -> Answer | None:
        known = self._known.get(size)
        return known if known is not None and known.question == question else None

    def _keep(self, size: int, question: Question, found: Any) -> Answer:
        self._known[size] = Answer(question, size, found, coarse=size != self._fine)
        return self._known[size]

    def _refined(self, question: Question, found: Any) -> None:
        self._done = None
        self._keep(self._fine, question, found)
        self._again()


def in_parts(progress: Progress | None, part: int, parts: int) -> Progress | None:
    """Reports of one of several equal parts of the work, as reports of the whole."""
    if progress is None:
        return None
    return lambda done, total: progress(part * total + done, parts * total)
