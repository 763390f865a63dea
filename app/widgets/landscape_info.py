"""What the chosen landscape is: its formula, its shape, and what it teaches at the setting for which that was measured.

It stands where the column of controls leaves room for it.
"""

import panel as pn
from panel.viewable import Viewer

from app.model.state import OWN, State
from app.widgets.typeset import typeset
from landscapes import Landscape

SETTING = {"rho": 1.0, "steps": 200}  # of lessons, with the learning rate that the landscape proposes
LEAST_ROOM = 120  # px; below it the controls need the place more

COLUMN_CSS = f"""
:host {{ container-type: size; flex: 1 1 0 !important; min-height: 0 !important; overflow: hidden; }}
@container (max-height: {LEAST_ROOM}px) {{ * {{ display: none !important; }} }}
"""
FORMULA_CSS = ":host { font-size: 15px; }"
WORDS_CSS = "p { margin: 2px 0 0; font-size: 15px; line-height: 1.35; }"


class About(Viewer):
    """Follows the state; it is silent about a loss that the visitor typed, which is typeset beside its field."""

    def __init__(self, state: State) -> None:
        super().__init__()
        self._state = state
        stretch = {"sizing_mode": "stretch_width"}
        self._formula = pn.pane.LaTeX(margin=(10, 0, 0, 4), stylesheets=[FORMULA_CSS], **stretch)
        self._words = pn.pane.HTML(margin=(2, 4, 0, 4), stylesheets=[WORDS_CSS], **stretch)
        self._column = pn.Column(
            self._formula, self._words, margin=0, sizing_mode="stretch_both", stylesheets=[COLUMN_CSS]
        )
        state.param.watch(self._show, ["landscape", *SETTING, "learning_rate"])
        self._show()

    def _show(self, *_) -> None:
        own = self._state.landscape == OWN
        self._column.visible = not own
        if not own:
            landscape = self._state.surface
            formula = rf"\ell = {landscape.formula}"
            self._formula.object = typeset(rf"\begin{{array}}{{l}} {lines(formula)} \end{{array}}", formula)
            self._words.object = "".join(f"<p>{sentence}</p>" for sentence in sentences(self._state))

    def __panel__(self) -> pn.Column:
        return self._column


def sentences(state: State) -> list[str]:
    """What is said of the landscape at this setting."""
    landscape = state.surface
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
