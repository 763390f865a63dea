"""The explorer in a browser: what is drawn is what `run` gives, whatever is dragged."""

import signal

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from app.compute.path_thinning import thinned
from landscapes import LANDSCAPES
from optimizers import GD, SAM, MongeSAM, Rule, run
from tests.browser.drawn import MODEL, TABLE, lines, points, wait_until

SLIDER = "Radius ρ"
CELL = 2 * 6.5 / 1500  # a pixel of the plane, at most
UNIT = 6 / 480  # what one pixel of the plane is at least, as wide as it is in this window

# Where a point of the plane is on the page.
PLACE = f"""([x, y]) => {{
    const view = Bokeh.index.find_one(({MODEL})("plane"))
    const {{left, top}} = view.canvas_view.el.getBoundingClientRect()
    return [left + view.frame.x_scale.compute(x), top + view.frame.y_scale.compute(y)]
}}"""

QUESTION = f"() => JSON.parse(({TABLE})('question').text[0])"
PROGRAM = "() => Bokeh.documents.some(({all_models}) => [...all_models].some(({memory}) => memory?.page))"
OPACITY = """(table) => {
    const { host } = table.getRootNode()  // none of a table that a new one has just taken the place of
    return host ? getComputedStyle(host).opacity : null
}"""
HANDLE = f"""() => {{
    const {{x: [x], y: [y]}} = ({TABLE})("start handle")
    return [x, y]
}}"""


def opened(page: Page, url: str) -> Page:
    """Explore, painted."""
    page.goto(url)
    page.get_by_role("slider", name=SLIDER).wait_for()
    page.wait_for_function(f"() => Bokeh.index.find_one(({MODEL})('plane')).frame.bbox.width > 100")
    page.wait_for_timeout(300)
    return page


def place(page: Page, x: float, y: float) -> tuple[float, float]:
    return tuple(page.evaluate(PLACE, [x, y]))


def typed(page: Page, label: str) -> Locator:
    return page.get_by_label(label, exact=True)


def agrees(page: Page, rule: Rule, start: np.ndarray) -> bool:
    """Whether the path and the end drawn for a rule are those that `run` gives from a start."""
    trajectory = run(rule, LANDSCAPES["banana"], start, learning_rate=0.01, steps=200)
    (path,) = lines(page, "paths", rule.key)
    end = points(page, "ends", rule.key)[:, 0]
    if not (np.allclose(end, trajectory.final, atol=1e-4) and np.allclose(path[:, -1], trajectory.final, atol=1e-4)):
        return False
    gaps = np.hypot(*(path[:, :, None] - trajectory.positions.T[:, None, :])).min(axis=0)
    return bool(gaps.max() < CELL)


def start_shown(page: Page) -> np.ndarray:
    """The start as the two fields show it."""
    return np.array([float(typed(page, f"Start θ{name}").input_value()) for name in "₁₂"])


def rho(page: Page) -> float:
    return float(typed(page, f"{SLIDER}, typed").input_value())


def test_first_sight_is_the_papers_figure_1_light_and_dark(explore: Page) -> None:
    start = np.array([-1.5, 0.5])
    for rule in (GD(), SAM(1.0), MongeSAM(1.0)):
        assert agrees(explore, rule, start)
    summary = explore.locator("p", has_text="SAM is at a saddle, on a 2-cycle")  # computed beside the session
    expect(summary).to_be_visible()
    assert explore.get_by_role("table").get_by_role("row").count() == 4
    paper = f"() => ({MODEL})('plane').background_fill_color"
    light = explore.evaluate(paper)
    explore.get_by_role("button", name="Toggle theme").click()
    wait_until(explore, lambda: explore.evaluate(paper) != light)


def test_the_table_says_what_its_words_mean_and_what_comes_much_later(explore: Page) -> None:
    explore.get_by_role("cell", name="14-cycle").wait_for()
    explore.get_by_text("Definitions (“at” means within 0.1)").click()
    expect(explore.get_by_text("a positive Lyapunov exponent")).to_be_visible()
    explore.get_by_text("Definitions (").click()
    explore.get_by_role("button", name="Continue to 20\u202f000 steps").click()
    later = "After 20\u202f000 steps: GD is at a minimum, settled; SAM is at a saddle"
    expect(explore.get_by_text(later)).to_be_visible()
    typed(explore, "Steps, typed").fill("100")
    typed(explore, "Steps, typed").press("Enter")
    expect(explore.get_by_role("button", name="Continue to 10\u202f000 steps")).to_be_enabled()
    expect(explore.get_by_text("After 20\u202f000 steps")).to_have_count(0)


@pytest.mark.verify
def test_no_control_is_off_screen_at_1280_by_720(explore: Page) -> None:
    explore.get_by_role("checkbox", name="Fisher SAM").check()
    explore.get_by_role("checkbox", name="ASAM", exact=True).check()
    for rule in ("Fisher SAM", "ASAM"):  # their sliders move what is beneath
        explore.get_by_role("slider", name=f"η of {rule}", exact=True).wait_for(state="attached")
    explore.wait_for_timeout(200)
    explore.get_by_role("button", name="Cloud").click()
    typed(explore, "Centre θ₂").wait_for()
    for control in explore.locator("input:visible, button:visible").all():
        if (box := control.bounding_box()) is None:
            continue
        assert 0 <= box["x"] <= box["x"] + box["width"] <= 1280
        assert 0 <= box["y"] <= box["y"] + box["height"] <= 720
    assert explore.evaluate("document.scrollingElement.scrollHeight") <= 720


LOSS_AXIS = "() => [...Bokeh.documents[0].all_models].find(({ name }) => name === 'loss').y_range.start"
COUNT_LAYOUTS = """() => {
  const view = Bokeh.index.find_one([...Bokeh.documents[0].all_models].find(({ name }) => name === "loss"))
  const { compute_layout } = view
  window.layouts = 0
  view.compute_layout = () => {
    window.layouts += 1
    return compute_layout.call(view)
  }
}"""


def test_the_picture_follows_the_slider_while_it_is_dragged(explore: Page) -> None:
    start = np.array([-1.5, 0.5])
    assert agrees(explore, GD(), start)
    explore.get_by_role("checkbox", name="GD", exact=True).uncheck()  # which reaches the least loss whatever ρ is
    thumb = explore.locator(".MuiSlider-root", has=explore.get_by_role("slider", name=SLIDER)).locator(
        ".MuiSlider-thumb"
    )
    box = thumb.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    explore.mouse.move(x, y)
    explore.mouse.down()
    explore.evaluate(COUNT_LAYOUTS)
    seen, heights = set(), set()
    for shift in (-12, -24, -36, 6):
        explore.mouse.move(x + shift, y, steps=4)
        wait_until(explore, lambda: rho(explore) not in seen | {1.0} and agrees(explore, SAM(rho(explore)), start))
        seen.add(rho(explore))
        heights.add(explore.evaluate(LOSS_AXIS))
    assert len(seen) == 4
    assert len(heights) > 1, "the loss curve's axis follows"
    assert explore.evaluate("layouts") <= 2, "its labels change, and the page is not laid out again for each"
    explore.mouse.up()
    wait_until(explore, lambda: agrees(explore, MongeSAM(rho(explore)), start))


REPEAT = """(times) => {
  const models = Bokeh.documents.flatMap((document) => [...document.all_models])
  const words = models.find(({ text }) => String(text).includes("After 200 steps"))
  window.once ??= words.text
  words.text = window.once.repeat(times)
}"""


def test_paths_follow_a_hand_that_the_session_does_not_answer(explore: Page, server) -> None:
    """Both sliders and the start: the page computes the paths to the last bit, and dims what it does not compute."""
    wait_until(explore, lambda: explore.evaluate(PROGRAM))
    x, y = place(explore, -1.5, 0.5)
    server.process.send_signal(signal.SIGSTOP)
    try:
        explore.mouse.move(x, y)
        explore.mouse.down()
        explore.mouse.move(x + 40, y - 30, steps=3)
        start = np.array(explore.evaluate(HANDLE))
        explore.mouse.up()
        assert start[0] > -1.5 + 0.9 * 40 * UNIT
        explore.get_by_role("slider", name=SLIDER).press("ArrowLeft")
        wait_until(explore, lambda: rho(explore) != 1.0)
        explore.get_by_role("slider", name="Learning rate α").press("ArrowRight")
        rate = typed(explore, "Learning rate α, typed")
        wait_until(explore, lambda: rate.input_value() != "0.01")
        alpha = float(rate.input_value())
        for rule in (GD(), SAM(rho(explore)), MongeSAM(rho(explore))):
            trajectory = run(rule, LANDSCAPES["banana"], start, learning_rate=alpha, steps=200)
            (xs,), (ys,) = thinned(trajectory.positions[..., None], explore.evaluate(QUESTION)["rest"]["cell"])
            np.testing.assert_array_equal(lines(explore, "paths", rule.key)[0], [xs, ys])
        assert explore.get_by_role("table").first.evaluate(OPACITY) == "0.5"
        before = explore.evaluate(TABLE, "paths")
    finally:
        server.process.send_signal(signal.SIGCONT)
    wait_until(explore, lambda: explore.get_by_role("table").first.evaluate(OPACITY) == "1")
    assert explore.evaluate(QUESTION)["set"]["learning_rate"] == alpha
    assert explore.evaluate(TABLE, "paths") == before


def test_a_longer_sentence_leaves_the_loss_curve_as_it_is(explore: Page) -> None:
    curve = explore.locator(".results > .bk-Figure")
    words = explore.locator(".results > .words", has_text="After 200 steps")
    height, before = curve.bounding_box()["height"], words.bounding_box()["height"]
    explore.evaluate(REPEAT, 3)
    wait_until(explore, lambda: words.bounding_box()["height"] > 2 * before)
    explore.wait_for_timeout(200)
    assert curve.bounding_box()["height"] == height, "each new size redraws every figure"
    explore.evaluate(REPEAT, 1)


def test_a_term_explains_itself_under_the_pointer_and_the_next_one_too(explore: Page) -> None:
    sentence = explore.get_by_role("tooltip").and_(explore.locator(".glossary"))
    for term, said in (("outcome", "Where a run is"), ("2-cycle", "every n-th position"), ("Radius ρ", "perturbation")):
        explore.get_by_text(term, exact=True).first.hover()
        expect(sentence).to_contain_text(said)
    explore.keyboard.press("Escape")
    expect(sentence).to_be_hidden()


def test_a_typed_value_is_taken_and_a_bad_one_is_undone(explore: Page) -> None:
    field = typed(explore, f"{SLIDER}, typed")
    field.fill("0.4")
    field.press("Enter")
    wait_until(explore, lambda: agrees(explore, SAM(0.4), np.array([-1.5, 0.5])))
    field.fill("1000")
    field.press("Enter")
    wait_until(explore, lambda: rho(explore) == 0.4)
    assert agrees(explore, SAM(0.4), np.array([-1.5, 0.5]))
    refusal = explore.get_by_text("Radius ρ must be a number from 0 to 10")
    expect(refusal).to_be_visible()
    explore.get_by_role("button", name="Reset", exact=True).click()
    expect(refusal).to_be_hidden()
    assert agrees(explore, SAM(1.0), np.array([-1.5, 0.5]))


def test_a_click_sets_the_start(explore: Page) -> None:
    explore.mouse.click(*place(explore, 1.0, -1.0))
    wait_until(explore, lambda: points(explore, "starts")[0, 0] > 0.9)
    np.testing.assert_allclose(points(explore, "starts")[:, 0], [1.0, -1.0], atol=0.02)
    wait_until(explore, lambda: all(agrees(explore, rule, start_shown(explore)) for rule in (GD(), MongeSAM(1.0))))


def test_every_path_bends_while_the_start_is_dragged(explore: Page) -> None:
    x, y = place(explore, -1.5, 0.5)
    explore.mouse.move(x, y)
    explore.mouse.down()
    ends = [points(explore, "ends", "m-sam")[:, 0]]
    for shift in (20, 40, 60):
        explore.mouse.move(x + shift, y - shift, steps=5)
        wait_until(explore, lambda: not np.array_equal(points(explore, "ends", "m-sam")[:, 0], ends[-1]))
        ends.append(points(explore, "ends", "m-sam")[:, 0])
    explore.mouse.up()
    wait_until(explore, lambda: start_shown(explore)[0] > -1.5 + 0.9 * 60 * UNIT)
    for rule in (GD(), SAM(1.0), MongeSAM(1.0)):
        wait_until(explore, lambda rule=rule: agrees(explore, rule, start_shown(explore)))


def test_a_grid_shows_figure_5(explore: Page) -> None:
    explore.get_by_role("button", name="Grid").click()
    at = np.linspace(-3, 3, 10)
    starts = np.reshape(np.meshgrid(at, at), (2, -1))
    final = run(SAM(1.0), LANDSCAPES["banana"], starts, learning_rate=0.01, steps=200).final
    wait_until(explore, lambda: points(explore, "ends", "sam").shape == (2, 100))
    np.testing.assert_allclose(points(explore, "ends", "sam"), final, atol=1e-5)
    assert explore.get_by_role("row", name="M-SAM").get_by_text("84", exact=True).is_visible()


@pytest.mark.verify
def test_two_sessions_are_independent(explore: Page, page: Page, server) -> None:
    other = opened(page, server.url)
    field = typed(other, f"{SLIDER}, typed")
    field.fill("0.25")
    field.press("Enter")
    wait_until(other, lambda: agrees(other, SAM(0.25), np.array([-1.5, 0.5])))
    assert rho(explore) == 1.0
    assert agrees(explore, SAM(1.0), np.array([-1.5, 0.5]))
