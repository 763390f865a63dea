"""Destinations: where the runs from every start of the view end, rule by rule, and where two rules differ."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from html import escape
from pathlib import Path

import panel as pn

from app.browser.screen_reader import Announcer
from app.compute.destination_summary import all_in_words, covered, difference_in_words
from app.compute.destinations import DestinationQuery, Maps, legend
from app.compute.runs import runs_of
from app.compute.scene import MapScene
from app.export.map_pictures import destinations_picture
from app.export.map_tables import destination_numbers
from app.layers.destination_panels import DestinationPanel, DifferencePanel
from app.layers.map_viewport import MapViewport
from app.layers.start_mark import StartMark
from app.model.lineup import PLACES
from app.model.state import State
from app.theme import stylesheet
from app.views.file_buttons import Contents, file_stem
from app.views.map_grid import MapGrid
from app.views.maps.map_view import UNREVEALED, MapView
from app.widgets.rule_choice import rule_choice, rule_options

HERE = Path(__file__).parent
COARSE, FINE = 100, 500  # pixels along a side


class Destinations(MapView[DestinationQuery, Maps]):
    """One session's destination maps."""

    def __init__(self, state: State) -> None:
        super().__init__(state, COARSE, FINE, lambda: state.region)
        self._runs = self._runner()
        viewport = MapViewport(self._updates, state)
        self._panels = {place: DestinationPanel(self._updates, viewport, place) for place in PLACES}
        self._difference = DifferencePanel(self._updates, viewport)
        panels: tuple[DestinationPanel | DifferencePanel, ...] = (*self._panels.values(), self._difference)
        figures = [panel.figure for panel in panels]
        self.layers = (viewport, *panels, StartMark(self._updates, figures))
        for panel in panels:
            panel.on_click(lambda x, y: self._choose(mode="one", x=x, y=y))
        self._announcer = Announcer(self._difference.figure)
        # all of them from the beginning: the browser lays out at any moment, and cannot while it builds a figure
        self._grid = MapGrid(figures, begun=True)
        self._pair = [self._bind(name, rule_choice(state)) for name in ("first", "second")]
        self._words = pn.pane.HTML(
            sizing_mode="stretch_width", margin=0, stylesheets=[stylesheet(HERE / "summary.css")]
        )
        self._not_projected += self._pair
        self._begin(self._difference.figure)
        self.content = self._layout(
            self._toolbar(
                40,
                *self._pair,
                pn.pane.HTML(
                    legend(),
                    margin=(10, 0, 0, 0),
                    sizing_mode="stretch_width",
                    stylesheets=[stylesheet(HERE / "destinations.css")],
                ),
            ),
            self._beside(self._grid.content, self._words, self._file_buttons),
        )

    def sync(self) -> None:
        for one in self._pair:
            one.options = rule_options(self._state)
        super().sync()
        panels = [self._panels[entry.place].figure for entry in self._state.entries()]
        panels.append(self._difference.figure)
        self._grid.show(panels)

    def scene(self) -> MapScene[DestinationQuery, Maps]:
        state = self._state.copy()
        answer = self._answer(state, _query(state))
        runs = tuple(self._runs(state)) if state.mode == "one" else ()
        return MapScene(state, state.region, runs, answer=answer)

    def describe(self, scene: MapScene[DestinationQuery, Maps]) -> None:
        state, answer, differing = scene.state, scene.answer, self._difference.shown
        if answer.found is None or differing is None:
            self._announcer.announce("Computing …" if answer.coarse else UNREVEALED)
            self._words.object = f"<p>{self._progress_html(answer, '')}</p>"
            return
        question, maps = answer.question, answer.found
        pair = [state.lineup[place].name for place in (state.first, state.second)]
        difference = difference_in_words(pair[0], pair[1], differing, answer.coarse)
        names = {entry.place: entry.name for entry in state.entries()}
        where = f"Starts: {covered(question.box, question.landscape)}."
        self._announcer.announce(f"{difference} {all_in_words(maps, names, question.steps, answer.coarse)} {where}")
        rows, columns = maps[state.first].outcome.shape
        self._words.object = (
            f"<p>{escape(self._refused)} {self._progress_html(answer, f'{columns} × {rows} starts')}"
            f"{escape(difference)} {escape(where)} <b>Click a start</b> to run it in Explore.</p>"
        )

    def _contents(self) -> Contents:
        state = self._state.copy()
        query, pair = _query(state), (state.lineup[state.first], state.lineup[state.second])
        maps: Callable[[], Maps] = cache(lambda: self._answers.finest(query))
        experiment = replace(state.experiment, optimizers=tuple(entry.rule for entry in query.entries))
        return Contents(
            file_stem("destinations", state, "rho", "learning_rate", "steps"),
            lambda: destinations_picture(
                query, maps(), pair, state.entries(), runs_of(state) if state.mode == "one" else []
            ),
            lambda: destination_numbers(experiment, maps()),
        )


def _query(state: State) -> DestinationQuery:
    """The question of a session: the rules that are chosen, and the two that are compared."""
    chosen = {*(entry.place for entry in state.entries()), state.first, state.second}
    entries = tuple(entry for place, entry in state.lineup.items() if place in chosen)
    return DestinationQuery(
        entries, state.landscape_object, state.learning_rate, state.steps, state.region, state.course
    )
