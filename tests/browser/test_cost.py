"""Expensive work in a browser: a part is shown at once, the rest follows, and other pages do not wait for it."""

import re

import numpy as np
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from app.compute.runs import runs_of
from app.layers.trajectories import drawable
from app.model.link import write
from app.model.state import MAX_CLOUD_COUNT, MAX_STEPS, State
from tests.browser.drawn import points, wait_until
from tests.browser.shared import GO_TO
from tests.robustness.expensive import FORMULAS, most_expensive
from tools.browser import Server

UNDER_WAY = re.compile(r"computing the rest …|^Computing …", re.IGNORECASE)
PARTLY = re.compile(r"^Showing .+ of 5.000 steps from .+ of 10.000 starts; computing the rest … \d+.%$")
SLIDER = "Radius ρ"


@pytest.mark.verify  # beside other tests the rest may be there before the page has painted the part
def test_a_part_is_shown_until_the_rest_is_computed(explore: Page) -> None:
    state = State(mode="cloud", count=MAX_CLOUD_COUNT, steps=MAX_STEPS)
    shown = explore.locator(".progress").get_by_text(PARTLY)
    explore.evaluate(GO_TO, write(state))
    shown.wait_for()
    expect(shown).to_be_hidden()
    gd, *_ = runs_of(state)
    np.testing.assert_array_equal(points(explore, "ends", "gd"), drawable(gd.final))


@pytest.mark.verify
def test_a_page_moves_beside_an_expensive_one(explore: Page, context: BrowserContext, server: Server) -> None:
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
