"""The chosen landscape: its formula, its shape, and its lesson at the setting for which that was measured.

It is shown where the column of controls has room for it.
"""

from pathlib import Path

import panel as pn
from panel.viewable import Viewer

from app.model.own_loss import OWN
from app.model.state import State
from app.theme import stylesheet
from app.widgets.typeset import typeset
from landscapes import Landscape

SETTING = {"rho": 1.0, "steps": 200}  # of lessons, with the learning rate that the landscape proposes
CSS = stylesheet(Path(__file__).with_suffix(".css"))


class LandscapeInfo(Viewer):
    """Follows the state; hidden for a loss that the visitor typed, which is typeset beside its field."""

    def __init__(self, state: State) -> None:
        super().__init__()
        self._state = state
        stretch = {"sizing_mode": "stretch_width", "stylesheets": [CSS]}
        self._formula = pn.pane.LaTeX(margin=(10, 0, 0, 4), css_classes=["formula"], **stretch)
        self._words = pn.pane.HTML(margin=(2, 4, 0, 4), css_classes=["about"], **stretch)
        self._column = pn.Column(
            self._formula,
            self._words,
            margin=0,
            sizing_mode="stretch_both",
            css_classes=["landscape"],
            stylesheets=[CSS],
        )
        state.param.watch(self._show_formula, "landscape")
        state.param.watch(self._show_words, ["landscape", *SETTING, "learning_rate"])
        self._show_formula()
        self._show_words()

    def _show_formula(self, *_) -> None:
        own = self._state.landscape == OWN
        self._column.visible = not own
        if not own:
            formula = rf"\ell = {self._state.landscape_object.formula}"
            self._formula.object = typeset(rf"\begin{{array}}{{l}} {lines(formula)} \end{{array}}", formula)

    def _show_words(self, *_) -> None:
        if self._state.landscape != OWN:
            self._words.object = "".join(f"<p>{sentence}</p>" for sentence in sentences(self._state))

    def __panel__(self) -> pn.Column:
        return self._column


def sentences(state: State) -> list[str]:
    """The sentences about the landscape at this setting."""
    landscape = state.landscape_object
    setting = SETTING | {"learning_rate": landscape.learning_rate}
    shown = landscape.lesson and all(getattr(state, name) == value for name, value in setting.items())
    return [landscape.about, *([lesson(landscape)] if shown else [])]


def lesson(landscape: Landscape) -> str:
    """The landscape's lesson with the setting for which it holds."""
    return (
        f"With ρ = {SETTING['rho']:g}, α = {landscape.learning_rate:g} and {SETTING['steps']} steps: {landscape.lesson}"
    )


def lines(formula: str) -> str:
    """A formula with each of its clauses on a line of its own."""
    return formula.replace(r",\quad ", r" \\ ").replace(r",\; ", r" \\ ")
