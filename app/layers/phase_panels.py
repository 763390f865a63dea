"""Phase diagrams: a panel for each rule, and marks at the paper's setting and at the session's own."""

from collections.abc import Sequence
from functools import partial

import numpy as np
from bokeh.models import CustomJSHover, FixedTicker, Range1d
from bokeh.plotting import figure as Figure

from app.browser.source_updates import Columns, SourceUpdates
from app.compute.answer import Answer
from app.compute.destination_summary import COARSE
from app.compute.phase_colours import codes, colours, quantity_label, values
from app.compute.phase_diagram import BOX, DIGITS, LEARNING_RATE, PAPER, RHO, PhaseQuery, mark, of_the_paper
from app.compute.scene import MapScene, Scene
from app.layers.map_image import MapImage, image_columns
from app.model.state import DOMINANT
from app.theme import short
from optimizers.maps import PhaseDiagram
from optimizers.outcomes import OUTCOMES


class PhasePanel(MapImage):
    """What becomes of the same starts under one rule, for every ρ and α."""

    def __init__(self, updates: SourceUpdates, key: str, x_range: Range1d, y_range: Range1d) -> None:
        power = CustomJSHover(args={"digits": DIGITS}, code="return (10 ** value).toPrecision(digits)")
        super().__init__(
            updates,
            f"phase {key}",
            x_range,
            y_range,
            hover=f"{short(key)}: α = $x{{custom}}, ρ = $y{{custom}}<br>"
            "<b>@value{0.000 a}</b> @quantity@image{custom}",
            values=["value", "quantity"],
            formatters={"$x": power, "$y": power},
            tools="",
            x_axis_label="α",
            y_axis_label="ρ",
            title=short(key),
        )
        self._key = key
        for axis, (low, high) in ((self.figure.xaxis, LEARNING_RATE), (self.figure.yaxis, RHO)):
            ticks = range(round(low), round(high) + 1)
            axis.ticker = FixedTicker(ticks=list(ticks))
            axis.major_label_overrides = {tick: f"{10.0**tick:g}" for tick in ticks}

    def draw(self, scene: MapScene[PhaseQuery, PhaseDiagram], updates: SourceUpdates) -> None:
        answer, what, key = scene.answer, scene.state.phase, self._key
        if answer.found is None:
            self.clear(updates)
            self.figure.title.text = short(key)
        elif key in (keys := [rule.key for rule in answer.found.rules]):
            self.set_labels([f": {name}" for name in OUTCOMES] if what == DOMINANT else [])
            self.colours(colours(what))
            self.put(updates, phase_columns, answer, keys.index(key), what)
            self.figure.title.text = f"{short(key)}{COARSE * answer.coarse}"


class PhaseMarks:
    """A circle at the paper's setting, where it has one, and a cross at the session's own."""

    def __init__(self, updates: SourceUpdates, figures: Sequence[Figure]) -> None:
        sources = {name: updates.source(name, "x", "y") for name in ("paper", "here")}
        for colour, width in (("#000000", 5), ("#ffffff", 2.5)):
            for name, marker, size in (("paper", "circle", 20), ("here", "cross", 13)):
                for figure in figures:
                    figure.scatter(
                        "x", "y", source=sources[name], marker=marker, size=size, fill_color=None,
                        line_color=colour, line_width=width,
                    )  # fmt: skip

    def draw(self, scene: Scene, updates: SourceUpdates) -> None:
        state = scene.state
        updates.put("here", mark, state.rho, state.learning_rate)
        if of_the_paper(state.landscape_object):
            updates.put("paper", partial(mark, **PAPER))
        else:
            updates.clear("paper")

    def theme(self, dark: bool) -> None:
        """White on black is seen on every colour."""


def phase_columns(answer: Answer[PhaseQuery, PhaseDiagram], number: int, what: str) -> Columns:
    """The diagram of the rule of this number."""
    diagram = answer.result
    value = np.nan_to_num(values(diagram, what)[number].astype(np.float32), nan=-1.0)
    return image_columns(codes(diagram, what)[number], BOX, value=value, quantity=quantity_label(what))
