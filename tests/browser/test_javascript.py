"""The pure parts of the page's scripts: tables of what goes in and what comes out, in Chromium."""

import json
from math import cos, hypot, pi, sin

import numpy as np
import pytest
from numpy.testing import assert_allclose
from playwright.sync_api import Page

from app.browser.javascript import body, module
from app.browser.update_channel import packed
from app.layers.step_anatomy import ARROW, COLUMNS
from app.model.state import STAGES
from tests.paths import ROOT

# Calls an export; arrays of numbers that are marked so are typed, and typed arrays come back as plain ones.
CALL = """async ([path, name, args]) => {
    const revived = (value) => value?.f4 ? new Float32Array(value.f4) : value
    const plain = (value) => ArrayBuffer.isView(value) ? [...value] : Array.isArray(value) ? value.map(plain)
        : value !== null && typeof value === "object"
            ? Object.fromEntries(Object.entries(value).map(([key, one]) => [key, plain(one)])) : value
    return plain((await import(path))[name](...args.map(revived)))
}"""


@pytest.fixture
def call(blank: Page):
    return lambda path, name, *args: blank.evaluate(CALL, [f"/app/{path}.mjs", name, args])


def test_a_module_does_the_same_with_its_imports_inlined(blank: Page) -> None:
    path = ROOT / "app/layers/power_of_ten.mjs"
    bundled = f"([tick, floor]) => {{ {body(path, ('tick', 'floor'))} }}"
    assert [blank.evaluate(bundled, [tick, -12]) for tick in (2, -3, -12)] == ["10²", "10⁻³", "≤ 10⁻¹²"]
    text = module(ROOT / "app/layers/step_numbers.mjs")
    blob = f"import(URL.createObjectURL(new Blob([{json.dumps(text)}], {{type: 'text/javascript'}})))"
    source = "{data: new Map([['numbers', [1, 2, 3, 4]]])}"
    found = blank.evaluate(f"async () => (await {blob}).numbersAt(1, {source}, ['x', 'y'])")
    assert found == {"x": 2, "y": 4}


def test_columns_are_read_from_a_map_and_from_an_object(blank: Page) -> None:
    program = """async () => {
        const {columns} = await import("/app/browser/columns.mjs")
        return [columns({data: new Map([["x", [1]]])}), columns({data: {x: [1]}})]
    }"""
    assert blank.evaluate(program) == [{"x": [1]}, {"x": [1]}]


RUNS = np.arange(2 * 3 * 2 + 1 * 3 * 2, dtype=float)  # two runs of the first rule, one of the third; three positions


@pytest.mark.parametrize("step", [0, 1, 2])
def test_heads_and_trails_are_the_positions_that_were_sent(call, step: int) -> None:
    played = call("layers/playback", "playedTo", step, {"f4": RUNS.tolist()}, [2, 0, 1], 3, True)
    (first_x, first_y), third = RUNS[:12].reshape(2, 2, 3), RUNS[12:].reshape(2, 3)
    xs, ys = [*first_x, third[0]], [*first_y, third[1]]
    assert played["head"] == {"x": [x[step] for x in xs], "y": [y[step] for y in ys], "rule": [0, 0, 2]}
    assert played["trail"]["xs"] == [x[: step + 1].tolist() for x in xs]
    assert played["trail"]["ys"] == [y[: step + 1].tolist() for y in ys]
    assert played["trail"]["rule"] == [0, 0, 2]


def test_many_runs_are_played_without_trails(call) -> None:
    played = call("layers/playback", "playedTo", 1, {"f4": RUNS.tolist()}, [2, 0, 1], 3, False)
    assert played["trail"] == {"xs": [], "ys": [], "rule": []}
    assert len(played["head"]["x"]) == 3


@pytest.mark.parametrize(("step", "nearest"), [(0, 0), (49, 0), (51, 1), (200, 2), (399, 4)])
def test_marks_stand_on_the_nearest_point_of_a_thinned_curve(call, step: int, nearest: int) -> None:
    xs = [0, 100, 200, 300, 400]
    ys = [5, 4, 3, 2, 1]
    marks = call("layers/playback", "marksAt", step, 400, {"xs": [xs], "ys": [ys], "rule": [3]})
    assert marks == {"x": [xs[nearest]], "y": [ys[nearest]], "rule": [3]}


def test_the_clock_passes_all_steps_in_its_time_and_never_runs_back(call) -> None:
    assert call("layers/playback_clock", "stepsIn", 2500, 200, 10) == 50
    assert call("layers/playback_clock", "stepsIn", -5, 200, 10) == 0


@pytest.mark.parametrize(("value", "by", "then"), [(5, 1, 6), (0, -1, 0), (200, 1, 200), (7, -200, 0)])
def test_a_step_stops_the_clock_and_stays_within_the_run(blank: Page, value: int, by: int, then: int) -> None:
    program = """async ([value, by]) => {
        const {move} = await import("/app/layers/playback_clock.mjs")
        const clock = {value, end: 200}, state = {running: true}
        move(clock, state, by)
        return [clock.value, state.running]
    }"""
    assert blank.evaluate(program, [value, by]) == [then, False]


def test_a_clock_set_going_anew_leaves_no_second_loop(blank: Page) -> None:
    program = """async () => {
        const {toggle} = await import("/app/layers/playback_clock.mjs")
        const clock = {value: 0, end: 1e6}, state = {running: false, starts: 0, seconds: 10}
        const loops = new Set(), {requestAnimationFrame} = globalThis
        globalThis.requestAnimationFrame = (loop) => { loops.add(loop); return requestAnimationFrame(loop) }
        for (let turn = 0; turn < 3; turn++) toggle(clock, state, () => 1, () => false)
        const frame = () => new Promise(requestAnimationFrame)
        await frame()
        loops.clear()
        await frame()
        globalThis.requestAnimationFrame = requestAnimationFrame
        state.running = false
        return loops.size
    }"""
    assert blank.evaluate(program) == 1


@pytest.mark.parametrize(("preferred", "least", "most"), [("reduce", 4, 5), ("no-preference", 150, 201)])
def test_where_reduced_motion_is_preferred_the_clock_jumps(blank: Page, preferred, least, most) -> None:
    """In two seconds it shows a picture each half of a second, not each step."""
    program = """async () => {
        const {toggle} = await import("/app/layers/playback_clock.mjs")
        const frames = [], shown = new Set(), {requestAnimationFrame} = globalThis
        globalThis.requestAnimationFrame = (frame) => frames.push(frame)
        const clock = {value: 0, end: 200}, state = {running: false, starts: 0, seconds: 2}
        toggle(clock, state, () => 1, () => false)
        for (let now = performance.now(); frames.length; now += 5) {
            shown.add(clock.value)
            frames.shift()(now)
        }
        globalThis.requestAnimationFrame = requestAnimationFrame
        return [shown.add(clock.value).size, clock.value, state.running]
    }"""
    blank.emulate_media(reduced_motion=preferred)
    pictures, *end = blank.evaluate(program)
    assert least <= pictures <= most
    assert end == [200, False]


def test_the_numbers_of_a_step_are_found_by_name(call) -> None:
    source = {"data": {"numbers": [1, 2, 10, 20, 100, 200]}}
    assert call("layers/step_numbers", "numbersAt", 1, source, ["x", "y", "z"]) == {"x": 2, "y": 20, "z": 200}
    assert call("layers/step_numbers", "numbersAt", 2, source, ["x", "y", "z"]) is None


@pytest.mark.parametrize(
    ("gradients", "half_view", "scale"),
    [([], 3, 0.1), ([[30, 0]], 3, 0.1), ([[30.1, 0]], 3, 0.01), ([[0, 1e5], [1, 1]], 3, 1e-5), ([[None, 1]], 3, 0.1)],
)
def test_arrows_are_as_long_as_fits_into_half_the_view(call, gradients, half_view, scale) -> None:
    assert call("layers/step_anatomy", "arrowScale", gradients, half_view, ARROW) == pytest.approx(scale)


@pytest.mark.parametrize(("point", "vector"), [([1, 2], [3, 4]), ([0, 0], [-0.5, 0]), ([-1, 1], [0, -1e-3])])
def test_an_arrow_begins_at_its_point_and_ends_at_its_tip(call, point, vector) -> None:
    outline = np.array(call("layers/step_anatomy", "arrowOutline", point, vector, 0.01))
    length = hypot(*vector)
    along, across = np.array(vector) / length, np.array([-vector[1], vector[0]]) / length
    places = (outline - point) @ np.transpose([along, across])
    unit = min(0.01, length / 30)
    assert_allclose(places[3], [length, 0], atol=1e-12)
    assert_allclose(places[[0, 6]], [[0, 3.5 * unit], [0, -3.5 * unit]], atol=1e-12)
    assert_allclose(places, places[::-1] * [1, -1], atol=1e-12)
    assert np.ptp(places[:, 1]) == pytest.approx(20 * unit)


def test_ends_on_each_other_are_named_together_or_counted(call) -> None:
    def words(*texts: str) -> list[str]:
        ends = [{"x": 50 + n, "y": 50, "text": text} for n, text in enumerate(texts)]
        return [call("layers/end_labels", "said", group) for group in call("layers/end_labels", "grouped", ends)]

    assert words("SAM", "M-SAM") == ["SAM, M-SAM"]
    assert words(*"ABCDEFG") == ["7 here"]
    assert words("", "") == [""]
    assert words(*[""] * 6) == ["6 here"]
    apart = [{"x": x, "y": 50, "text": "SAM"} for x in (0, 50)]
    assert len(call("layers/end_labels", "grouped", apart)) == 2


def test_labels_keep_inside_the_frame_and_off_each_other_and_have_lines_where_they_stand_off(call) -> None:
    places = [{"x": 80 + 4 * n, "y": 95, "text": f"rule {n}", "width": 40} for n in range(6)]
    found = call("layers/end_labels", "placed", places, {"width": 200, "height": 200}, 8, 16)
    assert [one["text"] for one in found] == [f"rule {n}" for n in range(6)]
    for n, one in enumerate(found):
        assert 24 <= one["x"] <= 176
        assert 12 <= one["y"] <= 188
        for other in found[:n]:
            assert abs(one["x"] - other["x"]) >= 48 or abs(one["y"] - other["y"]) >= 24
    assert found[0]["line"] is None
    assert any(
        one["line"] and one["line"]["from"] == [place["x"], 95] for one, place in zip(found, places, strict=True)
    )


def test_nothing_is_drawn_of_an_arrow_without_length(call) -> None:
    assert call("layers/step_anatomy", "arrowOutline", [1, 2], [0, 0], 0.01) == []


@pytest.mark.parametrize(
    ("vector", "drawn"), [([0, 0], [0, 0]), ([3, -4], [3, -4]), ([3e-9, -4e-9], [0.6, -0.8]), ([None, 1], [None, 1])]
)
def test_a_short_arrow_is_lengthened_in_its_direction(call, vector, drawn) -> None:
    found = call("layers/step_anatomy", "lengthened", vector, 1)
    assert found == drawn if None in drawn else found == pytest.approx(drawn)


def test_an_ellipse_is_what_its_matrix_makes_of_the_unit_circle(call) -> None:
    outline = call("layers/step_anatomy", "ellipse", [1, 2], [3, 0.5, 2])
    circle = [(cos(k * pi / 90), sin(k * pi / 90)) for k in range(181)]
    assert_allclose(outline, np.array(circle) @ [[3, 0.5], [0.5, 2]] + [1, 2], atol=1e-12)


def test_a_step_is_drawn_from_its_point_over_the_perturbed_one_to_the_next(call) -> None:
    sam = dict(zip(COLUMNS, (1, 2, 0, 0, 0, 0, 0.5, 0, 3, 0, 0.97, 2, 0.5, 0, 0.5, 3, 0), strict=True))
    gd = sam | {"dx": 0, "xx": 0, "yy": 0}
    drawn = call("layers/step_anatomy", "drawnStep", [gd, None, sam], 0.1, 0.001, True)
    assert drawn["current_points"] == {"x": [1, 1], "y": [2, 2], "rule": [0, 2]}
    assert drawn["next_points"] == {"x": [0.97, 0.97], "y": [2, 2], "rule": [0, 2]}
    assert drawn["perturbed_points"] == {"x": [1.5], "y": [2], "rule": [2]}
    assert drawn["ways"] == {"xs": [[1, 1.5]], "ys": [[2, 2]], "rule": [2]}
    assert drawn["sets"]["rule"] == drawn["arrows"]["rule"] == [2]
    assert drawn["arrows"]["xs"][0][3] == pytest.approx(1.5 - 0.3)
    without_metric = sam | {"xx": None, "xy": None, "yy": None}
    drawn = call("layers/step_anatomy", "drawnStep", [without_metric], 0.1, 0.001, True)
    assert drawn["sets"]["rule"] == []
    assert drawn["perturbed_points"] == {"x": [1.5], "y": [2], "rule": [0]}
    began = {"current_points": 2}
    for stage, added in enumerate(
        [began, {"sets": 1}, {"ways": 1, "perturbed_points": 1}, {"arrows": 1}, {"arrows": 2}, {"next_points": 2}], 1
    ):
        began |= added
        drawn = call("layers/step_anatomy", "drawnStep", [gd, None, sam], 0.1, 0.001, True, stage)
        assert {name: len(one["rule"]) for name, one in drawn.items() if one["rule"]} == began
    assert call("widgets/step_stages", "stageAfter", ",", 0) == stage == STAGES
    assert drawn["arrows"]["xs"][1][3] == pytest.approx(1 - 0.3)  # carried back to θ
    sets_alone = call("layers/step_anatomy", "drawnStep", [gd, None, sam], 0.1, 0.001, False)
    assert {name: one["rule"] for name, one in sets_alone.items() if one["rule"]} == {"sets": [2]}


@pytest.mark.parametrize(
    ("now", "then"),
    [
        ([1, 3, 1, 3], [1, 3, 1, 3]),  # moved
        ([0, 3, 0, 2], [0, 3, -1, 2]),  # the right edge was pulled: the upper left corner stays
        ([-1, 2, 0, 2], [-1, 2, -1, 2]),  # the left edge: the upper right one
        ([0, 2, 0, 5], [-3, 2, 0, 5]),  # the top: the lower right one
        ([0, 2, -1, 2], [-1, 2, -1, 2]),  # the bottom: the upper right one
        ([0, 4, 0, 3], [0, 4, 0, 4]),  # a corner: it follows the side that changed more
        ([-1, 2, -3, 2], [-3, 2, -3, 2]),  # the lower left corner: the upper right one stays
        ([0, 1, 0, 2], [0, 1, 1, 2]),  # smaller
    ],
)
def test_a_square_follows_the_side_that_is_pulled(call, now, then) -> None:
    assert call("layers/drag_handle", "square", now, [0, 2, 0, 2]) == then


def test_edges_are_the_same_up_to_rounding(call) -> None:
    assert call("layers/drag_handle", "sameEdges", [0, 1, 0, 0.1 + 0.2], [0, 1, 0, 0.3]) is True
    assert call("layers/drag_handle", "sameEdges", [0, 1, 0, 1], [0, 1, 0, 1.001]) is False


def test_the_start_is_caught_as_many_pixels_away_on_every_screen(call) -> None:
    assert call("layers/place_handle", "reach", {"start": -3, "end": 3}, 600, 16) == pytest.approx(0.16)
    assert call("browser/drag", "around", [1, 2], 0.5, 0.25) == {"left": 0.5, "right": 1.5, "bottom": 1.75, "top": 2.25}


@pytest.mark.parametrize(("width", "height", "step"), [(6, 4, 0.01), (6, 6, 0.1), (50, 80, 1), (1e-3, 1, 1e-5)])
def test_a_key_moves_the_start_by_a_power_of_ten_that_fits_the_view(call, width, height, step) -> None:
    assert call("browser/keyboard", "keyStep", width, height) == pytest.approx(step)


def test_keys_zoom_about_the_start_and_pan_by_a_tenth(call) -> None:
    view = {"start": -3, "end": 3}
    assert call("browser/keyboard", "zoomed", view, 1, 0.5) == {"start": -1, "end": 2}
    assert call("browser/keyboard", "panned", view, -1) == pytest.approx({"start": -3.6, "end": 2.4})


@pytest.mark.parametrize(
    ("box", "size", "then"),
    [
        ([-3, 3, -3, 3], [600, 600], [-3, 3, -3, 3]),
        ([-3, 3, -3, 3], [1200, 600], [-6, 6, -3, 3]),
        ([0, 2, 0, 1], [100, 100], [0, 2, -0.5, 1.5]),
    ],
)
def test_a_box_is_fitted_whole_at_one_scale(call, box, size, then) -> None:
    assert call("browser/viewport", "fitted", box, size) == then


def test_a_view_is_moved_once_it_is_no_more_as_it_was_fitted(call) -> None:
    figure = {"x_range": {"start": 0, "end": 2}, "y_range": {"start": 0, "end": 1}}
    assert call("browser/viewport", "isMoved", figure, {"ends": [0, 2, 0, 1]}) is False
    assert call("browser/viewport", "isMoved", figure, {"ends": [0, 2, 0, 2]}) is True
    assert call("browser/viewport", "isMoved", figure, {"ends": []}) is False


FITTING = """async (steps) => {
    const {default: fit_viewport} = await import("/app/browser/fit_viewport.mjs")
    const range = () => ({start: 0, end: 0, setv(ends) { Object.assign(this, ends) }})
    const ranges = {x_range: range(), y_range: range()}
    const unset = {get: () => { throw new Error("is unset") }, configurable: true}
    const figures = [1, 2].map(() => {
        const properties = {inner_width: {is_unset: true}, inner_height: {is_unset: true}}
        return Object.defineProperties({...ranges, properties}, {inner_width: unset, inner_height: unset})
    })
    const fit = {request: "", size: [], ends: [], zoom: null}
    const view = {data: {left: [-3], right: [3], bottom: [-3], top: [3], zoom: [null], number: [1]}}
    const {x_range, y_range} = ranges
    return steps.map(({which, size, pan, data, is_reset = false}) => {
        if (pan) for (const range of [x_range, y_range]) range.setv({start: range.start + pan, end: range.end + pan})
        if (data) Object.assign(view.data, data)
        for (const figure of which.map((k) => figures[k])) {
            if (size) {
                Object.values(figure.properties).forEach((side) => { side.is_unset = false })
                Object.defineProperties(figure, {inner_width: {value: size[0]}, inner_height: {value: size[1]}})
            }
            fit_viewport({figure, view, fit, is_reset})
        }
        return [x_range.start, x_range.end, y_range.start, y_range.end]
    })
}"""
HOME = [-3, 3, -3, 3]


@pytest.mark.parametrize(
    ("steps", "then"),
    [
        ([{"which": [0], "size": [600, 600]}], HOME),
        # what was panned to is fitted to another size
        ([{"which": [0], "size": [600, 600]}, {"which": [0], "pan": 1, "size": [300, 600]}], [-2, 4, -5, 7]),
        # of two figures that share their ranges too, once for both
        ([{"which": [0, 1], "size": [600, 600]}, {"which": [0, 1], "pan": 1, "size": [300, 600]}], [-2, 4, -5, 7]),
        # one that is not seen does not ask for what the other has shown already
        (
            [{"which": [0], "size": [600, 600]}, {"which": [1], "size": [0, 0]}, {"which": [0], "pan": 1}],
            [-2, 4, -2, 4],
        ),
        # nor one that has not been laid out
        ([{"which": [0], "size": [600, 600]}, {"which": [1]}, {"which": [0], "pan": 1}], [-2, 4, -2, 4]),
        # a size that is the same but for a few pixels changes nothing
        ([{"which": [0], "size": [600, 600]}, {"which": [0], "size": [602, 600]}], HOME),
        # on reset all is shown, not the part that was asked for
        (
            [
                {"which": [0], "size": [600, 600], "data": {"zoom": [[0, 1, 0, 1]]}},
                {"which": [0], "pan": 1},
                {"which": [0], "is_reset": True},
            ],
            HOME,
        ),
        # the same part asked for again is shown again
        (
            [
                {"which": [0], "size": [600, 600], "data": {"zoom": [[0, 1, 0, 1]]}},
                {"which": [0], "pan": 1},
                {"which": [0], "data": {"number": [2]}},
            ],
            [0, 1, 0, 1],
        ),
        # what is asked for while nothing is seen is shown later
        ([{"which": [0], "size": [0, 0], "data": {"left": [-9]}}, {"which": [0], "size": [60, 60]}], [-9, 3, -6, 6]),
    ],
)
def test_the_view_is_fitted_to_what_is_asked_for_and_to_its_size(blank: Page, steps, then) -> None:
    assert_allclose(blank.evaluate(FITTING, steps)[-1], then, atol=1e-12)


def test_a_frame_is_unpacked_to_the_columns_that_were_packed(blank: Page) -> None:
    pieces = [np.array([1, 2, 3], np.float32), np.array([4], np.float32)]
    frame = packed(
        {
            "lines": {"xs": pieces, "rule": [0, 1]},
            "points": {"x": np.array([0.1, 0.2]), "rule": np.array([3, 4, 5], np.uint8)},
            "image": {"image": [np.eye(2, dtype=np.uint8)], "x": [0.0]},
        }
    )
    numbers = list(frame["numbers"])
    images = [(source, name, image.tolist()) for source, name, image in frame["images"]]
    program = """async ([frame, numbers]) => {
        const {unpacked} = await import("/app/browser/update_channel.mjs")
        const sources = unpacked({...frame, numbers: new Uint8Array(numbers).buffer})
        const kinds = Object.values(sources).flatMap((columns) => Object.values(columns).flat())
            .filter(ArrayBuffer.isView).map((array) => array.constructor.name)
        const plain = (value) => ArrayBuffer.isView(value) ? [...value]
            : Array.isArray(value) ? value.map(plain) : value
        return [kinds, Object.fromEntries(Object.entries(sources).map(([source, columns]) => [source,
            Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, plain(column)]))]))]
    }"""
    kinds, columns = blank.evaluate(program, [frame | {"numbers": None, "images": images}, numbers])
    assert columns == {
        "lines": {"xs": [[1, 2, 3], [4]], "rule": [0, 1]},
        "points": {"x": [0.1, 0.2], "rule": [3, 4, 5]},
        "image": {"image": [[[1, 0], [0, 1]]], "x": [0]},
    }
    assert kinds == ["Float32Array", "Float32Array", "Float64Array", "Uint8Array"]


@pytest.mark.parametrize(
    ("number", "text"),
    [(0, "0.000"), (-1.5, "−1.500"), (1e-4, "1.00e−4"), (-12345, "−1.23e+4"), (None, "not finite")],
)
def test_numbers_of_an_equation_are_short(call, number, text) -> None:
    value = float("nan") if number is None else number
    assert call("widgets/step_equations", "signed", value) == text


def test_the_equations_of_a_step_hold_its_numbers(call) -> None:
    numbers = {name: n for n, name in enumerate(COLUMNS, start=1)}
    rule = {"perturbs": True, "metric": "(I)<sup>−1</sup>"}

    def lines(rule: dict, step: int, numbers: dict, *values: float) -> list[str]:
        staged = call("widgets/step_equations", "equations", rule, step, numbers, *values)
        assert [stage for stage, _ in staged] == sorted(stage for stage, _ in staged)
        return [text for _, text in staged]

    texts = lines(rule, 7, numbers, 0.5, 0.01)
    assert len(texts) == 6
    assert "at step 7" in texts[0]
    assert f"‖<i>g</i>‖ = {hypot(3, 4):.3f}" in texts[1]
    assert "(5.000, 6.000)" in texts[2]
    assert "0.5 <i>v</i>" in texts[3]
    assert "0.01 " in texts[5]
    without = {"perturbs": True, "metric": None}
    without = lines(without, 7, numbers | {"sx": 5, "sy": 6}, 0.5, 0.01)
    assert "This rule is given by its direction <i>d</i>: no ellipse is drawn." in without
    assert "(5.000, 6.000)" in without[-1]
    plain = lines({"perturbs": False}, 0, numbers, 0, 0.1)
    assert len(plain) == 3
    assert "θ − α <i>g</i>" in plain[2]


def test_what_moves_is_clipped_to_the_frame_of_the_axes(call) -> None:
    frame = {"left": 10, "right": 90, "top": 5, "bottom": 40}
    assert call("browser/overlay", "inset", {"width": 100, "height": 50}, frame) == "inset(5px 10px 10px 10px)"


def test_an_axis_keeps_the_room_of_its_widest_labels_of_a_size(call) -> None:
    heights = [
        call("browser/steady_axis", "steadied", {"width": 0, "height": height}, font, {"15px": 40})["height"]
        for height, font in ((30, "15px"), (50, "15px"), (30, "24px"))
    ]
    assert heights == [40, 50, 30]


@pytest.mark.parametrize(
    ("at", "backwards", "goes_to"),
    [("a", False, None), ("c", False, "a"), ("a", True, "c"), ("dialog", True, "c"), ("b", True, None)],
)
def test_tab_stays_within_a_dialog(call, at, backwards, goes_to) -> None:
    assert call("browser/dialog_focus", "nextStop", at, "dialog", ["a", "b", "c"], backwards) == goes_to
