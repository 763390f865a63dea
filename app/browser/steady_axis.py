"""An axis that keeps the room of its widest labels: Bokeh lays the whole page out again where that changes."""

from pathlib import Path

from bokeh.models import Axis
from bokeh.plotting import figure as Figure

from app.browser.javascript import script


def steady(figure: Figure, axis: Axis) -> None:
    """Keeps the room of an axis of a figure while labels change with its range."""
    figure.js_on_change("inner_width", script(Path(__file__).with_suffix(".mjs"), axis=axis))
