"""The figure tabs as a person uses them: open, drag, go back, download; what is drawn is what is computed."""

import csv
from io import StringIO

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from figures import FIGURES
from figures.record import fixed
from tests.browser.axe import serious, settle
from tests.browser.shared import GO_TO
from tests.sweep import Sweep

OPENED_BY_THIS_ALONE = (1, 2, 4)

DRAWN = """(name) => {
  for (const model of Bokeh.documents[0].all_models)
    if (model.name === name)
      return Object.fromEntries(Object.entries(model.data).map(([column, values]) => [column, Array.from(values)]))
  return null
}"""


def open_tab(page: Page, number: int) -> None:
    page.get_by_role("tab", name=f"Figure {number}").click()
    expect(page.get_by_text(f"Figure {number}: {FIGURES[number].TITLE}")).to_be_visible()


def drawn(page: Page, number: int, source: str) -> np.ndarray:
    columns = page.evaluate(DRAWN, f"figure {number}: {source}")
    return np.array([columns["x"], columns["y"]], float)


def drag(page: Page, slider: Locator, to: float) -> None:
    """Drags a slider's thumb to a fraction of its track, in steps, as a hand does."""
    track = slider.locator("xpath=ancestor::*[contains(@class, 'MuiSlider-root')][1]").bounding_box()
    thumb = slider.locator("xpath=..").bounding_box()
    page.mouse.move(thumb["x"] + thumb["width"] / 2, thumb["y"] + thumb["height"] / 2)
    page.mouse.down()
    page.mouse.move(track["x"] + to * track["width"], track["y"] + track["height"] / 2, steps=5)
    page.mouse.up()


def wait_for(page: Page, number: int, source: str, positions: np.ndarray) -> None:
    """Until the source shows these positions, to the last bit of what travels."""
    for _ in range(100):
        shown = drawn(page, number, source)
        if shown.shape == positions.shape and np.array_equal(shown, positions):
            return
        page.wait_for_timeout(100)
    pytest.fail(f"Figure {number} shows {shown[:, -1]} as the last of {source}, not {positions[:, -1]}")


def test_every_tab_shows_its_picture_its_claims_and_its_notes_and_axe_finds_nothing_serious(
    tabs: Page, sweep: Sweep
) -> None:
    """In the short form the tabs that no other test opens, and axe-core on the first of them."""
    for number in FIGURES if sweep.whole else OPENED_BY_THIS_ALONE:
        module = FIGURES[number]
        open_tab(tabs, number)
        numbers = module.compute(fixed(module.PARAMETERS))
        for claim in module.claims(numbers):
            words = "✓ Holds here:" if claim.holds else "✗ Does not hold here:"
            item = tabs.get_by_role("listitem").filter(has_text=claim.sentence).locator("visible=true")
            expect(item).to_contain_text(words)
        for note in module.notes(numbers.values):
            expect(tabs.get_by_text(note)).to_be_attached()
        expect(tabs.locator(".bk-Figure canvas").locator("visible=true").first).to_be_visible()
        if sweep.whole or number == OPENED_BY_THIS_ALONE[0]:
            settle(tabs, dark=False)
            found = serious(tabs, module.TITLE)
            assert not found, "\n".join(found)


def test_the_radius_of_figure_5_moves_the_runs_and_the_way_back_restores_them(tabs: Page) -> None:
    page = tabs
    open_tab(page, 5)
    published = FIGURES[5].compute()
    wait_for(page, 5, "ends sam", published.positions["sam"][-1])
    slider = page.get_by_role("slider", name="Perturbation radius ρ").locator("visible=true")
    drag(page, slider, 0.3)
    rho = float(slider.get_attribute("aria-valuenow"))
    assert 0.2 < rho < 1.0
    numbers = FIGURES[5].compute({"rho": rho})
    for key, positions in numbers.positions.items():
        wait_for(page, 5, f"ends {key}", positions[-1])
    assert np.array_equal(drawn(page, 5, "density sam")[1], numbers.marginals["sam"])
    expect(page.get_by_text("Ends at the saddle, of 100:")).to_contain_text(f"SAM {numbers.counts['sam']['saddle']} ·")
    page.get_by_role("button", name="Reset to the paper's values").click()
    wait_for(page, 5, "ends sam", published.positions["sam"][-1])
    assert slider.get_attribute("aria-valuenow") == "1"
    expect(page.get_by_text("Ends at the saddle, of 100:")).to_contain_text("SAM 32 (expected 32)")
    slider.focus()
    page.keyboard.press("ArrowLeft")
    expect(slider).to_have_attribute("aria-valuenow", "0.99")
    wait_for(page, 5, "ends sam", FIGURES[5].compute({"rho": 0.99}).positions["sam"][-1])
    page.wait_for_url("**figure-5=rho=0.99#figure-5")
    page.evaluate(GO_TO, "?v=1&figure-5=rho=0.4#figure-5")
    expect(slider).to_have_attribute("aria-valuenow", "0.4")
    wait_for(page, 5, "ends sam", FIGURES[5].compute({"rho": 0.4}).positions["sam"][-1])


def test_the_learning_rate_of_figure_3_moves_its_own_panel_and_its_files_follow(tabs: Page) -> None:
    page = tabs
    open_tab(page, 3)
    slider = page.get_by_role("slider", name="α₁")
    drag(page, slider, 0.4)
    first = float(slider.get_attribute("aria-valuenow"))
    assert first < 0.6
    numbers = FIGURES[3].compute({"learning_rate": (first, 0.74)})
    for (key, index), path in numbers.paths.items():
        wait_for(page, 3, f"path {key} {index}", path)
    files = {kind: download(page, kind) for kind in ("PNG", "SVG", "PDF", "CSV")}
    assert files["PNG"].startswith(b"\x89PNG\r\n\x1a\n")
    assert b"<svg" in files["SVG"]
    assert files["PDF"].startswith(b"%PDF-")
    rows = list(csv.DictReader(StringIO(files["CSV"].decode())))
    for name, column in FIGURES[3].table(numbers).items():
        assert np.array_equal(np.array([row[name] for row in rows]).astype(column.dtype), column)


def download(page: Page, kind: str) -> bytes:
    with page.expect_download() as waiting:
        page.get_by_role("button", name=kind).click()
    assert waiting.value.suggested_filename == f"figure3.{kind.lower()}"
    return waiting.value.path().read_bytes()
