"""The surface of the loss: what a script in the page draws with it, as data sources."""

from collections.abc import Sequence

import numpy as np

from app.browser.source_updates import Columns, SourceUpdates
from app.compute.loss_graph import graph, on_surface
from app.compute.runs import Runs
from app.compute.scene import Scene
from app.layers.rule_groups import CODES
from app.layers.step_anatomy import middle
from app.model.box import Box
from app.theme import palette
from landscapes import Landscape
from optimizers import MongeSAM

SOURCES = {
    "surface": ("x", "y", "z", "shade", "i", "j", "k", "box", "high", "floor", "lift"),
    "surface paths": ("xs", "ys", "zs", "rule", "tangent"),
    "surface theme": ("colours", "ink", "paper"),
}


class LossGraph:
    """Feeds the sources of the surface while it is shown; `app/widgets/surface_plot.mjs` draws them."""

    def __init__(self, updates: SourceUpdates) -> None:
        self.sources = {name: updates.source(name, *columns) for name, columns in SOURCES.items()}

    def draw(self, scene: Scene, updates: SourceUpdates) -> None:
        state, runs = scene.state, scene.seen("paths", "ends")
        if not state.surface:
            return
        landscape, box = state.landscape_object, state.region
        updates.put("surface", surface_columns, landscape, box)
        updates.put("surface paths", path_columns, landscape, box, runs, middle(state, runs[0]) if runs else 0)
        updates.put("surface theme", theme_columns, state.dark)

    def theme(self, dark: bool) -> None:
        """Its colours travel with the next frame."""


def surface_columns(landscape: Landscape, box: Box) -> Columns:
    """The mesh, and the box and the heights that are drawn."""
    found = graph(landscape, box)
    columns = {
        name: [part.astype(np.float32)] for name, part in zip(("x", "y", "z", "shade"), found.points, strict=True)
    }
    columns |= {name: [part.astype(np.float32)] for name, part in zip("ijk", found.triangles, strict=True)}
    return columns | {"box": [list(box)], "high": [found.high], "floor": [found.floor], "lift": [found.lift]}


def path_columns(landscape: Landscape, box: Box, runs: Sequence[Runs], at: int) -> Columns:
    """One path of each rule on the surface, and whether its disc lies on the tangent plane, as Monge SAM's does."""
    drawn = graph(landscape, box)
    lifted = [on_surface(landscape, drawn, box, run.paths.positions[:, :, at].T) for run in runs]
    return {name: [path[n].astype(np.float32) for path in lifted] for n, name in enumerate(("xs", "ys", "zs"))} | {
        "rule": [CODES[run.entry.place] for run in runs],
        "tangent": [isinstance(run.entry.rule, MongeSAM) for run in runs],
    }


def theme_columns(dark: bool) -> Columns:
    """The colours of the loss, of ink and of paper."""
    p = palette(dark)
    return {"colours": [list(p.heat)], "ink": [p.ink], "paper": [p.paper]}
