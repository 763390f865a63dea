"""What becomes of the runs of the outcome table after a hundred times as many steps."""

from collections.abc import Hashable
from functools import partial
from html import escape
from pathlib import Path

import panel as pn
import panel_material_ui as pmui
from panel.viewable import Viewer

from app.browser.ahead import DIMMED
from app.browser.background_work import of_session
from app.browser.changes import set_changed
from app.compute.more_steps import FACTOR, Continued, continued
from app.compute.motion import without_paths
from app.compute.outcome_summary import many_steps, outcomes_in_words
from app.compute.runs import Runs, questions
from app.theme import stylesheet

CSS = stylesheet(Path(__file__).with_suffix(".css"))


class MoreSteps(Viewer):
    """A button that continues the runs, and the result below it, which other runs clear."""

    def __init__(self) -> None:
        super().__init__()
        self._runs: list[Runs] = []
        self._steps = 0
        self._token: tuple = ()
        self._refiner = of_session(self._take)
        self._button = pmui.Button(
            label="", variant="text", size="small", margin=0, on_click=lambda event: self._start(), sx=BUTTON_STYLE
        )
        self._text = pn.pane.HTML("", sizing_mode="stretch_width", margin=0, stylesheets=[CSS, DIMMED])
        self._column = pn.Column(self._button, self._text, sizing_mode="stretch_width", margin=0)

    def show(self, steps: int, runs: list[Runs]) -> None:
        """Sets the runs that the button continues."""
        token = (steps, *questions(runs))
        self._runs, self._steps = runs, steps
        if token == self._token:
            return
        self._token = token
        if self._refiner is not None:
            self._refiner.cancel()
        set_changed(self._button, label=f"Continue to {many_steps(FACTOR * steps)}", disabled=not runs)
        set_changed(self._text, object="")

    def hide(self, hidden: bool) -> None:
        """Hides or shows both, where others need the space."""
        set_changed(self._column, visible=not hidden)

    def cancel(self) -> None:
        """Cancels the current work."""
        if self._refiner is not None:
            self._refiner.cancel()

    def _start(self) -> None:
        if self._runs and self._refiner is not None:
            self._button.disabled = True
            self._text.object = "<p role='status'>Running …</p>"
            work = partial(continued, without_paths(self._runs), self._steps)
            self._refiner.request(self._token, work, at_once=True)

    def _take(self, token: Hashable, answer: Continued) -> None:
        self._text.object = f"<p role='status'>{escape(outcomes_in_words(answer.steps, answer.runs))}</p>"

    def __panel__(self) -> pn.Column:
        return self._column


BUTTON_STYLE = {
    "textTransform": "none",
    "fontSize": "max(0.875rem, var(--least-type, 0rem))",
    "color": "text.primary",
    "textDecoration": "underline",
    "padding": "0",
}
