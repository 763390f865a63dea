"""The paths of the chosen rules, their starts and ends, drawn over the plane."""

import numpy as np
from bokeh.models import GlyphRenderer, ImageRGBA, Line, Scatter, Text
from bokeh.plotting import figure as Figure

from app.frame import Frame
from app.heat import Box
from app.landscape_plot import placed
from app.look import FONT, colour, dash, palette, short
from app.runs import Runs
from app.state import State
from app.thinning import joined
from figures.style import EDGE, START
from optimizers import OPTIMIZERS

MOST_LINES = 2000  # paths of one rule; more are drawn as a density
FEW = 20  # up to so many paths, wide lines with a halo
PIXELS = 1500  # a view is not more pixels across
DENSITY_CELLS = 320  # across the view
MOST_DENSITY_POSITIONS = 400_000


class Trajectories:
    """Lines, or where they are too many a density, on the given figure."""

    def __init__(self, frame: Frame, figure: Figure) -> None:
        self._density = figure.add_glyph(
            frame.source("density", "image", "x", "y", "dw", "dh"),
            ImageRGBA(image="image", x="x", y="y", dw="dw", dh="dh"),
        )
        paths = {key: frame.source(f"path {key}", "x", "y") for key in OPTIMIZERS}
        halo = {"line_width": 6, "line_alpha": 0.75, "line_join": "round", "syncable": False}
        self._halos = {key: figure.add_glyph(paths[key], Line(x="x", y="y", **halo)) for key in OPTIMIZERS}
        self._lines = {
            key: figure.add_glyph(
                paths[key], Line(x="x", y="y", line_color=colour(key), line_join="round", syncable=False)
            )
            for key in OPTIMIZERS
        }
        self._starts = figure.add_glyph(
            frame.source("starts", "x", "y"), Scatter(x="x", y="y", fill_color=START, line_color=EDGE)
        )
        self._ends = {
            key: figure.add_glyph(
                frame.source(f"ends {key}", "x", "y"),
                Scatter(x="x", y="y", marker={"value": "star"}, fill_color=colour(key), line_color=EDGE),
                syncable=False,
            )
            for key in OPTIMIZERS
        }
        tag = Text(
            x="x",
            y="y",
            text="text",
            x_offset="x_offset",
            text_align="text_align",
            text_font={"value": FONT},
            text_font_size="17px",
            text_font_style="bold",
            text_baseline="middle",
            background_fill_alpha=0.78,
            border_radius=4,
            padding=3,
        )
        self._tags = figure.add_glyph(
            frame.source("tags", "x", "y", "text", "x_offset", "text_align"), tag, syncable=False
        )

    @property
    def lines(self) -> list[GlyphRenderer]:
        """The whole paths. Playback in the browser fades them, which the session need not know."""
        return list(self._lines.values())

    @property
    def halos(self) -> list[GlyphRenderer]:
        """What rounds the whole paths."""
        return list(self._halos.values())

    @property
    def at_the_end(self) -> list[GlyphRenderer]:
        """What is drawn where runs end, and hidden while they are under way."""
        return [*self._ends.values(), self._tags]

    def draw(self, frame: Frame, state: State, runs: list[Runs], view: Box) -> None:
        starts = state.starts()
        dense = any(run.paths.final.shape[1] > MOST_LINES for run in runs)
        cell = 2.0 ** np.floor(np.log2((view[1] - view[0]) / PIXELS))
        shown = {run.key: run for run in runs}
        for key in OPTIMIZERS:
            run = shown.get(key)
            if run is None or dense:
                frame.clear(f"path {key}")
            else:
                frame.put(f"path {key}", (run.token, cell), lambda run=run: path_columns(run, cell))
            if run is None or dense:  # thousands of markers would hide the density
                frame.clear(f"ends {key}")
            else:
                frame.put(f"ends {key}", run.token, lambda run=run: point_columns(run.final, MOST_LINES))
        if dense:
            token = (tuple(run.token for run in runs), view)
            frame.put("density", token, lambda: density_image(runs, view))
        else:
            frame.clear("density")
        if dense:
            frame.clear("starts")
        else:
            frame.put("starts", starts, lambda: point_columns(starts.positions(), MOST_LINES))
        if state.mode == "one":
            frame.put("tags", (tuple(run.token for run in runs), view), lambda: _tags(runs, view))
        else:
            frame.clear("tags")
        self._weight(runs)

    def _weight(self, runs: list[Runs]) -> None:
        """Fewer paths are drawn wider: a wide line takes longer to paint, and many of them hide each other."""
        number = max((run.paths.final.shape[1] for run in runs), default=0)
        few = number <= FEW
        for key in OPTIMIZERS:
            self._halos[key].visible = few
            self._lines[key].glyph.update(
                line_width=3 if few else 1, line_alpha=1.0 if few else 0.75, line_dash=dash(key) if few else "solid"
            )
            self._ends[key].glyph.size = 19 if few else 12
        self._starts.glyph.size = 10 if few else 7

    def theme(self, dark: bool) -> None:
        p = palette(dark)
        for halo in self._halos.values():
            halo.glyph.line_color = p.halo
        self._tags.glyph.update(text_color=p.ink, background_fill_color=p.paper)


def path_columns(run: Runs, cell: float) -> dict[str, np.ndarray]:
    x, y = joined(run.paths.positions, cell)
    return {"x": x, "y": y}


def point_columns(points: np.ndarray, most: int) -> dict[str, np.ndarray]:
    """Points that can be drawn; of very many, evenly spread ones."""
    points = points[:, :: -(-points.shape[1] // most)]
    points = points[:, (np.abs(points) < 1e30).all(axis=0)].astype(np.float32)
    return {"x": points[0], "y": points[1]}


def _tags(runs: list[Runs], view: Box) -> dict[str, list]:
    """A rule's name beside the end of its path; names of ends that lie close together are stacked."""
    height = (view[3] - view[2]) / 22
    width = (view[1] - view[0]) / 6
    placed: list[tuple[float, float]] = []
    columns = {"x": [], "y": [], "text": [], "x_offset": [], "text_align": []}
    for run in runs:
        x, y = run.final[:, 0].tolist()
        if not (view[0] <= x <= view[1] and view[2] <= y <= view[3]):
            continue
        level = y
        while any(abs(level - other) < height and abs(x - at) < width for at, other in placed):
            level -= height
        placed.append((x, level))
        left = x > view[0] + 0.85 * (view[1] - view[0])
        for name, value in zip(
            columns, (x, level, short(run.key), -14 if left else 14, "right" if left else "left"), strict=True
        ):
            columns[name].append(value)
    return columns


def density_image(runs: list[Runs], view: Box) -> dict[str, list]:
    """Where the paths of each rule go, in its colour: the more positions in a cell the more opaque, by logarithm."""
    left, right, bottom, top = view
    n = DENSITY_CELLS
    m = max(int(n * (top - bottom) / (right - left)), 2)
    colour_sum, weight_sum, clear = np.zeros((m, n, 3)), np.zeros((m, n, 1)), np.ones((m, n, 1))
    for run in runs:
        x, y = run.paths.positions[:, 0], run.paths.positions[:, 1]
        stride = -(-x.size // MOST_DENSITY_POSITIONS)
        x, y = x[:, ::stride], y[:, ::stride]
        with np.errstate(invalid="ignore"):
            inside = (x >= left) & (x < right) & (y >= bottom) & (y < top)
        column = ((x[inside] - left) * (n / (right - left))).astype(np.intp)
        row = ((y[inside] - bottom) * (m / (top - bottom))).astype(np.intp)
        count = np.bincount(np.minimum(row, m - 1) * n + np.minimum(column, n - 1), minlength=m * n).reshape(m, n, 1)
        opacity = 0.95 * np.log1p(count) / np.log1p(max(count.max(), 1))
        rgb = [int(colour(run.key)[i : i + 2], 16) for i in (1, 3, 5)]
        colour_sum += opacity * rgb
        weight_sum += opacity
        clear *= 1 - opacity
    image = np.zeros((m, n, 4), np.uint8)
    image[..., :3] = colour_sum / np.maximum(weight_sum, 1e-9)
    image[..., 3:] = 255 * (1 - clear)
    return placed(image.view(np.uint32).reshape(m, n), view)
