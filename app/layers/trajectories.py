"""The paths of the chosen rules, their starts and ends, drawn over the plane."""

from collections.abc import Sequence

import numpy as np
from bokeh.models import GlyphRenderer, ImageRGBA, MultiLine, Scatter
from bokeh.plotting import figure as Figure

from app.browser.overlay import MOVING
from app.browser.source_updates import Columns, SourceUpdates
from app.compute.path_thinning import thinned
from app.compute.runs import Runs, positions_of
from app.compute.scene import Scene
from app.layers.end_labels import EndLabels
from app.layers.plane import placed
from app.layers.rule_groups import LINES, POINTS, coloured, lines, points
from app.model.box import Box
from app.theme import colour, palette, weight
from figures.style import EDGE, START
from optimizers.starts import Starts

MAX_LINES = 2000  # paths of one rule; more are drawn as a density
HALO, MANY = 0.75, 0.75  # opacity of halos, and of many paths
FEW = 20  # up to so many paths, wide lines with a halo
PIXELS, PIXELS_OF_MANY = 1500, 500  # cells across a view, to which few and many paths are thinned, at least
DENSITY_CELLS = 320  # across the view
MAX_DENSITY_POSITIONS = 400_000


class Trajectories:
    """Lines, or where they are too many a density, on the given figure."""

    def __init__(self, updates: SourceUpdates, figure: Figure) -> None:
        self._density = figure.add_glyph(
            updates.source("density", "image", "x", "y", "dw", "dh"),
            ImageRGBA(image="image", x="x", y="y", dw="dw", dh="dh"),
            level=MOVING,
        )
        paths = updates.source("paths", *LINES)
        path = {"xs": "xs", "ys": "ys", "syncable": False}
        self.halo = figure.add_glyph(
            paths, MultiLine(line_width=6, line_alpha=HALO, line_join="round", **path), level=MOVING
        )
        self.lines = figure.add_glyph(paths, MultiLine(line_color=coloured(), line_dash="dash", **path), level=MOVING)
        self._starts = figure.add_glyph(
            updates.source("starts", "x", "y"),
            Scatter(x="x", y="y", fill_color=START, line_color=EDGE),
            level=MOVING,
        )
        star = Scatter(x="x", y="y", marker={"value": "star"}, fill_color=coloured(), line_color=EDGE)
        self._ends = figure.add_glyph(updates.source("ends", *POINTS), star, syncable=False, level=MOVING)
        self._labels = EndLabels(updates, figure, star)
        self._weight: tuple[bool, float] | None = None

    @property
    def at_the_end(self) -> list[GlyphRenderer]:
        """What is drawn where runs end, and hidden during playback."""
        return [self._ends, *self._labels.renderers]

    def draw(self, scene: Scene, updates: SourceUpdates) -> None:
        runs, ends, view = scene.seen("paths"), scene.seen("ends"), scene.box
        cell = cell_of(runs, view)
        if _dense(scene.runs):  # thousands of markers would hide the density
            for name in ("paths", "starts", "ends"):
                updates.clear(name)
            updates.put("density", density_image, runs, view)
        else:
            updates.clear("density")
            updates.put("paths", path_columns, runs, cell)
            updates.put("starts", start_columns, scene.starts)
            updates.put("ends", end_columns, ends)
        self._labels.label(() if _dense(scene.runs) else ends, scene.state.mode == "one", updates)
        self.weigh(few(scene.runs), weight(scene.state.projector))

    def weigh(self, wide: bool, times: float = 1.0) -> None:
        """Fewer paths are drawn wider: a wide line takes longer to paint, and many of them hide each other."""
        if (wide, times) == self._weight:
            return
        self._weight = wide, times
        self.halo.visible = wide
        self.halo.glyph.line_width = 6 * times
        self.lines.glyph.update(
            line_width=times * (3 if wide else 1),
            line_alpha=1.0 if wide else MANY,
            line_join="round" if wide else "bevel",
        )
        self._ends.glyph.size = times * (19 if wide else 12)
        self._starts.glyph.size = times * (10 if wide else 7)

    def theme(self, dark: bool) -> None:
        self.halo.glyph.line_color = palette(dark).halo
        self._labels.set_theme(dark)


def few(runs: Sequence[Runs]) -> bool:
    """Whether the paths of each rule are few enough to be distinguished."""
    return max((run.paths.final.shape[1] for run in runs), default=0) <= FEW


def drawn_every(runs: Sequence[Runs]) -> int:
    """Every how many runs one is drawn."""
    return max((run.every * (_density_stride(run) if _dense(runs) else 1) for run in runs), default=1)


def _dense(runs: Sequence[Runs]) -> bool:
    return any(run.paths.final.shape[1] > MAX_LINES for run in runs)


def _density_stride(run: Runs) -> int:
    return -(-run.paths.positions[:, 0].size // MAX_DENSITY_POSITIONS)


def cell_of(runs: Sequence[Runs], view: Box) -> float:
    """The side of the cells to which paths are thinned; a power of two, so that a zoom rarely thins them again."""
    return 2.0 ** np.floor(np.log2((view[1] - view[0]) / (PIXELS if few(runs) else PIXELS_OF_MANY)))


def path_columns(runs: Sequence[Runs], cell: float) -> Columns:
    """The paths of all runs, or of very many evenly spread ones."""
    shown = ((run.entry.place, *thinned(evenly(run.paths.positions), cell)) for run in runs)
    return lines(shown, dashed=few(runs))


def start_columns(starts: Starts) -> Columns:
    """Where all runs start that can be drawn, or of very many evenly spread ones."""
    return dict(zip("xy", drawable(positions_of(starts)), strict=True))


def end_columns(runs: Sequence[Runs]) -> Columns:
    """Where all runs end that can be drawn, or of very many evenly spread ones."""
    return points((run.entry.place, drawable(run.final)) for run in runs)


def evenly(paths: np.ndarray) -> np.ndarray:
    """At most MAX_LINES along the last axis."""
    return paths[..., :: -(-paths.shape[-1] // MAX_LINES)]


def drawable(positions: np.ndarray) -> np.ndarray:
    """Points that can be drawn, float32; of very many, evenly spread ones."""
    positions = evenly(positions)
    return positions[:, (np.abs(positions) < 1e30).all(axis=0)].astype(np.float32)


def density_image(runs: Sequence[Runs], view: Box) -> dict[str, list]:
    """Where the paths of each rule go, in its colour: the more positions in a cell the more opaque, by logarithm."""
    left, right, bottom, top = view
    n = DENSITY_CELLS
    m = max(int(n * (top - bottom) / (right - left)), 2)
    colour_sum, weight_sum, clear = np.zeros((m, n, 3)), np.zeros((m, n, 1)), np.ones((m, n, 1))
    for run in runs:
        x, y = run.paths.positions[:, 0], run.paths.positions[:, 1]
        stride = _density_stride(run)
        x, y = x[:, ::stride], y[:, ::stride]
        with np.errstate(invalid="ignore"):
            inside = (x >= left) & (x < right) & (y >= bottom) & (y < top)
        column = ((x[inside] - left) * (n / (right - left))).astype(np.intp)
        row = ((y[inside] - bottom) * (m / (top - bottom))).astype(np.intp)
        count = np.bincount(np.minimum(row, m - 1) * n + np.minimum(column, n - 1), minlength=m * n).reshape(m, n, 1)
        opacity = 0.95 * np.log1p(count) / np.log1p(max(count.max(), 1))
        rgb = [int(colour(run.entry.place)[i : i + 2], 16) for i in (1, 3, 5)]
        colour_sum += opacity * rgb
        weight_sum += opacity
        clear *= 1 - opacity
    image = np.zeros((m, n, 4), np.uint8)
    image[..., :3] = colour_sum / np.maximum(weight_sum, 1e-9)
    image[..., 3:] = 255 * (1 - clear)
    return placed(image.view(np.uint32).reshape(m, n), view)
