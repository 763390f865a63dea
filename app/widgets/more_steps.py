"""The question that a table of outcomes leaves open, and its answer: and after a hundred times as many steps?"""

from functools import partial
from html import escape
from pathlib import Path

import panel as pn
import panel_material_ui as pmui
from panel.viewable import Viewer

from app.browser.background_work import of_session
from app.compute.later import TIMES, Answer, later
from app.compute.motion import without_paths
from app.compute.outcome_summary import many_steps, outcomes_in_words
from app.compute.runs import Runs, questions
from app.theme import stylesheet

CSS = stylesheet(Path(__file__).with_suffix(".css"))


class MoreSteps(Viewer):
    """A button that asks, and the answer below it; another run takes the answer away."""

    def __init__(self) -> None:
        super().__init__()
        self._runs: list[Runs] = []
        self._steps = 0
        self._token: tuple = ()
        self._refiner = of_session(self._take)
        self._button = pmui.Button(
            label="", variant="text", size="small", margin=0, on_click=lambda event: self._ask(), sx=BUTTON
        )
        self._text = pn.pane.HTML(
            "", sizing_mode="stretch_width", margin=0, stylesheets=[stylesheet(Path(__file__).with_suffix(".css"))]
        )
        self._column = pn.Column(self._button, self._text, sizing_mode="stretch_width", margin=0)

    def show(self, steps: int, runs: list[Runs]) -> None:
        """Takes the runs that the button asks about."""
        token = (steps, *questions(runs))
        self._runs, self._steps = runs, steps
        if token == self._token:
            return
        self._token = token
        if self._refiner is not None:
            self._refiner.cancel()
        self._button.param.update(label=f"And after {many_steps(TIMES * steps)}?", disabled=not runs)
        self._text.object = ""

    def hide(self, hidden: bool) -> None:
        """Where others need the room."""
        self._column.visible = not hidden

    def cancel(self) -> None:
        """Gives up what is under way."""
        if self._refiner is not None:
            self._refiner.cancel()

    def _ask(self) -> None:
        if self._runs and self._refiner is not None:
            self._button.disabled = True
            self._text.object = "<p role='status'>Running …</p>"
            self._refiner.request(self._token, partial(later, without_paths(self._runs), self._steps), at_once=True)

    def _take(self, token: tuple, answer: Answer) -> None:
        self._text.object = f"<p role='status'>{escape(outcomes_in_words(answer.steps, answer.runs))}</p>"

    def __panel__(self) -> pn.Column:
        return self._column


BUTTON = {
    "textTransform": "none",
    "fontSize": 14,
    "color": "text.primary",
    "textDecoration": "underline",
    "padding": "0",
}
