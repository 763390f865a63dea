"""The phase diagram: what becomes of the same starts for every ρ and α."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache, partial
from html import escape
from pathlib import Path

import panel as pn
import panel_material_ui as pmui
from bokeh.models import Range1d

from app.browser.screen_reader import Announcer
from app.compute.answer import Answer
from app.compute.destination_summary import COARSE as COARSER
from app.compute.phase_colours import SHOWN, least, legend, quantity_label
from app.compute.phase_diagram import (
    LEARNING_RATE,
    MAX_STARTS,
    RHO,
    PhaseQuery,
    SettingQuery,
    centre,
    phase_query,
    setting_query,
    subsample,
)
from app.compute.phase_summary import at_the_cross, marks
from app.compute.scene import MapScene
from app.export.map_pictures import phase_picture
from app.export.map_tables import phase_numbers
from app.layers.phase_panels import PaperMark, PhasePanel
from app.model.lineup import PLACES, by_place, replaced
from app.model.state import MAX_CLOUD_COUNT, State
from app.theme import stylesheet
from app.views.file_buttons import Contents, file_stem
from app.views.map_grid import MapGrid
from app.views.maps.coarse_then_fine import CoarseThenFine
from app.views.maps.map_view import UNREVEALED, MapView
from optimizers.maps import PhaseDiagram

HERE = Path(__file__).parent
COARSE, FINE = 32, 64  # cells along a side


class Phase(MapView[PhaseQuery, PhaseDiagram]):
    """One session's phase diagrams."""

    def __init__(self, state: State) -> None:
        super().__init__(state, COARSE, FINE)
        self._cross: CoarseThenFine[SettingQuery, list[PhaseDiagram]] = CoarseThenFine(
            MAX_STARTS, MAX_CLOUD_COUNT, self.request, whole=True
        )
        self.work = (self._answers, self._cross)
        ranges = Range1d(*LEARNING_RATE), Range1d(*RHO)
        self._panels = {place: PhasePanel(self._updates, place, *ranges) for place in PLACES}
        figures = {place: panel.figure for place, panel in self._panels.items()}
        self.layers = (*self._panels.values(), PaperMark(self._updates, list(figures.values())))
        for place, panel in self._panels.items():
            panel.on_click(partial(self._clicked, place))
        self._announcers = {place: Announcer(figure) for place, figure in figures.items()}
        self._grid = MapGrid(list(figures.values()), begun=False)
        what = self._bind("phase", pmui.Select(options=SHOWN, size="small", width=250, margin=0))
        self._legend = pn.pane.HTML(margin=0, stylesheets=[stylesheet(HERE / "phase_diagram.css")])
        self._words = pn.pane.HTML(
            sizing_mode="stretch_width", margin=0, stylesheets=[stylesheet(HERE / "summary.css")]
        )
        self._size = COARSE
        self._not_projected.append(what)
        self._begin(self._grid.box)
        self.content = self._layout(
            self._toolbar(40, what, self._legend),
            self._grid.content,
            self._notes(self._words, self._file_buttons),
        )

    def sync(self) -> None:
        super().sync()
        shown = [self._panels[entry.place].figure for entry in phase_query(self._state).entries]
        self._grid.show(shown)

    def scene(self) -> MapScene[PhaseQuery, PhaseDiagram]:
        state = self._state.copy()
        question = phase_query(state)
        answer = self._answer(state, question) if question.entries else Answer(question, 0, None, coarse=False)
        return MapScene(state, state.region, answer=answer)

    def describe(self, scene: MapScene[PhaseQuery, PhaseDiagram]) -> None:
        answer, what = scene.answer, scene.state.phase
        if not answer.question.entries:
            self._words.object = "<p>No optimizer is chosen.</p>"
            return
        if answer.found is None:
            for announcer in self._announcers.values():
                announcer.announce("Computing …" if answer.coarse else UNREVEALED)
            self._legend.object = ""
            self._words.object = f"<p>{self._progress_html(answer, '')}</p>"
            return
        self._size, diagram = answer.size, answer.found
        self._legend.object = legend(diagram, what)
        here = at_the_cross(scene.state, self._cross(setting_query(scene.state)), least(diagram))
        for number, entry in enumerate(answer.question.entries):
            name = f"Phase diagram of {entry.name}{COARSER * answer.coarse}, {quantity_label(what)}"
            self._announcers[entry.place].announce(f"{name}. {here}" if number == 0 else name)
        coarse = self._progress_html(answer, f"{answer.size} × {answer.size} cells")
        notes = "".join(f" {one}" for one in marks(diagram.landscape, what))
        self._words.object = (
            f"<p>{escape(self._refused)} {coarse}{escape(here + notes)} "
            "<b>Click a cell</b> to load it into Explore.</p>"
        )

    def _contents(self) -> Contents:
        state = self._state.copy()
        question = phase_query(state)
        diagram: Callable[[], PhaseDiagram] = cache(lambda: self._answers.finest(question))
        experiment = replace(state.experiment, starts=question.starts)
        return Contents(
            file_stem("phase", state, "steps"),
            lambda: phase_picture(diagram(), state, question.entries),
            lambda: phase_numbers(experiment, subsample(question.starts), diagram()),
        )

    def _clicked(self, place: str, x: float, y: float) -> None:
        rho, learning_rate = centre(y, RHO, self._size), centre(x, LEARNING_RATE, self._size)
        added = by_place(self._state.added)
        if place not in added:
            self._choose(rho=rho, learning_rate=learning_rate)
        elif "rho" in added[place].hyperparameters:
            rule = replace(added[place], **{"rho": rho})
            self._choose(added=replaced(self._state.added, place, rule), learning_rate=learning_rate)
        else:
            self._choose(learning_rate=learning_rate)
