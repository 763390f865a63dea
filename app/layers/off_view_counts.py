"""How many runs ended out of view, counted at the edge they left by."""

import numpy as np
from bokeh.models import Text
from bokeh.plotting import figure as Figure

from app.browser.overlay import MOVING
from app.browser.source_updates import SourceUpdates
from app.compute.runs import Runs, questions
from app.model.box import Box
from app.theme import FONT, palette


class OffViewCounts:
    """Counts at the edges of the given figure, and the runs that diverged."""

    def __init__(self, updates: SourceUpdates, figure: Figure) -> None:
        glyph = Text(
            x="x",
            y="y",
            text="text",
            text_align="align",
            text_baseline="baseline",
            x_offset="dx",
            y_offset="dy",
            text_font={"value": FONT},
            text_font_size="16px",
            text_font_style="bold",
            background_fill_alpha=0.85,
            border_radius=4,
            padding=4,
        )
        edges = updates.source("edges", "x", "y", "text", "align", "baseline", "dx", "dy")
        self._text = figure.add_glyph(edges, glyph, level=MOVING)

    def draw(self, updates: SourceUpdates, runs: list[Runs], view: Box) -> None:
        updates.put("edges", (questions(runs), view), lambda: _columns(count(runs, view), view))

    def theme(self, dark: bool) -> None:
        p = palette(dark)
        self._text.glyph.update(text_color=p.ink, background_fill_color=p.paper)


def count(runs: list[Runs], view: Box) -> dict[str, int]:
    """Ends to the left, right, bottom and top of the view, and ends that are not finite."""
    left, right, bottom, top = view
    ends = np.concatenate([np.empty((2, 0)), *(run.final for run in runs)], axis=1)
    finite = np.isfinite(ends).all(axis=0)
    x, y = ends[:, finite]
    beside = (x < left) | (x > right)
    return {
        "left": int((x < left).sum()),
        "right": int((x > right).sum()),
        "bottom": int((~beside & (y < bottom)).sum()),
        "top": int((~beside & (y > top)).sum()),
        "diverged": int((~finite).sum()),
    }


def _columns(counts: dict[str, int], view: Box) -> dict[str, list]:
    left, right, bottom, top = view
    x, y = (left + right) / 2, (bottom + top) / 2
    places = {
        "left": (left, y, "◂ {}", "left", "middle", 8, 0),
        "right": (right, y, "{} ▸", "right", "middle", -8, 0),
        "bottom": (x, bottom, "▾ {}", "center", "bottom", 0, -8),
        "top": (x, top, "▴ {}", "center", "top", 0, 8),
        "diverged": (left, top, "{} diverged", "left", "top", 8, 8),
    }
    rows = [(*place[:2], place[2].format(counts[edge]), *place[3:]) for edge, place in places.items() if counts[edge]]
    names = ("x", "y", "text", "align", "baseline", "dx", "dy")
    return {name: [row[i] for row in rows] for i, name in enumerate(names)}
