"""A collapsible card for what all rules have in common: base optimizer, schedules of α and ρ, gradient noise."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import panel as pn
import panel_material_ui as pmui
from panel.viewable import Viewer

from app.model.state import State
from app.widgets.number_field import NumberField
from app.widgets.number_slider import NumberSlider, scale_of
from optimizers.bases import BASES, Base
from optimizers.hyperparameters import default, described
from optimizers.noise import Noise
from optimizers.schedules import SHAPES
from optimizers.spelling import made

TITLE = "Base, schedules, noise"
STRETCH = {"sizing_mode": "stretch_width"}


class CourseCard(Viewer):
    """A button that says what is not as usual, and below it the controls, made when it is first pressed.

    Args:
        state: is updated, and shown by `sync`.
        show_refusal: is given None, or the sentence that says why a value was refused, and returns it.
    """

    def __init__(self, state: State, show_refusal: Callable[[str | None], str | None]) -> None:
        super().__init__()
        self._state, self._show_refusal = state, show_refusal
        self._form: type[Base] | None = None
        self._syncing = False
        self._shows: dict[str, Callable[[Any], None]] = {}
        self._of_base: dict[str, Callable[[Any], None]] = {}
        self._button = pmui.Button(
            label=TITLE, icon="expand_more", variant="text", size="small", margin=0, sx=BUTTON_STYLE, **STRETCH
        )
        self._button.on_click(self._toggle)
        self._sliders = pn.Column(margin=0, **STRETCH)
        self._controls = pn.Column(visible=False, margin=0, **STRETCH)
        self._column = pn.Column(self._button, self._controls, margin=(2, 0, 0, 0), **STRETCH)
        self.sync()

    def sync(self) -> None:
        """Shows the state's values."""
        words = self._state.course.words
        self._button.label = f"{TITLE}: {words}" if words else TITLE
        if not self._shows:
            return
        self._syncing = True
        try:
            for name, show in self._shows.items():
                show(getattr(self._state, name))
        finally:
            self._syncing = False

    def _toggle(self, event: Any) -> None:
        if not self._shows:
            self._controls.objects = self._made()
            self.sync()
        self._controls.visible = not self._controls.visible
        self._button.icon = "expand_less" if self._controls.visible else "expand_more"

    def _made(self) -> list[Any]:
        base = self._select("Base optimizer", {form.name: key for key, form in BASES.items()}, self._take_base)
        shapes = {shape.capitalize(): shape for shape in SHAPES}
        rows = [base, self._sliders]
        self._shows["base"] = partial(self._show_base, base)
        for name in ("schedule", "rho_schedule"):
            label = str(self._state.param[name].label)
            widget = self._select(label, shapes, partial(self._take, name))
            self._shows[name] = partial(setattr, widget, "value")
            rows.append(widget)
        size = described(Noise)["size"]
        noise = NumberSlider(size.label, 0.0, scale_of(size, default(Noise, "size")), partial(self._take, "noise"))
        seed = NumberField(
            "Seed of the noise", 0, partial(self._take, "noise_seed"), whole=True, margin=(7, 2, 0, 2),
            sizing_mode="stretch_width",
        )  # fmt: skip
        self._shows |= {"noise": noise.show, "noise_seed": seed.show}
        return [*rows, noise, seed.widget]

    def _select(self, label: str, options: dict[str, str], take: Callable[[str], str | None]) -> pmui.Select:
        widget = pmui.Select(label=label, options=options, size="small", margin=(8, 0, 0, 0), **STRETCH)
        widget.param.watch(lambda event: None if self._syncing else take(event.new), "value")
        return widget

    def _show_base(self, widget: pmui.Select, base: Base) -> None:
        widget.value = base.key
        if type(base) is not self._form:
            self._form, self._of_base = type(base), {}
            self._sliders.objects = [self._slider(name) for name in described(type(base))]
        for name, show in self._of_base.items():
            show(getattr(base, name))

    def _slider(self, name: str) -> NumberSlider:
        assert self._form is not None
        limit, value = described(self._form)[name], default(self._form, name)
        label = f"{limit.symbol} of {self._form.name}"
        slider = NumberSlider(label, value, scale_of(limit, value), partial(self._take_part, name), limit.about)
        self._of_base[name] = slider.show
        return slider

    def _take_base(self, key: str) -> str | None:
        return self._take("base", made(BASES[key])) if key != self._state.base.key else None

    def _take_part(self, name: str, value: Any) -> str | None:
        return self._take("base", replace(self._state.base, **{name: value}))

    def _take(self, name: str, value: Any) -> str | None:
        return self._show_refusal(self._state.try_update(**{name: value}))

    def __panel__(self) -> pn.Column:
        return self._column


BUTTON_STYLE = {
    "textTransform": "none",
    "fontSize": "0.9375rem",
    "justifyContent": "flex-start",
    "padding": "2px 4px",
    "color": "text.primary",
}
