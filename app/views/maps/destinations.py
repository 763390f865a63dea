"""Destinations: where the runs from every start of the view end, rule by rule, and where two rules differ."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache, partial
from html import escape
from pathlib import Path

import numpy as np
import panel as pn
import panel_material_ui as pmui
from bokeh.models import GlyphRenderer, GridBox

from app.browser.background_work import of_session
from app.browser.map_viewport import Window
from app.browser.screen_reader import Announcer, describe
from app.browser.source_updates import Columns
from app.compute.destination_summary import (
    all_in_words,
    covered,
    difference_in_a_title,
    difference_in_words,
    in_a_title,
)
from app.compute.destinations import (
    DestinationQuery,
    Maps,
    code_labels,
    destination_codes,
    destination_colours,
    difference_codes,
    difference_colours,
    difference_labels,
    legend,
)
from app.compute.runs import Runner, Runs
from app.export.map_pictures import destinations_picture
from app.export.map_tables import destination_numbers
from app.layers.map_image import MapImage, arrange
from app.model.state import State
from app.theme import colour, palette, short, stylesheet
from app.views.maps.coarse_then_fine import Answer
from app.views.maps.file_buttons import Contents, file_buttons, file_stem
from app.views.maps.map_view import MapView
from figures.style import EDGE, START
from optimizers import OPTIMIZERS
from optimizers.maps import difference

HERE = Path(__file__).parent
COARSE, FINE = 100, 500  # pixels along a side
BORDER = 56  # px for the labels at the left: were it theirs to say, a new view would be a new width
DIFFERENCE = "difference"
PLACE = "($x{0.000}, $y{0.000})<br>@image{custom}"  # in a tooltip


class Destinations(MapView):
    """One session's destination maps."""

    def __init__(self, state: State) -> None:
        super().__init__(state, COARSE, FINE, lambda: state.region)
        self._window = Window(self._updates, state)
        self._runner = Runner(of_session, lambda: self._channel.request())
        start = self._updates.source("start", "x", "y")
        self._panels = {
            key: self._panel(f"map {key}", f"{short(key)} from {PLACE}", code_labels()) for key in OPTIMIZERS
        }
        self._halos = [self._path(key, panel) for key, panel in self._panels.items()]
        self._difference = self._panel(DIFFERENCE, f"from {PLACE}", difference_labels("sam", "m-sam"))
        for panel in (*self._panels.values(), self._difference):
            panel.figure.scatter("x", "y", source=start, size=10, fill_color=START, line_color=EDGE, line_width=1.5)
        figure = self._difference.figure
        self._announcer = Announcer(figure)
        # all of them from the beginning: the browser lays out at any moment, and cannot while it builds a figure
        every = [panel.figure for panel in (*self._panels.values(), self._difference)]
        self._grid = GridBox(children=[(one, 0, 0) for one in every], sizing_mode="stretch_both", spacing=4)
        first, second = (self._hold(name, _rule()) for name in ("first", "second"))
        self._words = pn.pane.HTML(
            sizing_mode="stretch_width", margin=0, stylesheets=[stylesheet(HERE / "summary.css")]
        )
        self._refused = ""
        self._begin(figure)
        self._view = self._row(
            self._top(
                40,
                first,
                second,
                pn.pane.HTML(legend(), margin=(10, 0, 0, 0), stylesheets=[stylesheet(HERE / "destinations.css")]),
            ),
            pn.pane.Bokeh(self._grid, sizing_mode="stretch_both", margin=0),
            pn.Row(
                self._words, file_buttons(self._contents), sizing_mode="stretch_width", margin=0, styles={"gap": "10px"}
            ),
        )

    def _panel(self, name: str, hover: str, told: list[str]) -> MapImage:
        window = self._window
        panel = MapImage(
            self._updates, name, window.x_range, window.y_range, hover=hover, told=told,
            x_axis_label="θ₁", y_axis_label="θ₂", min_border_left=BORDER,
        )  # fmt: skip
        panel.figure.title.text_font_size = "15px"  # else the longest title of three panels side by side is cut
        window.shape(panel.figure)
        panel.on_click(self._clicked)
        return panel

    def _path(self, key: str, panel: MapImage) -> GlyphRenderer:
        source = self._updates.source(f"path {key}", "x", "y")
        halo = panel.figure.line("x", "y", source=source, line_width=5, line_alpha=0.8)
        panel.figure.line("x", "y", source=source, line_color=colour(key), line_width=2.5)
        return halo

    @property
    def _pair(self) -> tuple[str, str]:
        return self._state.first, self._state.second

    def _asked(self) -> DestinationQuery:
        """The question of this session."""
        state = self._state
        keys = [key for key in OPTIMIZERS if key in state.optimizers or key in self._pair]
        rules = tuple(state.rule(key) for key in keys)
        return DestinationQuery(rules, state.landscape_object, state.learning_rate, state.steps, state.region)

    def _draw(self) -> None:
        self._window.draw(self._updates, self._state)
        panels = [self._panels[key].figure for key in OPTIMIZERS if key in self._state.optimizers]
        panels.append(self._difference.figure)
        arrange(self._grid, panels, columns=2 if len(panels) == 4 else min(len(panels), 3))
        self._show(self._answers(self._asked()))
        self._show_start()

    def _show(self, answer: Answer) -> None:
        if answer.found is None:
            self._show_nothing(answer)
            return
        question: DestinationQuery = answer.question
        maps: Maps = {key: one for key, one in answer.found.items() if key in self._state.optimizers}
        for key, one in maps.items():
            panel, token = self._panels[key], (replace(question, rules=(one.rule,)), answer.size)
            panel.put(self._updates, token, question.box, partial(destination_codes, one))
            panel.figure.title.text = in_a_title(short(key), one.shares, answer.coarse)
            describe(panel.figure, f"Destination map of {short(key)}")
        first, second = (answer.found[key] for key in self._pair)
        if self._updates.stale(DIFFERENCE, token := (answer.token, self._pair)):
            seen = difference(first, second)
            self._difference.tell(difference_labels(*self._pair))
            self._difference.put(self._updates, token, question.box, partial(difference_codes, first, second))
            self._difference.figure.title.text = difference_in_a_title(*self._pair, seen, answer.coarse)
            self._differing = difference_in_words(*self._pair, seen, answer.coarse)
        where = f"Starts: {covered(question.box, question.landscape)}."
        self._announcer.say(f"{self._differing} {all_in_words(maps, question.steps, answer.coarse)} {where}")
        rows, columns = answer.found[self._pair[0]].outcome.shape
        self._words.object = (
            f"<p>{escape(self._refused)} {self._under_way(answer, f'{columns} × {rows} starts')}"
            f"{escape(self._differing)} {escape(where)} <b>Click a start</b> to run it in Explore.</p>"
        )

    def _show_nothing(self, answer: Answer) -> None:
        """While there is no map: none of another question either."""
        for key in OPTIMIZERS:
            self._updates.clear(f"map {key}")
            self._panels[key].figure.title.text = short(key)
        self._updates.clear(DIFFERENCE)
        self._difference.figure.title.text = ""
        self._announcer.say("Computing …")
        self._words.object = f"<p>{self._under_way(answer, '')}</p>"

    def _show_start(self) -> None:
        """The session's start with its paths, where there is one start."""
        state, updates = self._state, self._updates
        alone = state.mode == "one"
        start = (state.x, state.y) if alone else None
        updates.put("start", start, lambda: {"x": [state.x], "y": [state.y]} if alone else {"x": [], "y": []})
        runs = {run.key: run for run in self._runner(state)} if alone else {}
        for key in OPTIMIZERS:
            if not alone or key not in state.optimizers:
                updates.clear(f"path {key}")
                continue
            run = runs.get(key)
            updates.put(f"path {key}", run and run.question, partial(path, run))

    def _contents(self) -> Contents:
        state, asked, pair = self._state.copy(), self._asked(), self._pair
        maps: Callable[[], Maps] = cache(lambda: self._answers.finest(asked).found)
        experiment = replace(state.experiment, optimizers=asked.rules)
        return Contents(
            file_stem("destinations", state, "rho", "learning_rate", "steps"),
            lambda: destinations_picture(
                asked, maps(), pair, state.optimizers, Runner()(state) if state.mode == "one" else []
            ),
            lambda: destination_numbers(experiment, maps()),
        )

    def _clicked(self, x: float, y: float) -> None:
        self._refused = self._take(mode="one", x=x, y=y) or ""
        self._channel.request()

    def _theme(self) -> None:
        p = palette(self._state.dark)
        for panel in self._panels.values():
            panel.theme(self._state.dark)
            panel.colours(destination_colours())
        self._difference.theme(self._state.dark)
        self._difference.colours(difference_colours(p.page))
        for halo in self._halos:
            halo.glyph.line_color = p.halo

    def __panel__(self) -> pn.Row:
        return self._view


def path(run: Runs | None) -> Columns:
    """The path from the first start, as far as it can be drawn; none while there is no run."""
    if run is None:
        return {"x": [], "y": []}
    positions = run.paths.positions[..., 0]
    x, y = positions[(np.abs(positions) < 1e30).all(axis=1)].T.astype(np.float32)
    return {"x": x, "y": y}


def _rule() -> pmui.Select:
    options = {short(key): key for key in OPTIMIZERS}
    return pmui.Select(options=options, size="small", width=150, margin=0)
