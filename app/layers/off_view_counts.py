"""How many runs ended out of view, counted at the edge they left by."""

from bokeh.plotting import figure as Figure

from app.browser.overlay import MOVING
from app.browser.source_updates import SourceUpdates
from app.compute.off_view import count, edge_columns
from app.compute.scene import Scene
from app.layers.labels import label_glyph, theme_label


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
        updates.put("edges", lambda runs, view: edge_columns(count(runs, view), view), scene.seen("ends"), scene.box)

    def theme(self, dark: bool) -> None:
        theme_label(self._text.glyph, dark)
