"""The surface of the loss: what a script in the page draws with it, as data sources."""

import numpy as np

from app.browser.source_updates import Columns, SourceUpdates
from app.compute.loss_graph import Graph, discs, graph, on_surface
from app.compute.runs import Runs
from app.compute.scene import Scene
from app.layers.rule_groups import CODES, STARTS
from app.model.box import Box
from app.theme import palette
from landscapes import Landscape

SOURCES = {
    "surface": ("x", "y", "z", "shade", "i", "j", "k", "box", "high", "floor"),
    "surface paths": ("xs", "ys", "zs", "rule"),
    "surface discs": ("xs", "ys", "zs", "rule", "kind"),
    "surface points": ("x", "y", "z", "rule"),
    "surface theme": ("colours", "ink", "paper"),
}
LYING, SHADOW, PLUMB = 0, 1, 2  # kinds of lines of a disc: its rim, its shadow, the line from its centre to the floor


class LossGraph:
    """Feeds the sources of the surface; `app/widgets/surface_plot.mjs` draws them."""

    def __init__(self, updates: SourceUpdates) -> None:
        self.sources = {name: updates.source(name, *columns) for name, columns in SOURCES.items()}

    def draw(self, scene: Scene, updates: SourceUpdates) -> None:
        state, runs = scene.state, scene.seen("paths")
        landscape, box, step = state.landscape_object, state.region, state.step
        updates.put("surface", surface_columns, landscape, box)
        updates.put("surface paths", path_columns, landscape, box, runs)
        updates.put("surface points", point_columns, landscape, box, runs, step)
        updates.put("surface discs", disc_columns, landscape, box, runs, step)
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
    return columns | {"box": [list(box)], "high": [found.high], "floor": [found.floor]}


def path_columns(landscape: Landscape, box: Box, runs: tuple[Runs, ...]) -> Columns:
    """The first path of each rule on the surface."""
    drawn = graph(landscape, box)
    lifted = [on_surface(landscape, drawn, box, run.paths.positions[:, :, 0].T) for run in runs]
    return _lines(lifted) | {"rule": [CODES[run.entry.place] for run in runs]}


def point_columns(landscape: Landscape, box: Box, runs: tuple[Runs, ...], step: int | None) -> Columns:
    """Where the runs start, and where each is at the step, or at its end."""
    drawn = graph(landscape, box)
    places: list[np.ndarray] = [np.empty((2, 0))]
    codes: list[int] = []
    for run in runs:
        positions = run.paths.positions[:, :, 0]
        if not codes:
            places, codes = [positions[0][:, None]], [CODES[STARTS]]
        places.append(positions[len(positions) - 1 if step is None else min(step, len(positions) - 1)][:, None])
        codes.append(CODES[run.entry.place])
    lifted = on_surface(landscape, drawn, box, np.concatenate(places, axis=1))
    return {name: part.astype(np.float32) for name, part in zip("xyz", lifted, strict=True)} | {"rule": codes}


def disc_columns(landscape: Landscape, box: Box, runs: tuple[Runs, ...], step: int | None) -> Columns:
    """The rims of the sets in which the rules look at the step, or at the start; their shadows, and lines down."""
    drawn: Graph = graph(landscape, box)
    lines, codes, kinds = [], [], []
    for disc in discs(landscape, drawn, runs, step or 0):
        plumb = np.stack([disc.centre, [*disc.centre[:2], drawn.floor]], axis=1)
        for kind, line in ((LYING, disc.lying), (SHADOW, disc.shadow), (PLUMB, plumb)):
            lines.append(line)
            codes.append(CODES[disc.place])
            kinds.append(kind)
    return _lines(lines) | {"rule": codes, "kind": kinds}


def theme_columns(dark: bool) -> Columns:
    """The colours of the loss, of ink and of paper."""
    p = palette(dark)
    return {"colours": [list(p.heat)], "ink": [p.ink], "paper": [p.paper]}


def _lines(lines: list[np.ndarray]) -> dict[str, list]:
    return {name: [line[at].astype(np.float32) for line in lines] for at, name in enumerate(("xs", "ys", "zs"))}
