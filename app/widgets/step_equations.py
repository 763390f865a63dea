"""The card beside the picture: a rule's equation, filled in with the numbers of the step that is shown."""

from collections.abc import Iterable
from pathlib import Path
from typing import ClassVar

import param
from panel.custom import JSComponent

from app.browser.changes import set_changed
from app.browser.javascript import module
from app.compute.step_words import described
from app.layers.step_anatomy import COLUMNS
from app.layers.step_slice import TIMES
from app.model.lineup import PLACES, Entry
from app.theme import colour, stylesheet

HERE = Path(__file__).parent


class StepEquations(JSComponent):
    """The card. It reads the clock and what `app.layers.step_anatomy` sent, which it finds in the page."""

    rules = param.List(default=[], doc="those that may be shown, one a dictionary")
    stage = param.Integer(default=0, doc="up to which the step is drawn; 0 draws it whole")
    places = param.List(default=list(PLACES), constant=True)

    quantities = param.List(default=list(COLUMNS), constant=True, doc="what is known of each step, in this order")

    times = param.List(default=TIMES.tolist(), constant=True, doc="multiples of δ at which the loss is known")

    _esm = module(HERE / "step_equations.mjs")
    _stylesheets: ClassVar[list[str]] = [
        stylesheet(HERE / f"{name}.css") for name in ("step_equations", "step_stages", "step_slice")
    ]

    def show(self, entries: Iterable[Entry], course: str = "") -> None:
        """Sets the rules that may be shown, and what makes the step of their direction where that is not plain."""
        rules = [
            {"place": entry.place, "name": entry.short, "colour": colour(entry.place), "course": course}
            | described(type(entry.rule))
            for entry in entries
        ]
        set_changed(self, rules=rules)
