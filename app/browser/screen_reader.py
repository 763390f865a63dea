"""Pictures for those who do not see them: what a figure shows, in words, read out once it rests."""

from pathlib import Path

from bokeh.core.properties import String
from bokeh.model import DataModel
from bokeh.models import CustomJS
from bokeh.plotting import figure as Figure

from app.browser.javascript import script

DEBOUNCE = 900  # milliseconds without a change after which the words are read out

# Bokeh lets every canvas be reached by Tab; one that takes no keys is only in the way.
REMOVE_FROM_TAB_ORDER = "Bokeh.index.find_one(figure).canvas_view.events_el.removeAttribute('tabindex')"


def describe(figure: Figure, words: str) -> None:
    """Gives a figure a name for screen readers."""
    figure.html_attributes = {"role": "figure", "aria-label": words}


class Spoken(DataModel):
    """A figure's name while that changes."""

    words = String(default="")


class Announcer:
    """Names a figure, and has a new name read out once it rests."""

    def __init__(self, figure: Figure) -> None:
        self._figure, self._spoken = figure, Spoken()
        figure.tags = [*figure.tags, self._spoken]
        say = script(Path(__file__).with_suffix(".mjs"), figure=figure, spoken=self._spoken, debounce=DEBOUNCE)
        self._spoken.js_on_change("words", say)

    def say(self, words: str) -> None:
        if not self._spoken.words:
            describe(self._figure, words)
        self._spoken.words = words


def remove_from_tab_order(figure: Figure) -> None:
    """Takes a figure that only shows out of the way of the Tab key."""
    figure.js_on_change("inner_width", CustomJS(args={"figure": figure}, code=REMOVE_FROM_TAB_ORDER))
