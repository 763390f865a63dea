"""Stability maps: the criteria, and the query of a criterion and of the runs' outcomes over a box."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from app.compute.price import criterion_price, map_price
from app.model.box import Box, domain, pixels
from app.model.course import USUAL, Course
from figures.loss_colours import SHADES, coded
from figures.style import stability_norm
from landscapes import Landscape
from optimizers import Rule
from optimizers.maps import DestinationMap, destination_map, pixel_centres
from optimizers.maps.tiles import Cancelled, Progress
from optimizers.stability import CRITERIA

TICKS = (-1000, -100, -10, -1, -0.1, 0, 0.1, 1, 10, 100, 1000)


class Field(NamedTuple):
    """A criterion over a box, and where the runs from the same pixels end.

    Attributes:
        value: shape (rows, columns), positive where the criterion says stable.
        singular: where the gradient is exactly zero and ρ̃ infinite.
        ends: of the runs that start at the pixels.
        kink: where δ has two one-sided derivatives, and the exact criteria no value.
    """

    value: np.ndarray
    singular: np.ndarray
    ends: DestinationMap
    kink: np.ndarray

    def flagged(self) -> dict[str, np.ndarray]:
        """The places of the singular pixels and of those at a kink."""
        x, y = (axis[self.singular | self.kink] for axis in np.meshgrid(self.ends.x, self.ends.y))
        return {"x": x, "y": y}


@dataclass(frozen=True)
class StabilityQuery:
    """A criterion at every point of a box, and the outcomes of the runs from there.

    Attributes:
        criterion: key of CRITERIA.
        name: of the rule in sentences, where its own does not tell it from another.
    """

    criterion: str
    rule: Rule
    landscape: Landscape
    learning_rate: float
    steps: int
    box: Box
    name: str = ""
    course: Course = USUAL

    def price(self, size: int) -> float:
        """Operations of the map and of the eigenvalues."""
        runs = map_price([self.rule], self.landscape, size * size, self.steps, self.course)
        return runs + criterion_price(self.rule, self.landscape, size * size, self.course.base)

    def answer(self, size: int, cancelled: Cancelled | None = None, progress: Progress | None = None) -> Field:
        """Evaluates the criterion and runs the rule at the same pixels, as many as a square of size × size has."""
        criterion, window, resolution = CRITERIA[self.criterion], domain(self.box), pixels(self.box, size)
        x, y = pixel_centres(window, *resolution)
        eigenvalues = criterion.eigenvalues(self.rule, self.landscape, x, y, self.learning_rate, self.course.base)
        ends = destination_map(
            self.rule,
            self.landscape,
            learning_rate=self.learning_rate,
            steps=self.steps,
            course=self.course.settings,
            window=window,
            resolution=resolution,
            cancelled=cancelled,
            progress=progress,
        )
        return Field(criterion.value(eigenvalues, self.learning_rate), eigenvalues.singular, ends, eigenvalues.kink)


def shades(value: np.ndarray) -> np.ndarray:
    """Figure 4's colours as `coded` has them: below half of the shades unstable, from there on stable."""
    fraction = np.asarray(stability_norm()(np.nan_to_num(value)))
    codes = np.clip(fraction * SHADES, 0, SHADES - 1).astype(np.uint8)
    return np.where(np.isnan(value), coded(np.full(value.shape, np.nan)), codes)


def ticks() -> dict[float, str]:
    """Places among the shades → the values that have them."""
    norm = stability_norm()
    return {float(norm(tick)) * SHADES - 0.5: f"{tick:g}".replace("-", "−") for tick in TICKS}
