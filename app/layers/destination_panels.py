"""Destination maps: a panel for each rule with the path from the session's start, and one where two rules differ."""

from dataclasses import replace
from typing import Any

import numpy as np

from app.browser.screen_reader import describe
from app.browser.source_updates import Columns, SourceUpdates
from app.compute.answer import Answer
from app.compute.destination_summary import MAX_NAMED, difference_in_a_title, in_a_title
from app.compute.destinations import (
    DestinationQuery,
    Maps,
    code_labels,
    destination_codes,
    destination_colours,
    difference_codes,
    difference_colours,
    difference_labels,
)
from app.compute.runs import Runs
from app.compute.scene import MapScene
from app.layers.axis_names import AxisNames
from app.layers.map_image import MapImage, image_columns
from app.layers.map_viewport import MapViewport
from app.model.state import State
from app.theme import colour, palette
from optimizers.maps import DestinationMap, Difference, difference

MANY = 6  # rules whose panels leave no room for shares in their titles
BORDER = 36  # px for the labels at the left: if it followed them, the width would change with the view
PLACE = "($x{0.000}, $y{0.000})<br>@image{custom}"  # in a tooltip


class PlanePanel(MapImage):
    """A map of the plane, one of several side by side."""

    def __init__(
        self, updates: SourceUpdates, viewport: MapViewport, name: str, hover: str, labels: list[str], **options: Any
    ) -> None:
        super().__init__(
            updates,
            name,
            viewport.x_range,
            viewport.y_range,
            hover=hover,
            labels=labels,
            min_border_left=BORDER,
            **options,
        )
        self._names = AxisNames(self.figure, "θ₁", "θ₂")
        self.figure.title.update(text_font_size="14px", align="center")  # else the longest of three side by side is cut
        viewport.shape(self.figure)

    def theme(self, dark: bool) -> None:
        super().theme(dark)
        self._names.theme(dark)


class DestinationPanel(PlanePanel):
    """Where the runs of the rule at one place end."""

    def __init__(self, updates: SourceUpdates, viewport: MapViewport, place: str) -> None:
        super().__init__(updates, viewport, f"map {place}", f"@rule from {PLACE}", code_labels(), values=["rule"])
        self._place, self._path = place, f"path {place}"
        source = updates.source(self._path, "x", "y")
        self._halo = self.figure.line("x", "y", source=source, line_width=5, line_alpha=0.8)
        self.figure.line("x", "y", source=source, line_color=colour(place), line_width=2.5)

    def draw(self, scene: MapScene[DestinationQuery, Maps], updates: SourceUpdates) -> None:
        place, answer = self._place, scene.answer
        entry = next((entry for entry in scene.state.entries() if entry.place == place), None)
        if entry is not None:
            describe(self.figure, f"Destination map of {entry.name}")
        if answer.found is None:
            self.clear(updates)
            self.figure.title.text = entry.short if entry else ""
        elif entry is not None:
            one = answer.found[place]
            alone = Answer(replace(answer.question, entries=(entry,)), answer.size, one, answer.coarse)
            self.put(updates, destination_columns, alone)
            self.figure.title.text = in_a_title(entry.short, one.shares, answer.coarse, shares_in_titles(scene.state))
        if entry is not None and scene.state.mode == "one":
            run = next((run for run in scene.seen("paths") if run.entry.place == place), None)
            updates.put(self._path, path_columns, run)
        else:
            updates.clear(self._path)

    def theme(self, dark: bool) -> None:
        super().theme(dark)
        self.colours(destination_colours())
        self._halo.glyph.line_color = palette(dark).halo


class DifferencePanel(PlanePanel):
    """Where two rules end at different places.

    Attributes:
        shown: how the two maps differ that are shown; None while there are none.
    """

    def __init__(self, updates: SourceUpdates, viewport: MapViewport) -> None:
        super().__init__(updates, viewport, "difference", f"from {PLACE}", difference_labels("", ""))
        self.shown: Difference | None = None

    def draw(self, scene: MapScene[DestinationQuery, Maps], updates: SourceUpdates) -> None:
        answer, pair = scene.answer, (scene.state.first, scene.state.second)
        if answer.found is None:
            self.clear(updates)
            self.figure.title.text, self.shown = "", None
        else:
            names = [scene.state.lineup[place].short for place in pair]
            if self.shown is None or updates.stale("difference", answer, pair):
                self.shown = difference(*(answer.found[place] for place in pair))
            self.set_labels(difference_labels(*names))
            self.put(updates, difference_columns, answer, pair)
            title = difference_in_a_title(names[0], names[1], self.shown, answer.coarse)
            self.figure.title.text = title if shares_in_titles(scene.state) else "Difference"

    def theme(self, dark: bool) -> None:
        super().theme(dark)
        self.colours(difference_colours(palette(dark).page))


def shares_in_titles(state: State) -> int:
    """How many shares the title of a panel has room for."""
    if state.projector:
        return 0
    return MAX_NAMED if len(state.entries()) < MANY else 0


def destination_columns(answer: Answer[DestinationQuery, DestinationMap]) -> Columns:
    """A map of one rule."""
    (entry,) = answer.question.entries
    return image_columns(destination_codes(answer.result), answer.question.box, rule=entry.short)


def difference_columns(answer: Answer[DestinationQuery, Maps], pair: tuple[str, str]) -> Columns:
    """A map of the pixels where two rules end at different places."""
    return image_columns(difference_codes(*(answer.result[place] for place in pair)), answer.question.box)


def path_columns(run: Runs | None) -> Columns:
    """The path from the first start, as far as it can be drawn; none while there is no run."""
    if run is None:
        return {"x": [], "y": []}
    positions = run.paths.positions[..., 0]
    x, y = positions[(np.abs(positions) < 1e30).all(axis=1)].T.astype(np.float32)
    return {"x": x, "y": y}
