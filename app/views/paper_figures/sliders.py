"""A figure's parameters as sliders, derived from what its module declares."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import panel as pn
import panel_material_ui as pmui
from panel.viewable import Viewable

from app.widgets.number_field import NumberField
from app.widgets.number_slider import NumberSlider, Scale
from figures.record import Parameter

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
        changed: called after each change by the visitor.

    Attributes:
        controls: Panel objects, in the parameters' order.
    """

    def __init__(self, parameters: Iterable[Parameter], changed: Callable[[], None]) -> None:
        self._parameters = tuple(parameters)
        self._changed, self._quiet = changed, False
        self._values: dict[str, Any] = {one.name: one.default for one in self._parameters}
        self._show: dict[tuple[str, int], Callable[[Any], object]] = {}
        self.controls: list[Viewable] = [
            self._control(one, index, value)
            for one in self._parameters
            for index, value in enumerate(_entries(one.default))
        ]

    @property
    def values(self) -> dict[str, Any]:
        """What is chosen, by parameter."""
        return dict(self._values)

    def restore(self) -> None:
        """Back to the paper's values."""
        self.show({one.name: one.default for one in self._parameters})

    def show(self, values: Mapping[str, Any]) -> None:
        """Takes values on, as one change."""
        with self._silently():
            for name, value in values.items():
                self._values[name] = value
                for index, entry in enumerate(_entries(value)):
                    self._show[name, index](entry)
        self._changed()

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
        try:
            self._values[parameter.name] = parameter.check(value)
        except ValueError as error:
            return str(error)
        self._changed()
        return None

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
