"""A slider with the value typed beside it, on a logarithmic scale or a linear one."""

from collections.abc import Callable
from math import log10
from pathlib import Path
from typing import Any, NamedTuple

import panel as pn
import panel_material_ui as pmui
from bokeh.models import CustomJSTickFormatter
from panel.viewable import Viewer

from app.browser.ahead import Ahead
from app.browser.javascript import body
from app.theme import FINGER
from app.widgets.number_field import NumberField
from optimizers.hyperparameters import Hyperparameter

HERE = Path(__file__).parent
STEPS_A_DECADE = 50
STEPS = 200  # of a linear scale
DECADES = 5  # of a logarithmic one
DIGITS = 3
TYPED_WIDTH = 84
SLIDER_STYLE = {"&.MuiSlider-root, & .MuiSlider-root": {"padding": "6px 0", FINGER: {"padding": "21px 0"}}}


class Scale(NamedTuple):
    """The ends of a slider; any value may be typed.

    Attributes:
        low, high: low > 0 on a logarithmic scale.
        zero: whether the left end of a logarithmic scale means 0.
        whole: whether only whole numbers make sense.
        linear: whether it is linear.
    """

    low: float
    high: float
    zero: bool = False
    whole: bool = False
    linear: bool = False

    def position(self, value: float) -> float:
        """Of the slider; 0 puts it at its left end."""
        inside = min(max(value, self.low), self.high)
        return inside if self.linear else log10(inside)

    def value(self, position: float) -> float:
        """At a position of the slider, to a few digits."""
        value = float(f"{position if self.linear else 10**position:.{DIGITS}g}")
        return 0.0 if self.zero and value <= self.low else int(value) if self.whole else value

    @property
    def form(self) -> dict[str, Any]:
        """As the page takes it (`number_slider.mjs`)."""
        return {"log": not self.linear, "zero": self.zero, "low": self.low}

    @property
    def step(self) -> float:
        """Of the slider."""
        if self.linear:
            return 1.0 if self.whole else (self.high - self.low) / STEPS
        return 1 / STEPS_A_DECADE


def scale_of(limit: Hyperparameter, default: float) -> Scale:
    """The scale of a hyperparameter: linear to 1 and for whole numbers, else by decades that hold the default."""
    if limit.whole or (limit.high <= 1 and default >= limit.high / 100):
        return Scale(limit.low, limit.high, whole=limit.whole, linear=True)
    least = min(limit.high / 10**DECADES, default / 10 or limit.high)
    return Scale(limit.low or least, limit.high, zero=not limit.low)


class NumberSlider(Viewer):
    """Two widgets for one number; input goes to `take`, the accepted value comes back through `show`.

    Args:
        label: of the slider and, for screen readers, of the typed value.
        scale: of the slider.
        take: is given the new value; returns None, or a sentence that says why it was refused.
        about: what it is, shown on hover; nothing where it is empty.
        name: of what it sets, for `ahead`.
        ahead: learns in the page what a hand sets; None where the page computes nothing.
    """

    def __init__(
        self,
        label: str,
        value: float,
        scale: Scale,
        take: Callable[[float], str | None],
        about: str = "",
        *,
        name: str = "",
        ahead: Ahead | None = None,
    ) -> None:
        super().__init__()
        self._scale, self._take, self._showing = scale, take, False
        number = "tick" if scale.linear else "10 ** tick"
        self.slider = pmui.FloatSlider(
            label=label,
            start=scale.position(scale.low),
            end=scale.position(scale.high),
            step=scale.step,
            show_value=False,
            tooltips=False,
            size="small",
            format=CustomJSTickFormatter(
                args={"digits": DIGITS}, code=f"return String(Number(({number}).toPrecision(digits)))"
            ),
            description=about,
            margin=(0, 8, 0, 2),
            sx=SLIDER_STYLE,
            sizing_mode="stretch_width",
        )
        self.typed = NumberField(
            f"{label}, typed", value, take, whole=scale.whole, bare=True, width=TYPED_WIDTH, margin=0
        )
        self.show(value)
        self.slider.param.watch(self._slid, "value")
        if ahead is not None:
            self._tell(ahead, name)

    def show(self, value: float) -> None:
        """Puts both widgets at a value."""
        self._showing = True
        try:
            position = self._scale.position(value)
            # a slider being dragged must not get its own position back, rounded: it would jump
            if self.slider.value is None or abs(position - self.slider.value) > 0.5 * self._scale.step:
                self.slider.value = position
            self.typed.show(value)
        finally:
            self._showing = False

    def _tell(self, ahead: Ahead, name: str) -> None:
        args = {
            "slider": self.slider,
            "typed": self.typed.widget,
            "ahead": ahead,
            "name": name,
            "scale": self._scale.form,
        }
        self.slider.jscallback(args, value=body(HERE / "number_slider.mjs", ("source", *args)))
        kept = {"ahead": ahead, "name": name}
        keep = body(HERE / "typed_ahead.mjs", ("source", *kept))
        self.typed.widget.jscallback(kept, value=keep, value_input=keep)

    def _slid(self, event) -> None:
        if not self._showing:
            self._take(self._scale.value(event.new))

    def __panel__(self) -> pn.Row:
        return pn.Row(self.slider, self.typed.widget, sizing_mode="stretch_width", margin=(2, 0, 0, 0))
