"""A plane that shows a loss: its figure, with a heat map and contours behind what others draw on it."""

import numpy as np
from bokeh.models import Image, Line, LinearColorMapper, Range1d
from bokeh.plotting import figure as Figure

from app.browser.overlay import clip
from app.browser.source_updates import Columns, SourceUpdates
from app.browser.viewport import TOOLS, fit_viewport, keep_scale, place_toolbar
from app.compute.backgrounds import Field
from app.compute.loss_raster import Heat
from app.model.box import Box
from app.theme import SHADES, apply_theme, palette

AXIS = 74  # px kept for the labels at the left, "−1.25" among them, so that the marginals line up
SIDES = ("left", "right", "bottom", "top")


class Plane:
    """The figure of a plane and its background.

    Args:
        updates: collects its columns.
        name: of the figure.
        symbol: of the coordinates.
        view: (left, right, bottom, top) that it shows to begin with.
        dark: whether it begins with the dark theme.
        request: further columns of what the session asks it to show.

    Attributes:
        figure: others draw on it.
        fit: what the browser fitted the figure to.
    """

    def __init__(
        self, updates: SourceUpdates, name: str, symbol: str, view: Box, dark: bool, request: tuple[str, ...] = ()
    ) -> None:
        left, right, bottom, top = view
        self.figure = Figure(
            x_range=Range1d(left, right),
            y_range=Range1d(bottom, top),
            tools=TOOLS,
            active_scroll="wheel_zoom",
            x_axis_label=f"{symbol}₁",
            y_axis_label=f"{symbol}₂",
            min_border_left=AXIS,
            min_border_right=2,
            min_border_top=2,
            min_border_bottom=58,
            sizing_mode="stretch_both",
            name=name,
        )
        clip(self.figure)
        keep_scale(self.figure)
        place_toolbar(self.figure)
        self.figure.grid.visible = False
        shades = LinearColorMapper(palette=palette(dark).loss_codes, low=-0.5, high=SHADES + 1.5)
        self._heat = self.figure.add_glyph(
            updates.source("heat", "image", "x", "y", "dw", "dh"),
            Image(image="image", x="x", y="y", dw="dw", dh="dh", color_mapper=shades),
            level="image",
        )
        self._contours = self.figure.add_glyph(
            updates.source("contours", "x", "y"), Line(x="x", y="y", line_alpha=0.22), level="underlay"
        )
        self.fit = fit_viewport(self.figure, updates.source("view", *SIDES, *request))

    def theme(self, dark: bool) -> None:
        apply_theme(self.figure, dark)
        self._contours.glyph.line_color = palette(dark).contour
        self._colour(dark)

    def _codes(self, dark: bool) -> list[str]:
        """The colours of the background's codes."""
        return palette(dark).loss_codes

    def _colour(self, dark: bool) -> None:
        codes = self._codes(dark)
        if self._heat.glyph.color_mapper.palette != codes:
            self._heat.glyph.color_mapper.palette = codes


def contour_columns(drawn: Heat) -> Columns:
    """The contours as one line with gaps."""
    return {"x": drawn.x, "y": drawn.y}


def shaded(picture: Heat | Field, box: Box) -> dict[str, list]:
    """The columns of a background over a box; it is the same object until it changes."""
    return placed(picture.shades, box)


def placed(image: np.ndarray, box: Box) -> dict[str, list]:
    """The columns of an image that fills a box."""
    left, right, bottom, top = box
    return {"image": [image], "x": [left], "y": [bottom], "dw": [right - left], "dh": [top - bottom]}


def ends_of(box: Box) -> dict[str, list[float]]:
    """The columns of a view: (left, right, bottom, top)."""
    return dict(zip(SIDES, ([float(end)] for end in box), strict=True))
