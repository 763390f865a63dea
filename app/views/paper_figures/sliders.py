"""A figure's parameters as sliders, derived from what its module declares."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import panel as pn
import panel_material_ui as pmui
from panel.viewable import Viewable

from app.widgets.number_field import NumberField
from app.widgets.number_slider import NumberSlider, Scale
from figures.record import Parameter, Values

STEPS = 200  # positions of a linear slider
MAX_SLID = 10_000  # whole numbers beyond this are typed
SUBSCRIPTS = "₁₂₃₄₅₆₇₈₉"
STRETCH = {"sizing_mode": "stretch_width", "size": "small"}
LABEL_STYLE = {"& .MuiFormLabel-root": {"fontSize": "1rem", "whiteSpace": "nowrap"}}
MARGIN, INPUT_MARGIN = (4, 8), (12, 8, 4, 8)


class Sliders:
    """A control for each value of the parameters; a parameter that holds a tuple has one for each entry.

    Args:
        parameters: of the figure, those that are to be controlled.
        values: of all of them, which are shown at first.
        take: is given all values after a change by the visitor; returns None, or a sentence that says why they were
            refused.

    Attributes:
        controls: Panel objects, in the parameters' order.
    """

    def __init__(
        self, parameters: Iterable[Parameter], values: Values, take: Callable[[dict[str, Any]], str | None]
    ) -> None:
        self._accept, self._quiet = take, False
        self._values: dict[str, Any] = dict(values)
        self._show: dict[tuple[str, int], Callable[[Any], object]] = {}
        self.controls: list[Viewable] = [
            self._control(one, index, entry)
            for one in parameters
            for index, entry in enumerate(_entries(self._values[one.name]))
        ]

    def show(self, values: Values) -> None:
        """Puts the controls at values."""
        if values == self._values:
            return
        self._values = dict(values)
        with self._silently():
            for name, value in values.items():
                for index, entry in enumerate(_entries(value)):
                    self._show[name, index](entry)

    @contextmanager
    def _silently(self) -> Iterator[None]:
        """What the controls are set to meanwhile does not come from the visitor."""
        self._quiet = True
        try:
            yield
        finally:
            self._quiet = False

    def _take(self, parameter: Parameter, index: int, entry: Any) -> str | None:
        if self._quiet:
            return None
        value = entry
        if isinstance(parameter.default, tuple):
            value = tuple(entry if at == index else old for at, old in enumerate(self._values[parameter.name]))
        values = self._values | {parameter.name: value}
        if (refused := self._accept(values)) is None:
            self._values = values
        return refused

    def _control(self, parameter: Parameter, index: int, value: Any) -> Viewable:
        label = label_of(parameter, index)
        if parameter.scale == "log":
            scale = Scale(parameter.low, parameter.high)
            slider = NumberSlider(label, value, scale, lambda new: self._take(parameter, index, new))
            self._show[parameter.name, index] = slider.show
            slider.slider.sx = slider.slider.sx | LABEL_STYLE
            return pn.Row(slider, margin=MARGIN, sizing_mode="stretch_width")
        if parameter.scale == "integer" and parameter.high - parameter.low > MAX_SLID:
            typed = NumberField(
                label,
                value,
                lambda new: self._take(parameter, index, new),
                whole=True,
                margin=INPUT_MARGIN,
                sizing_mode="stretch_width",
            )
            self._show[parameter.name, index] = typed.show
            return typed.widget
        widget = _widget(parameter, label, value)

        def taken(event) -> None:
            if self._take(parameter, index, event.new) is not None:
                with self._silently():
                    widget.value = event.old

        widget.param.watch(taken, "value")
        self._show[parameter.name, index] = lambda new: widget.param.update(value=new)
        return widget


def label_of(parameter: Parameter, index: int) -> str:
    """What a control is called: "Perturbation radius ρ", or "ρ₂" for one of several."""
    if isinstance(parameter.default, tuple):
        return f"{parameter.symbol}{SUBSCRIPTS[index]}"
    words = parameter.help[:1].upper() + parameter.help[1:]
    return words if parameter.symbol == parameter.name else f"{words} {parameter.symbol}"


def _widget(parameter: Parameter, label: str, value: Any) -> pmui.Select | pmui.FloatSlider | pmui.IntSlider:
    options = {"label": label, "value": value, "margin": MARGIN, **STRETCH}
    if parameter.scale == "choice":
        return pmui.Select(options=list(parameter.choices), **options | {"margin": INPUT_MARGIN})
    bounds = {"start": parameter.low, "end": parameter.high}
    if parameter.scale == "linear":
        return pmui.FloatSlider(sx=LABEL_STYLE, step=(parameter.high - parameter.low) / STEPS, **bounds, **options)
    return pmui.IntSlider(sx=LABEL_STYLE, **bounds, **options)


def _entries(value: Any) -> tuple:
    return value if isinstance(value, tuple) else (value,)
