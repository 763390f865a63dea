"""The view of coordinates: both planes show one run, typed charts are refused in words, and frames stay affordable."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from bokeh.document import Document
from numpy.testing import assert_allclose, assert_array_equal
from panel.io.state import set_curdoc

from app.compute import charts as compute
from app.compute.charts import chart_of, chart_question, loss_in, of_one_start
from app.compute.coordinates import ChartScene, farthest, flattest, numbers, phi_box
from app.compute.coordinates_words import defects, summary, table
from app.compute.runs import runs_of
from app.layers.chart_fan import fan_columns, looked_columns, strip_columns
from app.layers.flattest_marks import mark_columns, moved_columns
from app.layers.phi_plane import grown
from app.model.lineup import Entry, entries, packed
from app.model.state import State
from app.views.coordinates import Coordinates
from app.views.file_buttons import Contents, render_file
from landscapes import LANDSCAPES
from landscapes.charts import CHARTS, TYPED, Chart, ChartError
from landscapes.code import exact
from optimizers import SAM, LookSAM, Rule, compiled, run
from optimizers.charts import path_in, perturbation_in

banana = LANDSCAPES["banana"]


def entry_of(rule: Rule) -> Entry:
    (entry,) = entries({"more-1": rule}).values()
    return entry


@pytest.fixture
def view() -> Iterator[tuple[Coordinates, State]]:
    state = State(steps=20)
    with set_curdoc(Document()):
        yield Coordinates(state), state


def test_both_planes_show_the_same_runs(view) -> None:
    shown, state = view
    state.try_update(chart="bend", chart_metric="carried", chart_step="carried there")
    scene = shown.scene()
    chart = chart_of(state)
    for rule, run_there, in_theta in zip(state.rules(), scene.runs, scene.pinned, strict=True):
        path = path_in(
            rule, banana, chart, [-1.5, 0.5], learning_rate=0.01, steps=20, metric="carried", step="carried there"
        )
        assert_allclose(run_there.phi.positions[:, :, 0].T, path, atol=1e-12)
        assert_allclose(run_there.paths.positions[:, :, 0].T, chart.point(path), atol=1e-12)
        itself = run(rule, banana, [-1.5, 0.5], learning_rate=0.01, steps=20)
        assert_array_equal(in_theta.paths.positions[..., 0], itself.positions)
        assert farthest(run_there, in_theta) == pytest.approx(np.hypot(*(chart.point(path) - itself.positions.T)).max())
    assert [one.final.tolist() for one in scene.phi.runs] == [one.phi.final.tolist() for one in scene.runs]
    assert_allclose(chart.point(scene.phi.start), [-1.5, 0.5])


def test_a_frame_of_another_amount_writes_no_function_again(view, monkeypatch) -> None:
    shown, state = view
    shown._frame()
    monkeypatch.setattr(exact, "write", lambda functions: pytest.fail("it takes longer than all else in a frame"))
    state.try_update(amount_stretch=2.5)
    shown._frame()
    assert "Stretch" in shown._words.object


def test_a_drag_leaves_no_kernels_to_compile_for_charts_that_it_has_passed(view, monkeypatch) -> None:
    shown, state = view
    monkeypatch.setattr(compiled.pairs, "WORTH_COMPILING", 0.0)
    state.try_update(added=packed([LookSAM(0.5)]))
    passed = []
    for amount in (0.5, 1.5, 2.5):
        state.try_update(amount_stretch=amount)
        shown._frame()
        passed.append(loss_in(banana, chart_of(state)))
    assert [compiled.pair(LookSAM, one).compiling for one in passed[:-1]] == [False, False]
    compiled.cancel(passed[-1])


def test_a_start_dragged_in_phi_is_dragged_in_theta(view) -> None:
    shown, state = view
    (handle,) = (one._layer for one in shown.layers if "PhiHandle" in repr(getattr(one, "_layer", "")))
    handle._move(0.5, -1.0, 0.0)
    assert (state.x, state.y) == (1.0, -0.5)
    state.try_update(mode="grid")
    handle._move(0.25, -1.0, 0.0)
    assert (state.centre_x, state.centre_y) == (0.5, -0.5)
    state.try_update(chart=TYPED, chart_theta1="phi1^2")
    handle._move(0.5, 0.5, 0.0)
    assert (state.centre_x, state.centre_y) == (0.5, -0.5)


def test_a_grid_is_shown_by_its_centre(view) -> None:
    shown, state = view
    state.try_update(mode="grid", centre_x=0.5, centre_y=-1.0, zoom=(-2.0, 2.0, -2.0, 2.0))
    scene = shown.scene()
    assert scene.start == (0.5, -1.0)
    assert scene.state.zoom == (-2.0, 2.0, -2.0, 2.0)
    assert state.mode == "grid"
    assert scene.runs[0].final.shape == (2, 1)


def test_a_typed_chart_that_has_no_inverse_is_refused_and_theta_is_still_shown(view) -> None:
    shown, state = view
    assert state.try_update(chart=TYPED, chart_theta1="phi1^2") is None
    scene = shown.scene()
    assert scene.chart is None
    assert scene.runs == ()
    assert len(scene.pinned) == 3
    shown._frame()
    assert "The chart has no smooth inverse at θ = (-0.2, 0)" in shown._words.object
    assert table(scene) == ""
    assert summary(scene) == scene.refused
    with pytest.raises(ChartError):
        chart_of(state)


def test_what_is_no_formula_is_refused_at_once() -> None:
    state = State()
    assert state.try_update(chart_theta1="phi1 +") == (
        "The formula ends too early at character 7: a number, φ₁, φ₂, a function or '(' was expected."
    )
    assert state.chart_theta1 == State.param.chart_theta1.default
    assert state.try_update(amount_stretch=9.0) == "Stretch s must be a number from 0.25 to 4, not 9.0."


def test_the_view_says_why_a_typed_formula_is_refused(view) -> None:
    shown, state = view
    state.try_update(chart=TYPED)
    field = shown._typed[0]
    field.value = "phi1 +"
    shown._frame()
    assert "The formula ends too early at character 7" in shown._words.object
    field.value = "2 phi1"
    shown._frame()
    assert "too early" not in shown._words.object
    assert state.chart_theta1 == "2 phi1"


def test_questions_are_equal_where_their_answers_are() -> None:
    state = State(steps=3)
    one, same = (chart_question(state, chart_of(state), state.lineup["sam"]) for _ in range(2))
    assert one == same
    assert one.answer() == same.answer()
    for name, value in (("amount_stretch", 3.0), ("chart_metric", "carried"), ("chart_step", "carried"), ("x", 1.0)):
        other = state.copy()
        other.try_update(**{name: value})
        assert chart_question(other, chart_of(other), entry_of(SAM(1.0))) != one
    assert replace(one, steps=2).previews(one)


def test_a_rule_without_a_metric_runs_on_the_loss_of_phi() -> None:
    state = State(steps=4, chart="shear", chart_metric="carried")
    chart = chart_of(state)
    asked = chart_question(state, chart, entry_of(LookSAM(0.5)))
    assert asked.landscape is loss_in(banana, chart)
    found = asked.answer()
    there = path_in(LookSAM(0.5), banana, chart, [-1.5, 0.5], learning_rate=0.01, steps=4)
    assert_allclose(found.phi.positions[:, :, 0].T, there)
    assert numbers(banana, chart, LookSAM(0.5), (-1.5, 0.5), "native") is None


def test_a_typed_chart_leaves_nothing_behind_on_a_landscape_of_the_catalogue() -> None:
    state = State(chart=TYPED, chart_theta1="2phi1")
    asked = chart_question(state, chart_of(state), state.lineup["sam"])
    assert asked.landscape is not banana
    assert asked.landscape is compute._of_typed(banana, chart_of(state))
    assert asked.theta is banana
    assert asked.answer().outcome.shape == (1,)


def test_the_table_has_the_numbers() -> None:
    state = of_one_start(State(steps=10))
    chart = chart_of(state)
    runs = tuple(chart_question(state, chart, entry).answer() for entry in state.entries())
    scene = ChartScene(state, (-3.0, 3.0, -3.0, 3.0), runs, tuple(runs_of(state)), chart=chart)
    html = table(scene)
    for number in ("1.783", "0.3171", "0.9749", "1.00"):
        assert f">{number}</td>" in html
    assert defects(scene).count("<td class='number now'>1.783</td>") == 1
    assert "Monge SAM ends" in summary(scene)
    far = State(x=1e6, y=-1e6, steps=2, chart="sinh", optimizers=["gd", "sam", "m-sam", "fisher-sam", "asam"])
    chart = chart_of(far)
    runs = tuple(chart_question(far, chart, entry).answer() for entry in far.entries())
    assert "nan" not in table(ChartScene(far, (-3.0, 3.0, -3.0, 3.0), runs, tuple(runs_of(far)), chart=chart))


def test_the_fan_passes_through_what_is_looked_at() -> None:
    start, state = (-1.5, 0.5), State(optimizers=["sam", "m-sam"])
    rules = state.entries()
    form = CHARTS["stretch"]
    curves = fan_columns(banana, form, rules, start, "native")
    for at, entry in enumerate(rules):
        point = perturbation_in(entry.rule, banana, Chart(form, form.high), start).point
        assert_allclose([curves["xs"][at][-1], curves["ys"][at][-1]], point, rtol=1e-6)
    looked = looked_columns(banana, Chart(form, form.high), rules, start, "native", True)
    assert_allclose(looked["x"], [line[-1] for line in curves["xs"]])


def test_the_strip_is_where_the_first_order_rise_is_less_than_rho() -> None:
    g = np.array(banana.gradient(-1.5, 0.5))
    strip = strip_columns(banana, (-1.5, 0.5), 0.7)
    rises = g @ (np.array([strip["x"], strip["y"]]) - np.array([[-1.5], [0.5]]))
    assert_allclose(rises, [0, 0, 0.7, 0.7], atol=1e-9)
    assert strip_columns(banana, (1.0, 1.0), 0.7) == {"x": [], "y": []}
    assert strip_columns(banana, (-1.5, 0.5), 0.0) == {"x": [], "y": []}


def test_flattest_minima_are_marked_on_both_planes() -> None:
    chart = Chart(CHARTS["stretch"], 2.0)
    assert_allclose(np.sort(np.abs(flattest(banana, chart)), axis=1), [[2, 2], [0.5, 0.5]], rtol=1e-5)
    marks = mark_columns(banana, chart, chart, True)
    assert_allclose(np.abs([marks["x"], marks["y"]]), 1, rtol=1e-5)
    moved = moved_columns(banana, chart, False)
    assert sorted(line[0] for line in moved["xs"]) == [-1, 1]
    assert_allclose(sorted(line[1] for line in moved["xs"]), [-2, 2], rtol=1e-5)


def test_the_plane_of_phi_shows_all_of_theta() -> None:
    state = State(chart="stretch")
    box = phi_box(state, chart_of(state))
    assert box == (-1.5, 1.5, -6.0, 6.0)
    left, right, bottom, top = grown(box)
    assert (left < -1.5, right > 1.5, bottom < -6.0, top > 6.0) == (True,) * 4


def test_files_hold_what_the_view_shows(view) -> None:
    shown, state = view
    state.try_update(chart="bend", chart_metric="carried", mode="grid", centre_x=-1.5, centre_y=0.5)
    contents = shown._contents()
    assert contents.name == "samscape-coordinates-bend-banana-rho-1-learning-rate-0.01-steps-20"
    found, runs = contents.numbers(), shown.scene().runs
    assert_array_equal(found.columns["final_x"], [run.final[0, 0] for run in runs])
    assert_allclose(found.columns["defect"][1:], 0, atol=1e-12)
    assert_allclose(found.columns["order"][1:], 2, atol=0.03)
    assert found.arrays["phi"].shape == (3, 21, 2)
    assert_array_equal(found.arrays["theta"][1], runs[1].paths.positions[:, :, 0])
    theta, phi = contents.picture().axes
    assert (theta.get_xlabel(), phi.get_xlabel()) == ("θ₁", "φ₁")
    assert "Bend, c = 0.5; metric carried over, step Euclidean" in contents.picture().get_suptitle()
    assert b"bend" in render_file(contents, "csv")


def test_files_of_a_chart_that_is_refused_say_why(view) -> None:
    shown, state = view
    state.try_update(chart=TYPED, chart_theta1="phi1^2")
    contents = shown._contents()
    assert "no smooth inverse" in contents.picture().get_suptitle()
    assert found_paths(contents) == {"theta": 0, "phi": 0, "theta_itself": 3}
    assert render_file(contents, "csv")


def found_paths(contents: Contents) -> dict[str, int]:
    return {name: len(contents.numbers().arrays[name]) for name in ("theta", "phi", "theta_itself")}


@pytest.mark.parametrize("landscape", ["softplus-network", "himmelblau"])
def test_no_warning_and_no_nan_comes_from_far_out(landscape: str) -> None:
    state = State(steps=5, optimizers=["gd", "sam", "m-sam", "fisher-sam", "asam"])
    state.choose_landscape(landscape)
    with set_curdoc(Document()):
        shown = Coordinates(state)
        for values in ({"x": 1e6, "y": -1e6}, {"rho": 0.0}, {"chart": "sinh", "rho": 10.0, "learning_rate": 5.0}):
            assert state.try_update(**values) is None
            shown._frame()
            assert ">nan<" not in shown._words.object
