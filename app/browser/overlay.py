"""What moves under the hand is painted apart from what stands still: the heat map, the contours, the axes."""

from bokeh.models import CustomJS
from bokeh.plotting import figure as Figure

MOVING = "overlay"  # the one level that Bokeh paints on a canvas of its own

# Bokeh clips other levels to the frame of the axes; this one only so.
CLIP = """
const {canvas_view, frame} = Bokeh.index.find_one(figure)
const {width, height} = canvas_view.bbox, {left, right, top, bottom} = frame.bbox
canvas_view.overlays.el.style.clipPath = `inset(${top}px ${width - right}px ${height - bottom}px ${left}px)`
"""


def clip(figure: Figure) -> None:
    """Keeps what moves within the frame of the axes."""
    clipped = CustomJS(args={"figure": figure}, code=CLIP)
    figure.js_on_change("inner_width", clipped)
    figure.js_on_change("inner_height", clipped)
