"""Phase diagrams: a panel for each rule, with marks at the session's own setting and at the paper's."""

from collections.abc import Sequence

import numpy as np
from bokeh.models import CustomJSHover, FixedTicker, Range1d
from bokeh.plotting import figure as Figure

from app.browser.source_updates import Columns, SourceUpdates
from app.compute.answer import Answer
from app.compute.destination_summary import COARSE
from app.compute.phase_colours import codes, colours, quantity_label, values
from app.compute.phase_diagram import (
    BOX,
    DIGITS,
    LEARNING_RATE,
    PAPER,
    RHO,
    PhaseQuery,
    marks,
    of_the_paper,
    settings,
)
from app.compute.scene import MapScene, Scene
from app.layers.map_image import MapImage, image_columns
from app.model.state import DOMINANT
from optimizers.maps import PhaseDiagram
from optimizers.outcomes import OUTCOMES

EDGES = (("#000000", 5), ("#ffffff", 2.5))  # colour and width of a mark's line and its edge


class PhasePanel(MapImage):
    """What becomes of the same starts under the rule at one place, for every ρ and α; a cross at its own."""

    def __init__(self, updates: SourceUpdates, place: str, x_range: Range1d, y_range: Range1d) -> None:
        power = CustomJSHover(args={"digits": DIGITS}, code="return (10 ** value).toPrecision(digits)")
        super().__init__(
            updates,
            f"phase {place}",
            x_range,
            y_range,
            hover="@rule: α = $x{custom}, ρ = $y{custom}<br><b>@value{0.000 a}</b> @quantity@image{custom}",
            values=["value", "quantity", "rule"],
            formatters={"$x": power, "$y": power},
            tools="",
            x_axis_label="α",
            y_axis_label="ρ",
            title="",
        )
        self._place = place
        source = updates.source(f"here {place}", "x", "y")
        for colour, width in EDGES:
            cross = {"marker": "cross", "size": 13, "fill_color": None, "line_color": colour, "line_width": width}
            self.figure.scatter("x", "y", source=source, **cross)
        for axis, (low, high) in ((self.figure.xaxis, LEARNING_RATE), (self.figure.yaxis, RHO)):
            ticks = range(round(low), round(high) + 1)
            axis.ticker = FixedTicker(ticks=list(ticks))
            axis.major_label_overrides = {tick: f"{10.0**tick:g}" for tick in ticks}

    def draw(self, scene: MapScene[PhaseQuery, PhaseDiagram], updates: SourceUpdates) -> None:
        answer, what = scene.answer, scene.state.phase
        numbers = {entry.place: number for number, entry in enumerate(answer.question.entries)}
        if self._place not in numbers:
            return
        number = numbers[self._place]
        entry = answer.question.entries[number]
        updates.put(f"here {self._place}", lambda *places: marks(places), *settings(scene.state, entry))
        if answer.found is None:
            self.clear(updates)
            self.figure.title.text = entry.short
        else:
            self.set_labels([f": {name}" for name in OUTCOMES] if what == DOMINANT else [])
            self.colours(colours(what))
            self.put(updates, phase_columns, answer, number, what)
            self.figure.title.text = f"{entry.short}{COARSE * answer.coarse}"


class PaperMark:
    """A circle at the paper's setting, where it has one."""

    def __init__(self, updates: SourceUpdates, figures: Sequence[Figure]) -> None:
        source = updates.source("paper", "x", "y")
        for colour, width in EDGES:
            for figure in figures:
                figure.scatter(
                    "x", "y", source=source, marker="circle", size=20, fill_color=None, line_color=colour,
                    line_width=width,
                )  # fmt: skip

    def draw(self, scene: Scene, updates: SourceUpdates) -> None:
        if of_the_paper(scene.state.landscape_object):
            updates.put("paper", lambda: marks([PAPER]))
        else:
            updates.clear("paper")

    def theme(self, dark: bool) -> None:
        """White on black is seen on every colour."""


def phase_columns(answer: Answer[PhaseQuery, PhaseDiagram], number: int, what: str) -> Columns:
    """The diagram of the rule of this number."""
    diagram = answer.result
    value = np.nan_to_num(values(diagram, what)[number].astype(np.float32), nan=-1.0)
    rule = answer.question.entries[number].short
    return image_columns(codes(diagram, what)[number], BOX, value=value, quantity=quantity_label(what), rule=rule)
