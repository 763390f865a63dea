"""A page that one test after another uses, as long as it can be brought back to its first sight."""

from collections.abc import Callable
from time import monotonic

from playwright.sync_api import Browser, BrowserContext, Locator, Page
from playwright.sync_api import Error as BrowserError

from tools.browser import SIZE, Watch

WITHIN = 60_000  # milliseconds, on a machine that has other things to do
BACK_WITHIN = 4_000  # milliseconds; a page that needs longer to come back is given up
AGAIN = 50  # milliseconds between two looks at it

# Goes to another link of the same page without reloading it, as the browser's back button does.
GO_TO = """(query) => {
    history.pushState(null, "", location.pathname + query)
    dispatchEvent(new PopStateEvent("popstate"))
}"""

# What no screen reader tells: the numbers behind every plot, what part of them is shown, and how many plots there are.
# The landscape's own picture reaches beyond what is shown, how far depends on what was looked at before, and what the
# page is asked to compute says how many programs it was sent.
BEHIND = """() => {
    const passed_over = new Set(["heat", "contours", "question"])
    const plain = (object) => object instanceof Map ? Object.fromEntries(object) : object
    const sum = (column) => {
        let total = column.length
        for (let at = 0; at < column.length; at++) {
            const value = column[at]?.length === undefined || typeof column[at] === "string" ? column[at]
                : sum(column[at])
            const number = typeof value === "number" && !isNaN(value) ? value : String(value).length
            total = (total * 31 + number * 1009) % 1000003
        }
        return total
    }
    const state = []
    let plots = 0
    for (const model of Bokeh.documents[0].all_models) {
        if (model.type === "ColumnDataSource" && model.name && !passed_over.has(model.name))
            for (const [name, column] of Object.entries(plain(model.data)))
                if (name !== "number") state.push([model.name, name, sum(column)])  // counts what was sent
        if (model.type === "Figure") {
            plots += 1
            if (model.name) state.push([model.name, ...[model.x_range, model.y_range].flatMap(({start, end}) =>
                [start, end].map((value) => Number(Number(value).toPrecision(6))))])
        }
    }
    return [plots, state.map(String).sort()]
}"""
DARK = "() => Bokeh.index.roots[0].model.data.dark_theme"
BLUR = """() => {
    let element = document.activeElement
    while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement
    element?.blur()
}"""
# What was read out last stands in the page until something else is; at first sight nothing has been.
UNSAY = "() => document.getElementById('spoken')?.remove()"
AT_REST = "() => window.Bokeh?.documents[0]?.is_idle"


class Shared:
    """Lends one page after another, each at the first sight of Explore.

    Args:
        browser: where they are opened, each in a context of its own.
        url: of the app.
        elsewhere: whether a page on which other views were opened is used again; their controls stay in it, hidden.
    """

    def __init__(self, browser: Browser, url: str, *, elsewhere: bool) -> None:
        self._browser, self._url, self._elsewhere = browser, url, elsewhere
        self._context: BrowserContext | None = None

    def lend(self) -> Page:
        """The page, opened if there is none."""
        if self._context is None:
            self._context = self._browser.new_context(viewport=SIZE, accept_downloads=True)
            self._watch = Watch(self._context)
            self._page = self._context.new_page()
            self._page.set_default_timeout(WITHIN)
            open_explore(self._page, self._url)
            self._first = self._rested()
        return self._page

    def take_back(self, *, again: bool) -> list[str]:
        """Resets the page or closes it; returns the errors since it was taken."""
        if not again or not self._returns():
            self.close()
        complaints = [*self._watch.complaints]
        self._watch.complaints.clear()
        if complaints:
            self.close()
        return complaints

    def close(self) -> None:
        if self._context is not None:
            self._context.close()
            self._context = None

    def _returns(self) -> bool:
        try:
            for other in self._context.pages:
                if other is not self._page:
                    other.close()
            self._context.clear_permissions()
            self._page.set_default_timeout(BACK_WITHIN)
            return_to_start(self._page)
            self._page.set_default_timeout(WITHIN)
            returned = becomes(self._page, lambda: self._sight() == self._first, BACK_WITHIN)
            self._page.evaluate(UNSAY)
            return returned
        except BrowserError:
            return False

    def _rested(self) -> tuple:
        """What the page shows once that changes no more."""
        last: list[tuple] = [()]

        def same() -> bool:
            last.append(self._sight())
            self._page.wait_for_timeout(4 * AGAIN)
            return last[-1] == last[-2]

        becomes(self._page, same, WITHIN)
        return last[-1]

    def _sight(self) -> tuple:
        """All that is shown and described, except what was read out last."""
        behind = [] if self._elsewhere else self._page.evaluate(BEHIND)
        snapshot = self._page.locator("body").aria_snapshot()
        read = [line for line in snapshot.splitlines() if not line.lstrip().startswith("- status")]
        return self._page.url, self._page.evaluate(DARK), read, *behind


def open_explore(page: Page, url: str) -> None:
    """Opens an address and waits until a plot is painted."""
    page.goto(url)
    page.locator(".bk-events:visible").first.wait_for()
    page.wait_for_function(AT_REST)


def return_to_start(page: Page) -> None:
    """What a visitor does to begin again: closes what is open, stops what runs, and resets."""
    while page.locator("[role=dialog]:visible, [role=listbox]:visible").count():
        page.keyboard.press("Escape")
        page.wait_for_timeout(AGAIN)
    _click_any(page.get_by_role("button", name="Dismiss"))
    page.get_by_role("tab", name="Explore", exact=True).click()
    bar = page.get_by_role("group", name="Playback")
    for pressed in ("Pause", "Loop", "Anatomy", "Unpin A"):
        button = bar.get_by_role("button", name=pressed, exact=True)
        _click_any(button if pressed in {"Pause", "Unpin A"} else button.and_(page.locator("[aria-pressed=true]")))
    bar.get_by_label("Speed").select_option("1")
    if page.get_by_role("alert").locator("visible=true").count():  # a refusal is shown until a value is taken
        radius = page.get_by_role("textbox", name="Radius ρ, typed")
        radius.fill("0.5")
        radius.press("Enter")
    page.get_by_role("button", name="Reset", exact=True).click()
    page.get_by_role("application").press("0")
    step = bar.get_by_role("slider", name="Step", exact=True)
    step.press("End")
    if page.evaluate(DARK):
        page.get_by_role("button", name="Toggle theme").click()
    page.mouse.move(0, 0)
    page.evaluate(BLUR)


def _click_any(buttons: Locator) -> None:
    for button in buttons.all():
        if button.is_visible():
            button.click()


def becomes(page: Page, condition: Callable[[], bool], within: float) -> bool:
    """Whether a condition comes to hold within so many milliseconds."""
    deadline = monotonic() + within / 1e3
    while not condition():
        if monotonic() > deadline:
            return False
        page.wait_for_timeout(AGAIN)
    return True
