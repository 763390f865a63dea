"""Long work in two stages: coarse at once, fine once nothing changes; what is coarse says so, and how far it is."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from app.browser.background_work import of_session
from app.compute.answer import Answer, Question
from app.compute.price import LEAST, PREVIEW, affordable_size


class CoarseThenFine:
    """Answers questions coarsely at once, as far as a frame affords, and finely a moment later.

    Args:
        coarse, fine: pixels or cells along a side.
        again: is called when a finer answer is there, or more of the work for it is done.
        whole: whether the fine answer is given at once where a frame affords it.
    """

    def __init__(self, coarse: int, fine: int, again: Callable[[], None], *, whole: bool = False) -> None:
        self._coarse, self._fine, self._again, self._whole = coarse, fine, again, whole
        self._known: dict[bool, Answer] = {}  # by whether it is coarse
        self._refiner = of_session(self._take, progress=again)

    def __call__(self, question: Question) -> Answer:
        """The finest answer that is there; work for an older question is given up."""
        if (fine := self._one(question, coarse=False)) is not None:
            return fine
        if self._whole and question.price(self._fine) <= PREVIEW:
            self.cancel()
            return self._keep(question, self._fine, question.answer(self._fine))
        coarse = self._one(question, coarse=True)
        size = affordable_size(question.price, self._coarse)
        none = size < min(LEAST, self._coarse)
        first = False not in self._known  # as the view opens
        blank = self._coarse if coarse is None and none else None
        self._refiner.request(question, partial(worked, question, blank, self._fine), at_once=first)
        if coarse is None:
            if none:
                return Answer(question, 0, None, True, self._refiner.share)
            coarse = self._keep(question, size, question.answer(size))
        return replace(coarse, done=self._refiner.share)

    def finest(self, question: Question) -> Answer:
        """The fine answer, waited for."""
        known = self._one(question, coarse=False)
        return known or self._keep(question, self._fine, question.answer(self._fine))

    def cancel(self) -> None:
        """Cancels the current work."""
        self._refiner.cancel()

    def _one(self, question: Question, coarse: bool) -> Answer | None:
        known = self._known.get(coarse)
        return known if known is not None and known.question == question else None

    def _keep(self, question: Question, size: int, found: Any) -> Answer:
        coarse = size != self._fine
        self._known[coarse] = Answer(question, size, found, coarse)
        return self._known[coarse]

    def _take(self, question: Question, answered: tuple[int, Any]) -> None:
        self._keep(question, *answered)
        self._again()


def worked(question: Question, coarse: int | None, fine: int, job: Any) -> tuple[int, Any]:
    """The fine answer, computed beside the session; after a coarse one where nothing is shown before."""
    if coarse is not None:
        job.show((coarse, question.answer(coarse, job.cancelled, job.progress)))
    return fine, question.answer(fine, job.cancelled, job.progress)
