"""Stability: what a criterion says of every point, under real paths and the border of what ends at the saddle."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from html import escape
from pathlib import Path

import panel as pn

from app.browser.screen_reader import Announcer
from app.compute.answer import Answer
from app.compute.partial_summary import partial_words
from app.compute.runs import runs_of
from app.compute.scene import MapScene
from app.compute.stability import Field, StabilityQuery
from app.compute.stability_summary import claims, sentence, tally
from app.export.map_pictures import stability_picture
from app.export.map_tables import stability_numbers
from app.layers.map_viewport import MapViewport
from app.layers.stability_map import StabilityMap
from app.layers.start_handle import StartHandle
from app.layers.trajectories import Trajectories
from app.model.course import Course
from app.model.state import State
from app.theme import stylesheet
from app.views.file_buttons import Contents, file_stem
from app.views.maps.map_view import UNREVEALED, MapView
from app.widgets.button_group import choice
from app.widgets.rule_choice import rule_choice, rule_options
from optimizers.bases import PLAIN
from optimizers.stability import CRITERIA

COARSE, FINE = 140, 400  # pixels along a side


class StabilityView(MapView[StabilityQuery, Field]):
    """One session's view of stability."""

    def __init__(self, state: State) -> None:
        super().__init__(state, COARSE, FINE, lambda: state.region)
        updates, self._runs = self._updates, self._runner()
        viewport = MapViewport(updates, state)
        plot = StabilityMap(updates, viewport)
        figure = plot.figure
        self._announcer = Announcer(figure)
        self.layers = (viewport, plot, Trajectories(updates, figure), StartHandle(updates, figure, state))
        self._rule = self._bind("stability_rule", rule_choice(state))
        criterion = self._bind("criterion", choice({one.name: key for key, one in CRITERIA.items()}))
        css = stylesheet(Path(__file__).with_suffix(".css"))
        self._words, self._note = (
            pn.pane.HTML(sizing_mode="stretch_width", margin=0, stylesheets=[css]) for _ in range(2)
        )
        self._described: Answer | None = None
        self._not_projected += [self._rule, criterion]
        self._begin(figure)
        self.content = self._layout(
            self._toolbar(57, self._rule, criterion),
            self._beside(
                pn.Column(
                    pn.pane.Bokeh(figure, sizing_mode="stretch_both", margin=0),
                    sizing_mode="stretch_both",
                    margin=0,
                    css_classes=["plane"],
                ),
                self._words,
                self._note,
                self._file_buttons,
            ),
        )

    def sync(self) -> None:
        self._rule.options = rule_options(self._state)
        super().sync()

    def scene(self) -> MapScene[StabilityQuery, Field]:
        state = self._state.copy()
        runs = tuple(self._runs(state, [state.lineup[state.stability_rule]]))
        return MapScene(state, state.region, runs, answer=self._answer(state, _query(state)))

    def describe(self, scene: MapScene[StabilityQuery, Field]) -> None:
        answer = scene.answer
        rows, columns = (0, 0) if answer.found is None else answer.found.value.shape
        paths = escape(partial_words(self._runs.partial))
        self._note.object = f"<p>{self._progress_html(answer, f'{columns} × {rows} starts')}</p><p>{paths}</p>"
        if answer.found is None:
            self._announcer.announce("Computing …" if answer.coarse else UNREVEALED)
            self._words.object, self._described = "", None
        elif answer != self._described:  # the counts take long
            self._described = answer
            self._describe_map(answer)

    def _describe_map(self, answer: Answer[StabilityQuery, Field]) -> None:
        question, found, coarse = answer.question, answer.result, answer.coarse
        self._announcer.announce(sentence(question, tally(question, found), coarse))
        self._words.object = claims(question, found, coarse) + left_out(question.course)

    def _contents(self) -> Contents:
        state = self._state.copy()
        query = _query(state)
        found: Callable[[], Field] = cache(lambda: self._answers.finest(query))
        experiment = replace(state.experiment, optimizers=(query.rule,))
        return Contents(
            file_stem(f"stability-{query.rule.key}", state, "rho", "learning_rate", "steps"),
            lambda: stability_picture(query, found(), runs_of(state, [state.lineup[state.stability_rule]])[0]),
            lambda: stability_numbers(experiment, CRITERIA[query.criterion].symbol, found()),
        )


def left_out(course: Course) -> str:
    """That the criteria are of steps without schedules and noise, where the session's runs have them; as HTML."""
    words = replace(course, base=PLAIN).words
    text = f"The criterion is of a step with α and ρ as set, without noise. Paths and border are of the runs: {words}."
    return f"<p>{escape(text)}</p>" if words else ""


def _query(state: State) -> StabilityQuery:
    """The question of a session."""
    entry = state.lineup[state.stability_rule]
    return StabilityQuery(
        state.criterion,
        entry.rule,
        state.landscape_object,
        state.learning_rate,
        state.steps,
        state.region,
        entry.name,
        state.course,
    )
