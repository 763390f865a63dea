"""On the plane: the rims of the sets in which the rules look at the step, as the surface shows them in space."""

from bokeh.models import MultiLine
from bokeh.plotting import figure as Figure

from app.browser.overlay import MOVING
from app.browser.source_updates import Columns, SourceUpdates
from app.compute.loss_graph import discs, graph
from app.compute.runs import Runs
from app.compute.scene import Scene
from app.layers.rule_groups import LINES, coloured, lines
from app.model.box import Box
from app.theme import palette
from landscapes import Landscape


class DiscRims:
    """A curve for each rule with a metric, round the point of its run at the step."""

    def __init__(self, updates: SourceUpdates, figure: Figure) -> None:
        source = updates.source("rims", *LINES)
        self._halo = MultiLine(xs="xs", ys="ys", line_width=5, line_alpha=0.6)
        figure.add_glyph(source, self._halo, level=MOVING)
        figure.add_glyph(source, MultiLine(xs="xs", ys="ys", line_color=coloured(), line_width=2.5), level=MOVING)

    def draw(self, scene: Scene, updates: SourceUpdates) -> None:
        state = scene.state
        updates.put(
            "rims",
            rim_columns,
            state.landscape_object,
            state.region,
            scene.seen("paths"),
            state.step or 0,
        )

    def theme(self, dark: bool) -> None:
        self._halo.line_color = palette(dark).halo


def rim_columns(landscape: Landscape, box: Box, runs: tuple[Runs, ...], step: int) -> Columns:
    """The shadows of the discs, as lines of their rules."""
    found = discs(landscape, graph(landscape, box), runs, step)
    return lines(((one.place, [one.shadow[0]], [one.shadow[1]]) for one in found), dashed=False)
