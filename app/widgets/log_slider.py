"""A slider on a logarithmic scale, with the value typed beside it."""

from collections.abc import Callable
from math import log10

import panel as pn
import panel_material_ui as pmui
from bokeh.models import CustomJSTickFormatter
from panel.viewable import Viewer

from app.widgets.number_field import NumberField

STEPS_A_DECADE = 50
DIGITS = 3
TYPED_WIDTH = 84
SLIDER_STYLE = {"&.MuiSlider-root, & .MuiSlider-root": {"padding": "6px 0"}}


class LogSlider(Viewer):
    """Two widgets for one number; what they are asked for goes to `take`, what holds comes back through `show`.

    Args:
        label: of the slider and, for screen readers, of the typed value.
        low, high: ends of the slider, low > 0; any value may be typed, and 0 puts the slider at its left end.
        take: is given the new value; returns None, or a sentence that says why it was refused.
        zero: whether the slider's left end means 0.
        whole: whether only whole numbers make sense.
    """

    def __init__(
        self,
        label: str,
        value: float,
        low: float,
        high: float,
        take: Callable[[float], str | None],
        *,
        zero: bool = False,
        whole: bool = False,
    ) -> None:
        super().__init__()
        self._number = int if whole else float
        self._low, self._high, self._take, self._zero, self._showing = low, high, take, zero, False
        self.slider = pmui.FloatSlider(
            label=label,
            start=log10(low),
            end=log10(high),
            step=1 / STEPS_A_DECADE,
            show_value=False,
            tooltips=False,
            size="small",
            format=CustomJSTickFormatter(
                args={"digits": DIGITS}, code="return String(Number((10 ** tick).toPrecision(digits)))"
            ),
            margin=(0, 8, 0, 2),
            sx=SLIDER_STYLE,
            sizing_mode="stretch_width",
        )
        self.typed = NumberField(f"{label}, typed", value, take, whole=whole, bare=True, width=TYPED_WIDTH, margin=0)
        self.show(value)
        self.slider.param.watch(self._slid, "value")

    def show(self, value: float) -> None:
        """Puts both widgets at a value."""
        self._showing = True
        try:
            position = log10(min(max(value, self._low), self._high))
            # a slider under drag must not get its own position back, rounded: it would be pulled against its motion
            if self.slider.value is None or abs(position - self.slider.value) > 0.5 / STEPS_A_DECADE:
                self.slider.value = position
            self.typed.show(value)
        finally:
            self._showing = False

    def _slid(self, event) -> None:
        if not self._showing:
            value = self._number(float(f"{10**event.new:.{DIGITS}g}"))
            self._take(0.0 if self._zero and value <= self._low else value)

    def __panel__(self) -> pn.Row:
        return pn.Row(self.slider, self.typed.widget, sizing_mode="stretch_width", margin=(2, 0, 0, 0))
