"""The loss behind the paths: bands of colour between many levels."""

from typing import NamedTuple

import numpy as np

from figures.style import DIVERGING
from landscapes import Landscape

COLOURS = 256
Range = tuple[float, float]


class Background(NamedTuple):
    """ℓ on a grid, and the colour of each band between two levels.

    Attributes:
        x, y: coordinates of the grid, shapes (n,) and (m,).
        loss: ℓ, shape (m, n).
        levels: increasing, shape (k + 1,), from the least to the greatest loss seen.
        colours: k colours "#rrggbb"; levels[i] to levels[i + 1] is filled with colours[i].
    """

    x: np.ndarray
    y: np.ndarray
    loss: np.ndarray
    levels: np.ndarray
    colours: tuple[str, ...]


def background(
    landscape: Landscape, x_range: Range, y_range: Range, *, width: float, gamma: float, top: float, points: int = 241
) -> Background:
    """Samples ℓ and colours its bands as the published pictures do: a power norm over a diverging map.

    Args:
        landscape: its least loss must be 0.
        x_range, y_range: the view.
        width: height of the lowest bands, in units of ℓ; higher ones are joined as long as no colour is lost.
        gamma: exponent of the norm, (ℓ / top)^γ.
        top: the loss of the map's last colour.
        points: grid points along the longer side.
    """
    spans = x_range[1] - x_range[0], y_range[1] - y_range[0]
    x, y = (
        np.linspace(*limits, 1 + round((points - 1) * span / max(spans)))
        for limits, span in zip((x_range, y_range), spans, strict=True)
    )
    loss = landscape.value(x, y[:, None])
    levels = _distinct(np.arange(0.0, loss.max() + width, width), gamma, top)
    middles = (levels[1:] + levels[:-1]) / 2
    return Background(x, y, loss, levels, _colours((middles / top) ** gamma))


def _distinct(levels: np.ndarray, gamma: float, top: float) -> np.ndarray:
    """The levels without those whose band has no colour of its own on the map."""
    shade = np.floor((levels / top) ** gamma * COLOURS)
    kept = np.flatnonzero(np.diff(shade, prepend=-1) > 0)
    return levels[np.union1d(kept, [len(levels) - 1])]


def _colours(fractions: np.ndarray) -> tuple[str, ...]:
    from matplotlib import colormaps
    from matplotlib.colors import to_hex

    return tuple(to_hex(colour) for colour in colormaps[DIVERGING](np.clip(fractions, 0.0, 1.0)))


def fill(axes, background: Background) -> None:
    """Fills the bands on Matplotlib axes."""
    bands = axes.contourf(
        background.x, background.y, background.loss, levels=background.levels, colors=background.colours, zorder=0
    )
    bands.set_rasterized(True)  # as vectors, hundreds of bands show seams and take megabytes
    axes.grid(False)
