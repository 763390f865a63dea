"""Destination maps: a panel for each rule with the path from the session's start, and one where two rules differ."""

from dataclasses import replace

import numpy as np

from app.browser.screen_reader import describe
from app.browser.source_updates import Columns, SourceUpdates
from app.compute.answer import Answer
from app.compute.destination_summary import difference_in_a_title, in_a_title
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
from app.layers.map_image import MapImage, image_columns
from app.layers.map_viewport import MapViewport
from app.theme import colour, in_sentence, palette, short
from optimizers.maps import DestinationMap, Difference, difference

BORDER = 56  # px for the labels at the left: if it followed them, the width would change with the view
PLACE = "($x{0.000}, $y{0.000})<br>@image{custom}"  # in a tooltip


class PlanePanel(MapImage):
    """A map of the plane, one of several side by side."""

    def __init__(self, updates: SourceUpdates, viewport: MapViewport, name: str, hover: str, labels: list[str]) -> None:
        super().__init__(
            updates,
            name,
            viewport.x_range,
            viewport.y_range,
            hover=hover,
            labels=labels,
            x_axis_label="θ₁",
            y_axis_label="θ₂",
            min_border_left=BORDER,
        )
        self.figure.title.text_font_size = "15px"  # else the longest title of three panels side by side is cut
        viewport.shape(self.figure)


class DestinationPanel(PlanePanel):
    """Where the runs of one rule end."""

    def __init__(self, updates: SourceUpdates, viewport: MapViewport, key: str) -> None:
        super().__init__(updates, viewport, f"map {key}", f"{short(key)} from {PLACE}", code_labels())
        self._key, self._path = key, f"path {key}"
        source = updates.source(self._path, "x", "y")
        self._halo = self.figure.line("x", "y", source=source, line_width=5, line_alpha=0.8)
        self.figure.line("x", "y", source=source, line_color=colour(key), line_width=2.5)
        describe(self.figure, f"Destination map of {in_sentence(key)}")

    def draw(self, scene: MapScene[DestinationQuery, Maps], updates: SourceUpdates) -> None:
        key, answer, chosen = self._key, scene.answer, self._key in scene.state.optimizers
        if answer.found is None:
            self.clear(updates)
            self.figure.title.text = short(key)
        elif chosen:
            one = answer.found[key]
            alone = Answer(replace(answer.question, rules=(one.rule,)), answer.size, one, answer.coarse)
            self.put(updates, destination_columns, alone)
            self.figure.title.text = in_a_title(short(key), one.shares, answer.coarse)
        if chosen and scene.state.mode == "one":
            run = next((run for run in scene.runs if run.key == key), None)
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
        super().__init__(updates, viewport, "difference", f"from {PLACE}", difference_labels("sam", "m-sam"))
        self.shown: Difference | None = None

    def draw(self, scene: MapScene[DestinationQuery, Maps], updates: SourceUpdates) -> None:
        answer, pair = scene.answer, (scene.state.first, scene.state.second)
        if answer.found is None:
            self.clear(updates)
            self.figure.title.text, self.shown = "", None
        elif updates.stale("difference", answer, pair):
            self.shown = difference(*(answer.found[key] for key in pair))
            self.set_labels(difference_labels(*pair))
            self.put(updates, difference_columns, answer, pair)
            self.figure.title.text = difference_in_a_title(*pair, self.shown, answer.coarse)

    def theme(self, dark: bool) -> None:
        super().theme(dark)
        self.colours(difference_colours(palette(dark).page))


def destination_columns(answer: Answer[DestinationQuery, DestinationMap]) -> Columns:
    """A map of one rule."""
    return image_columns(destination_codes(answer.result), answer.question.box)


def difference_columns(answer: Answer[DestinationQuery, Maps], pair: tuple[str, str]) -> Columns:
    """A map of the pixels where two rules end at different places."""
    return image_columns(difference_codes(*(answer.result[key] for key in pair)), answer.question.box)


def path_columns(run: Runs | None) -> Columns:
    """The path from the first start, as far as it can be drawn; none while there is no run."""
    if run is None:
        return {"x": [], "y": []}
    positions = run.paths.positions[..., 0]
    x, y = positions[(np.abs(positions) < 1e30).all(axis=1)].T.astype(np.float32)
    return {"x": x, "y": y}
