"""Your own loss: a formula and the part of the plane it is shown on, both typed, and the formula typeset back."""

from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import Any

import panel as pn
import panel_material_ui as pmui
from panel.viewable import Viewer

from app.browser.callbacks import guarded
from app.compute.price import is_long
from app.model.box import Box
from app.model.state import OWN, WINDOW, State, sentence
from app.theme import stylesheet
from app.widgets.number_field import STYLE, NumberField
from app.widgets.typeset import typeset
from landscapes import Landscape
from landscapes.formula import FormulaError
from optimizers.compiled import cancel, pair
from optimizers.experiment import Formula

CSS = stylesheet(Path(__file__).with_suffix(".css"))
PAUSE = 700  # milliseconds without a key after which a formula is read
STANDING = 2000  # milliseconds after which a formula that stands is made ready for maps
DIGITS = 4  # of a view that is taken over from the screen
EXCERPT = 30  # characters shown where a formula has a fault
LARGEST, SMALLEST = 17, 10  # px, the formula typeset
FULL_SIZE = 26  # characters that fit at the largest size
FORMULA_STYLE = STYLE | {"& input": {"padding": "8px 10px", "fontSize": "15px", "fontFamily": "monospace"}}


class FormulaEditor(Viewer):
    """The fields, there while the visitor's own loss is chosen.

    Args:
        state: takes what can be read; what cannot leaves it as it was, and is told below the field.
        view: what is looked at, for the button that makes it the domain; None where there is no view of the plane.
    """

    def __init__(self, state: State, view: Callable[[], Box | None] | None) -> None:
        super().__init__()
        self._state, self._view, self._document = state, view, pn.state.curdoc
        self._waiting: Any = None
        self._standing: Any = None
        self._loss: Landscape | None = None
        self._taking = False
        self.field = pmui.TextInput(
            label=state.param.formula.label,
            value=state.formula,
            size="small",
            sx=FORMULA_STYLE,
            margin=(8, 0, 0, 0),
            sizing_mode="stretch_width",
        )
        self.typeset = pn.pane.LaTeX(
            margin=(1, 0, 2, 0), sizing_mode="stretch_width", css_classes=["typeset"], stylesheets=[CSS]
        )
        self.trouble = pn.pane.HTML("", visible=False, margin=0, sizing_mode="stretch_width", stylesheets=[CSS])
        self._column = pn.Column(
            self.field, self.trouble, self.typeset, self._window(), margin=0, sizing_mode="stretch_width"
        )
        self.field.param.watch(lambda event: self._take(event.new), "value")
        self.field.param.watch(self._typing, "value_input")
        state.param.watch(lambda *_: self._show(), ["landscape", "formula"])
        state.param.watch(lambda *_: self._stand(), ["landscape", "formula", "optimizers", *WINDOW])
        self._show()
        self._stand()
        if self._document is not None:
            pn.state.on_session_destroyed(lambda context: self._use(None))

    def _window(self) -> pn.Row:
        row = pn.Row(margin=(0, 0, 2, 0), align="center", sizing_mode="stretch_width", styles={"gap": "2px"})
        for name in WINDOW:
            label, field = self._state.param[name].label, getattr(self._state, name)
            typed = NumberField(
                label,
                field,
                lambda value, name=name: self._say(self._state.try_update(**{name: value})),
                bare=True,
                margin=0,
                width=49,
            )
            self._state.param.watch(lambda event, typed=typed: typed.show(event.new), name)
            if name in {"left", "bottom"}:
                row.append(pn.pane.HTML("θ₁" if name == "left" else "θ₂", margin=(0, 2), width=16, align="center"))
            row.append(typed.widget)
        if self._view is not None:
            row.append(
                pmui.IconButton(
                    label="Take the view that is shown",
                    icon="crop_free",
                    description="Search and show the part of the plane that is visible now",
                    size="small",
                    margin=0,
                    width=30,
                    sx={"padding": "3px"},
                    on_click=self._take_view,
                )
            )
        return row

    def _typing(self, event: Any) -> None:
        """Reads the formula once nothing changes."""
        if self._document is None or event.new == self._state.formula:
            return
        self._stop_waiting()
        self._waiting = self._document.add_timeout_callback(guarded(self._rested), PAUSE)

    def _rested(self) -> None:
        self._waiting = None
        self._take(self.field.value_input)

    def _stop_waiting(self) -> None:
        if self._waiting is not None:
            self._document.remove_timeout_callback(self._waiting)
            self._waiting = None

    def _stand(self) -> None:
        """Has the loss compiled in the background once it stands, so that maps of it are soon as fast as others."""
        if self._document is None:
            return
        self._use(self._state.landscape_object if self._state.landscape == OWN else None)
        if self._standing is not None:
            self._document.remove_timeout_callback(self._standing)
            self._standing = None
        if self._state.landscape == OWN:
            self._standing = self._document.add_timeout_callback(guarded(self._prepare), STANDING)

    def _use(self, loss: Landscape | None) -> None:
        """Has no kernel compiled any more for a loss that this page has left."""
        if self._loss is not None and self._loss is not loss:
            cancel(self._loss)
        self._loss = loss

    def _prepare(self) -> None:
        self._standing = None
        if self._state.landscape == OWN and not is_long(self._state.landscape_object):  # else who runs it does
            for rule in self._state.rules():
                pair(rule, self._state.landscape_object).prepare()

    def _take(self, text: str) -> None:
        self._stop_waiting()
        state = self._state
        if state.landscape != OWN:
            return
        try:
            Formula(text, state.own.domain).loss()
        except FormulaError as error:
            self._say(sentence(error), pointed(text, error.position))
        else:
            self._taking = True
            try:
                self._say(state.try_update(formula=text))
            finally:
                self._taking = False

    def _take_view(self, event: Any) -> None:
        box = self._view()
        if box is not None:
            ends = zip(WINDOW, (float(f"{end:.{DIGITS}g}") for end in box), strict=True)
            self._say(self._state.try_update(**dict(ends)))

    def _say(self, refused: str | None, where: str = "") -> str | None:
        words = "" if refused is None else f"<p role='alert'>{escape(refused)}</p>{where}"
        self.trouble.param.update(object=words, visible=refused is not None)
        self.field.error_state = refused is not None
        return refused

    def _show(self) -> None:
        state = self._state
        self._column.visible = state.landscape == OWN
        # what is typed here is not sent back, for it may have grown in the browser meanwhile
        if not self._taking and state.formula != self.field.value_input:
            self.field.param.update(value=state.formula, value_input=state.formula)
        if state.landscape == OWN:
            self._say(None)
            size = max(min(LARGEST, LARGEST * FULL_SIZE / len(state.formula)), SMALLEST)
            self.typeset.param.update(
                object=typeset(rf"\ell = {state.landscape_object.formula}", f"ℓ = {state.formula}"),
                styles={"font-size": f"{size:.0f}px"},
            )

    def __panel__(self) -> pn.Column:
        return self._column


def pointed(text: str, position: int | None) -> str:
    """The text as HTML with a caret below the character at a position; of a long one, what is near."""
    if position is None:
        return ""
    first = max(min(position - EXCERPT // 2, len(text) - EXCERPT), 0)
    shown = "".join(letter if letter.isprintable() else " " for letter in text[first : first + EXCERPT])
    before, after = "…" if first else "", "…" if first + EXCERPT < len(text) else ""
    caret = " " * (len(before) + position - first) + "^"
    return f"<pre aria-hidden='true'>{escape(before + shown + after)}\n{caret}</pre>"
