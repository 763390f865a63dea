"""What is drawn in a page: the numbers behind it, read from its data sources."""

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page

from app.layers.rule_groups import CODES

MODEL = """(name) => {
    for (const {all_models} of Bokeh.documents) for (const model of all_models) if (model.name == name) return model
    throw new Error(`no model is named ${name}`)
}"""
TABLE = f"""(name) => {{
    const data = ({MODEL})(name).data
    const plain = (column) => [...column].map((value) => value?.length === undefined || typeof value === "string"
        ? value : [...value])
    return Object.fromEntries((data instanceof Map ? [...data] : Object.entries(data)).map(([key, column]) =>
        [key, plain(column)]))
}}"""


def points(page: Page, source: str, key: str | None = None) -> np.ndarray:
    """Points, those of one rule where its key is given; shape (2, n)."""
    table = page.evaluate(TABLE, source)
    drawn = np.array([_numbers(table["x"]), _numbers(table["y"])])
    return drawn if key is None else drawn[:, np.array(table["rule"], int) == CODES[key]]


def ends_at(page: Page, source: str, key: str, end: np.ndarray) -> bool:
    """Whether one run of a rule is drawn, and ends where it is expected, to what float32 tells."""
    drawn = points(page, source, key)
    return drawn.shape == (2, 1) and np.allclose(drawn[:, 0], end, atol=1e-4)


def lines(page: Page, source: str, key: str) -> list[np.ndarray]:
    """The lines of one rule, each of shape (2, n); gaps are NaN."""
    table = page.evaluate(TABLE, source)
    drawn = zip(table["xs"], table["ys"], table["rule"], strict=True)
    return [np.array([_numbers(x), _numbers(y)]) for x, y, rule in drawn if rule == CODES[key]]


def _numbers(column: list[Any]) -> list[float]:
    return [np.nan if value is None else value for value in column]


def wait_until(page: Page, condition: Callable[[], bool], within: int = 20_000) -> None:
    """Waits for a condition to hold; fails if it does not within so many milliseconds."""
    for _ in range(within // 50):
        if condition():
            return
        page.wait_for_timeout(50)
    pytest.fail("the page did not come to it in time")


def choose(page: Page, label: str, option: str | re.Pattern) -> None:
    """Picks from a list with the keyboard, as from any list."""
    box = page.locator(".MuiFormControl-root", has=page.locator("label", has_text=label)).get_by_role("combobox")
    item = page.locator("li", has_text=option)

    def open_list() -> bool:
        if not item.count():
            box.filter(visible=True).press("Enter")
            page.wait_for_timeout(200)
        return item.count() > 0

    wait_until(page, open_list)
    item.press("Enter")
    item.wait_for(state="detached")
