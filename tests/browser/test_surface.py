"""The surface as a person uses it: it is drawn with what this machine holds, turns by key and follows ρ."""

import pytest
from playwright.sync_api import Page

from tests.browser.drawn import wait_until

PLOT = """() => {
    const found = (root) => {
        for (const element of root.querySelectorAll("*")) {
            const { shadowRoot } = element
            const here = element.classList.contains("surface") ? element : shadowRoot && found(shadowRoot)
            if (here) return here
        }
    }
    return found(document)
}"""
EYE = f"() => Object.values(({PLOT})()._fullLayout.scene._scene.getCamera().eye)"
DISC = f"() => Math.max(...({PLOT})().data.filter(({{type}}) => type == 'mesh3d')[1].x)"


def test_the_surface_is_drawn_turns_by_key_and_follows_rho(tabs: Page) -> None:
    page = tabs
    page.get_by_role("tab", name="Surface").click()
    page.wait_for_function(f"() => ({PLOT})()?.drawn > 0")
    plot = page.get_by_role("application", name="Surface of the loss")
    before, disc = page.evaluate(EYE), page.evaluate(DISC)
    plot.press("ArrowRight")
    wait_until(page, lambda: page.evaluate(EYE) != before)
    turned = page.evaluate(EYE)
    page.get_by_role("slider", name="Radius ρ").locator("visible=true").press("ArrowRight")
    wait_until(page, lambda: page.evaluate(DISC) > disc)
    assert page.evaluate(EYE) == pytest.approx(turned), "the camera is the visitor's"
