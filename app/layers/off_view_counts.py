"""How many runs ended out of view, counted at the edge they left by."""

from collections.abc import Sequence

import numpy as np
from bokeh.plotting import figure as Figure

from app.browser.overlay import MOVING
from app.browser.source_updates import SourceUpdates
from app.compute.runs import Runs
from app.compute.scene import Scene
from app.layers.labels import label_glyph, theme_label
from app.model.box import Box


class OffViewCounts:
    """Counts at the edges of the given figure, and the runs that diverged."""

    def __init__(self, updates: SourceUpdates, figure: Figure) -> None:
        glyph = label_glyph(
            x="x",
            y="y",
            text="text",
            text_align="align",
            text_baseline="baseline",
            x_offset="dx",
            y_offset="dy",
            text_font_size="16px",
            background_fill_alpha=0.85,
            padding=4,
        )
        edges = updates.source("edges", "x", "y", "text", "align", "baseline", "dx", "dy")
        self._text = figure.add_glyph(edges, glyph, level=MOVING)

    def draw(self, scene: Scene, updates: SourceUpdates) -> None:
        updates.put("edges", lambda runs, view: _columns(count(runs, view), view), scene.seen("ends"), scene.box)

    def theme(self, dark: bool) -> None:
        theme_label(self._text.glyph, dark)


def count(runs: Sequence[Runs], view: Box) -> dict[str, int]:
    """Ends to the left, right, bottom and top of the view, and ends that are not finite."""
    left, right, bottom, top = view
    ends = np.concatenate([np.empty((2, 0)), *(run.final for run in runs)], axis=1)
    finite = np.isfinite(ends).all(axis=0)
    x, y = ends[:, finite]
    outside = (x < left) | (x > right)
    return {
        "left": int((x < left).sum()),
        "right": int((x > right).sum()),
        "bottom": int((~outside & (y < bottom)).sum()),
        "top": int((~outside & (y > top)).sum()),
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
