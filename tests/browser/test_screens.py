"""Every screen: at each size, on each tab, nothing is cut off, covered or out of reach, asserted on boxes."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser, Page, expect

from app.views.catalogue import TABS
from tests.browser.conftest import must_be_clean
from tests.browser.shared import AT_REST, DARK, open_explore
from tests.sweep import WHOLE, Sweep
from tools.browser import Server, Watch

BOXES = Path(__file__).with_name("boxes.mjs").read_text("utf-8").replace("export default", "", 1)
TYPE = Path(__file__).with_name("type_sizes.mjs").read_text("utf-8").replace("export default", "", 1)
FINGER = 44  # px
PROJECTED = 24  # px, at 1280 x 720


class Screen(NamedTuple):
    """A window in CSS px, and how many px of the screen one of them takes."""

    width: int
    height: int
    scale: float = 1.0
    finger: bool = False


SCREENS = {
    "1280x720": Screen(1280, 720),
    "phone": Screen(390, 844, 2.0, finger=True),
    "tablet": Screen(820, 1180, 2.0, finger=True),
    "1024x768": Screen(1024, 768),
    "1280x720 at 125 %": Screen(1024, 576, 1.25),
    "1280x720 at 150 %": Screen(853, 480, 1.5),
    "1280x720 at 200 %": Screen(640, 360, 2.0),
    "1920x1080": Screen(1920, 1080),
    "2560x1440": Screen(2560, 1440),
}
SHORT = {"phone": ("Explore",)}
CASES = (
    [(name, scheme) for name in SCREENS for scheme in ("light", "dark")]
    if WHOLE
    else [(name, "light") for name in SHORT]
)


@pytest.fixture
def visitor(browser: Browser, server: Server, request: pytest.FixtureRequest) -> Iterator[Page]:
    """The app on a screen of its own."""
    name, scheme = request.param
    width, height, scale, finger = SCREENS[name]
    context = browser.new_context(
        viewport={"width": width, "height": height}, device_scale_factor=scale, color_scheme=scheme, has_touch=finger,
        is_mobile=finger,
    )  # fmt: skip
    watch = Watch(context)
    page = context.new_page()
    open_explore(page, server.url)
    yield page
    context.close()
    must_be_clean(watch.complaints)


@pytest.mark.parametrize(("visitor", "name"), [(case, case[0]) for case in CASES], indirect=["visitor"])
def test_nothing_is_cut_off_covered_or_out_of_reach(visitor: Page, name: str, sweep: Sweep) -> None:
    titles = [tab.title for tab in TABS] if WHOLE else SHORT[name]
    faults = []
    for title in titles:
        visitor.get_by_role("tab", name=title, exact=True).click()
        visitor.locator(".bk-events:visible").first.wait_for()
        visitor.wait_for_function(AT_REST)
        visitor.wait_for_timeout(300)
        found = visitor.evaluate(BOXES, FINGER if SCREENS[name].finger else 0)
        faults += [f"{title}: {fault}" for fault in found]
    assert not faults, "\n".join(faults)
    sweep.report(f"nothing is cut off, covered or out of reach, {name}", len(titles))


def test_projector_mode_and_the_theme_last(tabs: Page) -> None:
    """Key P makes all type large, and the link holds it; the theme that was chosen is there in the next page."""
    page = tabs
    page.get_by_role("button", name="Toggle theme").click()
    page.keyboard.press("p")
    page.wait_for_url("**projector=1")
    for title in [tab.title for tab in TABS] if WHOLE else ["Explore"]:
        page.get_by_role("tab", name=title, exact=True).click()
        page.locator(".bk-events:visible").first.wait_for()
        page.wait_for_function(AT_REST)
        page.wait_for_timeout(300)
        small = [text for size, text in page.evaluate(TYPE) if size < PROJECTED - 0.1]
        assert not small, f"{title}: {small}"
    link = page.url
    page.keyboard.press("p")
    page = page.context.new_page()
    open_explore(page, link)
    page.wait_for_function(DARK)
    expect(page.locator(":root.projector")).to_be_attached()
    page.get_by_role("button", name="Leave projector mode").click()
    expect(page.get_by_role("button", name="Projector")).to_be_visible()
