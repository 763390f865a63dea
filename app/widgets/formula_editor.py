"""Your own loss: a formula and the part of the plane it is shown on, both typed, and the formula typeset back."""

from collections.abc import Callable
from functools import partial
from html import escape
from pathlib import Path
from typing import Any

import panel as pn
import panel_material_ui as pmui
from panel.viewable import Viewer

from app.browser.callbacks import guarded
from app.compute.price import is_long
from app.model.box import Box
from app.model.own_loss import OWN, WINDOW, sentence
from app.model.state import State
from app.theme import stylesheet
from app.widgets.number_field import STYLE, NumberField
from app.widgets.typeset import typeset
from landscapes import Landscape
from landscapes.formula import FormulaError
from landscapes.formula.angles import angle_note
from landscapes.formula.parser import shown
from optimizers.compiled import cancel, pair
from optimizers.experiment import Formula

CSS = stylesheet(Path(__file__).with_suffix(".css"))
DEBOUNCE = 700  # milliseconds without a key after which a formula is read
COMPILE_DELAY = 2000  # milliseconds after which an unchanged formula is compiled, for maps
DIGITS = 4  # of a domain that is set to the visible region
EXCERPT = 30  # characters shown around an error
MAX_FONT, MIN_FONT = 17, 10  # px, the formula typeset
FULL_SIZE_CHARACTERS = 26  # characters that fit at the largest size
FORMULA_STYLE = STYLE | {"& input": {"padding": "8px 10px", "fontSize": "0.9375rem", "fontFamily": "monospace"}}


class FormulaEditor(Viewer):
    """The fields, visible while the visitor's own loss is chosen.

    Args:
        state: takes a valid formula; an invalid one leaves it as it was, and the error is shown below the field.
        view: the visible region, for the button that makes it the domain; None if the plane is not shown.
    """

    def __init__(self, state: State, view: Callable[[], Box | None] | None) -> None:
        super().__init__()
        self._state, self._view, self._document = state, view, pn.state.curdoc
        self._read_timeout: Any = None
        self._compile_timeout: Any = None
        self._loss: Landscape | None = None
        self._updating = False
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
        self.error = pn.pane.HTML("", margin=0, sizing_mode="stretch_width", stylesheets=[CSS])
        self._note = pn.pane.HTML("", margin=0, sizing_mode="stretch_width", stylesheets=[CSS])
        self._column = pn.Column(
            self.field, self.error, self.typeset, self._note, self._window(), margin=0, sizing_mode="stretch_width"
        )
        self.field.param.watch(lambda event: self._read(event.new), "value")
        self.field.param.watch(self._schedule_read, "value_input")
        state.param.watch(lambda *_: self._show(), ["landscape", "formula"])
        state.param.watch(lambda *_: self._show_note(), ["landscape", "formula", *WINDOW])
        state.param.watch(lambda *_: self._schedule_compilation(), ["landscape", "formula", "optimizers", *WINDOW])
        self._show()
        self._show_note()
        self._schedule_compilation()
        if self._document is not None:
            pn.state.on_session_destroyed(lambda context: self._set_loss(None))

    def _window(self) -> pn.Row:
        row = pn.Row(margin=(0, 0, 2, 0), align="center", sizing_mode="stretch_width", styles={"gap": "2px"})
        for name in WINDOW:
            label, value = str(self._state.param[name].label), getattr(self._state, name)
            typed = NumberField(label, value, partial(self._take_end, name), bare=True, margin=0, width=49)
            self._state.param.watch(lambda event, typed=typed: typed.show(event.new), name)
            if name in {"left", "bottom"}:
                row.append(pn.pane.HTML("θ₁" if name == "left" else "θ₂", margin=(0, 2), width=16, align="center"))
            row.append(typed.widget)
        if self._view is not None:
            row.append(
                pmui.IconButton(
                    label="Set domain",
                    icon="crop_free",
                    description="Set the domain to the visible region",
                    size="small",
                    margin=0,
                    width=30,
                    sx={"padding": "3px"},
                    on_click=self._set_domain,
                )
            )
        return row

    def _schedule_read(self, event: Any) -> None:
        """Reads the formula after a debounce."""
        if self._document is None or event.new == self._state.formula:
            return
        self._cancel_read()
        self._read_timeout = self._document.add_timeout_callback(guarded(self._read_now), DEBOUNCE)

    def _read_now(self) -> None:
        self._read_timeout = None
        self._read(str(self.field.value_input))

    def _cancel_read(self) -> None:
        if self._document is not None and self._read_timeout is not None:
            self._document.remove_timeout_callback(self._read_timeout)
            self._read_timeout = None

    def _schedule_compilation(self) -> None:
        """Compiles an unchanged loss in the background, so that its maps become as fast as others."""
        if self._document is None:
            return
        self._set_loss(self._state.landscape_object if self._state.landscape == OWN else None)
        if self._compile_timeout is not None:
            self._document.remove_timeout_callback(self._compile_timeout)
            self._compile_timeout = None
        if self._state.landscape == OWN:
            self._compile_timeout = self._document.add_timeout_callback(guarded(self._prepare), COMPILE_DELAY)

    def _set_loss(self, loss: Landscape | None) -> None:
        """Cancels the compilation of kernels for a loss that this page no longer uses."""
        if self._loss is not None and self._loss is not loss:
            cancel(self._loss)
        self._loss = loss

    def _prepare(self) -> None:
        self._compile_timeout = None
        if self._state.landscape == OWN and not is_long(self._state.landscape_object):  # else the worker compiles it
            for rule in self._state.rules():
                pair(rule, self._state.landscape_object).prepare()

    def _read(self, text: str) -> None:
        self._cancel_read()
        state = self._state
        if state.landscape != OWN:
            return
        try:
            Formula(text, state.own.domain).loss()
        except FormulaError as error:
            self._show_refusal(sentence(error), pointed(text, error.position))
        else:
            self._updating = True
            try:
                self._show_refusal(state.try_update(formula=text))
            finally:
                self._updating = False

    def _take_end(self, name: str, value: Any) -> str | None:
        return self._show_refusal(self._state.try_update(**{name: value}))

    def _set_domain(self, event: Any) -> None:
        if self._view is not None and (box := self._view()) is not None:
            ends = zip(WINDOW, (float(f"{end:.{DIGITS}g}") for end in box), strict=True)
            self._show_refusal(self._state.try_update(**dict(ends)))

    def _show_refusal(self, refused: str | None, where: str = "") -> str | None:
        words = "" if refused is None else f"<p role='alert'>{escape(refused)}</p>{where}"
        self.error.object = words
        self.field.error_state = refused is not None
        return refused

    def _show(self) -> None:
        state = self._state
        self._column.visible = state.landscape == OWN
        # the typed text is not sent back, because it may have changed in the browser meanwhile
        if not self._updating and state.formula != self.field.value_input:
            self.field.param.update(value=state.formula, value_input=state.formula)
        if state.landscape == OWN:
            self._show_refusal(None)
            size = max(min(MAX_FONT, MAX_FONT * FULL_SIZE_CHARACTERS / len(shown(state.formula))), MIN_FONT)
            self.typeset.param.update(
                object=typeset(rf"\ell = {state.landscape_object.formula}", f"ℓ = {shown(state.formula)}"),
                styles={"font-size": f"{size:.0f}px"},
            )

    def _show_note(self) -> None:
        """Says where the domain has angles too large for their sines."""
        words = ""
        if self._state.landscape == OWN:
            loss = self._state.landscape_object
            words = angle_note(loss.source or "", loss.domain)
        self._note.object = f"<p>{escape(words)}</p>" * bool(words)

    def __panel__(self) -> pn.Column:
        return self._column


def pointed(text: str, position: int | None) -> str:
    """The text as HTML with a caret below the character at a position; a long text is cut around it."""
    if position is None:
        return ""
    first = max(min(position - EXCERPT // 2, len(text) - EXCERPT), 0)
    excerpt = "".join(letter if letter.isprintable() else " " for letter in text[first : first + EXCERPT])
    before, after = "…" if first else "", "…" if first + EXCERPT < len(text) else ""
    caret = " " * (len(before) + position - first) + "^"
    return f"<pre aria-hidden='true'>{escape(before + excerpt + after)}\n{caret}</pre>"
