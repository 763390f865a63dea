"""The phase diagram: what becomes of the same starts for every ρ and α."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache, partial
from html import escape
from pathlib import Path

import numpy as np
import panel as pn
import panel_material_ui as pmui
from bokeh.models import CustomJSHover, FixedTicker, GridBox, Range1d

from app.browser.screen_reader import Announcer
from app.compute.destination_summary import COARSE as COARSER
from app.compute.phase_colours import MAX_DIVERGED, SHOWN, codes, colours, cross_in_words, least, legend, said, values
from app.compute.phase_diagram import (
    BOX,
    DIGITS,
    LEARNING_RATE,
    MAX_STARTS,
    PAPER,
    RHO,
    centre,
    mark,
    of_the_paper,
    phase_query,
    setting_query,
    starts_in_words,
    subsample,
)
from app.export.map_pictures import phase_picture
from app.export.map_tables import phase_numbers
from app.layers.map_image import MapImage, arrange
from app.model.state import DOMINANT, LOSS, MAX_IN_A_CLOUD, State
from app.theme import short, stylesheet
from app.views.maps.coarse_then_fine import Answer, CoarseThenFine
from app.views.maps.file_buttons import Contents, file_buttons, file_stem
from app.views.maps.map_view import MapView
from optimizers import OPTIMIZERS
from optimizers.maps import PhaseDiagram
from optimizers.outcomes import OUTCOMES

HERE = Path(__file__).parent
COARSE, FINE = 32, 64  # cells along a side


class Phase(MapView):
    """One session's phase diagrams."""

    def __init__(self, state: State) -> None:
        super().__init__(state, COARSE, FINE)
        self._cross = CoarseThenFine(MAX_STARTS, MAX_IN_A_CLOUD, lambda: self._channel.request(), whole=True)
        updates = self._updates
        self._marks = {name: updates.source(name, "x", "y") for name in ("paper", "here")}
        ranges = Range1d(*LEARNING_RATE), Range1d(*RHO)
        self._announcer: dict[str, Announcer] = {}
        self._panels = {key: self._panel(key, *ranges) for key in OPTIMIZERS}
        self._grid = GridBox(children=[], sizing_mode="stretch_both", spacing=4)
        what = self._hold("phase", pmui.Select(options=SHOWN, size="small", width=250, margin=0))
        self._legend = pn.pane.HTML(margin=0, stylesheets=[stylesheet(HERE / "phase_diagram.css")])
        self._words = pn.pane.HTML(
            sizing_mode="stretch_width", margin=0, stylesheets=[stylesheet(HERE / "summary.css")]
        )
        self._size, self._refused = COARSE, ""
        self._begin(self._grid)
        self._view = self._row(
            self._top(40, what, self._legend),
            pn.pane.Bokeh(self._grid, sizing_mode="stretch_both", margin=0),
            pn.Row(
                self._words, file_buttons(self._contents), sizing_mode="stretch_width", margin=0, styles={"gap": "10px"}
            ),
        )

    def _panel(self, key: str, x_range: Range1d, y_range: Range1d) -> MapImage:
        power = CustomJSHover(args={"digits": DIGITS}, code="return (10 ** value).toPrecision(digits)")
        panel = MapImage(
            self._updates,
            f"phase {key}",
            x_range,
            y_range,
            hover=f"{short(key)}: α = $x{{custom}}, ρ = $y{{custom}}<br><b>@value{{0.000 a}}</b> @said@image{{custom}}",
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
        self._announcer[key] = Announcer(figure)
        return panel

    def set_visible(self, shown: bool) -> None:
        super().set_visible(shown)
        if not shown:
            self._cross.cancel()

    def _draw(self) -> None:
        state, updates = self._state, self._updates
        question = phase_query(state)
        shown = [self._panels[key].figure for key in OPTIMIZERS if key in state.optimizers]
        arrange(self._grid, shown, columns=min(len(shown), 3) or 1)
        if question.rules:
            self._show(self._answers(question))
        else:
            self._words.object = "<p>No optimizer is chosen.</p>"
        paper = PAPER if of_the_paper(state.landscape_object) else None
        for name, place in (("paper", paper), ("here", self._setting())):
            if place is None:
                updates.clear(name)
            else:
                updates.put(name, tuple(place.values()), partial(mark, **place))

    def _show_nothing(self, answer: Answer) -> None:
        """While there is no diagram: none of another question either."""
        for key, panel in self._panels.items():
            self._updates.clear(f"phase {key}")
            panel.figure.title.text = short(key)
            self._announcer[key].say("Computing …")
        self._legend.object = ""
        self._words.object = f"<p>{self._under_way(answer, '')}</p>"

    def _show(self, answer: Answer) -> None:
        if answer.found is None:
            self._show_nothing(answer)
            return
        what, self._size = self._state.phase, answer.size
        diagram: PhaseDiagram = answer.found
        self._legend.object = legend(diagram, what)
        everything = zip(diagram.rules, codes(diagram, what), values(diagram, what), strict=True)
        for rule, coloured, value in everything:
            panel = self._panels[rule.key]
            panel.tell([f": {name}" for name in OUTCOMES] if what == DOMINANT else [])
            panel.colours(colours(what))
            panel.put(
                self._updates,
                (answer.token, what),
                BOX,
                lambda coloured=coloured: coloured,
                value=partial(np.nan_to_num, value.astype(np.float32), nan=-1.0),
                said=partial(said, what),
            )
            panel.figure.title.text = f"{short(rule.key)}{COARSER * answer.coarse}"
        here = self._here(diagram, what)
        first = diagram.rules[0].key
        for key, aloud in self._announcer.items():
            name = f"Phase diagram of {short(key)}{COARSER * answer.coarse}, {said(what)}"
            aloud.say(f"{name}. {here}" if key == first else name)
        circle = " Circle: the paper’s." * of_the_paper(diagram.landscape)
        coarse = self._under_way(answer, f"{answer.size} × {answer.size} cells")
        grey = f" {MAX_DIVERGED.capitalize()}." * (what == LOSS)
        self._words.object = (
            f"<p>{escape(self._refused)} {coarse}{escape(here)}{circle} "
            f"<b>Click a cell</b> to load it into Explore.{grey}</p>"
        )

    def _here(self, diagram: PhaseDiagram, what: str) -> str:
        """The numbers of the session's own setting, and what all shares are of."""
        state, question = self._state, setting_query(self._state)
        all_run = question.starts.positions().shape[1] <= MAX_STARTS
        cross = self._cross(question)
        if cross.found is None:
            return "At the cross: computing …"
        one, above = cross.found, least(diagram)
        about = "≈ " * cross.coarse
        names = "; ".join(
            f"{short(rule.key)} {about}{cross_in_words(one, what, number, above)}"
            for number, rule in enumerate(one.rules)
        )
        of = f", from {one.runs} starts" * (not all_run)
        return (
            f"At the cross (ρ = {state.rho:g}, α = {state.learning_rate:g}{of}): {names}. "
            f"Each cell: {starts_in_words(state)}."
        )

    def _setting(self) -> dict[str, float]:
        return {name: getattr(self._state, name) for name in PAPER}

    def _contents(self) -> Contents:
        state, question, setting = self._state.copy(), phase_query(self._state), self._setting()
        diagram: Callable[[], PhaseDiagram] = cache(lambda: self._answers.finest(question).found)
        experiment = replace(state.experiment, starts=question.starts)
        return Contents(
            file_stem("phase", state, "steps"),
            lambda: phase_picture(diagram(), state.phase, setting),
            lambda: phase_numbers(experiment, subsample(question.starts), diagram()),
        )

    def _clicked(self, x: float, y: float) -> None:
        rho, learning_rate = centre(y, RHO, self._size), centre(x, LEARNING_RATE, self._size)
        self._refused = self._take(rho=rho, learning_rate=learning_rate) or ""
        self._channel.request()

    def _theme(self) -> None:
        for panel in self._panels.values():
            panel.theme(self._state.dark)

    def __panel__(self) -> pn.Row:
        return self._view
