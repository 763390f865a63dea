"""An expensive link in a browser shows that it is being computed, and other pages do not wait for it."""

import re

from playwright.sync_api import BrowserContext, Page, expect

from app.model.link import write
from tests.browser.drawn import points, wait_until
from tests.robustness.expensive import FORMULAS, most_expensive
from tools.browser import Server

UNDER_WAY = re.compile(r"computing the rest …|^Computing …", re.IGNORECASE)
SLIDER = "Radius ρ"


def test_a_page_moves_beside_the_dearest(explore: Page, context: BrowserContext, server: Server) -> None:
    expensive = context.new_page()
    expensive.goto(f"{server.url}/" + write(most_expensive(FORMULAS["a long product"])))
    expect(expensive.locator(".progress").get_by_text(UNDER_WAY).first).to_be_visible()
    explore.bring_to_front()
    slider = explore.get_by_role("slider", name=SLIDER, exact=True)
    for _ in range(3):
        before = points(explore, "ends", "sam").tolist()
        slider.press("ArrowLeft")
        wait_until(explore, lambda before=before: points(explore, "ends", "sam").tolist() != before, within=2_000)
    expect(expensive.locator(".progress").get_by_text(UNDER_WAY).first).to_be_visible()  # it was at work all the while
    expensive.close()
