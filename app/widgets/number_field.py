"""A number to be typed: read as a number and nothing else, undone when it is refused."""

from collections.abc import Callable
from typing import Any

import panel_material_ui as pmui

STYLE = {"& input": {"padding": "8px 10px", "fontSize": "16px"}}
# The label is for screen readers, where what stands beside the field shows the same.
BARE_STYLE = {
    "& input": {"padding": "5px 8px", "fontSize": "16px"},
    "& legend": {"display": "none"},
    "& label": {"clipPath": "inset(50%)", "width": "1px", "height": "1px"},
    "& fieldset": {"top": 0},
}


class NumberField:
    """A text field that holds a number.

    Args:
        label: of the field.
        take: is given the number (a float, an int if `whole`), or the text where it is none; returns None, or a
            sentence that says why it was refused.
        whole: whether only whole numbers make sense.
        bare: whether the label is for screen readers alone.

    Attributes:
        widget: to be laid out.
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
        """Puts the field at a value, with all digits that six figures hold."""
        self._shown = str(value) if self._whole else f"{value:.6g}"
        self.widget.value = self._shown

    def _typed(self, event) -> None:
        if event.new != self._shown and self._take(number(event.new, whole=self._whole)) is not None:
            self.widget.value = self._shown


def number(text: str, *, whole: bool = False) -> float | int | str:
    """The number that a text names, or the text itself where it names none."""
    plain = text.strip().replace("−", "-")
    try:
        return int(plain) if whole else float(plain)
    except ValueError:
        return text
