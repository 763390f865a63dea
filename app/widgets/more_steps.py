"""What becomes of the runs of the outcome table after a hundred times as many steps."""

from collections.abc import Hashable
from concurrent.futures import CancelledError
from dataclasses import replace
from functools import partial
from html import escape
from pathlib import Path
from time import monotonic
from typing import NamedTuple

import panel as pn
import panel_material_ui as pmui
from panel.viewable import Viewer

from app.browser.background_work import of_session
from app.compute.motion import with_motion
from app.compute.outcome_summary import many_steps, outcomes_in_words
from app.compute.runs import Runs, questions
from app.theme import stylesheet
from optimizers import run as run_on
from optimizers.maps.tiles import Cancelled
from optimizers.motions import MAX_FOLLOWED
from optimizers.outcomes import follow, motion, outcome

CSS = stylesheet(Path(__file__).with_suffix(".css"))
FACTOR = 100
PIECE = 2**22  # updates between two checks of the time
TIMEOUT = 20.0  # seconds, after which the runs are shown as far as they came


class Answer(NamedTuple):
    """Runs after more steps, and how many steps that is."""

    runs: list[Runs]
    steps: int


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
        self._text = pn.pane.HTML(
            "", sizing_mode="stretch_width", margin=0, stylesheets=[stylesheet(Path(__file__).with_suffix(".css"))]
        )
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
        self._button.param.update(label=f"Continue to {many_steps(FACTOR * steps)}", disabled=not runs)
        self._text.object = ""

    def hide(self, hidden: bool) -> None:
        """Hides or shows both, where others need the space."""
        self._column.visible = not hidden

    def cancel(self) -> None:
        """Cancels the current work."""
        if self._refiner is not None:
            self._refiner.cancel()

    def _start(self) -> None:
        if self._runs and self._refiner is not None:
            self._button.disabled = True
            self._text.object = "<p role='status'>Running …</p>"
            self._refiner.request(self._token, partial(continued, self._runs, self._steps), at_once=True)

    def _take(self, token: Hashable, answer: Answer) -> None:
        self._text.object = f"<p role='status'>{escape(outcomes_in_words(answer.steps, answer.runs))}</p>"

    def __panel__(self) -> pn.Column:
        return self._column


def continued(runs: list[Runs], steps: int, cancelled: Cancelled) -> Answer:
    """The runs after `FACTOR` as many steps, all after the same number: as many as `TIMEOUT` allows."""
    ends = [run.final for run in runs]
    trajectories = [run.paths for run in runs]
    done, began = steps, monotonic()
    piece = max(PIECE // (sum(end.shape[1] for end in ends) or 1), 1)
    while done < FACTOR * steps and monotonic() - began < TIMEOUT:
        number = min(piece, FACTOR * steps - done)
        for index, path in enumerate(trajectories):
            if cancelled():
                raise CancelledError("newer runs are there")
            trajectories[index] = run_on(
                path.rule, path.landscape, ends[index], learning_rate=path.learning_rate, steps=number, keep="final"
            )
            ends[index] = trajectories[index].final
        done += number
    return Answer([_with_outcome(*one) for one in zip(runs, trajectories, strict=True)], done)


def _with_outcome(run: Runs, trajectory) -> Runs:
    final = trajectory.final
    there = replace(run, final=final, outcome=outcome(trajectory.landscape, final))
    if final.shape[1] > MAX_FOLLOWED:
        return replace(there, motion=motion(trajectory), period=None)
    return with_motion(there, follow(trajectory))


BUTTON_STYLE = {
    "textTransform": "none",
    "fontSize": 14,
    "color": "text.primary",
    "textDecoration": "underline",
    "padding": "0",
}
