"""The loss as colours: samples over a box, their scale, and a code for each of its shades."""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple, Protocol

import numpy as np
from bokeh.palettes import RdBu, interp_palette

from landscapes import Landscape
from landscapes.checkpoint import checkpoint

Box = tuple[float, float, float, float]  # left, right, bottom, top

SHADES = 254  # of a map; two codes of a byte are left for stripes where nothing is defined
HEAT: Sequence[str] = interp_palette(RdBu[11], SHADES)  # on a light page, from the least loss to the greatest
NO_VALUE = ("#ffffff", "#a7b3c0")  # its stripes there
SAMPLES = 640  # along the longer side
TILE = 4096  # points that are evaluated at a time, so that a long formula's temporaries stay in the cache
LEVELS = 14
HIGHEST = 8e307  # of a scale, so that its length is a number too
MIN_SPREAD = 1e-15  # of a scale's lowest value, so that one of a single value has a length
TINY = 1e-150  # the same where that value is 0
STRIPE = 5  # samples across a stripe
UNDEFINED = "the loss is undefined"


class Loss(Protocol):
    """What is sampled: a landscape, or its loss in other coordinates."""

    def value(self, x: np.ndarray, y: np.ndarray, /) -> np.ndarray:
        """ℓ, in the shape of x."""


class Scale(NamedTuple):
    """Colours by a power of the loss, ((ℓ - low) / (high - low))^γ, over the landscape's domain.

    γ puts the middle colour at the median loss; on the banana it comes out near the published 0.2.
    """

    low: float
    high: float
    gamma: float

    def fraction(self, loss: np.ndarray) -> np.ndarray:
        with np.errstate(all="ignore"):
            return np.clip((loss - self.low) / (self.high - self.low), 0.0, 1.0) ** self.gamma

    def levels(self) -> np.ndarray:
        """Losses whose colours are equally far apart."""
        return self.low + (self.high - self.low) * np.linspace(0.0, 1.0, LEVELS + 2)[1:-1] ** (1 / self.gamma)


def coded(fraction: np.ndarray) -> np.ndarray:
    """Colours as uint8, shape (m, n): 0 to SHADES - 1 for fractions from 0 to 1, stripes of two more for NaN."""
    rows, columns = np.ogrid[: fraction.shape[0], : fraction.shape[1]]
    stripes = SHADES + (rows + columns) // STRIPE % 2
    return np.where(np.isnan(fraction), stripes, np.nan_to_num(fraction) * (SHADES - 1)).astype(np.uint8)


def has_gaps(codes: np.ndarray) -> bool:
    """Whether some of these colours stand for no value."""
    return bool((codes >= SHADES).any())


def sample(landscape: Loss, box: Box, samples: int = SAMPLES) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """x (n,), y (m,) and ℓ (m, n) at the centres of the cells that divide the box, `samples` along its longer side."""
    left, right, bottom, top = box
    width, height = right - left, top - bottom
    cell = max(width, height) / samples
    n, m = max(int(width / cell), 2), max(int(height / cell), 2)
    x = left + (np.arange(n) + 0.5) * width / n
    y = bottom + (np.arange(m) + 0.5) * height / m
    grid_x, grid_y = (axis.ravel() for axis in np.meshgrid(x, y))
    loss = np.empty(grid_x.size)
    with np.errstate(all="ignore"):
        for first in range(0, loss.size, TILE):
            tile = slice(first, first + TILE)
            loss[tile] = landscape.value(grid_x[tile], grid_y[tile])
            checkpoint()
    return x, y, loss.reshape(m, n)


@lru_cache(maxsize=8)
def scale(landscape: Landscape, samples: int = SAMPLES) -> Scale:
    """The colours of a landscape, with those of its median loss in the middle."""
    (left, right), (bottom, top) = landscape.domain
    loss = sample(landscape, (left, right, bottom, top), samples)[2]
    return spread(loss, (0.0, 0.5, 1.0))


def spread(values: np.ndarray, quantiles: tuple[float, float, float]) -> Scale:
    """The scale from a low quantile to a high one with the middle colour at a third; of one value alone, a step."""
    values = values[np.isfinite(values)]
    if values.size == 0:
        return Scale(0.0, 1.0, 1.0)
    low, middle, high = np.clip(np.quantile(values, quantiles, method="lower"), -HIGHEST, HIGHEST)
    high = max(high, low + max(MIN_SPREAD * abs(low), TINY))
    part = np.clip((middle - low) / (high - low), 1e-9, 0.999)
    return Scale(float(low), float(high), float(np.clip(np.log(0.5) / np.log(part), 0.1, 1.0)))
