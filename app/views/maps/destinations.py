"""Destinations: where the runs from every start of the view end, rule by rule, and where two rules differ."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from html import escape
from pathlib import Path

import panel as pn
import panel_material_ui as pmui
from bokeh.models import GridBox

from app.browser.screen_reader import Announcer
from app.compute.destination_summary import all_in_words, covered, difference_in_words
from app.compute.destinations import DestinationQuery, Maps, legend
from app.compute.runs import runs_of
from app.compute.scene import MapScene
from app.export.map_pictures import destinations_picture
from app.export.map_tables import destination_numbers
from app.layers.destination_panels import DestinationPanel, DifferencePanel
from app.layers.map_image import arrange
from app.layers.map_viewport import MapViewport
from app.layers.start_mark import StartMark
from app.model.rules import OPTIMIZERS
from app.model.state import State
from app.theme import short, stylesheet
from app.views.maps.file_buttons import Contents, file_buttons, file_stem
from app.views.maps.map_view import MapView

HERE = Path(__file__).parent
COARSE, FINE = 100, 500  # pixels along a side


class Destinations(MapView[DestinationQuery, Maps]):
    """One session's destination maps."""

    def __init__(self, state: State) -> None:
        super().__init__(state, COARSE, FINE, lambda: state.region)
        self._runs = self._runner()
        viewport = MapViewport(self._updates, state)
        self._panels = {key: DestinationPanel(self._updates, viewport, key) for key in OPTIMIZERS}
        self._difference = DifferencePanel(self._updates, viewport)
        panels: tuple[DestinationPanel | DifferencePanel, ...] = (*self._panels.values(), self._difference)
        figures = [panel.figure for panel in panels]
        self.layers = (viewport, *panels, StartMark(self._updates, figures))
        for panel in panels:
            panel.on_click(lambda x, y: self._choose(mode="one", x=x, y=y))
        self._announcer = Announcer(self._difference.figure)
        # all of them from the beginning: the browser lays out at any moment, and cannot while it builds a figure
        self._grid = GridBox(children=[(one, 0, 0) for one in figures], sizing_mode="stretch_both", spacing=4)
        first, second = (self._bind(name, _rule()) for name in ("first", "second"))
        self._words = pn.pane.HTML(
            sizing_mode="stretch_width", margin=0, stylesheets=[stylesheet(HERE / "summary.css")]
        )
        self._begin(self._difference.figure)
        self.content = self._layout(
            self._toolbar(
                40,
                first,
                second,
                pn.pane.HTML(
                    legend(),
                    margin=(10, 0, 0, 0),
                    sizing_mode="stretch_width",
                    stylesheets=[stylesheet(HERE / "destinations.css")],
                ),
            ),
            pn.pane.Bokeh(self._grid, sizing_mode="stretch_both", margin=0),
            pn.Row(
                self._words, file_buttons(self._contents), sizing_mode="stretch_width", margin=0, styles={"gap": "10px"}
            ),
        )

    def sync(self) -> None:
        super().sync()
        panels = [self._panels[key].figure for key in OPTIMIZERS if key in self._state.optimizers]
        panels.append(self._difference.figure)
        arrange(self._grid, panels, columns=2 if len(panels) == 4 else min(len(panels), 3))

    def scene(self) -> MapScene[DestinationQuery, Maps]:
        state = self._state.copy()
        answer = self._answers(_query(state))
        runs = tuple(self._runs(state)) if state.mode == "one" else ()
        return MapScene(state, state.region, runs, answer=answer)

    def describe(self, scene: MapScene[DestinationQuery, Maps]) -> None:
        state, answer, differing = scene.state, scene.answer, self._difference.shown
        if answer.found is None or differing is None:
            self._announcer.announce("Computing …")
            self._words.object = f"<p>{self._progress_html(answer, '')}</p>"
            return
        question = answer.question
        maps = {key: one for key, one in answer.found.items() if key in state.optimizers}
        difference = difference_in_words(state.first, state.second, differing, answer.coarse)
        where = f"Starts: {covered(question.box, question.landscape)}."
        self._announcer.announce(f"{difference} {all_in_words(maps, question.steps, answer.coarse)} {where}")
        rows, columns = answer.found[state.first].outcome.shape
        self._words.object = (
            f"<p>{escape(self._refused)} {self._progress_html(answer, f'{columns} × {rows} starts')}"
            f"{escape(difference)} {escape(where)} <b>Click a start</b> to run it in Explore.</p>"
        )

    def _contents(self) -> Contents:
        state = self._state.copy()
        query, pair = _query(state), (state.first, state.second)
        maps: Callable[[], Maps] = cache(lambda: self._answers.finest(query))
        experiment = replace(state.experiment, optimizers=query.rules)
        return Contents(
            file_stem("destinations", state, "rho", "learning_rate", "steps"),
            lambda: destinations_picture(
                query, maps(), pair, state.optimizers, runs_of(state) if state.mode == "one" else []
            ),
            lambda: destination_numbers(experiment, maps()),
        )


def _query(state: State) -> DestinationQuery:
    """The question of a session: the rules that are chosen, and the two that are compared."""
    keys = [key for key in OPTIMIZERS if key in {*state.optimizers, state.first, state.second}]
    rules = tuple(map(state.rule, keys))
    return DestinationQuery(rules, state.landscape_object, state.learning_rate, state.steps, state.region)


def _rule() -> pmui.Select:
    options = {short(key): key for key in OPTIMIZERS}
    return pmui.Select(options=options, size="small", width=150, margin=0)
