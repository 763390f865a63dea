"""Playback, the anatomy of a step and the pinned run, as a person uses them."""

import signal
from collections.abc import Callable

import numpy as np
import pytest
from numpy.testing import assert_allclose
from playwright.sync_api import Locator, Page, expect

from figures.figure1 import compute
from landscapes import LANDSCAPES
from optimizers import GD, SAM, MongeSAM, run
from optimizers.anatomy import anatomy

START = (-1.5, 0.5)
RULES = (GD(), SAM(1.0), MongeSAM(1.0))
FIND = """(name) => [...Bokeh.documents[0].all_models].find((model) => model.name === name)"""
COLUMNS = f"""(name) => {{
    const data = ({FIND})(name).data
    const columns = data instanceof Map ? Object.fromEntries(data) : data
    return [[...columns.x], [...columns.y]]
}}"""
BOTTOM = f"() => Bokeh.index.find_one(({FIND})('loss')).canvas_view.el.getBoundingClientRect().bottom"
CLOCK = f"() => ({FIND})('step').value"


def opened(page: Page, url: str) -> Page:
    page.goto(url)
    page.get_by_role("group", name="Playback").wait_for()
    wait_until(page, lambda: columns(page, "ends sam").shape[1] > 0)
    return page


@pytest.fixture
def explore(page: Page, server) -> Page:
    return opened(page, server.url)


def wait_until(page: Page, condition: Callable[[], bool], within: int = 20_000) -> None:
    for _ in range(within // 50):
        if condition():
            return
        page.wait_for_timeout(50)
    pytest.fail("the page did not come to it in time")


def columns(page: Page, source: str) -> np.ndarray:
    """Shape (2, n); gaps are NaN."""
    read = page.evaluate(COLUMNS, source)
    return np.array([[np.nan if value is None else value for value in column] for column in read], float)


def step(page: Page) -> int:
    return page.evaluate(CLOCK)


def slider(page: Page) -> Locator:
    return page.get_by_role("slider", name="Step", exact=True)


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


def set_rho(page: Page, rho: str) -> None:
    field = page.get_by_label("Radius ρ, typed", exact=True)
    field.fill(rho)
    field.press("Enter")


def shows(page: Page, at: int) -> None:
    """Every linked view shows this step: heads and trails on the plane, line and marks on the curve, the number."""
    losses = []
    for rule in RULES:
        positions = run(rule, LANDSCAPES["banana"], START, learning_rate=0.01, steps=200).positions
        head, trail = columns(page, f"head {rule.key}"), columns(page, f"trail {rule.key}")
        assert_allclose(head[:, 0], positions[at], atol=1e-6)
        assert_allclose(trail[:, :-1], positions[: at + 1].T, atol=1e-6)
        losses.append(np.log10(LANDSCAPES["banana"].value(*positions[at])))
    assert_allclose(columns(page, "marks"), [[at] * 3, losses], atol=1e-4)
    assert page.evaluate(f"() => {{ const now = ({FIND})('now'); return [now.location, now.visible] }}") == [at, True]
    assert page.get_by_role("group", name="Playback").get_by_text(f"{at} / 200").is_visible()


def test_play_moves_every_view_while_the_server_sleeps(explore: Page, server) -> None:
    whole = columns(explore, "path m-sam")
    server.process.send_signal(signal.SIGSTOP)
    try:
        button(explore, "Play").click()
        wait_until(explore, lambda: step(explore) > 10)
        button(explore, "Pause").click()
        at = step(explore)
        assert 10 < at < 200
        shows(explore, at)
        np.testing.assert_array_equal(columns(explore, "path m-sam"), whole)
    finally:
        server.process.send_signal(signal.SIGCONT)


def test_the_bar_is_worked_by_scrubbing_and_by_keyboard(explore: Page) -> None:
    slider(explore).fill("60")
    shows(explore, 60)
    slider(explore).press("ArrowRight")
    shows(explore, 61)
    button(explore, "Step back").click()
    button(explore, "Step back").press("ArrowLeft")
    shows(explore, 59)
    slider(explore).press(" ")
    expect(button(explore, "Pause")).to_be_visible()
    wait_until(explore, lambda: step(explore) > 59)
    slider(explore).press(" ")
    expect(button(explore, "Play")).to_be_visible()
    slider(explore).fill("200")
    assert columns(explore, "head sam").size == 0
    assert explore.evaluate(f"() => ({FIND})('now').visible") is False


def test_many_runs_play_and_a_loop_begins_again_until_it_is_ended(page: Page, server) -> None:
    opened(page, f"{server.url}/?v=1&starts=grid&steps=40")
    slider(page).fill("15")
    at = np.linspace(-3, 3, 10)
    starts = np.reshape(np.meshgrid(at, at), (2, -1))
    positions = run(SAM(1.0), LANDSCAPES["banana"], starts, learning_rate=0.01, steps=15).final
    wait_until(page, lambda: columns(page, "head sam").shape == (2, 100))
    assert_allclose(columns(page, "head sam"), positions, atol=1e-5)

    page.get_by_label("Speed").select_option("10")
    button(page, "Loop").click()
    button(page, "Play").click()
    page.evaluate(f"""() => {{
        const clock = ({FIND})("step")
        let before = clock.value
        window.begun = 0
        clock.properties.value.change.connect(() => {{ window.begun += clock.value < before; before = clock.value }})
    }}""")
    page.wait_for_function("() => window.begun >= 2")
    button(page, "Loop").click()
    expect(button(page, "Play")).to_be_visible()
    assert step(page) == 40


def test_anatomy_is_figure_1_at_the_first_step_and_alive_at_others(explore: Page) -> None:
    button(explore, "Anatomy").click()
    wait_until(explore, lambda: columns(explore, "set sam").size > 0)
    numbers = compute()
    for key in ("sam", "m-sam"):
        assert_allclose(columns(explore, f"set {key}"), numbers.sets[key], atol=1e-6)
        assert_allclose(columns(explore, f"found {key}")[:, 0], numbers.perturbed[key], atol=1e-6)
        tip = columns(explore, f"arrow {key}")[:, 3]
        assert_allclose(tip, numbers.perturbed[key] + numbers.arrows[key], atol=1e-6)
    assert columns(explore, "set gd").size == 0
    card = explore.get_by_role("region", name="Anatomy of one step")
    for _ in range(7):
        button(explore, "Step forth").click()
    for name, rule in (("M-SAM", MongeSAM(1.0)), ("SAM", SAM(1.0))):
        card.get_by_role("radio", name=name, exact=True).check()
        here = run(rule, LANDSCAPES["banana"], START, learning_rate=0.01, steps=7).final
        taken = anatomy(rule, LANDSCAPES["banana"], here, 0.01)
        for pair in (taken.point, taken.gradient, taken.delta, taken.gradient_there, taken.next):
            expect(card).to_contain_text(written(pair))
        assert_allclose(columns(explore, f"found {rule.key}")[:, 0], taken.perturbed, atol=1e-6)
    button(explore, "Anatomy").click()
    wait_until(explore, lambda: columns(explore, "set sam").size == 0)
    expect(card).to_be_hidden()


def written(pair: np.ndarray) -> str:
    return f"({pair[0]:.3f}, {pair[1]:.3f})".replace("-", "−")


def test_a_pinned_run_stays_on_every_view(explore: Page) -> None:
    names = ("path", "ends", "loss", "marginal 0", "marginal 1")
    before = {name: columns(explore, f"{name} sam") for name in names}
    button(explore, "Pin as A").click()
    wait_until(explore, lambda: columns(explore, "pinned path sam").size > 0)
    set_rho(explore, "0.4")
    end = run(SAM(0.4), LANDSCAPES["banana"], START, learning_rate=0.01, steps=200).final
    wait_until(explore, lambda: np.allclose(columns(explore, "ends sam")[:, 0], end, atol=1e-5))
    for name in names:
        np.testing.assert_array_equal(columns(explore, f"pinned {name} sam"), before[name])
    expect(explore.get_by_text("A, pinned: Radius ρ = 1")).to_be_visible()
    expect(explore.get_by_role("row", name="SAM, A").first).to_contain_text("saddle")
    wait_until(explore, lambda: explore.evaluate(BOTTOM) <= explore.get_by_role("table").bounding_box()["y"] + 1)
    button(explore, "Unpin A").click()
    wait_until(explore, lambda: columns(explore, "pinned path sam").size == 0)
    expect(explore.get_by_text("A, pinned")).to_have_count(0)
