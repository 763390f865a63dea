"""The view of coordinates as files: both planes by Matplotlib, and a row of numbers for each rule."""

from typing import TYPE_CHECKING

import numpy as np

from app.compute.charts import chart_question
from app.compute.coordinates import ChartScene, farthest, flattest, identity, numbers, sharpness
from app.compute.loss_raster import Heat, heat
from app.compute.runs import Runs, runs_of
from app.export.map_sheet import TEXT, on_the_plane, paint, setting, sheet, trace
from app.model.state import State
from app.theme import LIGHT, colour
from figures.loss_colours import scale
from figures.style import EDGE, LINE, published
from landscapes.charts import Chart
from optimizers.cli import export
from optimizers.cli.export import Results
from optimizers.outcomes import OUTCOMES
from optimizers.spelling import spelled

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLUMNS = (
    *("optimizer", "chart", "amount", "metric", "step", "start_x", "start_y"),
    *("defect", "point_defect", "order", "rise", "final_x", "final_y"),
    *("outcome", "outcome_itself", "sharpness", "apart"),
)
SAMPLES = 480  # of the loss along a plane's longer side


def whole_scene(state: State, chart: Chart | None, refused: str) -> ChartScene:
    """What the view shows of a state with one start, every run computed to its end."""
    asked = () if chart is None else tuple(chart_question(state, chart, entry) for entry in state.entries())
    runs = tuple(one.answer() for one in asked)
    return ChartScene(state, state.region, runs, tuple(runs_of(state)), chart=chart, refused=refused)


def coordinates_picture(scene: ChartScene) -> "Figure":
    """θ with the paths mapped back, those of θ itself dashed; and φ.

    Hollow diamonds are the flattest minima of θ, filled ones those of φ.
    """
    state, chart, landscape = scene.state, scene.chart, scene.state.landscape_object
    title = setting(landscape, state.steps, {"ρ": state.rho, "α": state.learning_rate})
    colours, box = scale(landscape, SAMPLES), state.region
    with published():
        shown = 1 if chart is None else 2
        figure, axes = sheet(f"{title}\n{_chart_in_words(scene)}", shown, shown, (box[3] - box[2]) / (box[1] - box[0]))
        _loss(axes[0], heat(landscape, box, colours, SAMPLES))
        for run in scene.pinned:
            axes[0].plot(*run.paths.positions[:, :, 0].T, "--", color=colour(run.entry.place), linewidth=LINE / 2)
        for run in scene.runs:
            trace(axes[0], run)
        if chart is not None:
            phi = scene.phi
            assert phi.loss is not None
            _loss(axes[1], heat(phi.loss, phi.box, colours, SAMPLES))
            for run in phi.runs:
                trace(axes[1], run)
            for of, fill in ((identity(), "none"), (chart, EDGE)):
                places = flattest(landscape, of)
                for panel, at in ((axes[0], places), (axes[1], chart.inverse(places))):
                    panel.plot(*at, "D", color=EDGE, markerfacecolor=fill, markersize=8, zorder=6)
            axes[1].set(xlim=phi.box[:2], ylim=phi.box[2:])
            axes[1].set_xlabel("φ₁", fontsize=TEXT + 2)
            axes[1].set_ylabel("φ₂", fontsize=TEXT + 2)
        on_the_plane(axes[0], box)
        for run in scene.pinned:
            axes[0].plot([], [], color=colour(run.entry.place), linewidth=LINE, label=run.entry.short)
        figure.legend(loc="outside lower center", ncols=5, frameon=False, fontsize=TEXT)
    return figure


def coordinates_numbers(scene: ChartScene) -> Results:
    """What the table shows, a row for each rule, and the paths in θ, in φ, and of θ itself."""
    state, landscape, chart = scene.state, scene.state.landscape_object, scene.chart
    itself = {run.entry.place: run for run in scene.pinned}
    rows = [] if chart is None else [_row(scene, chart, run, itself[run.entry.place]) for run in scene.runs]
    arrays = {
        "experiment": np.array(state.experiment.to_json()),
        "chart": np.array(state.chart),
        "optimizers": np.array([spelled(state.rule(place)) for place in itself]),
        "theta": _paths(scene.runs),
        "phi": _paths(scene.phi.runs),
        "theta_itself": _paths(scene.pinned),
        "flattest_of_theta": flattest(landscape, identity()),
        "flattest_of_phi": np.empty((2, 0)) if chart is None else flattest(landscape, chart),
    }
    columns = {name: np.array([row[at] for row in rows]) for at, name in enumerate(COLUMNS)}
    return Results({}, arrays, export.naming(state.experiment.files, columns))


def _row(scene: ChartScene, chart: Chart, run: Runs, itself: Runs) -> tuple[float | str, ...]:
    """The values of COLUMNS."""
    state, landscape, end = scene.state, scene.state.landscape_object, run.final[:, 0]
    rule = state.rule(run.entry.place)
    found = numbers(landscape, chart, rule, scene.start, state.chart_metric)
    values = (np.nan,) * 4 if found is None else (found.defect, found.point, found.order, found.rise)
    return (
        spelled(rule),
        state.chart,
        chart.amount,
        state.chart_metric,
        state.chart_step,
        *scene.start,
        *map(_or_nan, values),
        *end,
        OUTCOMES[run.outcome[0]],
        OUTCOMES[itself.outcome[0]],
        sharpness(landscape, end),
        farthest(run, itself),
    )


def _or_nan(value: float | None) -> float:
    return np.nan if value is None else value


def _paths(runs: tuple[Runs, ...]) -> np.ndarray:
    """Positions of each rule's run, shape (rules, steps + 1, 2)."""
    return np.array([run.paths.positions[:, :, 0] for run in runs])


def _loss(axes: "Axes", drawn: Heat) -> None:
    paint(axes, drawn.shades, LIGHT.loss_codes, drawn.box)
    axes.plot(drawn.x, drawn.y, color=LIGHT.contour, alpha=0.22, linewidth=0.8)


def _chart_in_words(scene: ChartScene) -> str:
    state, chart = scene.state, scene.chart
    if chart is None:
        return scene.refused
    amount = f", {chart.form.symbol} = {chart.amount:g}" if chart.form.symbol else ""
    typed = "" if amount else f" θ₁ = {state.chart_theta1}, θ₂ = {state.chart_theta2}"
    words = {"carried there": "carried over, J at φ + δ", "carried": "carried over", "euclidean": "Euclidean"}
    metric = words.get(state.chart_metric, state.chart_metric)
    return f"{chart.form.name}{typed}{amount}; metric {metric}, step {words[state.chart_step]}"
