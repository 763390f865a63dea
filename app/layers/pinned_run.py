"""The pinned run A: it stays on every linked view, faded and dashed, while the choices change."""

from bokeh.models import MultiLine, Scatter
from bokeh.plotting import figure as Figure

from app.browser.source_updates import SourceUpdates
from app.compute.scene import Scene
from app.layers.rule_groups import LINES, PINNED, POINTS, coloured, greyed
from app.layers.trajectories import cell_of, end_columns, few, path_columns


class PinnedRun:
    """Draws the paths and the ends of what was pinned below those of the moment."""

    def __init__(self, updates: SourceUpdates, plane: Figure) -> None:
        faint = coloured(greyed)
        line = MultiLine(xs="xs", ys="ys", line_color=faint, line_dash=PINNED)
        star = Scatter(x="x", y="y", marker={"value": "star"}, fill_color=None, line_color=faint, line_width=2)
        self._paths = plane.add_glyph(updates.source("pinned paths", *LINES), line, level="underlay")
        self._ends = plane.add_glyph(updates.source("pinned ends", *POINTS), star, level="underlay")

    def draw(self, scene: Scene, updates: SourceUpdates) -> None:
        runs, ends = scene.seen_pinned("paths"), scene.seen_pinned("ends")
        wide = few(scene.pinned)
        self._paths.glyph.update(line_width=2.5 if wide else 1, line_alpha=1.0 if wide else 0.5)
        self._ends.glyph.update(size=19 if wide else 11)
        updates.put("pinned paths", path_columns, runs, cell_of(runs, scene.box))
        updates.put("pinned ends", end_columns, ends)

    def theme(self, dark: bool) -> None:
        """Its colours are half-way to grey in both."""
