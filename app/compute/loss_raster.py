"""The loss as colours and contours over a box."""

from dataclasses import dataclass

import numpy as np
from contourpy import LineType, contour_generator

from app.model.box import Box
from figures.loss_colours import SAMPLES, Loss, Scale, coded, sample, scale
from landscapes import Landscape

COARSER = 3  # of so many samples one serves the contours


@dataclass(frozen=True, eq=False)
class Heat:
    """The loss over a box: codes as of `coded`, shape (m, n), and its contours as one line with gaps."""

    box: Box
    shades: np.ndarray
    x: np.ndarray
    y: np.ndarray


def heat(landscape: Loss, box: Box, scale: Scale, samples: int = SAMPLES) -> Heat:
    """Samples, colours and contours the loss over a box; an infinite loss gets the colour of the highest or lowest."""
    x, y, loss = sample(landscape, box, samples)
    shades = coded(scale.fraction(loss))
    coarse = slice(None, None, COARSER)  # every frame paints the contours again, so they are to have few points
    generator = contour_generator(
        x[coarse], y[coarse], np.ma.masked_invalid(loss[coarse, coarse]), line_type=LineType.ChunkCombinedNan
    )
    gap = np.full((1, 2), np.nan, np.float32)
    pieces = [gap]
    for level in scale.levels():
        for points in generator.lines(level)[0]:
            if points is not None:
                pieces += [points.astype(np.float32), gap]
    line = np.concatenate(pieces)
    return Heat(box, shades, line[:, 0], line[:, 1])


def raster(landscape: Landscape, box: Box, samples: int = SAMPLES) -> tuple[Heat, Scale]:
    """The loss over a box and its colours, from so many samples along the longer side."""
    colours = scale(landscape, samples)
    return heat(landscape, box, colours, samples), colours
