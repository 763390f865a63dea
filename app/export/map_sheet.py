"""A sheet of maps by Matplotlib: panels of one size, images of few colours, paths over them."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from app.compute.runs import Runs
from app.model.box import Box
from app.theme import LIGHT, colour
from figures.style import EDGE, LINE, START
from landscapes import Landscape

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.image import AxesImage

PANEL = 4.4  # inches, the width of one
MAX_LINES = 500  # paths
FEW = 20
TITLE, TEXT = 17, 13  # points


def sheet(title: str, panels: int, columns: int, shape: float) -> "tuple[Figure, list[Axes]]":
    """A figure with panels of one size.

    Args:
        title: above them.
        panels, columns: how many, and in a row.
        shape: height of one over its width.
    """
    from matplotlib.figure import Figure

    rows = -(-panels // max(columns, 1))
    size = max(columns, 1) * PANEL + 1.2, rows * (PANEL * shape + 0.9) + 1.2
    figure = Figure(figsize=size, layout="constrained")
    figure.suptitle(title, fontsize=TITLE)
    axes = [figure.add_subplot(rows, columns, n + 1) for n in range(panels)]
    for one in axes:
        one.grid(False)
        one.tick_params(labelsize=TEXT)
        one.spines[:].set(visible=True, color=LIGHT.dim, linewidth=0.8)
    return figure, axes


def paint(axes: "Axes", codes: np.ndarray, colours: Sequence[str], box: Box) -> "AxesImage":
    """An image of codes, rows from the bottom, over a box."""
    from matplotlib.colors import ListedColormap

    return axes.imshow(
        codes,
        extent=box,
        origin="lower",
        cmap=ListedColormap(list(colours)),
        vmin=-0.5,
        vmax=len(colours) - 0.5,
        interpolation="nearest",
        aspect="auto",
    )


def on_the_plane(axes: "Axes", box: Box) -> None:
    """Names the axes and shows the box, whatever was drawn beyond it."""
    axes.set(xlim=box[:2], ylim=box[2:], aspect="equal")
    axes.set_xlabel("θ₁", fontsize=TEXT + 2)
    axes.set_ylabel("θ₂", fontsize=TEXT + 2)


def trace(axes: "Axes", runs: Runs) -> None:
    """The paths of a rule with their starts and ends."""
    from matplotlib.collections import LineCollection
    from matplotlib.patheffects import Normal, Stroke

    positions = runs.paths.positions
    shown = positions[:, :, :: -(-positions.shape[2] // MAX_LINES)]
    few = shown.shape[2] <= FEW
    width = LINE if few else 1.0
    axes.add_collection(
        LineCollection(
            list(np.where(np.isfinite(shown), shown, np.nan).transpose(2, 0, 1)),
            colors=colour(runs.entry.place),
            linewidths=width,
            path_effects=[Stroke(linewidth=1.8 * width, foreground=LIGHT.halo, alpha=0.8), Normal()],
            zorder=3,
        ),
        autolim=False,
    )
    axes.plot(*shown[0], "o", color=START, markeredgecolor=EDGE, markersize=7 if few else 3, zorder=4)
    ends = runs.final[:, np.isfinite(runs.final).all(axis=0)]
    axes.plot(*ends, "*", color=colour(runs.entry.place), markeredgecolor=EDGE, markersize=16 if few else 8, zorder=5)


def setting(landscape: Landscape, steps: int, values: Mapping[str, float]) -> str:
    """What was run, for a title."""
    return ", ".join([f"{landscape.name}: {steps} steps", *(f"{name} = {value:g}" for name, value in values.items())])
