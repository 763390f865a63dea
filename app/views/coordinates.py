"""Coordinates: the same start in θ and in the coordinates φ of a chart, and which of what a rule does is the same."""

from collections.abc import Callable
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

import panel as pn
import panel_material_ui as pmui

from app.browser.background_work import of_session
from app.browser.screen_reader import Announcer
from app.browser.viewport import on_viewport_change, zoom_of
from app.compute.charts import chart_of, chart_question, of_one_start
from app.compute.coordinates import ChartScene
from app.compute.coordinates_words import defects, sentences, subscripted, summary, table
from app.compute.partial_summary import partial_words
from app.export.coordinates_files import coordinates_numbers, coordinates_picture, whole_scene
from app.layers.chart_fan import ChartFan
from app.layers.flattest_marks import FlattestMarks
from app.layers.loss_surface import LossSurface
from app.layers.on_phi import OnPhi, PhiUpdates
from app.layers.phi_handle import PhiHandle
from app.layers.phi_plane import PhiPlane
from app.layers.pinned_run import PinnedRun
from app.layers.start_handle import StartHandle
from app.layers.trajectories import Trajectories
from app.model.box import Box
from app.model.derived import amount_name
from app.model.state import State
from app.theme import stylesheet
from app.views.controlled import ControlledView
from app.views.file_buttons import Contents, file_stem
from app.views.map_grid import MapGrid
from app.widgets.button_group import choice
from app.widgets.live_html import LiveHTML
from app.widgets.typeset import typeset
from landscapes import Landscape
from landscapes.charts import CHARTS, TYPED, Chart, ChartError
from optimizers.compiled import cancel

CSS = stylesheet(Path(__file__).with_suffix(".css"))
METRIC_NAMES = {"Native": "native", "Carried over": "carried"}
STEP_NAMES = {"Euclidean": "euclidean", "Carried over": "carried", "J at φ + δ": "carried there"}
WORDS = "clamp(184px, 60vh - 250px, 380px)"  # height of what is said below the planes
STEPS_OF_A_SLIDER = 200
SMALLEST = 60  # px, a side of a plane
LEGEND = (
    "● ψ(φ + δ_φ), ○ θ + δ, and where ψ(φ + δ_φ) is for other amounts; dashed: the run of θ itself; "
    "grey strip: 0 &lt; g·v &lt; ρ; ◇ flattest minima of θ, ◆ of φ."
)


class Coordinates(ControlledView[ChartScene]):
    """One session's view of a chart: θ at the left, φ at the right."""

    def __init__(self, state: State) -> None:
        super().__init__(state, lambda: state.region)
        updates, beside = self._updates, (of_session, self.request)
        on_phi = PhiUpdates(updates)
        self._runs, self._runs_in_phi = self._runner(), self._runner()
        self._plane, self._phi_plane = LossSurface(updates, state, beside, domain), PhiPlane(on_phi, state.dark, beside)
        theta, phi = self._plane.figure, self._phi_plane.figure
        self._announcer = Announcer(theta)
        self.layers = (
            self._plane,
            ChartFan(updates, theta),
            PinnedRun(updates, theta),
            Trajectories(updates, theta),
            FlattestMarks(updates, theta),
            StartHandle(updates, theta, state),
            *(
                OnPhi(layer, on_phi)
                for layer in (
                    self._phi_plane,
                    Trajectories(on_phi, phi),
                    FlattestMarks(on_phi, phi),
                    PhiHandle(on_phi, phi, state),
                )
            ),
        )
        self.work = (self._runs, self._runs_in_phi, self._plane, self._phi_plane)
        chart = self._bind("chart", choice({form.name: key for key, form in CHARTS.items()} | {"Typed": TYPED}))
        self._amounts = {key: self._bind(amount_name(key), _slider(state, key)) for key in CHARTS}
        self._refused = ""
        self._losses: set[Landscape] = set()
        self._fields = {name: self._field(name) for name in ("chart_theta1", "chart_theta2")}
        self._typed = pn.Row(*self._fields.values(), margin=0, styles={"gap": "8px"})
        # one above the other, because Panel reserves room for the hidden ones as well
        amount = pn.Column(*self._amounts.values(), self._typed, margin=0)
        metric, step = self._bind("chart_metric", choice(METRIC_NAMES)), self._bind("chart_step", choice(STEP_NAMES))
        self._equation = pn.pane.LaTeX("", styles={"font-size": "1rem"}, margin=0)
        self._words = LiveHTML(sizing_mode="stretch_width", margin=0, stylesheets=[CSS])
        self._begin(theta)
        on_viewport_change(theta, self._plane.fit, self._zoomed)
        for figure in (theta, phi):
            figure.update(min_width=SMALLEST, min_height=SMALLEST)  # else none is narrower than Bokeh's own default
        planes = MapGrid([theta, phi], begun=True)
        planes.show([theta, phi])
        board = pn.Column(
            self._words,
            sizing_mode="stretch_width",
            margin=0,
            scroll="y-auto",
            css_classes=["chart-words"],
            styles={"height": WORDS, "flex": "none"},
        )
        self._file_buttons.styles = {**self._file_buttons.styles, "margin-left": "auto"}
        choices = self._toolbar(57, metric, step, self._file_buttons)
        self._not_projected += [chart, amount, choices, board]
        self.content = self._layout(self._toolbar(57, chart, amount, self._equation), choices, planes.content, board)

    def sync(self) -> None:
        super().sync()
        for key, slider in self._amounts.items():
            slider.visible = key == self._state.chart
        self._typed.visible = self._state.chart == TYPED
        if not self._refused:  # else what was typed is kept, to be mended
            for name, field in self._fields.items():
                field.value = getattr(self._state, name)

    def scene(self) -> ChartScene:
        state = of_one_start(self._state)
        chart, refused = _chart(state)
        asked = () if chart is None else tuple(chart_question(state, chart, one) for one in state.entries())
        self._forget_others({one.landscape for one in asked if one.landscape is not one.theta})
        runs = self._runs_in_phi.answers(asked) if asked else ()
        return ChartScene(state, self._plane.view, tuple(runs), tuple(self._runs(state)), chart=chart, refused=refused)

    def _forget_others(self, losses: set[Landscape]) -> None:
        """Cancels kernels for losses that one chart alone has, and that is another by now: a drag passes many."""
        for one in self._losses - losses:
            cancel(one)
        self._losses = losses

    def describe(self, scene: ChartScene) -> None:
        chart = scene.chart
        self._equation.object = "" if chart is None else typeset(chart.form.equation, f"θ = ψ(φ), {chart.form.name}")
        partial = partial_words(self._runs_in_phi.partial or self._runs.partial)
        tables = (f"<p>{escape(partial)}</p>" if partial else "") + table(scene) + defects(scene)
        kind = " class='refused'" if chart is None else ""
        said = [f"<p{kind}>{subscripted(escape(one))}</p>" for one in sentences(scene)]
        if words := self._state.course.words:
            said.insert(0, f"<p>{escape(words)}: left out here, where all steps are plain.</p>")
        if self._refused:
            said.insert(0, f"<p class='refused' role='alert'>{escape(self._refused)}</p>")
        first, others = "".join(said[:1]), "".join(said[1:])  # in a low window only the first is seen with the tables
        self._words.object = (
            "<div class='board' role='group' aria-label='Measurements' tabindex='0'>"
            f"<div class='first'>{first}</div><div>{tables}</div>"
            f"<div class='words'>{others}<p>{subscripted(LEGEND)}</p></div></div>"
        )
        self._announcer.announce(summary(scene))

    def _contents(self) -> Contents:
        state = of_one_start(self._state)
        scene: Callable[[], ChartScene] = cache(lambda: whole_scene(state, *_chart(state)))
        return Contents(
            file_stem(f"coordinates-{state.chart}", state, "rho", "learning_rate", "steps"),
            lambda: coordinates_picture(scene()),
            lambda: coordinates_numbers(scene()),
        )

    def _field(self, name: str) -> pmui.TextInput:
        """The field of one of a typed chart's formulas; where what is typed is none, the view says why."""
        label, value = self._state.param[name].label, getattr(self._state, name)
        field = pmui.TextInput(label=label, value=value, size="small", width=180, margin=0)

        def typed(event: Any) -> None:
            self._refused = self._state.try_update(**{name: event.new}) or ""
            self.request()

        field.param.watch(typed, "value")
        return field

    def _zoomed(self, visible: Box | None) -> None:
        zoom = zoom_of(visible, self._state)
        self._plane.note_zoom(zoom)
        self._state.try_update(zoom=zoom)


def domain(state: State) -> Box:
    """The home view: the landscape's domain, whatever the starts are."""
    (left, right), (bottom, top) = state.landscape_object.domain
    return left, right, bottom, top


def _chart(state: State) -> tuple[Chart | None, str]:
    """The chosen chart, or why there is none."""
    try:
        return chart_of(state), ""
    except ChartError as error:
        words = str(error)
        return None, f"{words[:1].upper()}{words[1:]}."


def _slider(state: State, key: str) -> pmui.FloatSlider:
    form = CHARTS[key]
    return pmui.FloatSlider(
        value=state.amount(key),
        start=form.low,
        end=form.high,
        step=(form.high - form.low) / STEPS_OF_A_SLIDER,
        width=220,
        size="small",
        margin=(0, 12, 0, 12),
        visible=key == state.chart,
    )
