"""The names of both axes in the corners that their tick labels leave free, so that they take no room of their own."""

from pathlib import Path

from bokeh.models import ColumnDataSource, Text
from bokeh.plotting import figure as Figure

from app.browser.javascript import script
from app.theme import FONT, palette


class AxisNames:
    """Small maps lose a tenth of their height to the usual labels.

    Args:
        figure: the map.
        x, y: the names.
    """

    def __init__(self, figure: Figure, x: str, y: str) -> None:
        unplaced = {name: [0.0, 0.0] for name in ("x", "y", "dx", "dy")}
        source = ColumnDataSource({"text": [x, y], **unplaced}, syncable=False)
        self._text = Text(
            x="x",
            y="y",
            text="text",
            x_offset="dx",
            y_offset="dy",
            text_align="right",
            text_font={"value": FONT},
            text_font_size="15px",
        )
        figure.add_glyph(source, self._text, level="annotation")  # Bokeh clips others to the frame
        place = script(Path(__file__).with_suffix(".mjs"), figure=figure, source=source, glyph=self._text)
        self._text.js_on_change("text_font_size", place)
        figure.js_on_change("inner_width", place)
        for range_ in (figure.x_range, figure.y_range):
            range_.js_on_change("start", place)
            range_.js_on_change("end", place)

    def theme(self, dark: bool) -> None:
        self._text.text_color = palette(dark).ink
