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
# how far to the right what is drawn of Monge SAM's disc reaches, as it is in the memory of the graphics processor
DISC = f"""() => {{
    const plot = ({PLOT})(), {{ traces, dataScale }} = plot._fullLayout.scene._scene
    const disc = plot._fullData.filter(({{ type }}) => type === "mesh3d")[1]
    return traces[disc.uid].mesh.bounds[1][0] / dataScale[0]
}}"""
HEADS = f"() => ({PLOT})().data.at(-1).x"


def test_the_surface_is_drawn_turns_by_key_and_follows_rho_and_playback(explore: Page) -> None:
    page = explore
    assert page.evaluate("() => globalThis.Plotly === undefined"), "what is not shown is not loaded"
    page.get_by_role("button", name="Surface").click()
    page.wait_for_function(f"() => ({PLOT})()?.drawn > 0")
    plot = page.get_by_role("application", name="Surface of the loss")
    assert plot.bounding_box()["height"] > 200
    before, disc = page.evaluate(EYE), page.evaluate(DISC)
    plot.press("ArrowRight")
    wait_until(page, lambda: page.evaluate(EYE) != before)
    turned = page.evaluate(EYE)
    page.get_by_role("slider", name="Radius ρ").locator("visible=true").press("ArrowRight")
    wait_until(page, lambda: page.evaluate(DISC) > disc)
    assert page.evaluate(EYE) == pytest.approx(turned), "the camera is the visitor's"
    ends = page.evaluate(HEADS)
    page.get_by_role("slider", name="Step", exact=True).press("Home")
    wait_until(page, lambda: set(page.evaluate(HEADS)) == {-1.5})
    assert set(ends) != {-1.5}
    wait_until(page, lambda: "surface=1" in page.url)
