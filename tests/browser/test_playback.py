"""Playback, the anatomy of a step and the pinned run, as a person uses them."""

import signal

import numpy as np
from numpy.testing import assert_allclose
from playwright.sync_api import Locator, Page, expect

from figures.figure1 import compute
from landscapes import LANDSCAPES
from optimizers import GD, SAM, MongeSAM, run
from optimizers.anatomy import anatomy
from tests.browser.drawn import MODEL, lines, points, wait_until
from tests.browser.shared import GO_TO

START = (-1.5, 0.5)
RULES = (GD(), SAM(1.0), MongeSAM(1.0))
BOTTOM = f"() => Bokeh.index.find_one(({MODEL})('loss')).canvas_view.el.getBoundingClientRect().bottom"
CLOCK = f"() => ({MODEL})('step').value"


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
        (trail,) = lines(page, "trails", rule.key)
        assert_allclose(points(page, "heads", rule.key)[:, 0], positions[at], atol=1e-6)
        assert_allclose(trail, positions[: at + 1].T, atol=1e-6)
        losses.append(np.log10(LANDSCAPES["banana"].value(*positions[at])))
    assert_allclose(points(page, "marks"), [[at] * 3, losses], atol=1e-4)
    assert page.evaluate(f"() => {{ const now = ({MODEL})('now'); return [now.location, now.visible] }}") == [at, True]
    assert page.get_by_role("group", name="Playback").get_by_text(f"{at} / 200").is_visible()


def test_play_moves_every_view_while_the_server_sleeps(explore: Page, server) -> None:
    whole = lines(explore, "paths", "m-sam")
    server.process.send_signal(signal.SIGSTOP)
    try:
        button(explore, "Play").click()
        wait_until(explore, lambda: step(explore) > 10)
        button(explore, "Pause").click()
        at = step(explore)
        assert 10 < at < 200
        shows(explore, at)
        np.testing.assert_array_equal(lines(explore, "paths", "m-sam"), whole)
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
    assert points(explore, "heads").size == 0
    assert explore.evaluate(f"() => ({MODEL})('now').visible") is False


def test_many_runs_play_and_a_loop_begins_again_until_it_is_ended(explore: Page) -> None:
    page = explore
    page.evaluate(GO_TO, "?v=1&starts=grid&steps=40")
    wait_until(page, lambda: points(page, "ends", "sam").shape == (2, 100))
    slider(page).fill("15")
    at = np.linspace(-3, 3, 10)
    starts = np.reshape(np.meshgrid(at, at), (2, -1))
    positions = run(SAM(1.0), LANDSCAPES["banana"], starts, learning_rate=0.01, steps=15).final
    wait_until(page, lambda: points(page, "heads", "sam").shape == (2, 100))
    assert_allclose(points(page, "heads", "sam"), positions, atol=1e-5)

    page.get_by_label("Speed").select_option("10")
    button(page, "Loop").click()
    button(page, "Play").click()
    page.evaluate(f"""() => {{
        const clock = ({MODEL})("step")
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
    wait_until(explore, lambda: lines(explore, "sets", "sam") != [])
    numbers = compute()
    for key in ("sam", "m-sam"):
        assert_allclose(lines(explore, "sets", key)[0], numbers.sets[key], atol=1e-6)
        assert_allclose(points(explore, "perturbed_points", key)[:, 0], numbers.perturbed[key], atol=1e-6)
        tip = lines(explore, "arrows", key)[0][:, 3]
        assert_allclose(tip, numbers.perturbed[key] + numbers.arrows[key], atol=1e-6)
    assert lines(explore, "sets", "gd") == []
    card = explore.get_by_role("region", name="Anatomy of one step")
    for _ in range(7):
        button(explore, "Step forward").click()
    for name, rule in (("M-SAM", MongeSAM(1.0)), ("SAM", SAM(1.0))):
        card.get_by_role("radio", name=name, exact=True).check()
        here = run(rule, LANDSCAPES["banana"], START, learning_rate=0.01, steps=7).final
        taken = anatomy(rule, LANDSCAPES["banana"], here, 0.01)
        for pair in (taken.point, taken.gradient, taken.delta, taken.gradient_there, taken.next):
            expect(card).to_contain_text(written(pair))
        assert_allclose(points(explore, "perturbed_points", rule.key)[:, 0], taken.perturbed, atol=1e-6)
    explore.keyboard.press(".")
    wait_until(explore, lambda: lines(explore, "sets", "sam") == [])
    for _ in range(4):
        button(explore, "Next stage").click()
    wait_until(explore, lambda: len(lines(explore, "arrows", "sam")) == 2)
    expect(card).to_contain_text("5 of 6: carried back to θ")
    expect(card).not_to_contain_text("θ′")
    explore.wait_for_url("**stage=5&step=7")
    for _ in range(5):
        explore.keyboard.press(",")
    expect(card).to_contain_text("whole step")
    button(explore, "Anatomy").click()
    wait_until(explore, lambda: lines(explore, "sets", "sam") == [])
    expect(card).to_be_hidden()


def written(pair: np.ndarray) -> str:
    return f"({pair[0]:.3f}, {pair[1]:.3f})".replace("-", "−")


def test_a_pinned_run_stays_on_every_view(explore: Page) -> None:
    views = ("paths", "losses", "marginal 0", "marginal 1")
    before = {name: lines(explore, name, "sam") for name in views}
    ended = points(explore, "ends", "sam")
    button(explore, "Pin as A").click()
    wait_until(explore, lambda: lines(explore, "pinned paths", "sam") != [])
    set_rho(explore, "0.4")
    end = run(SAM(0.4), LANDSCAPES["banana"], START, learning_rate=0.01, steps=200).final
    wait_until(explore, lambda: np.allclose(points(explore, "ends", "sam")[:, 0], end, atol=1e-5))
    for name in views:
        np.testing.assert_array_equal(lines(explore, f"pinned {name}", "sam"), before[name])
    np.testing.assert_array_equal(points(explore, "pinned ends", "sam"), ended)
    expect(explore.get_by_text("A, pinned: Radius ρ = 1")).to_be_visible()
    expect(explore.get_by_role("row", name="SAM, A").first).to_contain_text("saddle")
    wait_until(explore, lambda: explore.evaluate(BOTTOM) <= explore.get_by_role("table").bounding_box()["y"] + 1)
    button(explore, "Unpin A").click()
    wait_until(explore, lambda: lines(explore, "pinned paths", "sam") == [])
    expect(explore.get_by_text("A, pinned")).to_have_count(0)
