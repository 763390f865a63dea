"""What moves while dragging is painted apart from what does not: the heat map, the contours, the axes."""

from pathlib import Path

from bokeh.plotting import figure as Figure

from app.browser.javascript import script

MOVING = "overlay"  # the one level that Bokeh paints on a canvas of its own


def clip(figure: Figure) -> None:
    """Keeps what moves within the frame of the axes."""
    clipped = script(Path(__file__).with_suffix(".mjs"), figure=figure)
    figure.js_on_change("inner_width", clipped)
    figure.js_on_change("inner_height", clipped)
