"""What the views of maps have in common: progress, and clicks that open Explore."""

from collections.abc import Callable
from typing import Any, Generic

from app.compute.answer import Answer, Asked, Found
from app.compute.scene import MapScene
from app.model.box import Box
from app.model.state import State
from app.views.controlled import ControlledView
from app.views.maps.coarse_then_fine import CoarseThenFine

MAPPED = ("ends", "summary")  # what a map shows of many runs
UNREVEALED = "The map is hidden until it is revealed."


class MapView(ControlledView[MapScene[Asked, Found]], Generic[Asked, Found]):
    """One session's view of maps, coarse at once and fine once nothing changes.

    A subclass makes layers, and widgets that `_bind` binds to choices of the state, then calls `_begin`.

    Args:
        state: what is shown.
        coarse, fine: pixels or cells along a side.
        view: the visible part of the plane, if the view shows the plane.
    """

    def __init__(self, state: State, coarse: int, fine: int, view: Callable[[], Box] | None = None) -> None:
        super().__init__(state, view)
        self._answers: CoarseThenFine[Asked, Found] = CoarseThenFine(coarse, fine, self.request)
        self._refused = ""
        self.work = (self._answers,)

    def _answer(self, state: State, question: Asked) -> Answer[Asked, Found]:
        """The answer as far as it is there; none where a lesson hides it."""
        if state.moment.hides(*MAPPED):
            return Answer(question, 0, None, coarse=False)
        return self._answers(question)

    def _choose(self, **values: Any) -> None:
        """Takes what was clicked and opens Explore, which runs it; where it is refused, the view says why."""
        self._refused = self._state.try_update(**values) or ""
        if not self._refused:
            self._run()
        self.request()

    def _progress_html(self, answer: Answer, size: str) -> str:
        """That an answer is coarse, and how far the fine one has come, as HTML; empty for the fine one.

        Args:
            size: what the coarse answer is of, in words.
        """
        if not answer.coarse:
            return UNREVEALED if answer.found is None else ""
        words = "<b>Computing …</b> " if answer.found is None else f"<b>Coarse</b> ({size}); refining. "
        if answer.done is None:
            return words
        share = f"{answer.done:.0%}"
        bar = f"<progress value='{answer.done:.3f}' aria-label='Refinement progress'>{share}</progress>"
        return f"{words}{bar} {share}. "
