"""The plane under the keyboard: arrow keys move the start, or the square of the starts, others zoom and pan."""

from pathlib import Path

from bokeh.models import BoxAnnotation, ColumnDataSource
from bokeh.plotting import figure as Figure

from app.browser.drag import Drag, Touch
from app.browser.javascript import script
from app.theme import stylesheet

KEYS = (
    ("arrow keys", "move the start"),
    ("Shift and an arrow key", "move it a tenth as far"),
    ("+ and −", "zoom in and out, about the start"),
    ("w, a, s and d", "look further up, left, down and right"),
    ("0", "show the whole view again"),
)
LABEL = "Start: " + ", ".join(f"{key} {what}" for key, what in KEYS)
HINT = "Start: arrow keys move it · Shift: finer · + − 0: zoom · w a s d: pan"

CSS = stylesheet(Path(__file__).with_suffix(".css"))


def listen(figure: Figure, box: BoxAnnotation, drag: Drag, starts: ColumnDataSource, touch: Touch) -> None:
    """Lets the plane be reached by Tab and the start be moved by keys.

    Args:
        figure: the plane.
        box: handle round the start or the starts.
        drag: how it stands.
        starts: where the session has it.
        touch: takes the place that the keys bring it to.
    """
    models = {"figure": figure, "box": box, "drag": drag, "starts": starts, "touch": touch}
    texts = {"label": LABEL, "hint": HINT, "css": CSS}
    figure.js_on_change("inner_width", script(Path(__file__).with_suffix(".mjs"), **models, **texts))
