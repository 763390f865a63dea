"""Stability: what a criterion says of every point, under real paths and the border of what ends at the saddle."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from html import escape
from pathlib import Path

import numpy as np
import panel as pn

from app.browser.background_work import of_session
from app.browser.map_viewport import Window
from app.browser.screen_reader import Announcer
from app.compute.borders import outline, outlined, stationary
from app.compute.destination_summary import COARSE as COARSER
from app.compute.partial_summary import partial_words
from app.compute.price import PREVIEW, search
from app.compute.runs import Runner
from app.compute.stability import FORMS, Field, StabilityQuery, shades, ticks
from app.compute.stability_summary import claims, sentence, tally
from app.export.map_pictures import stability_picture
from app.export.map_tables import stability_numbers
from app.layers.map_image import MapImage, scale_ticks
from app.layers.start_handle import StartHandle
from app.layers.trajectories import Trajectories
from app.model.state import State
from app.theme import palette, short, stylesheet
from app.views.maps.coarse_then_fine import Answer
from app.views.maps.file_buttons import Contents, file_buttons, file_stem
from app.views.maps.map_view import MapView
from app.widgets.button_group import choice
from optimizers import OPTIMIZERS
from optimizers.outcomes import OUTCOMES

COARSE, FINE = 140, 400  # pixels along a side
SIDE = 330  # px
BORDER = 68  # px for the labels at the left: were it theirs to say, a new view would be a new width


class StabilityView(MapView):
    """One session's view of stability."""

    def __init__(self, state: State) -> None:
        super().__init__(state, COARSE, FINE, lambda: state.region)
        updates = self._updates
        self._runner = Runner(of_session, lambda: self._channel.request())
        self._window = Window(updates, state)
        self._plot = MapImage(
            updates,
            "stability",
            self._window.x_range,
            self._window.y_range,
            hover="($x{0.000}, $y{0.000})<br>value @value{0.000 a}",
            values=["value"],
            x_axis_label="θ₁",
            y_axis_label="θ₂",
            min_border_left=BORDER,
        )
        figure = self._plot.figure
        self._window.shape(figure)
        self._announcer = Announcer(figure)
        scale_ticks(self._plot.bar(), ticks())
        self._draw_marks()
        self._paths = Trajectories(updates, figure)
        self._start_handle = StartHandle(updates, figure, state)
        rule = self._hold("stability_rule", choice({short(key): key for key in OPTIMIZERS}))
        form = self._hold("criterion", choice({form.name: key for key, form in FORMS.items()}))
        css = stylesheet(Path(__file__).with_suffix(".css"))
        self._words, self._note = (
            pn.pane.HTML(sizing_mode="stretch_width", margin=0, stylesheets=[css]) for _ in range(2)
        )
        self._begin(figure)
        side = pn.Column(
            self._words,
            self._note,
            file_buttons(self._contents),
            width=SIDE,
            sizing_mode="stretch_height",
            margin=0,
            scroll="y-auto",
        )
        self._view = self._row(
            self._top(57, rule, form),
            pn.Row(
                pn.pane.Bokeh(figure, sizing_mode="stretch_both", margin=0),
                side,
                sizing_mode="stretch_both",
                margin=0,
                styles={"gap": "10px"},
            ),
        )

    def _draw_marks(self) -> None:
        """What stands on the map, below the paths."""
        updates, figure = self._updates, self._plot.figure
        border = updates.source("border", "x", "y")
        self._border = [figure.line("x", "y", source=border, line_width=width) for width in (6, 3)]
        self._marks = [
            figure.scatter(
                "x", "y", source=updates.source("points", "x", "y"),
                marker="diamond", size=12, fill_color=None, line_width=2,
            ),
            figure.line(
                "x", "y", source=updates.source("curves", "x", "y"), line_width=1.5, line_dash="dotted", line_alpha=0.9
            ),
            figure.scatter("x", "y", source=updates.source("singular", "x", "y"), marker="x", size=12, line_width=3),
        ]  # fmt: skip

    def _asked(self) -> StabilityQuery:
        """The question of this session."""
        state = self._state
        rule = state.rule(state.stability_rule)
        return StabilityQuery(
            state.criterion, rule, state.landscape_object, state.learning_rate, state.steps, state.region
        )

    def _draw(self) -> None:
        state, updates = self._state, self._updates
        self._window.draw(updates, state)
        question = self._asked()
        runs = self._runner(state, [question.rule])
        self._show(self._answers(question))
        self._paths.draw(updates, state, runs, question.box)
        for name, connected in (("points", False), ("curves", True)):
            if search(state.landscape_object) > PREVIEW:
                updates.clear(name)
            else:
                updates.put(
                    name,
                    state.landscape_object,
                    lambda connected=connected: stationary(state.landscape_object, connected),
                )
        self._start_handle.draw(updates, state)

    def _show(self, answer: Answer) -> None:
        updates, question, found = self._updates, answer.question, answer.found
        rows, columns = (0, 0) if found is None else found.value.shape
        paths = escape(partial_words(self._runner.partial))
        self._note.object = f"<p>{self._under_way(answer, f'{columns} × {rows} starts')}</p><p>{paths}</p>"
        if found is None:  # nothing of another question either
            for name in ("stability", "border", "singular"):
                updates.clear(name)
            self._announcer.say("Computing …")
            self._words.object = ""
            return
        if not updates.stale("stability", answer.token):
            return
        inside = found.ends.outcome == OUTCOMES.index(outlined(question.landscape))
        value = found.value.astype(np.float32)
        self._plot.put(updates, answer.token, question.box, lambda: shades(found.value), value=lambda: value)
        updates.put("border", answer.token, lambda: outline(inside, question.box))
        updates.put("singular", answer.token, found.flagged)
        self._plot.figure.title.text = (
            f"{FORMS[question.form].symbol} for {short(question.rule.key)}{COARSER * answer.coarse}"
        )
        self._announcer.say(sentence(question, tally(question, found), answer.coarse))
        self._words.object = claims(question, found, answer.coarse)

    def _contents(self) -> Contents:
        state, asked = self._state.copy(), self._asked()
        found: Callable[[], Field] = cache(lambda: self._answers.finest(asked).found)
        experiment = replace(state.experiment, optimizers=(asked.rule,))
        return Contents(
            file_stem(f"stability-{asked.rule.key}", state, "rho", "learning_rate", "steps"),
            lambda: stability_picture(asked, found(), Runner().one(state, asked.rule)),
            lambda: stability_numbers(experiment, FORMS[asked.form].symbol, found()),
        )

    def _theme(self) -> None:
        p = palette(self._state.dark)
        for part in (self._plot, self._paths, self._start_handle):
            part.theme(self._state.dark)
        self._plot.colours(p.loss_codes)
        self._border[0].glyph.line_color = p.halo
        for renderer in (self._border[1], *self._marks):
            renderer.glyph.line_color = p.ink

    def __panel__(self) -> pn.Row:
        return self._view
