"""The view of coordinates as a person uses it: both planes follow the chart's slider, and its link shows the same."""

import numpy as np
from numpy.testing import assert_allclose
from playwright.sync_api import Page, expect

from app.compute.charts import chart_of
from app.model.state import State
from landscapes import LANDSCAPES
from optimizers import MongeSAM
from optimizers.charts import path_in
from tests.browser.drawn import ends_at, points, wait_until
from tests.browser.shared import AT_REST

PHI = "φ "


def start_of(page: Page) -> np.ndarray:
    """φ of the start, as drawn."""
    return points(page, PHI + "starts")[:, 0]


def end_of(state: State) -> np.ndarray:
    """φ where Monge SAM ends."""
    path = path_in(
        MongeSAM(1.0), LANDSCAPES["banana"], chart_of(state), [state.x, state.y], learning_rate=0.01, steps=200
    )
    return path[:, -1]


def test_both_planes_follow_the_charts_slider_and_the_start_and_the_link_keeps_them(tabs: Page) -> None:
    page = tabs
    page.get_by_role("tab", name="Coordinates").click()
    slider = page.get_by_role("slider", name="Stretch s").locator("visible=true")
    slider.wait_for()
    wait_until(page, lambda: np.allclose(start_of(page), [-0.75, 1.0]))
    looked = points(page, "looked in φ", "m-sam")
    head = page.get_by_role("columnheader", name="Stretch, s = 2").element_handle()
    slider.press("End")
    wait_until(page, lambda: np.allclose(start_of(page), [-0.375, 2.0]))
    wait_until(page, lambda: not np.allclose(points(page, "looked in φ", "m-sam"), looked))
    wait_until(page, lambda: head.inner_text() == "Stretch, s = 4")
    assert head.evaluate("element => element.isConnected"), "the tables keep their elements"
    assert_allclose(np.abs(points(page, "flattest in φ")), [[4.0, 4.0], [0.25, 0.25]], rtol=1e-4)
    wait_until(page, lambda: ends_at(page, PHI + "ends", "m-sam", end_of(State(amount_stretch=4.0))))
    page.get_by_role("button", name="Bend").click()
    wait_until(page, lambda: np.allclose(start_of(page), [-1.5, 0.5 - 0.5 * 2.25]))
    wait_until(page, lambda: "chart=bend" in page.url)
    page = page.context.new_page()
    page.goto(tabs.url)
    page.get_by_role("slider", name="Bend c").locator("visible=true").wait_for()  # the address names the tab
    page.wait_for_function(AT_REST)
    wait_until(page, lambda: np.allclose(start_of(page), [-1.5, -0.625]))
    wait_until(page, lambda: ends_at(page, PHI + "ends", "m-sam", end_of(State(chart="bend"))))
    expect(page.get_by_text("Native: each rule")).to_be_visible()
