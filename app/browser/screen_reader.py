"""Text alternatives of figures for screen readers, announced after a debounce."""

from pathlib import Path

import panel as pn
from bokeh.core.properties import String
from bokeh.model import DataModel
from bokeh.models import CustomJS
from bokeh.plotting import figure as Figure

from app.browser.javascript import script

DEBOUNCE = 900  # milliseconds without a change after which the text is announced

# Bokeh makes every canvas focusable by Tab; one that handles no keys should not be.
REMOVE_FROM_TAB_ORDER = "Bokeh.index.find_one(figure).canvas_view.events_el.removeAttribute('tabindex')"


def describe(figure: Figure, words: str) -> None:
    """Sets a figure's accessible name."""
    figure.html_attributes = {"role": "figure", "aria-label": words}


class Spoken(DataModel):
    """A figure's accessible name, if it changes."""

    words = String(default="")


class Announcer:
    """Sets a figure's accessible name, and announces a new one after a debounce."""

    def __init__(self, figure: Figure) -> None:
        self._figure, self._spoken = figure, Spoken()
        figure.tags = [*figure.tags, self._spoken]
        announce = script(Path(__file__).with_suffix(".mjs"), figure=figure, spoken=self._spoken, debounce=DEBOUNCE)
        self._spoken.js_on_change("words", announce)

    def announce(self, words: str) -> None:
        """Sets the words, which are read out once they have not changed for a while."""
        # the script is not called for words from before the page loaded
        if not self._spoken.words or not pn.state.loaded:
            describe(self._figure, words)
        self._spoken.words = words


def remove_from_tab_order(figure: Figure) -> None:
    """Removes a figure without keyboard control from the tab order."""
    figure.js_on_change("inner_width", CustomJS(args={"figure": figure}, code=REMOVE_FROM_TAB_ORDER))
