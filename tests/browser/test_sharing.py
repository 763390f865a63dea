"""Sharing as a person does it: the address, the clipboard, files saved, opened and dropped, and the handout."""

import json
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, Page, expect

from app.export.downloads import outcomes_csv
from app.export.handout import handout
from app.model.state import State
from app.page.address_bar import FOLLOW, GESTURE
from landscapes import LANDSCAPES
from optimizers import SAM, Experiment, run
from optimizers.citation import bibtex
from optimizers.python_code import python_code
from tests.browser.drawn import MODEL, ends_at, wait_until
from tests.browser.shared import GO_TO

OPENED = 30_000  # milliseconds within which a page is there, on a machine that has other things to do
SETTLED = "() => Bokeh.documents.length > 0 && Bokeh.documents[0].is_idle"


def visit(page: Page, url: str) -> None:
    page.goto(url)
    expect(page.get_by_role("button", name="Share")).to_be_visible(timeout=OPENED)
    page.wait_for_function(SETTLED, timeout=OPENED)


def go_to(page: Page, query: str) -> None:
    """Opens a link of the same page, and waits for its state."""
    page.evaluate(GO_TO, query)
    settings = {"lr": learning_rate(page), "rho": page.get_by_role("textbox", name="Radius ρ")}
    for key, (value,) in parse_qs(query.removeprefix("?")).items():
        if key in settings:
            expect(settings[key]).to_have_value(value)


def learning_rate(page: Page):
    return page.get_by_role("textbox", name="Learning rate α")


def share(page: Page) -> None:
    page.get_by_role("button", name="Share").click()
    expect(page.get_by_role("button", name="Copy link")).to_be_visible()


def query(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def drop(page: Page, name: str, text: str) -> None:
    page.evaluate(
        """([name, text]) => {
            const dataTransfer = new DataTransfer()
            dataTransfer.items.add(new File([text], name, {type: "application/json"}))
            document.body.dispatchEvent(new DragEvent("drop", {dataTransfer, bubbles: true, cancelable: true}))
        }""",
        [name, text],
    )


def test_a_link_opens_its_state(page: Page, server):
    link = f"{server.url}/?v=1&loss=sinc&lr=0.05&start=0.25,0.5&view=-1,2,-1,1&step=12&a.rho=2"
    visit(page, link)
    expect(learning_rate(page)).to_have_value("0.05")
    expect(page.get_by_role("textbox", name="Start θ₁")).to_have_value("0.25")
    expect(page.get_by_role("slider", name="Step", exact=True)).to_have_value("12")
    expect(page.get_by_text("A, pinned: Radius ρ = 2")).to_be_visible()
    wait_until(
        page, lambda: np.isclose(looked_at(page)[:2], [-1, 2]).all() or np.isclose(looked_at(page)[2:], [-1, 1]).all()
    )
    end = run(SAM(2.0), LANDSCAPES["sinc"], [0.25, 0.5], learning_rate=0.05, steps=200).final
    wait_until(page, lambda: ends_at(page, "pinned ends", "sam", end))
    page.wait_for_timeout(GESTURE + 2 * FOLLOW)
    assert page.url == link, "a link that is opened stays as it is"
    share(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Save as JSON").click()
    state = State()
    state.choose_landscape("sinc")
    state.param.update(learning_rate=0.05, x=0.25, y=0.5)
    assert Experiment.from_json(download.value.path().read_text(encoding="utf-8")) == state.experiment


def test_a_bad_link_opens_with_a_sentence(page: Page, server):
    visit(page, f"{server.url}/?x=1?2&<img src=x onerror=document.title='run'>=1&formula=__import__('os')&rho=0.5")
    ignored = page.get_by_text("Ignored in the link: “x” (no such key); “<img src” (no such key)")
    expect(ignored).to_be_visible()
    expect(ignored).to_contain_text("unknown name '__import__' at character 1")
    expect(page.get_by_role("textbox", name="Radius ρ, typed")).to_have_value("0.5")
    expect(learning_rate(page)).to_have_value("0.01")
    assert page.title() == "SAMscape"
    page.get_by_role("tab", name="Figure 1").click(trial=True)  # nothing that is used is hidden
    page.get_by_role("button", name="Loop").click(trial=True)
    page.get_by_role("button", name="Dismiss").click()
    expect(ignored).to_be_hidden()


def test_the_address_follows_back_undoes_and_reset_returns(explore: Page, server):
    page = explore
    slider = page.get_by_role("slider", name="Learning rate α")
    before = page.evaluate("history.length")
    slider.focus()
    for _ in range(12):  # one gesture, as a hand that drags
        slider.press("ArrowRight")
        page.wait_for_timeout(60)
    page.wait_for_url("**/?v=1&lr=*")
    page.wait_for_timeout(GESTURE + 2 * FOLLOW)
    dragged, (rate,) = page.url, query(page)["lr"]
    entries = page.evaluate("history.length") - before
    assert 1 <= entries <= 4  # 1 where the machine has nothing else to do
    learning_rate(page).fill("0.5")
    learning_rate(page).press("Enter")
    page.wait_for_url("**/?v=1&lr=0.5")
    page.go_back()
    page.wait_for_url(dragged)
    expect(learning_rate(page)).to_have_value(rate)
    page.evaluate(f"history.go({-entries})")
    expect(learning_rate(page)).to_have_value("0.01")
    page.evaluate(f"history.go({entries})")
    page.wait_for_url(dragged)
    expect(learning_rate(page)).to_have_value(rate)
    page.get_by_role("button", name="Reset").click()
    page.wait_for_url(f"{server.url}/")
    expect(learning_rate(page)).to_have_value("0.01")


def test_zoom_step_and_pinned_run_stand_in_the_address_and_are_undone(explore: Page, server):
    page, bar = explore, explore.get_by_role("group", name="Playback")
    step = bar.get_by_role("slider", name="Step", exact=True)
    bar.get_by_role("button", name="Pin as A").click()
    page.wait_for_url("**/?v=1&pinned=1")
    typed_rho = page.get_by_role("textbox", name="Radius ρ, typed")
    typed_rho.fill("0.4")
    typed_rho.press("Enter")
    page.wait_for_url("**/?v=1&rho=0.4&a.rho=1")
    step.fill("12")
    page.wait_for_url("**/?v=1&rho=0.4&step=12&a.rho=1")
    page.wait_for_timeout(GESTURE)
    before, width = page.evaluate("history.length"), np.diff(looked_at(page))[0]
    for key in ("+", "+", "d", "w"):
        page.get_by_role("application").press(key)
    seen = looked_at(page)
    page.wait_for_url(lambda url: np.allclose(view_in(url), seen, atol=1e-3))

    page.evaluate(f"history.go({before} - history.length)")
    page.wait_for_url("**/?v=1&rho=0.4&step=12&a.rho=1")
    wait_until(page, lambda: np.isclose(np.diff(looked_at(page))[0], width))
    page.get_by_role("button", name="Reset").click()
    page.wait_for_url(f"{server.url}/")
    expect(step).to_have_value("200")
    expect(page.get_by_text("A, pinned")).to_have_count(0)


def view_in(url: str) -> list[float]:
    """The part of the plane that a link names; infinities where it names none."""
    texts = parse_qs(urlsplit(url).query).get("view", ["inf,inf,inf,inf"])
    return [*map(float, texts[0].split(","))]


def looked_at(page: Page) -> list[float]:
    return page.evaluate(
        f"""() => {{
            const {{x_range, y_range}} = ({MODEL})("plane")
            return [x_range.start, x_range.end, y_range.start, y_range.end]
        }}"""
    )


@pytest.mark.verify
def test_the_address_names_the_tab(page: Page, server):
    visit(page, f"{server.url}/?lr=0.02#stability")
    expect(page.get_by_role("tab", name="Stability")).to_have_attribute("aria-selected", "true")
    page.get_by_role("tab", name="Explore").click()
    page.wait_for_url(f"{server.url}/?v=1&lr=0.02")
    page.go_back()
    expect(page.get_by_role("tab", name="Stability")).to_have_attribute("aria-selected", "true")


def test_link_script_and_citation_go_to_the_clipboard(explore: Page, server):
    page = explore
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    go_to(page, "?v=1&rho=0.3")
    share(page)
    state = State(rho=0.3)
    for button, said, text in (
        ("Copy link", "Link copied.", f"{server.url}/?v=1&rho=0.3"),
        ("Copy as Python", "Script copied", python_code(state.experiment)),
        ("Copy citation", "Citation copied.", bibtex()),
    ):
        page.get_by_role("button", name=button).click()
        expect(page.get_by_text(said)).to_be_visible()
        assert page.evaluate("navigator.clipboard.readText()") == text
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Copy link")).to_be_hidden()


def test_without_the_clipboard_s_permission_the_text_is_copied_all_the_same(explore: Page):
    explore.evaluate("Object.defineProperty(navigator, 'clipboard', {value: undefined, configurable: true})")
    share(explore)
    explore.get_by_role("button", name="Copy citation").click()
    expect(explore.get_by_text("Citation copied.")).to_be_visible()
    explore.evaluate("delete navigator.clipboard")


def test_a_saved_experiment_is_opened_by_button_and_by_dropping_it(explore: Page, tmp_path: Path):
    page = explore
    first, second = State(learning_rate=0.02), State(learning_rate=0.03, mode="grid", size=5)
    (tmp_path / "first.json").write_text(first.experiment.to_json(), encoding="utf-8")
    share(page)
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Open experiment").click()
    chooser.value.set_files(tmp_path / "first.json")
    expect(page.get_by_text("first.json was opened")).to_be_visible()
    expect(learning_rate(page)).to_have_value("0.02")
    drop(page, "second.json", second.experiment.to_json())
    expect(page.get_by_text("second.json was opened")).to_be_visible()
    expect(learning_rate(page)).to_have_value("0.03")
    page.wait_for_url("**lr=0.03**")
    assert query(page) == {"v": ["1"], "lr": ["0.03"], "starts": ["grid"], "size": ["5"]}


def test_a_file_that_is_no_experiment_costs_nothing(explore: Page):
    page = explore
    go_to(page, "?v=1&lr=0.02")
    data = State(learning_rate=0.03).experiment.to_dict()
    for name, text, sentence in (
        ("a.json", "{", "a.json could not be opened. The experiment is not JSON"),
        ("b.json", json.dumps(data | {"steps": -1}), "b.json could not be opened. Steps must be a whole number"),
        ("c.json", " " * 2_000_000, "c.json is too large for an experiment: 2000000 bytes"),
    ):
        drop(page, name, text)
        expect(page.get_by_text(sentence)).to_be_visible()
        expect(learning_rate(page)).to_have_value("0.02")


def test_downloads_hold_what_is_on_the_screen(explore: Page):
    page = explore
    go_to(page, "?v=1&rho=0.4&starts=grid&size=3")
    share(page)
    state = State(mode="grid", size=3, rho=0.4)
    for button, filename, begins in (
        ("Outcomes CSV", "samscape-outcomes.csv", outcomes_csv(state)),
        ("Outcomes CSV", "samscape-outcomes.csv", outcomes_csv(state)),  # once more, though nothing has changed
        ("PNG", "samscape.png", b"\x89PNG"),
        ("SVG", "samscape.svg", b"<?xml"),
    ):
        with page.expect_download() as download:
            page.get_by_role("button", name=button).click()
        assert download.value.suggested_filename == filename
        assert download.value.path().read_bytes().startswith(begins)


@pytest.mark.verify
def test_a_film_is_saved_once_it_is_drawn(explore: Page):
    go_to(explore, "?v=1&steps=8")
    share(explore)
    with explore.expect_download() as download:
        explore.get_by_role("button", name="Create film").click()
    assert download.value.suggested_filename == "samscape.gif"
    with Image.open(download.value.path()) as film:
        assert (film.n_frames, film.size) == (9, (960, 540))
    expect(explore.get_by_text("samscape.gif is saved")).to_be_visible()


def points(page: Page, name: str) -> list[list[float]]:
    """The points of a source, rule by rule."""
    return page.evaluate(
        """(name) => {
            const {data} = Bokeh.documents[0].get_model_by_name(name), {x, y} = data instanceof Map
                ? Object.fromEntries(data) : data
            return [...x].map((_, i) => [x[i], y[i]])
        }""",
        name,
    )


def test_the_handout_plays_and_computes_without_server_or_network(alone: BrowserContext, tmp_path: Path):
    state = State(optimizers=["sam", "m-sam"], steps=50, zoom=(-2.0, 0.0, -1.0, 1.0))
    (tmp_path / "handout.html").write_text(handout(state), encoding="utf-8")
    page = alone.new_page()
    page.goto((tmp_path / "handout.html").as_uri())
    step = page.get_by_role("slider", name="Step", exact=True)
    expect(step).to_have_value("50", timeout=OPENED)
    expect(page.get_by_role("row", name="M-SAM")).to_contain_text("−1.119, −0.786")
    left, right, bottom, top = looked_at(page)
    assert (left + right, bottom + top) == pytest.approx((-2.0, 0.0))
    assert min(right - left, top - bottom) == pytest.approx(2.0)

    page.get_by_role("button", name="Play").click()
    page.wait_for_function(
        "() => { const p = Bokeh.documents[0].get_model_by_name('step').value; return p > 5 && p < 40 }"
    )
    page.get_by_role("button", name="Pause").click()
    page.get_by_role("button", name="Step back").click()
    now = page.evaluate("Bokeh.documents[0].get_model_by_name('step').value")
    expected = [trajectory.positions[now, :, 0] for trajectory in state.experiment.run()]
    np.testing.assert_allclose(points(page, "heads"), expected, rtol=1e-6)
    page.get_by_role("button", name="Step forward").click()
    assert page.evaluate("Bokeh.documents[0].get_model_by_name('step').value") == now + 1

    page.get_by_role("spinbutton", name="Radius ρ").fill("0.5")
    page.get_by_role("checkbox", name="ASAM").check()
    page.get_by_role("application").press("ArrowRight")
    expect(page.get_by_role("spinbutton", name="Start θ₁")).to_have_value("-1.49")
    expect(page.get_by_role("row", name="ASAM")).to_be_visible()
    state.try_update(rho=0.5, optimizers=["sam", "m-sam", "asam"], x=-1.49)
    drawn = [trajectory.final[:, 0].astype(np.float32).tolist() for trajectory in state.experiment.run()]
    assert points(page, "ends") == drawn
    page.get_by_role("checkbox", name="Anatomy").check()
    expect(page.get_by_role("region", name="Anatomy of one step")).to_contain_text("θ = (−1.490, 0.500) at step 0")
