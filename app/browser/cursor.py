"""What is said of the place under the pointer: asked for as it moves, one question at a time, shown on the plane."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from bokeh.core.properties import Any as AnyValue
from bokeh.model import DataModel
from bokeh.plotting import figure as Figure

from app.browser.callbacks import guarded
from app.browser.javascript import script
from app.theme import stylesheet

CSS = stylesheet(Path(__file__).with_suffix(".css"))


class Cursor(DataModel):
    """From the browser: the place, and a number. To it: the words, and the number that they answer."""

    asked = AnyValue(default=None)
    answered = AnyValue(default=None)


def read_out(figure: Figure, words: Callable[[float, float], str]) -> None:
    """Shows on a figure what is said of the place under the pointer.

    Args:
        figure: the plane.
        words: of a place, θ₁ and θ₂.
    """
    cursor = Cursor()

    def answer(attribute: str, old: Any, new: Any) -> None:
        x, y, number = (float(one) for one in new)
        cursor.answered = [words(x, y), number]

    cursor.on_change("asked", guarded(answer))
    figure.tags = [*figure.tags, cursor]
    watch = script(Path(__file__).with_suffix(".mjs"), figure=figure, cursor=cursor, css=CSS)
    figure.js_on_change("inner_width", watch)
