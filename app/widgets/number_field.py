"""A typed number: parsed as a number and nothing else, and reverted when it is refused.

Why not `pmui.FloatInput` and `IntInput` (0.16.6): the browser drops what its regular expression does not match, so that
"1e-3", "−2" with a typographic minus and words never reach the session and nothing says why; numbers are shown through
a `TickFormatter`, not with six significant digits; and two buttons without accessible names, which axe reports, take
the room of a field that is 49 px wide.
"""

from collections.abc import Callable
from typing import Any

import panel_material_ui as pmui

from app.browser.changes import set_changed

STYLE = {"& input": {"padding": "8px 10px", "fontSize": "1rem"}}
# The label is for screen readers only, where the text beside the field shows the same.
BARE_STYLE = {
    "& input": {"padding": "5px 8px", "fontSize": "1rem"},
    "& legend": {"display": "none"},
    "& label": {"clipPath": "inset(50%)", "width": "1px", "height": "1px"},
    "& fieldset": {"top": 0},
}


class NumberField:
    """A text field for a number.

    Args:
        label: of the field.
        take: is given the number (a float, an int if `whole`), or the text if it is not a number; returns None, or a
            sentence that says why it was refused.
        whole: whether only whole numbers make sense.
        bare: whether the label is for screen readers alone.

    Attributes:
        widget: the Panel widget, for the layout.
    """

    def __init__(
        self,
        label: str,
        value: float,
        take: Callable[[Any], str | None],
        *,
        whole: bool = False,
        bare: bool = False,
        **options: Any,
    ) -> None:
        self._take, self._whole, self._shown = take, whole, ""
        self.widget = pmui.TextInput(label=label, size="small", sx=BARE_STYLE if bare else STYLE, **options)
        self.show(value)
        self.widget.param.watch(self._typed, "value")

    def show(self, value: float) -> None:
        """Shows a value with six significant digits."""
        self._shown = str(value) if self._whole else f"{value:.6g}"
        set_changed(self.widget, value=self._shown)

    def _typed(self, event) -> None:
        if event.new != self._shown and self._take(number(event.new, whole=self._whole)) is not None:
            self.widget.value = self._shown


def number(text: str, *, whole: bool = False) -> float | int | str:
    """The number that a text stands for, or the text itself if it is not a number."""
    plain = text.strip().replace("−", "-")
    try:
        return int(plain) if whole else float(plain)
    except ValueError:
        return text
