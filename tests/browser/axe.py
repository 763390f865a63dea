"""What axe-core finds on a page that has come to rest."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from app.theme import palette
from tests.browser.shared import AT_REST, WITHIN, becomes

# Whether the page's colours are those of a theme, and at rest.
PAINTED = """(paper) => {
    const element = Bokeh.index.roots[0].shadow_el.querySelector("main")
    const probe = Object.assign(document.createElement("i"), {style: `color: ${paper}`})
    element.append(probe)
    const wanted = getComputedStyle(probe).color
    probe.remove()
    return getComputedStyle(element).backgroundColor === wanted
}"""
# Whether no transition is running, now and two frames later.
STILL = """async () => {
    const still = (root) => root.getAnimations().every(({playState}) => playState !== "running")
        && [...root.querySelectorAll("*")].every(({shadowRoot}) => !shadowRoot || still(shadowRoot))
    const before = still(document)
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))
    return before && still(document)
}"""
FADE = 600  # ms in which labels begin to take the colours of the other theme, and have taken them
# What may differ between the themes; all else is the same elements.
OF_COLOUR = ["color-contrast", "link-in-text-block"]


def settle(page: Page, dark: bool) -> None:
    """Until the open tab is drawn in its theme and nothing moves or fades any more."""
    page.locator(".bk-events:visible").first.wait_for()
    page.wait_for_function(AT_REST)
    page.wait_for_function(PAINTED, arg=palette(dark).paper)
    becomes(page, lambda: page.evaluate(STILL), WITHIN)


def serious(page: Page, where: str, rules: list[str] | None = None) -> list[str]:
    """What axe-core finds of serious or critical impact, by these rules or by all."""
    options = {"resultTypes": ["violations"]} | ({"runOnly": rules} if rules else {})
    found: list[str] = []

    def clean() -> bool:
        report = Axe().run(page, options=options).response
        found[:] = [
            f"{where}: {one['id']} at {node['target']}: {node['html'][:120]}"
            for one in report["violations"]
            if one["impact"] in {"serious", "critical"}
            for node in one["nodes"]
        ]
        return not found

    becomes(page, clean, 5 * FADE)  # what fades has a colour between those of the themes
    return found
