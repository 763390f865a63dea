"""Backgrounds of the plane: the loss, its sharpness, and its largest rise within a ball, with their scales."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, partial

import numpy as np

from app.compute.coarse_first import CoarseFirst
from app.compute.price import VALUE, evaluation
from app.model.box import Box
from app.model.state import State
from figures.loss_colours import Scale, coded, spread
from landscapes import Landscape
from landscapes.checkpoint import checkpoint
from optimizers.maps import cell_centres
from optimizers.sharpness import FIELDS, GRID, ScalarField

COARSE, FINE = 48, 240  # samples along a side: at once, and once nothing changes
FOR_SCALE = 32  # samples along a side for the scale, which neither the window's shape nor panning changes
BAND = 20  # rows between two checkpoints
QUANTILES = (0.01, 0.5, 0.99)  # of a scale, whose ends leave singularities out


@dataclass(frozen=True, eq=False)
class Field:
    """A background over a box.

    Attributes:
        values: shape (rows, columns), at the centres of cells.
        scale: from values to colours.
        coarse: whether a finer one is to follow.
    """

    values: np.ndarray
    scale: Scale
    coarse: bool

    @property
    def shades(self) -> np.ndarray:
        """Colours as of `coded`."""
        return coded(self.scale.fraction(self.values))


def sampled(kind: ScalarField, landscape: Landscape, rho: float, box: Box, across: int) -> np.ndarray:
    """A background over a box, on square cells, about as many as in a square of `across` × `across`."""
    left, right, bottom, top = box
    ratio = ((right - left) / (top - bottom)) ** 0.5
    columns, rows = max(round(across * ratio), 2), max(round(across / ratio), 2)
    x, y = np.meshgrid(cell_centres(left, right, columns), cell_centres(bottom, top, rows))
    values = np.empty(x.shape)
    for first in range(0, rows, BAND):
        checkpoint()
        band = slice(first, first + BAND)
        values[band] = kind.values(landscape, x[band], y[band], rho)
    return values


def field(kind: ScalarField, landscape: Landscape, rho: float, region: Box, box: Box, across: int) -> Field:
    """A background over a box, in the colours of a region."""
    values = sampled(kind, landscape, rho, box, across)
    return Field(values, scale_of(kind, landscape, rho, region, min(across, FOR_SCALE)), coarse=across < FINE)


def _field_of(key: str, landscape: Landscape, rho: float, region: Box, box: Box, across: int) -> Field:
    return field(FIELDS[key], landscape, rho, region, box, across)


@lru_cache(maxsize=16)
def scale_of(kind: ScalarField, landscape: Landscape, rho: float, region: Box, across: int = FOR_SCALE) -> Scale:
    """From values to colours; the ends are quantiles over a region."""
    if kind.share:
        return Scale(0.0, 1.0, 1.0)
    return spread(sampled(kind, landscape, rho, region, across), QUANTILES)


def _price(kind: ScalarField, landscape: Landscape, across: int) -> float:
    """Operations of what is seen, and of the samples for its scale."""

    def of(across: int) -> float:
        surveys = -(-across // BAND) * evaluation(landscape, GRID**2, VALUE) if kind.surveys else 0.0
        return surveys + evaluation(landscape, across * across, kind.gradients)

    return of(across) + of(min(across, FOR_SCALE))


class Sampler:
    """Fields for a state: slow ones coarse at once, and fine a moment later.

    Args:
        background: arguments of `CoarseFirst`.
    """

    def __init__(self, *background: Callable) -> None:
        self._first = CoarseFirst(FINE, *background)
        self.cancel = self._first.cancel

    def __call__(self, state: State, box: Box) -> Field | None:
        """The field of the chosen background, which is not the loss; the same object until it changes.

        None while there is none, because a frame does not afford it.
        """
        kind, landscape, region = FIELDS[state.background], state.landscape_object, state.region
        rho = state.rho if kind.radius else 0.0
        return self._first(
            (kind, landscape, rho, region, box),
            partial(_field_of, state.background, landscape, rho, region, box),
            partial(_price, kind, landscape),
            COARSE if kind.slow else FINE,
            blank=True,
        )[0]
