"""Chromium computes rules on landscapes to NumPy's last bit."""

from typing import Any

from playwright.sync_api import Page

from landscapes import LANDSCAPES, Landscape
from tests.bits import starts
from tests.formulas import ALL
from tests.javascript import Engine, agrees

LOAD = """async (text) => {
    const blob = new Blob([text], {type: "text/javascript"})
    window.made = await import(URL.createObjectURL(blob))
    window.answer = (await import("/tests/javascript/calls.mjs")).answer
}"""


class Chromium(Engine):
    """V8 in a page."""

    def __init__(self, page: Page) -> None:
        self._page = page

    def load(self, text: str) -> None:
        self._page.evaluate(LOAD, text)

    def ask(self, question: dict[str, Any]) -> str:
        return self._page.evaluate("(question) => answer(made, question)", question)


def test_chromium_has_the_bits_of_numpy(blank: Page, sweep) -> None:
    engine, points = Chromium(blank), starts(sweep.count(50, 1000))
    losses = [LANDSCAPES["banana"], LANDSCAPES["sinc"], *map(Landscape.from_formula, ALL[:1])]
    if sweep.whole:
        losses = [*LANDSCAPES.values(), *map(Landscape.from_formula, ALL)]
    compared = sum(agrees(engine, loss, points, sweep.count(20, 200)) for loss in losses)
    sweep.report(
        "Chromium gives NumPy's bits: every rule on every landscape, and three formulas", compared, "none differs"
    )
