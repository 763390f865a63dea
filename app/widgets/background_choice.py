"""The list of backgrounds of the plane, and the scale of the one that is shown."""

from html import escape
from pathlib import Path
from typing import Any

import numpy as np
import panel as pn
import panel_material_ui as pmui
from panel.viewable import Viewer

from app.browser.changes import set_changed
from app.model.state import State
from app.theme import Palette, palette, stylesheet
from figures.loss_colours import Scale
from optimizers.sharpness import FIELDS

LOSS = "Loss ℓ"
STOPS = 9  # colours of a legend
DIGITS = 3  # of its numbers
PARTS = (0.0, 0.5, 1.0)  # of a legend, near which its numbers stand
POWERS = 12  # of ten, from the largest round number down


class BackgroundChoice(Viewer):
    """The list of backgrounds, and the scale of the one that is shown."""

    def __init__(self, state: State) -> None:
        super().__init__()
        self._state = state
        names = {LOSS: "loss"} | {kind.name: key for key, kind in FIELDS.items()}
        self.select = pmui.Select(
            label=state.param.background.label,
            options=names,
            value=state.background,
            size="small",
            sx={"& .MuiSelect-select": {"fontSize": "0.9375rem"}},
            width=204,
            margin=(6, 0, 0, 0),
        )
        self.select.param.watch(lambda event: state.try_update(background=event.new), "value")
        state.param.watch(lambda event: self.select.param.update(value=event.new), "background")
        self.legend = pn.pane.HTML(
            sizing_mode="stretch_width",
            margin=(6, 0, 0, 8),
            stylesheets=[stylesheet(Path(__file__).with_suffix(".css"))],
        )
        self._shown: tuple[Scale | None, bool, bool] | None = None
        self._drawn: tuple[Any, ...] = ()  # what the legend was made of
        state.param.watch(lambda event: self.show(*self._shown) if self._shown else None, "dark")
        self._row = pn.Row(self.select, self.legend, margin=0, sizing_mode="stretch_width")

    def hide(self, hidden: bool) -> None:
        """Hides or shows both, where others need the space."""
        set_changed(self._row, visible=not hidden)

    def show(self, scale: Scale | None, gaps: bool = False, coarse: bool = False) -> None:
        """Updates the legend.

        Args:
            scale: from values to colours; None while there is no picture.
            gaps: whether somewhere nothing is defined.
            coarse: whether a finer picture is to follow.
        """
        state, self._shown = self._state, (scale, gaps, coarse)
        made_of = (*self._shown, state.background, state.dark)
        if made_of == self._drawn:
            return
        self._drawn = made_of
        if scale is None:
            self.legend.object = "<p>Computing …</p>"
            return
        plain, p = state.background == "loss", palette(state.dark)
        strip = legend(
            scale,
            list(p.heat if plain else p.field),
            share=not plain and FIELDS[state.background].share,
            clipped=not plain,
        )
        words = f"{hatched(p)} undefined" * gaps + " (coarse)" * coarse
        self.legend.object = strip + (f"<p>{words}</p>" if words else "")

    def __panel__(self) -> pn.Row:
        return self._row


def round_values(scale: Scale) -> dict[float, float]:
    """Numbers of one digit within a scale that are nearest to its ends and its middle, and where they stand, 0 to 1.

    Fewer than three where the scale holds no more.
    """
    largest = max(abs(scale.low), abs(scale.high))
    top = int(np.floor(np.log10(largest))) if largest > 0 else 0
    numbers = {sign * digit * 10.0**k for k in range(top - POWERS, top + 1) for digit in range(10) for sign in (1, -1)}
    places = {
        number: ((number - scale.low) / (scale.high - scale.low)) ** scale.gamma
        for number in numbers
        if scale.low <= number <= scale.high
    }
    if not places:
        return {}
    nearest = (min(places, key=lambda number: (abs(places[number] - part), abs(number))) for part in PARTS)
    return {number: places[number] for number in nearest}


def legend(scale: Scale, colours: list[str], *, share: bool, clipped: bool) -> str:
    """The colours with values near both ends and the middle, as HTML.

    The values are round where there are such, and those of the very ends where what lies beyond has their colours.
    """
    places = {} if clipped else round_values(scale)
    if len(places) < len(PARTS):
        places = {scale.low + (scale.high - scale.low) * part ** (1 / scale.gamma): part for part in PARTS}
    at = [*places]
    fine = 10.0 ** (np.floor(np.log10(scale.high - scale.low)) - DIGITS)
    texts = [f"{value:.0%}" if share else f"{round(value / fine) * fine:.{DIGITS}g}".replace("-", "−") for value in at]
    if clipped:
        texts[0] = f"≤ {texts[0]}"
        texts[2] = texts[2] if share else f"≥ {texts[2]}"
    stops = ", ".join(colours[round(n * (len(colours) - 1) / (STOPS - 1))] for n in range(STOPS))
    numbers = "".join(
        f"<span style='left: {part:.1%}; transform: translateX(-{part:.1%})'>{escape(text)}</span>"
        for text, part in zip(texts, places.values(), strict=True)
    )
    return f"<section><i style='background: linear-gradient(to right, {stops})'></i><p>{numbers}</p></section>"


def hatched(p: Palette) -> str:
    """A sample of the stripes where nothing is defined, as HTML."""
    one, two = p.undefined
    return f"<b style='background: repeating-linear-gradient(45deg, {one} 0 3px, {two} 3px 6px)'></b>"
