"""Destination maps: the query, and codes, labels and colours of a pixel's outcome."""

from dataclasses import dataclass
from html import escape

import numpy as np

from app.compute.outcome_words import MOTION_PHRASES, OUTCOME_PHRASES
from app.compute.parts import in_parts
from app.compute.price import map_price
from app.model.box import Box, domain, pixels
from app.model.course import USUAL, Course
from app.model.lineup import Entry
from figures.style import OUTCOME_COLOURS
from landscapes import Landscape
from optimizers.maps import DestinationMap, destination_map
from optimizers.maps.tiles import Cancelled, Progress
from optimizers.outcomes import MOTIONS, OUTCOMES

Maps = dict[str, DestinationMap]  # by the rule's place


@dataclass(frozen=True)
class DestinationQuery:
    """Where do the runs end that start in a box?"""

    entries: tuple[Entry, ...]
    landscape: Landscape
    learning_rate: float
    steps: int
    box: Box
    course: Course = USUAL

    def price(self, size: int) -> float:
        """Operations of the maps."""
        return map_price([entry.rule for entry in self.entries], self.landscape, size * size, self.steps, self.course)

    def answer(self, size: int, cancelled: Cancelled | None = None, progress: Progress | None = None) -> Maps:
        """A map for each rule, on as many pixels as a square of size × size has."""
        return {
            entry.place: destination_map(
                entry.rule,
                self.landscape,
                learning_rate=self.learning_rate,
                steps=self.steps,
                course=self.course.settings,
                window=domain(self.box),
                resolution=pixels(self.box, size),
                cancelled=cancelled,
                progress=in_parts(progress, number, len(self.entries)),
            )
            for number, entry in enumerate(self.entries)
        }


def destination_codes(one: DestinationMap) -> np.ndarray:
    """Outcome and motion of every pixel in one uint8."""
    return (one.outcome * len(MOTIONS) + one.motion).astype(np.uint8)


def code_labels() -> list[str]:
    """What the tooltip says of each code of `destination_codes`."""
    return [
        "diverges" if place == "diverged" else f"ends {OUTCOME_PHRASES[place]}, {MOTION_PHRASES[way]}"
        for place in OUTCOMES
        for way in MOTIONS
    ]


def destination_colours() -> list[str]:
    """A colour for each code of `destination_codes`: the outcome's, however it moves."""
    return [OUTCOME_COLOURS[place] for place in OUTCOMES for _ in MOTIONS]


def difference_codes(first: DestinationMap, second: DestinationMap) -> np.ndarray:
    """Both outcomes of every pixel in one uint8."""
    return (first.outcome * len(OUTCOMES) + second.outcome).astype(np.uint8)


def difference_labels(first: str, second: str) -> list[str]:
    """What the tooltip says of each code of `difference_codes`, of two rules with these names."""
    return [
        f"both: {one}" if one == two else f"{first}: {one}<br>{second}: {two}" for one in OUTCOMES for two in OUTCOMES
    ]


def difference_colours(same: str) -> list[str]:
    """Where two rules differ, the colour of the second's outcome; one colour where they agree."""
    return [same if one == two else OUTCOME_COLOURS[two] for one in OUTCOMES for two in OUTCOMES]


def legend() -> str:
    """The colours of the outcomes, as HTML."""
    return "".join(
        f"<span><i style='background:{colour}'></i>{escape(name)}</span>" for name, colour in OUTCOME_COLOURS.items()
    )
