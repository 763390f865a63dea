"""Labels beside the ends of the runs: the rules' names, or how many ends lie on each other; placed by the browser."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from bokeh.core.properties import Bool
from bokeh.model import DataModel
from bokeh.models import GlyphRenderer, MultiLine, Scatter
from bokeh.plotting import figure as Figure

from app.browser.javascript import script
from app.browser.overlay import MOVING
from app.browser.source_updates import Columns, SourceUpdates
from app.compute.runs import Runs
from app.layers.labels import label_glyph, theme_label
from app.theme import palette


class Placing(DataModel):
    """Whether labels are to be placed with the next frame; browser only."""

    pending = Bool(default=False)


class EndLabels:
    """Labels that keep beside their stars and inside the plane, with lines to those that stand further off.

    Args:
        updates: collects its columns.
        figure: the plane.
        stars: that the labels keep clear of.

    Attributes:
        renderers: of the lines and the labels.
    """

    def __init__(self, updates: SourceUpdates, figure: Figure, stars: Scatter) -> None:
        ends = updates.source("tags", "x", "y", "text")
        labels, leaders = updates.source("labels", "x", "y", "text"), updates.source("leaders", "xs", "ys")
        self._line = MultiLine(xs="xs", ys="ys", line_width=1.5)
        self._glyph = label_glyph(
            x="x",
            y="y",
            text="text",
            text_font_size="17px",
            text_align="center",
            text_baseline="middle",
            background_fill_alpha=0.78,
            padding=3,
        )
        self.renderers: list[GlyphRenderer] = [
            figure.add_glyph(source, glyph, level=MOVING, syncable=False)
            for source, glyph in ((leaders, self._line), (labels, self._glyph))
        ]
        place = script(
            Path(__file__).with_suffix(".mjs"),
            figure=figure,
            ends=ends,
            stars=stars,
            labels=labels,
            leaders=leaders,
            glyph=self._glyph,
            placing=Placing(syncable=False),
        )
        ends.js_on_change("data", place)
        self._glyph.js_on_change("text_font_size", place)
        for name in ("inner_width", "inner_height"):
            figure.js_on_change(name, place)
        for range_ in (figure.x_range, figure.y_range):
            range_.js_on_change("start", place)
            range_.js_on_change("end", place)

    def label(self, runs: Sequence[Runs], named: bool, updates: SourceUpdates) -> None:
        """Labels the ends of these runs, with the names of their rules or with their numbers alone."""
        updates.put("tags", tags, runs, named)

    def set_theme(self, dark: bool) -> None:
        """Applies the light or the dark theme."""
        theme_label(self._glyph, dark)
        self._line.line_color = palette(dark).ink


def tags(runs: Sequence[Runs], named: bool) -> Columns:
    """What there is to label: every end, with the name of its rule or without."""
    ends = np.concatenate([np.empty((2, 0)), *(run.final for run in runs)], axis=1)
    texts = np.repeat([run.entry.short if named else "" for run in runs], [run.final.shape[1] for run in runs])
    drawn = (np.abs(ends) < 1e30).all(axis=0)
    return {"x": ends[0, drawn], "y": ends[1, drawn], "text": texts[drawn].tolist()}
