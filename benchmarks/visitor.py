"""A visitor who does anything that the page offers, in no order."""

import random
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Locator, Page

from app.browser.javascript import body
from app.model.link import write
from app.model.state import State
from landscapes import LANDSCAPES
from tests.robustness.hostile import query

WITHIN = 20_000  # milliseconds, on a machine that has other things to do
MOVES = 8  # of a drag
LOOKED_AT = 1000  # milliseconds, each tab of the first round
BETWEEN = 16  # milliseconds between two of them

GO_TO = f"({{query}}) => {{ {body(Path(__file__).with_name('go_to.mjs'), ('query',))} }}"


class Visitor:
    """Acts on one page; the same seed acts alike where the page offers the same."""

    def __init__(self, page: Page, seed: int) -> None:
        self.page, self.chance = page, random.Random(seed)
        page.set_default_timeout(WITHIN)
        self._acts: dict[Callable[[], None], float] = {
            self.slider: 6,
            self.hand: 4,
            self.typed: 2,
            self.wheel: 1,
            self.button: 2,
            self.landscape: 1,
            self.tab: 2,
            self.link: 1,
            self.back: 1,
            self.share: 0.5,
        }

    def look_round(self) -> None:
        """Opens every tab once, and the first one again."""
        tabs = self.page.locator("[role=tab]:visible").all()
        for tab in [*tabs, tabs[0]]:
            tab.click()
            self.page.wait_for_timeout(LOOKED_AT)

    def act(self) -> str:
        """Does one thing and returns its name."""
        self.page.bring_to_front()  # a page behind others is painted once a second at most
        (act,) = self.chance.choices(list(self._acts), list(self._acts.values()))
        act()
        return act.__name__

    def slider(self) -> None:
        """Drags a slider there and back again."""
        thumb = self._any(".MuiSlider-thumb:visible")
        if thumb is None:
            return
        at, track = thumb.bounding_box(), thumb.locator("xpath=..").bounding_box()
        if at is None or track is None:  # gone meanwhile, with the view that it was in
            return
        y = at["y"] + at["height"] / 2
        ends = [track["x"] + self.chance.random() * track["width"] for _ in range(2)]
        self._drag((at["x"] + at["width"] / 2, y), *((end, y) for end in ends))

    def hand(self) -> None:
        """Clicks a plot, or drags what is under the hand: the start, the frame of the starts, or the whole view."""
        box = self._plot()
        if box is None:
            return
        places = [self._within(box) for _ in range(3)]
        if self.chance.random() < 0.5:
            self.page.mouse.click(*places[0])
        else:
            self._drag(*places)

    def wheel(self) -> None:
        """Zooms a plot."""
        box = self._plot()
        if box is not None:
            self.page.mouse.move(*self._within(box))
            for _ in range(self.chance.randrange(1, 5)):
                self.page.mouse.wheel(0, self.chance.choice([-120, 120]))

    def typed(self) -> None:
        """Types a number, or what is none, into a field."""
        field = self._any("input[type=text]:visible:enabled")
        if field is not None:
            field.fill(self.chance.choice(["0", "0.3", "1", "2", "7", "1e-3", "-1.5", "nan", "1e999", "x", "", "１"]))
            field.press("Enter")

    def button(self) -> None:
        """Ticks a box or presses one of a row of buttons: starts, optimizers, what is drawn."""
        button = self._any(".MuiToggleButton-root:visible, .MuiCheckbox-root:visible, [role=group] button:visible")
        if button is not None:
            button.click()

    def landscape(self) -> None:
        """Goes to another landscape of the catalogue, as its link does."""
        self._go(f"?v=1&loss={self.chance.choice([*LANDSCAPES])}")

    def tab(self) -> None:
        """Opens another tab, or the first one again."""
        tabs = self.page.locator("[role=tab]:visible")
        tabs.nth(self.chance.choice([0, self.chance.randrange(tabs.count())])).click()

    def link(self) -> None:
        """Follows a link, of which some are broken."""
        state = State(
            rho=self.chance.choice([0.0, 0.1, 1.0]),
            learning_rate=self.chance.choice([0.001, 0.01, 0.5]),
            mode=self.chance.choice(["one", "grid", "cloud"]),
            steps=self.chance.choice([10, 200, 500]),
        )
        broken = "".join(letter for letter in query(self.chance) if letter.isprintable() and letter != "#")
        self._go(broken if self.chance.random() < 0.3 else write(state))

    def back(self) -> None:
        """Undoes, where there is something to undo."""
        if self.page.evaluate("history.length") > 3:
            self.page.evaluate("history.back()")

    def share(self) -> None:
        """Opens the share dialog and closes it."""
        self.page.get_by_role("button", name="Share").click()
        self.page.get_by_role("button", name="Copy link").wait_for()
        self.page.keyboard.press("Escape")
        self.page.get_by_role("button", name="Copy link").wait_for(state="hidden")

    def _go(self, query: str) -> None:
        self.page.evaluate(GO_TO, {"query": query})

    def _any(self, selector: str) -> Locator | None:
        found = self.page.locator(selector)
        number = found.count()
        return found.nth(self.chance.randrange(number)) if number else None

    def _plot(self) -> dict[str, float] | None:
        plot = self._any(".bk-Figure:visible")
        return plot and plot.bounding_box()

    def _within(self, box: dict[str, float]) -> tuple[float, float]:
        return tuple(box[side] + (0.2 + 0.6 * self.chance.random()) * box[size] for side, size in SIDES)

    def _drag(self, start: tuple[float, float], *ends: tuple[float, float]) -> None:
        mouse = self.page.mouse
        mouse.move(*start)
        mouse.down()
        for x, y in ends:
            for turn in range(1, MOVES + 1):
                part = turn / MOVES
                mouse.move(start[0] + part * (x - start[0]), start[1] + part * (y - start[1]))
                self.page.wait_for_timeout(BETWEEN)
            start = x, y
        mouse.up()


SIDES = ("x", "width"), ("y", "height")
