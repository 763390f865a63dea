"""The controls: a column of widgets that update the state, and show its values."""

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any

import panel as pn
import panel_material_ui as pmui
from panel.viewable import Viewer

from app.browser.ahead import DIMMED, Ahead
from app.browser.changes import set_changed
from app.model.box import Box
from app.model.derived import hyperparameter_name
from app.model.lineup import PAPER_KEYS
from app.model.own_loss import OWN
from app.model.state import COURSE_PARAMETERS, INTRO_RULES, MAX_STEPS, PAPER_PARAMETERS, State
from app.theme import FINGER, TOUCHED, colour, dash, stylesheet
from app.widgets.added_rules import AddedRules
from app.widgets.course_card import CourseCard
from app.widgets.formula_editor import FormulaEditor
from app.widgets.landscape_info import LandscapeInfo
from app.widgets.number_field import NumberField
from app.widgets.number_slider import NumberSlider, Scale, scale_of
from app.widgets.rule_drawer import RuleDrawer
from figures.style import short
from landscapes import LANDSCAPES
from optimizers.hyperparameters import default, described
from optimizers.rules import PAPER

CHECKBOX = stylesheet(Path(__file__).with_name("rule_checkbox.css"))
MODES = {"One start": "one", "Grid": "grid", "Cloud": "cloud"}
STRETCH = {"sizing_mode": "stretch_width"}


class ControlPanel(Viewer):
    """Everything a visitor can set, in one column; `sync` shows the state's values.

    Args:
        state: is updated, and shown.
        view: the visible part of the plane, if it is shown.
        ahead: learns in the page what a hand sets.
    """

    def __init__(self, state: State, view: Callable[[], Box | None] | None = None, ahead: Ahead | None = None) -> None:
        super().__init__()
        self._state = state
        self._syncing = False
        self._changed: set[str] = set()
        self._refusal = pmui.Alert(object="", severity="warning", visible=False, margin=(6, 0, 0, 0), **STRETCH)
        self._shows: list[tuple[str, Callable[[Any], None]]] = []
        self._drawer, self._added = RuleDrawer(state), AddedRules(state, self._show_refusal)
        self._course = CourseCard(state, self._show_refusal)
        column = [
            self._at(
                "full",
                pn.Row(self._landscape(), self._reset(), margin=0, **STRETCH),
                FormulaEditor(state, view),
                self._optimizers(PAPER_KEYS, self._drawer),
            ),
            self._at("intro", self._optimizers(INTRO_RULES)),
            self._slider("rho", Scale(0.01, 5.0, zero=True), ahead),
            self._at(
                "full",
                self._etas(),
                self._added,
                self._slider("learning_rate", Scale(1e-4, 1.0), ahead),
                self._slider("steps", Scale(1, MAX_STEPS, whole=True)),
                self._course,
                self._modes(),
                self._starts(),
            ),
            self._at("intro", self._to_full()),
            self._refusal,
            LandscapeInfo(state),
        ]
        self._column = pn.Column(
            *column,
            margin=0,
            css_classes=["controls"],
            styles={"padding": "0 4px 0 6px", "overflow": "hidden auto"},
        )
        state.param.watch(self._mark_changed, list({"added", *COURSE_PARAMETERS, *(name for name, _ in self._shows)}))

    def _mark_changed(self, *events: Any) -> None:
        self._changed.update(event.name for event in events)

    def sync(self) -> None:
        """Shows the state's current values. A view calls it once per frame; more often would only load the page."""
        changed, self._changed = self._changed, set()
        self._column.visible = not self._state.projector
        if changed:
            self._show_refusal(None)
        self._syncing = True
        try:
            for name, show in self._shows:
                if name in changed:
                    show(getattr(self._state, name))
            if changed & {"added", *PAPER_PARAMETERS}:  # on which the names of added rules depend
                self._drawer.sync()
                self._added.sync()
            if changed & {*COURSE_PARAMETERS}:
                self._course.sync()
        finally:
            self._syncing = False

    def _update_state(self, **values: Any) -> str | None:
        return self._show_refusal(self._state.try_update(**values))

    def _show_refusal(self, refusal: str | None) -> str | None:
        """Shows why a value was refused, until the next one is accepted."""
        set_changed(self._refusal, object=refusal or "", visible=refusal is not None)
        return refusal

    def _bind(self, name: str, widget: Any, take: Callable[[Any], str | None] | None = None) -> Any:
        """The widget follows the state; the visitor's input goes to `take`, and is reverted if refused."""
        take = take or (lambda value: self._state.try_update(**{name: value}))

        def taken(event) -> None:
            if not self._syncing and self._show_refusal(take(event.new)) is not None:
                widget.value = event.old

        widget.param.watch(taken, "value")
        self._shows.append((name, lambda value: setattr(widget, "value", value)))
        return widget

    def _at(self, level: str, *parts: Any) -> pn.Column:
        """Parts that are there at one level alone."""
        column = pn.Column(*parts, margin=0, visible=self._state.level == level, **STRETCH)
        self._shows.append(("level", lambda value: setattr(column, "visible", value == level)))
        return column

    def _to_full(self) -> pmui.Button:
        return pmui.Button(
            label="Show the full laboratory",
            variant="outlined",
            size="small",
            on_click=lambda event: self._update_state(level="full"),
            margin=(8, 0, 8, 0),
            sx={"textTransform": "none", "minHeight": "38px", FINGER: TOUCHED},
        )

    def _landscape(self) -> pmui.Select:
        options = {landscape.name: key for key, landscape in LANDSCAPES.items()} | {"Your own loss…": OWN}
        widget = pmui.Select(
            label="Landscape",
            options=options,
            value=self._state.landscape,
            size="small",
            margin=(6, 0, 0, 0),
            **STRETCH,
        )
        return self._bind("landscape", widget, self._state.choose_landscape)

    def _optimizers(self, keys: Iterable[str], *beside: Any) -> pn.GridBox:
        boxes: list[Any] = []
        for key in keys:
            box = pmui.Checkbox(
                label=short(key),
                value=key in self._state.optimizers,
                size="small",
                margin=0,
                styles=_colours(key),
                stylesheets=[CHECKBOX],
            )

            def toggled(event, key=key) -> None:
                if not self._syncing:
                    chosen = {*self._state.optimizers} - {key} | ({key} if event.new else set())
                    self._update_state(optimizers=[other for other in PAPER_KEYS if other in chosen])

            box.param.watch(toggled, "value")
            self._shows.append(("optimizers", partial(_check, box, key)))
            boxes.append(box)
        return pn.GridBox(*boxes, *beside, ncols=2, margin=(4, 0, 2, 0), **STRETCH)

    def _slider(self, name: str, scale: Scale, ahead: Ahead | None = None) -> NumberSlider:
        label, value = str(self._state.param[name].label), getattr(self._state, name)
        slider = NumberSlider(
            label, value, scale, lambda new: self._update_state(**{name: new}), name=name, ahead=ahead
        )
        self._shows.append((name, slider.show))
        return slider

    def _etas(self) -> pn.Column:
        """A slider for every hyperparameter of the paper's rules besides ρ, visible while its rule is chosen."""
        column = pn.Column(margin=0, **STRETCH)
        for form in PAPER:
            for name, limit in described(form).items():
                if name == "rho":
                    continue
                row = pn.Column(
                    self._slider(hyperparameter_name(form.key, name), scale_of(limit, default(form, name))),
                    visible=form.key in self._state.optimizers,
                    margin=0,
                    **STRETCH,
                )
                self._shows.append(("optimizers", partial(_reveal, row, form.key)))
                column.append(row)
        return column

    def _modes(self) -> pmui.RadioButtonGroup:
        widget = pmui.RadioButtonGroup(
            label="", options=MODES, value=self._state.mode, size="small", margin=(6, 0, 2, 0),
            sx={"& .MuiButton-root, & .MuiToggleButton-root": {"textTransform": "none", "fontSize": "1rem"}}, **STRETCH
        )  # fmt: skip
        return self._bind("mode", widget)

    def _starts(self) -> pn.Column:
        rows = {
            "one": self._row(self._number("x"), self._number("y")),
            "grid": self._row(self._number("size", whole=True), self._number("half_width")),
            "cloud": self._row(
                self._number("count", whole=True), self._number("seed", whole=True), self._number("half_width")
            ),
            "both": self._row(self._number("centre_x"), self._number("centre_y")),
        }

        def show(mode: str) -> None:
            for name, row in rows.items():
                row.visible = name == mode or (name == "both" and mode != "one")

        show(self._state.mode)
        self._shows.append(("mode", show))
        return pn.Column(*rows.values(), margin=0, **STRETCH)

    def _number(self, name: str, whole: bool = False) -> Any:
        label, value = SHORT_LABELS.get(name, str(self._state.param[name].label)), getattr(self._state, name)
        typed = NumberField(
            label,
            value,
            lambda new: self._update_state(**{name: new}),
            whole=whole,
            margin=(7, 2, 0, 2),
            sizing_mode="stretch_width",
            stylesheets=[DIMMED],
        )
        self._shows.append((name, typed.show))
        return typed.widget

    def _row(self, *widgets: Any) -> pn.Row:
        return pn.Row(*widgets, margin=0, **STRETCH)

    def _reset(self) -> pmui.Button:
        return pmui.Button(
            label="Reset",
            icon="restart_alt",
            variant="outlined",
            size="small",
            on_click=lambda event: self._state.reset(),
            margin=(6, 0, 0, 6),
            sx={"textTransform": "none", "minHeight": "38px", FINGER: TOUCHED},
        )

    def __panel__(self) -> pn.Column:
        return self._column


SHORT_LABELS = {"size": "Starts per side", "count": "Starts"}


def _check(box: pmui.Checkbox, key: str, chosen: list[str]) -> None:
    box.value = key in chosen


def _reveal(row: pn.Column, key: str, chosen: list[str]) -> None:
    row.visible = key in chosen


def _colours(key: str) -> dict[str, str]:
    """A rule's colour, and a sample of its line, for a check box."""
    sample = (
        "data:image/svg+xml;utf8,<svg xmlns='http://www.w3.org/2000/svg' width='26' height='8'>"
        f"<line x1='1' x2='25' y1='4' y2='4' stroke='%23{colour(key)[1:]}' stroke-width='5' "
        f"stroke-dasharray='{dash(key)}'/></svg>"
    )
    return {"--colour": colour(key), "--sample": f'url("{sample}")'}
