"""Expensive work in a browser: a part is shown at once, the rest follows, and other pages do not wait for it."""

import re

import numpy as np
from playwright.sync_api import BrowserContext, Page, expect

from app.compute.runs import runs_of
from app.layers.trajectories import drawable
from app.model.link import write
from app.model.state import MAX_CLOUD_COUNT, MAX_STEPS, State
from optimizers import GD
from tests.browser.drawn import points, wait_until
from tests.browser.shared import GO_TO
from tests.robustness.dear import FORMULAS, dearest
from tools.browser import Server

UNDER_WAY = re.compile(r"computing the rest …|^Computing …", re.IGNORECASE)
PARTLY = re.compile(r"Showing [\d ]+ of 5 000 steps from [\d ]+ of 10 000 starts; computing the rest … \d+ %")
SLIDER = "Radius ρ"


def test_a_part_is_shown_until_the_rest_is_computed(explore: Page) -> None:
    state = State(optimizers=["gd", "m-sam"], mode="cloud", count=MAX_CLOUD_COUNT, steps=MAX_STEPS)
    shown = explore.locator(".progress").get_by_text("Showing")
    explore.evaluate(GO_TO, write(state))
    shown.wait_for()
    assert PARTLY.fullmatch(shown.inner_text())
    expect(shown).to_be_hidden()
    (whole,) = runs_of(state, [GD()])
    np.testing.assert_array_equal(points(explore, "ends", "gd"), drawable(whole.final))


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
