"""The phase diagram: what becomes of the same starts for every ρ and α."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache, partial
from html import escape
from pathlib import Path

import numpy as np
import panel as pn
from bokeh.models import CustomJSHover, FixedTicker, GridBox, Range1d

from app.browser.coarse_then_fine import Answer
from app.browser.screen_reader import Aloud
from app.compute.phase_colours import COLOURS, LOSS, MOST_DIVERGED, SHOWN, label, legend, said, scale, values
from app.compute.phase_diagram import BOX, DIGITS, LEARNING_RATE, PAPER, RHO, asked, centre, index, mark, some, within
from app.export.map_pictures import phase_picture
from app.export.map_tables import phase_numbers
from app.layers.map_image import MapPlot, arrange
from app.model.state import State
from app.theme import short, stylesheet
from app.views.maps.file_buttons import Contents, file_buttons, stem
from app.views.maps.map_view import MapView
from app.widgets.button_group import choice
from optimizers import OPTIMIZERS
from optimizers.maps import PhaseDiagram

HERE = Path(__file__).parent
COARSE, FINE = 32, 64  # cells along a side


class Phase(MapView):
    """One session's phase diagrams."""

    def __init__(self, state: State) -> None:
        super().__init__(state, COARSE, FINE)
        frame = self._frame
        self._marks = {name: frame.source(name, "x", "y") for name in ("paper", "here")}
        ranges = Range1d(*LEARNING_RATE), Range1d(*RHO)
        self._aloud: dict[str, Aloud] = {}
        self._panels = {key: self._panel(key, *ranges) for key in OPTIMIZERS}
        self._grid = GridBox(children=[], sizing_mode="stretch_both", spacing=4)
        what = self._hold("phase", choice(SHOWN))
        self._legend = pn.pane.HTML(margin=0, stylesheets=[stylesheet(HERE / "phase_diagram.css")])
        self._words = pn.pane.HTML(
            sizing_mode="stretch_width", margin=0, stylesheets=[stylesheet(HERE / "summary.css")]
        )
        self._size, self._refused = COARSE, ""
        self._begin(self._grid)
        self._view = self._row(
            self._top(57, what, self._legend),
            pn.pane.Bokeh(self._grid, sizing_mode="stretch_both", margin=0),
            pn.Row(
                self._words, file_buttons(self._contents), sizing_mode="stretch_width", margin=0, styles={"gap": "10px"}
            ),
        )

    def _panel(self, key: str, x_range: Range1d, y_range: Range1d) -> MapPlot:
        power = CustomJSHover(code=f"return (10 ** value).toPrecision({DIGITS})")
        panel = MapPlot(
            self._frame,
            f"phase {key}",
            x_range,
            y_range,
            hover=f"{short(key)}: α = $x{{custom}}, ρ = $y{{custom}}<br><b>@value{{0.000 a}}</b> @said",
            values=["value", "said"],
            formatters={"$x": power, "$y": power},
            tools="",
            x_axis_label="α",
            y_axis_label="ρ",
            title=short(key),
        )
        figure = panel.figure
        for axis, (low, high) in ((figure.xaxis, LEARNING_RATE), (figure.yaxis, RHO)):
            ticks = range(round(low), round(high) + 1)
            axis.ticker = FixedTicker(ticks=list(ticks))
            axis.major_label_overrides = {tick: f"{10.0**tick:g}" for tick in ticks}
        for colour, width in (("#000000", 5), ("#ffffff", 2.5)):
            for name, marker, size in (("paper", "circle", 20), ("here", "cross", 13)):
                figure.scatter(
                    "x", "y", source=self._marks[name], marker=marker, size=size, fill_color=None,
                    line_color=colour, line_width=width,
                )  # fmt: skip
        panel.on_click(self._clicked)
        self._aloud[key] = Aloud(figure)
        return panel

    def _draw(self) -> None:
        state, frame = self._state, self._frame
        question = asked(state)
        shown = [self._panels[key].figure for key in OPTIMIZERS if key in state.optimizers]
        arrange(self._grid, shown, columns=min(len(shown), 3) or 1)
        if question.rules:
            self._show(self._stages(question))
        else:
            self._words.object = "<p>No optimizer is chosen.</p>"
        for name, place in (("paper", PAPER), ("here", self._setting())):
            frame.put(name, tuple(place.values()), partial(mark, **place))

    def _show(self, answer: Answer) -> None:
        what, self._size = self._state.phase, answer.size
        diagram: PhaseDiagram = answer.found
        value = values(diagram, what)
        colours = scale(value, what)
        for rule, one in zip(diagram.rules, value, strict=True):
            self._panels[rule.key].put(
                self._frame,
                (answer.token, what),
                BOX,
                partial(colours.codes, one),
                value=partial(np.nan_to_num, one.astype(np.float32), nan=-1.0),
                said=partial(said, what),
            )
        self._legend.object = legend(colours)
        here = self._here(diagram, value, what)
        first = diagram.rules[0].key
        for key, aloud in self._aloud.items():
            name = f"Phase diagram of {short(key)}, {said(what)}"
            aloud.say(f"{name}. {here}" if key == first else name)
        self._words.object = (
            f"<p>{escape(self._refused)} {escape(here)} Circle: the paper’s. "
            "<b>Click a cell</b> to load it into Explore."
            f"{f' {MOST_DIVERGED.capitalize()}.' if what == LOSS else ''}</p>"
        )

    def _here(self, diagram: PhaseDiagram, value: np.ndarray, what: str) -> str:
        """The numbers in the cell that holds the session's setting."""
        place = mark(**self._setting())
        if not (place["x"] and within(place["x"][0], LEARNING_RATE) and within(place["y"][0], RHO)):
            return ""
        row, column = index(place["y"][0], RHO, self._size), index(place["x"][0], LEARNING_RATE, self._size)
        names = ", ".join(
            f"{short(rule.key)} {one[row, column]:{'.2g' if what == LOSS else '.0%'}}"
            for rule, one in zip(diagram.rules, value, strict=True)
        )
        return f"At the cross: {names} {label(what)}, {diagram.runs} starts."

    def _setting(self) -> dict[str, float]:
        return {name: getattr(self._state, name) for name in PAPER}

    def _contents(self) -> Contents:
        state, question, setting = self._state.copy(), asked(self._state), self._setting()
        diagram: Callable[[], PhaseDiagram] = cache(lambda: self._stages.finest(question).found)
        experiment = replace(state.experiment, starts=question.starts)
        return Contents(
            stem("phase", state, "steps"),
            lambda: phase_picture(diagram(), state.phase, setting),
            lambda: phase_numbers(experiment, some(question.starts), diagram()),
        )

    def _clicked(self, x: float, y: float) -> None:
        rho, learning_rate = centre(y, RHO, self._size), centre(x, LEARNING_RATE, self._size)
        self._refused = self._take(rho=rho, learning_rate=learning_rate) or ""
        self._gate.request()

    def _theme(self) -> None:
        for panel in self._panels.values():
            panel.theme(self._state.dark)
            panel.colours(COLOURS)

    def __panel__(self) -> pn.Row:
        return self._view
