"""The app without a mouse and without a screen: keys, focus that is seen, names, and what axe-core looks for."""

import re
from collections.abc import Iterator
from io import BytesIO

import numpy as np
import pytest
from matplotlib.colors import to_rgb
from matplotlib.image import imread
from playwright.sync_api import Page, expect

from app.theme import FOCUS
from app.views.catalogue import TABS
from figures import FIGURES
from landscapes import LANDSCAPES
from optimizers import SAM, run
from tests.browser.axe import FADE, OF_COLOUR, serious, settle
from tests.browser.drawn import MODEL, points, wait_until
from tests.browser.shared import WITHIN, becomes
from tests.sweep import Sweep

RING = 40  # pixels of the focus colour that make it seen

FOCUSED = """() => {
    let element = document.activeElement
    while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement
    return element
}"""
# How a person would call what has the focus.
NAME = f"""() => {{
    const element = ({FOCUSED})()
    if (element === document.body) return ""
    const root = element.getRootNode()
    const labels = (element.getAttribute("aria-labelledby") ?? "").split(" ").map((id) => root.getElementById(id))
    const texts = [element.getAttribute("aria-label"), element.labels?.[0]?.textContent,
        labels.map((label) => label?.textContent ?? "").join(" ").trim(), element.textContent]
    return texts.find(Boolean)?.trim() ?? element.outerHTML
}}"""
FIRST_FIGURE = len(TABS) - len(FIGURES)  # among the views, which end with the figures
EXPLORE = [
    "SAMscape", "Lessons", "Projector", "Share", "Help", "Toggle theme", "Explore", "Landscape", "Reset", "GD", "SAM",
    "M-SAM", "Fisher SAM", "ASAM", "More rules…", "Radius ρ", "Radius ρ, typed", "Learning rate α",
    "Learning rate α, typed", "Steps", "Steps, typed", "Base, schedules, noise", "One start",
    "Start θ₁", "Start θ₂", "Start: arrow keys", "Play", "Step back", "Step forward", "Step", "Speed",
    "Loop", "Anatomy", "Panels", "Pin as A", "Background",
]  # fmt: skip


def name(page: Page) -> str:
    return page.evaluate(NAME)


def ring(page: Page) -> int:
    """Pixels of the focus colour near what has the focus."""
    box = page.evaluate_handle(FOCUSED).as_element().bounding_box()
    left, top = max(box["x"] - 12, 0), max(box["y"] - 12, 0)
    right, bottom = min(box["x"] + box["width"] + 12, 1280), min(box["y"] + box["height"] + 12, 720)
    clip = {"x": left, "y": top, "width": right - left, "height": bottom - top}
    seen = imread(BytesIO(page.screenshot(clip=clip)))[..., :3]
    return int((np.abs(seen - np.array(to_rgb(FOCUS))).max(axis=-1) < 0.03).sum())


def stops(page: Page) -> Iterator[str]:
    """What Tab comes to from the top of the page, until it leaves it."""
    page.get_by_role("link", name="SAMscape").focus()
    page.keyboard.press("Shift+Tab")
    for _ in range(80):
        page.keyboard.press("Tab")
        reached = name(page)
        if not reached:
            return
        yield reached
    pytest.fail("Tab never leaves the page")


def test_tab_reaches_every_control_of_explore_and_each_shows_it(explore: Page, sweep: Sweep) -> None:
    """In the short form every fourth is looked at."""
    looked_at = sweep.count(4, 1)
    reached = {stop: ring(explore) if n % looked_at == 0 else RING for n, stop in enumerate(stops(explore))}
    assert not [stop for stop, seen in reached.items() if seen < RING], reached
    for control in EXPLORE:
        assert any(stop.endswith(control) or stop.startswith(control) for stop in reached), (control, reached)


def test_arrow_keys_move_the_start_and_the_paths_follow(explore: Page) -> None:
    explore.get_by_role("application").focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowUp", "Shift+ArrowLeft"):
        explore.keyboard.press(key)
    start = np.array([-1.31, 0.6])
    final = run(SAM(1.0), LANDSCAPES["banana"], start, learning_rate=0.01, steps=200).final
    wait_until(explore, lambda: np.allclose(points(explore, "ends", "sam")[:, 0], final, atol=1e-4))
    fields = [explore.get_by_label(label, exact=True) for label in ("Start θ₁", "Start θ₂")]
    wait_until(explore, lambda: np.allclose([float(one.input_value()) for one in fields], start, atol=1e-9))


def test_keys_zoom_about_the_start_and_pan_and_0_shows_the_whole_view_again(explore: Page) -> None:
    width = f"() => {{ const {{start, end}} = ({MODEL})('plane').x_range; return end - start }}"
    left = f"() => ({MODEL})('plane').x_range.start"
    whole, home = explore.evaluate(width), explore.evaluate(left)
    explore.get_by_role("application").focus()
    for key in ("=", "=", "-"):
        explore.keyboard.press(key)
    wait_until(explore, lambda: explore.evaluate(width) == pytest.approx(0.8 * whole))
    before = explore.evaluate(left)
    explore.keyboard.press("d")
    wait_until(explore, lambda: explore.evaluate(left) == pytest.approx(before + 0.1 * 0.8 * whole))
    explore.keyboard.press("0")
    wait_until(explore, lambda: explore.evaluate(width) == pytest.approx(whole))
    assert explore.evaluate(left) == pytest.approx(home)


def test_the_picture_is_described_and_read_out_after_a_debounce(explore: Page) -> None:
    plane = explore.get_by_role("figure", name="Banana.")
    wait_until(explore, lambda: "SAM is at a saddle, on a 2-cycle" in plane.get_attribute("aria-label"))
    assert explore.get_by_role("table", name="Final position and motion").get_by_role("rowheader").count() == 3
    explore.get_by_role("checkbox", name="GD").press("Space")
    spoken = explore.locator("#spoken")
    expect(spoken).to_have_text(re.compile(r"^Banana\. After 200 steps: SAM is .*; Monge SAM is [^;]*$"))
    assert spoken.get_attribute("role") == "status"
    assert explore.locator("html").get_attribute("lang") == "en"
    assert explore.get_by_role("main").count() == explore.get_by_role("banner").count() == 1


def test_the_help_sheet_opens_by_key_keeps_the_focus_and_gives_it_back(explore: Page) -> None:
    dialog = explore.get_by_role("dialog", name="Help")
    radius = explore.get_by_label("Radius ρ, typed")
    radius.focus()
    explore.keyboard.press("?")
    expect(radius).to_have_value(re.compile(r"\?"))
    explore.wait_for_timeout(300)
    assert not dialog.is_visible(), "a question mark that is typed opens no help"
    radius.fill("1")
    explore.get_by_role("slider", name="Radius ρ").focus()
    explore.keyboard.press("?")
    dialog.get_by_text("Jacobsen and Arvanitidis").wait_for()
    assert dialog.locator("mjx-container").count() >= 5
    assert {explore.keyboard.press("Tab") or name(explore) for _ in range(4)} == {"close", "Help"}
    explore.keyboard.press("Escape")
    dialog.wait_for(state="detached")
    assert becomes(explore, lambda: name(explore) == "Radius ρ", WITHIN), name(explore)
    explore.get_by_role("button", name="Help").press("Enter")
    dialog.wait_for()


def test_a_list_unfolds_by_key_and_gives_the_focus_back(explore: Page) -> None:
    landscape = explore.get_by_role("combobox", name="Landscape")
    landscape.press("Enter")
    explore.get_by_role("listbox").wait_for()
    explore.keyboard.press("ArrowDown")
    explore.keyboard.press("Enter")
    explore.get_by_role("listbox").wait_for(state="detached")
    explore.get_by_role("figure", name="Sinc.").wait_for()
    assert name(explore).startswith("Landscape")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_no_serious_violation(tabs: Page, sweep: Sweep, dark: bool) -> None:
    """On every view of another make; in the short form on every second, and in the dark on the first alone."""
    if dark:
        tabs.get_by_role("button", name="Toggle theme").click()
        tabs.wait_for_timeout(FADE)
    found = []
    for tab in TABS[: FIRST_FIGURE + 1 : sweep.count(len(TABS) if dark else 2, 1)]:
        tabs.get_by_role("tab", name=tab.title, exact=True).click()
        settle(tabs, dark)
        found += serious(tabs, tab.title, OF_COLOUR if dark else None)
        if tab is TABS[0] and not dark:
            tabs.get_by_role("button", name="Panels").click()
            tabs.get_by_role("figure", name="Paths of Monge SAM").wait_for()
            settle(tabs, dark)
            found += serious(tabs, "One panel per rule")
            tabs.get_by_role("button", name="Panels").click()
    assert not found, "\n".join(found)
