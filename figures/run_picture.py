"""The picture of runs over their loss: paths, starts (grey) and ends (stars), whole or as far as a step."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from textwrap import fill
from typing import TYPE_CHECKING, Any

import numpy as np

from figures.loss_colours import HEAT, LEVELS, NO_VALUE, UNDEFINED, Box, coded, has_gaps, sample, scale
from figures.style import COLOURS, EDGE, LINE, NAMES, START, linestyle, short
from landscapes import Landscape
from optimizers import Rule
from optimizers.hyperparameters import hyperparameters_in_words

if TYPE_CHECKING:
    from matplotlib.figure import Figure

WIDTH = 8.0  # inches, of a picture for a page
SLIDE = (40 / 3, 7.5)  # inches, 16:9 as presentation programs have it
MAX_LINES = 500  # paths of one rule
FEW = 20
MAX_COLUMNS = 5  # of the legend
MAX_PANELS = 3  # side by side
NARROWEST, WIDEST = 0.35, 0.66  # of a slide's width that the plane takes
LABELS = 0.06  # of it that the axis labels take
WORDS = 34  # characters in a line beside a slide's plane
HALO = "#ffffff"


@dataclass(frozen=True, eq=False)
class Line:
    """The runs of one rule.

    Attributes:
        place: whose colour and dashes it has.
        label: in the legend.
        positions: of the runs whose paths are drawn, shape (steps + 1, 2, k).
        final: where all runs end, shape (2, n).
    """

    place: str
    label: str
    positions: np.ndarray
    final: np.ndarray

    @property
    def shown(self) -> np.ndarray:
        """The positions of at most MAX_LINES runs, NaN where they are not finite."""
        shown = self.positions[:, :, :: max(1, -(-self.positions.shape[2] // MAX_LINES))]
        return np.where(np.isfinite(shown), shown, np.nan)


@dataclass(frozen=True, eq=False)
class RunPicture:
    """What is drawn.

    Attributes:
        landscape, box: the loss, and the part of the plane that is visible.
        settings: ρ, α and the like, in words.
        starts: shape (2, n).
        lines: of each rule.
        field: another background than the loss: its name, its codes (m, n) over the box, and the colour of each code.
    """

    landscape: Landscape
    box: Box
    settings: tuple[str, ...]
    starts: np.ndarray
    lines: tuple[Line, ...]
    field: tuple[str, np.ndarray, Sequence[str]] | None = None

    @property
    def steps(self) -> int:
        """How many steps the runs have; 0 where there are none."""
        return max((len(line.positions) - 1 for line in self.lines), default=0)


class Drawing:
    """A Matplotlib figure of runs. It shows them whole until it is asked for a step.

    Attributes:
        figure: of Matplotlib.
        moving: the artists that a step changes, and those above them, in the order in which they are drawn.
    """

    def __init__(self, picture: RunPicture, figure: "Figure", axes: Any) -> None:
        self.figure, self._picture, self._shown = figure, picture, [line.shown for line in picture.lines]
        few = picture.starts.shape[1] <= FEW
        self._paths = [_paths(axes, line, shown) for line, shown in zip(picture.lines, self._shown, strict=True)]
        (starts,) = axes.plot(
            *picture.starts, "o", color=START, markeredgecolor=EDGE, markersize=7 if few else 4, zorder=4
        )
        self._ends = [
            axes.plot(
                [], [], "*", color=COLOURS[line.place], markeredgecolor=EDGE, markeredgewidth=1 if few else 0.6,
                markersize=17 if few else 9, zorder=5,
            )[0]
            for line in picture.lines
        ]  # fmt: skip
        self.moving = [*self._paths, starts, *self._ends]
        self.show(picture.steps)

    def show(self, step: int) -> None:
        """Draws the runs as far as a step; before the first there are the starts alone."""
        for line, shown, paths, ends in zip(self._picture.lines, self._shown, self._paths, self._ends, strict=True):
            last = len(shown) - 1
            now = min(step, last)
            paths.set_segments(shown[: now + 1].transpose(2, 0, 1) if now else [])
            at = line.final if now == last else shown[now]
            ends.set_data(*at[:, np.isfinite(at).all(axis=0) & (now > 0)])


def page(picture: RunPicture) -> Drawing:
    """The plane with a title above and the legend below, 8 inches wide."""
    from matplotlib.figure import Figure

    left, right, bottom, top = picture.box
    figure = Figure(figsize=(WIDTH, 1.2 + WIDTH * (top - bottom) / (right - left)), layout="constrained")
    axes = _plane(figure.add_subplot(), picture)
    notes = _notes(picture, axes)
    axes.set_title("\n".join([f"{picture.landscape.name}: {', '.join(picture.settings)}", *notes]))
    drawing = Drawing(picture, figure, axes)
    if picture.lines:
        legend = figure.legend(loc="outside lower center", ncols=min(len(picture.lines), MAX_COLUMNS), frameon=False)
        _thick(legend)
    return drawing


def panels(picture: RunPicture) -> "Figure":
    """A plane for each rule, with one title above all, 8 inches wide."""
    from matplotlib.figure import Figure

    left, right, bottom, top = picture.box
    columns = min(len(picture.lines), MAX_PANELS)
    rows = -(-len(picture.lines) // columns)
    height = 1.0 + rows * (0.3 + WIDTH / columns * (top - bottom) / (right - left))
    figure = Figure(figsize=(WIDTH, height), layout="constrained")
    places = figure.subplots(rows, columns, squeeze=False, sharex=True, sharey=True).ravel()
    for axes, line in zip(places, picture.lines, strict=False):
        Drawing(replace(picture, lines=(line,)), figure, _plane(axes, picture))
        axes.set_title(line.label)
        axes.label_outer()
    for axes in places[len(picture.lines) :]:
        axes.set_axis_off()
    notes = _notes(picture, places[0])
    figure.suptitle("\n".join([f"{picture.landscape.name}: {', '.join(picture.settings)}", *notes]))
    return figure


def slide(picture: RunPicture) -> tuple[Drawing, Any]:
    """The plane with title and legend beside it, 16:9; and the text that is left free below them."""
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    left, right, bottom, top = picture.box
    width, height = SLIDE
    across = min(max((right - left) / (top - bottom) * height / width + LABELS, NARROWEST), WIDEST)
    figure = Figure(figsize=SLIDE, layout=ConstrainedLayoutEngine(w_pad=0.15, h_pad=0.15))
    plane, beside = figure.subplots(1, 2, width_ratios=(across, 1 - across))
    beside.set_axis_off()
    _plane(plane, picture)
    notes = _notes(picture, plane)
    title = fill(picture.landscape.name, WORDS * 2 // 3, max_lines=3, placeholder=" …")
    words = "\n".join(
        fill(line, WORDS, max_lines=3, placeholder=" …") for line in (", ".join(picture.settings), *notes)
    )
    beside.set_title(title, loc="left")
    beside.text(0, 0.98, words, transform=beside.transAxes, va="top", fontsize=18, linespacing=1.4)
    drawing = Drawing(picture, figure, plane)
    if picture.lines:
        _thick(
            beside.legend(handles=drawing.moving[: len(picture.lines)], loc="center left", frameon=False, fontsize=20)
        )
    step = beside.text(0, 0.02, "", transform=beside.transAxes, va="bottom", fontsize=22)
    return drawing, step


def label(place: str, rule: Rule) -> str:
    """The name of a rule in the legend; of an added one with its own hyperparameters."""
    return short(rule.key) if place in NAMES else in_full(rule)


def in_full(rule: Rule) -> str:
    """The short name of a rule with all its hyperparameters.

    Example:
        >>> from optimizers import GD, SAM
        >>> in_full(SAM(0.3)), in_full(GD())
        ('SAM (ρ = 0.3)', 'GD')
    """
    return f"{short(rule.key)} ({hyperparameters_in_words(rule)})" if rule.hyperparameters else short(rule.key)


def _plane(axes: Any, picture: RunPicture) -> Any:
    from matplotlib.colors import ListedColormap

    left, right, bottom, top = picture.box
    axes.set(xlim=(left, right), ylim=(bottom, top), xlabel="θ₁", ylabel="θ₂")
    axes.grid(False)
    x, y, loss = sample(picture.landscape, picture.box)
    colours = scale(picture.landscape)
    codes, shades = (coded(colours.fraction(loss)), [*HEAT, *NO_VALUE]) if picture.field is None else picture.field[1:]
    axes.imshow(
        codes,
        extent=(left, right, bottom, top),
        origin="lower",
        cmap=ListedColormap(shades),
        vmin=-0.5,
        vmax=len(shades) - 0.5,
        interpolation="bilinear",
        interpolation_stage="rgba",
        aspect="equal",
        zorder=0,
    )
    levels = np.unique(colours.levels())
    if levels.size == LEVELS:
        axes.contour(
            x, y, np.ma.masked_invalid(loss), levels=levels, colors=EDGE, linewidths=0.6, alpha=0.25, linestyles="-"
        )
    return axes


def _notes(picture: RunPicture, axes: Any) -> list[str]:
    behind = [] if picture.field is None else [f"Grey: {picture.field[0]}"]
    return behind + [f"Striped: {UNDEFINED}"] * has_gaps(axes.images[0].get_array())


def _paths(axes: Any, line: Line, shown: np.ndarray) -> Any:
    from matplotlib.collections import LineCollection
    from matplotlib.patheffects import Normal, Stroke

    few = shown.shape[2] <= FEW
    return axes.add_collection(
        LineCollection(
            [],
            colors=COLOURS[line.place],
            linestyles=[linestyle(line.place)] if few else "-",
            linewidths=LINE if few else 1.0,
            label=line.label,
            path_effects=[Stroke(linewidth=LINE + 2, foreground=HALO, alpha=0.7), Normal()] if few else None,
            zorder=3,
        ),
        autolim=False,
    )


def _thick(legend: Any) -> None:
    for line in legend.get_lines():
        line.set_linewidth(LINE)
