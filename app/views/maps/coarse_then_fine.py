"""Long work in two stages: coarse at once, fine once nothing changes; what is coarse says so, and how far it is."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any, Generic

from app.browser.background_work import of_session
from app.compute.answer import Answer, Asked, Found, Question
from app.compute.price import LEAST, PREVIEW, affordable_size


class CoarseThenFine(Generic[Asked, Found]):
    """Answers questions coarsely at once, as far as a frame affords, and finely a moment later.

    Without a session the fine answer is computed at once.

    Args:
        coarse, fine: pixels or cells along a side.
        on_refined: is called when a finer answer is there, or more of the work for it is done.
        whole: whether the fine answer is given at once where a frame affords it.
    """

    def __init__(self, coarse: int, fine: int, on_refined: Callable[[], None], *, whole: bool = False) -> None:
        self._coarse, self._fine, self._on_refined, self._whole = coarse, fine, on_refined, whole
        self._known: dict[bool, Answer[Asked, Found]] = {}  # by whether it is coarse
        self._runner = of_session(self._take, progress=on_refined)

    def __call__(self, question: Asked) -> Answer[Asked, Found]:
        """The finest answer that is there; work for an older question is cancelled."""
        if (fine := self._find(question, coarse=False)) is not None:
            return fine
        if self._runner is None or (self._whole and question.price(self._fine) <= PREVIEW):
            self.cancel()
            return self._keep(question, self._fine, question.answer(self._fine))
        coarse = self._find(question, coarse=True)
        size = affordable_size(question.price, self._coarse)
        none = size < min(LEAST, self._coarse)
        first = False not in self._known  # as the view opens
        blank = self._coarse if coarse is None and none else None
        self._runner.request(question, partial(refined, question, blank, self._fine), at_once=first)
        if coarse is None:
            if none:
                return Answer(question, 0, None, True, self._runner.share)
            coarse = self._keep(question, size, question.answer(size))
        return replace(coarse, done=self._runner.share)

    def finest(self, question: Asked) -> Found:
        """What the fine answer holds, computed now if it is not there."""
        known = self._find(question, coarse=False)
        return (known or self._keep(question, self._fine, question.answer(self._fine))).result

    def cancel(self) -> None:
        """Cancels the current work."""
        if self._runner is not None:
            self._runner.cancel()

    def _find(self, question: Asked, coarse: bool) -> Answer[Asked, Found] | None:
        known = self._known.get(coarse)
        return known if known is not None and known.question == question else None

    def _keep(self, question: Asked, size: int, found: Found) -> Answer[Asked, Found]:
        coarse = size != self._fine
        self._known[coarse] = Answer(question, size, found, coarse)
        return self._known[coarse]

    def _take(self, question: Asked, sized: tuple[int, Found]) -> None:
        self._keep(question, *sized)
        self._on_refined()


def refined(question: Question[Found], coarse: int | None, fine: int, job: Any) -> tuple[int, Found]:
    """The fine answer, computed in the background; after a coarse one where nothing is shown before."""
    if coarse is not None:
        job.show((coarse, question.answer(coarse, job.cancelled, job.progress)))
    return fine, question.answer(fine, job.cancelled, job.progress)
