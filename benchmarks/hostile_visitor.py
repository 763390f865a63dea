"""A visitor who requests the most expensive work that the page offers, and never waits for it."""

import random
from itertools import cycle

from playwright.sync_api import BrowserContext, Page
from playwright.sync_api import Error as BrowserError

from benchmarks.visitor import GO_TO
from tests.robustness.expensive import links

TABS = ("", "#destinations", "#phase-diagram", "#stability")
PATIENCE = 1000  # milliseconds for the browser to take an order, not for what is ordered
LINGER = 15.0  # seconds on one page


class HostileVisitor:
    """Acts on a page of its own, which stays behind the others: what it costs is the server's work, not painting."""

    def __init__(self, context: BrowserContext, url: str, seed: int) -> None:
        self._context, self._url, self._chance = context, url, random.Random(seed)
        self._links, self._tabs = cycle(links()), cycle(TABS)
        self._page: Page | None = None
        self._until = 0.0
        self.acts = 0

    def act(self, now: float) -> None:
        """Orders something; on a new page every now and then, the old one closed under its work."""
        self.acts += 1
        try:
            if self._page is None or now > self._until:
                self.leave()
                self._page, self._until = self._context.new_page(), now + LINGER
                self._page.set_default_timeout(PATIENCE)
                address = f"{self._url}/{next(self._links)}{next(self._tabs)}"
                self._page.goto(address, wait_until="commit", timeout=30_000)
            elif self._chance.random() < 0.3:
                self._page.evaluate(GO_TO, {"hash": next(self._tabs)})
            else:
                self._page.evaluate(GO_TO, {"query": next(self._links)})
        except BrowserError:
            self._until = 0.0  # a page that is not there yet takes no orders

    def leave(self) -> None:
        if self._page is not None:
            self._page.close()
            self._page = None
