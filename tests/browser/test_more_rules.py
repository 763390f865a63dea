"""Rules beside the paper's, as a person adds them: by keyboard, with sliders of their own, twice, and in the link."""

import numpy as np
from playwright.sync_api import Page, expect

from landscapes import LANDSCAPES
from optimizers import GSAM, SAM, Rule, run
from tests.browser.drawn import points, wait_until


def ends_as(page: Page, place: str, rule: Rule) -> bool:
    """Whether the end that is drawn of the rule at a place is that of `run`."""
    end = run(rule, LANDSCAPES["banana"], [-1.5, 0.5], learning_rate=0.01, steps=200, keep="final").final
    drawn = points(page, "ends", place)
    return drawn.shape[1] == 1 and bool(np.allclose(drawn[:, 0], end, atol=1e-4))


def add(page: Page, text: str) -> None:
    page.get_by_role("button", name="More rules…").press("Enter")
    search = page.get_by_role("searchbox", name="Search rules")
    expect(search).to_be_focused()
    search.fill(text)
    search.press("Enter")
    page.keyboard.press("Escape")
    expect(search).to_be_hidden()


def test_rules_are_added_by_keyboard_and_have_sliders_of_their_own(explore: Page) -> None:
    page = explore
    add(page, "gsam")
    wait_until(page, lambda: ends_as(page, "more-1", GSAM()))
    page.get_by_role("slider", name="β of GSAM").press("End")
    wait_until(page, lambda: ends_as(page, "more-1", GSAM(1.0, 10.0)))
    add(page, "original ball")
    expect(page.get_by_role("row", name="SAM ρ=0.5")).to_be_visible()
    thumb = page.locator(".MuiSlider-root", has=page.get_by_role("slider", name="ρ of SAM")).locator(".MuiSlider-thumb")
    box = thumb.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] - 40, box["y"] + box["height"] / 2, steps=4)
    page.mouse.up()
    typed = page.get_by_label("ρ of SAM, typed")

    def is_settled() -> bool:
        before = typed.input_value()
        page.wait_for_timeout(300)
        return before == typed.input_value() != "0.5" and page.url.endswith(f"sam:rho={before}")

    wait_until(page, is_settled)
    wait_until(page, lambda: ends_as(page, "more-2", SAM(float(typed.input_value()))))
    rho = float(typed.input_value())
    assert ends_as(page, "sam", SAM(1.0))
    assert page.url.endswith(f"opt=gd,sam,m-sam,gsam:rho=1:beta=10,sam:rho={rho}")
    page.reload()
    expect(page.get_by_role("row", name="GSAM")).to_be_visible()
    wait_until(page, lambda: ends_as(page, "more-1", GSAM(1.0, 10.0)) and ends_as(page, "more-2", SAM(rho)))
    page.get_by_role("button", name="Remove GSAM").click()
    expect(page.get_by_role("row", name="GSAM")).to_have_count(0)
    assert ends_as(page, "more-2", SAM(rho))
