"""Dear links in a browser: a part at once that says so, the whole in the end, and nobody else waits."""

import re

from playwright.sync_api import BrowserContext, Page, expect

from app.model.link import write
from app.model.state import OWN, State
from tests.browser.drawn import points, wait_until
from tests.robustness.dear import FORMULAS, dearest
from tools.browser import Server

UNDER_WAY = re.compile(r"computing the rest …|^Computing …", re.IGNORECASE)
LONG = 240_000  # milliseconds
SLIDER = "Radius ρ"


def test_a_dear_link_shows_a_part_and_in_the_end_the_whole(page: Page, server: Server) -> None:
    state = State(
        landscape=OWN,
        formula=FORMULAS["Rastrigin, typed"],
        optimizers=["sam"],
        mode="cloud",
        count=10_000,
        steps=400,
    )
    page.goto(f"{server.url}/{write(state)}")
    progress = page.locator(".progress").get_by_text(
        re.compile(r"^Showing [\d ]+ of 10 000 starts; computing the rest … \d+ %$")
    )
    expect(progress).to_be_visible()
    assert page.locator(".partial table.outcomes").count() == 1
    whole = page.get_by_text(re.compile("After 400 steps from 10000 starts"))
    expect(whole).to_be_visible(timeout=LONG)  # whoever computes it lets all other programs go first
    expect(progress).to_be_hidden()
    assert page.locator(".partial table.outcomes").count() == 0


def test_a_page_moves_beside_the_dearest(explore: Page, context: BrowserContext, server: Server) -> None:
    dear = context.new_page()
    dear.goto(f"{server.url}/" + write(dearest(FORMULAS["a long product"])))
    expect(dear.locator(".progress").get_by_text(UNDER_WAY).first).to_be_visible()
    explore.bring_to_front()
    slider = explore.get_by_role("slider", name=SLIDER, exact=True)
    for _ in range(3):
        before = points(explore, "ends", "sam").tolist()
        slider.press("ArrowLeft")
        wait_until(explore, lambda before=before: points(explore, "ends", "sam").tolist() != before, within=2_000)
    expect(dear.locator(".progress").get_by_text(UNDER_WAY).first).to_be_visible()  # it was at work all the while
    dear.close()
