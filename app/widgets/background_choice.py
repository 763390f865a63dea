"""The list of backgrounds of the plane, and the scale of the one that is shown."""

from html import escape
from pathlib import Path

import numpy as np
import panel as pn
import panel_material_ui as pmui
from panel.viewable import Viewer

from app.compute.loss_raster import Scale
from app.model.state import State
from app.theme import Palette, palette, stylesheet
from optimizers.sharpness import FIELDS

LOSS = "Loss ℓ"
STOPS = 9  # colours of a legend
DIGITS = 3  # of its numbers


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
        state.param.watch(lambda event: self.show(*self._shown) if self._shown else None, "dark")
        self._row = pn.Row(self.select, self.legend, margin=0, sizing_mode="stretch_width")

    def hide(self, hidden: bool) -> None:
        """Hides or shows both, where others need the space."""
        self._row.visible = not hidden

    def show(self, scale: Scale | None, gaps: bool = False, coarse: bool = False) -> None:
        """Updates the legend.

        Args:
            scale: from values to colours; None while there is no picture.
            gaps: whether somewhere nothing is defined.
            coarse: whether a finer picture is to follow.
        """
        state, self._shown = self._state, (scale, gaps, coarse)
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


def legend(scale: Scale, colours: list[str], *, share: bool, clipped: bool) -> str:
    """The colours with the values at both ends and in the middle, as HTML."""
    at = [scale.low + (scale.high - scale.low) * part ** (1 / scale.gamma) for part in (0.0, 0.5, 1.0)]
    fine = 10.0 ** (np.floor(np.log10(scale.high - scale.low)) - DIGITS)
    texts = [f"{value:.0%}" if share else f"{round(value / fine) * fine:.{DIGITS}g}".replace("-", "−") for value in at]
    if clipped:
        texts[0] = f"≤ {texts[0]}"
        texts[2] = texts[2] if share else f"≥ {texts[2]}"
    stops = ", ".join(colours[round(n * (len(colours) - 1) / (STOPS - 1))] for n in range(STOPS))
    numbers = "".join(f"<span>{escape(text)}</span>" for text in texts)
    return f"<section><i style='background: linear-gradient(to right, {stops})'></i><p>{numbers}</p></section>"


def hatched(p: Palette) -> str:
    """A sample of the stripes where nothing is defined, as HTML."""
    one, two = p.undefined
    return f"<b style='background: repeating-linear-gradient(45deg, {one} 0 3px, {two} 3px 6px)'></b>"
