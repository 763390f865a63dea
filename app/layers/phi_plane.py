"""The plane of φ: the loss that a rule sees there, in the colours that it has in θ."""

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
from bokeh.models import Image, Line, LinearColorMapper, Range1d
from bokeh.plotting import figure as Figure

from app.browser.overlay import clip
from app.browser.source_updates import SourceUpdates
from app.browser.viewport import TOOLS, fit_viewport, keep_scale
from app.compute.coarse_first import CoarseFirst
from app.compute.coordinates import PhiScene
from app.compute.loss_raster import Heat, heat, scale
from app.compute.price import raster_price
from app.layers.loss_surface import AXIS, shaded
from app.model.box import Box
from app.theme import SHADES, apply_theme, palette
from landscapes import Landscape

SAMPLES = 320  # along the longer side; more would take too long while the chart is dragged
WIDEST = 1.7  # shape of the figure, width over height, up to where the heat map fills it
RIM = 1.1  # times what has to be seen


class PhiPlane:
    """The figure of φ and its background.

    Attributes:
        figure: others draw on it.
    """

    def __init__(self, updates: SourceUpdates, dark: bool, beside: Sequence[Callable] = ()) -> None:
        self._raster = CoarseFirst(SAMPLES, *beside)
        self.figure = Figure(
            x_range=Range1d(-1, 1),
            y_range=Range1d(-1, 1),
            tools=TOOLS,
            active_scroll="wheel_zoom",
            toolbar_location="right",
            toolbar_inner=True,
            x_axis_label="φ₁",
            y_axis_label="φ₂",
            min_border_left=AXIS,
            min_border_right=2,
            min_border_top=2,
            min_border_bottom=58,
            sizing_mode="stretch_both",
            name="phi plane",
        )
        clip(self.figure)
        keep_scale(self.figure)
        self.figure.toolbar.autohide = True
        self.figure.toolbar.logo = None
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
        fit_viewport(self.figure, updates.source("view", "left", "right", "bottom", "top"))

    def draw(self, scene: PhiScene, updates: SourceUpdates) -> None:
        loss = scene.loss
        if loss is None:
            updates.clear("heat")
            updates.clear("contours")
            return
        updates.put("view", _ends, scene.box)
        box, theta = grown(scene.box), scene.state.landscape_object
        drawn, _ = self._raster((loss, box), partial(_raster, loss, theta, box), partial(raster_price, loss))
        updates.put("contours", lambda drawn: {"x": drawn.x, "y": drawn.y}, drawn)
        updates.put("heat", shaded, drawn, box)

    def theme(self, dark: bool) -> None:
        apply_theme(self.figure, dark)
        self._heat.glyph.color_mapper.palette = palette(dark).loss_codes
        self._contours.glyph.line_color = palette(dark).contour

    def cancel(self) -> None:
        """Cancels the current work."""
        self._raster.cancel()


def grown(box: Box) -> Box:
    """A box that fills the figure where all of this one is visible, at one scale along both axes."""
    left, right, bottom, top = box
    x, y, width, height = (left + right) / 2, (bottom + top) / 2, right - left, top - bottom
    half_x, half_y = RIM * max(width, WIDEST * height) / 2, RIM * max(height, width) / 2
    return x - half_x, x + half_x, y - half_y, y + half_y


def _raster(loss: Landscape, theta: Landscape, box: Box, samples: int) -> Heat:
    return heat(loss, box, scale(theta, samples), samples)


def _ends(box: Box) -> dict[str, list[float]]:
    return {name: [float(np.float64(end))] for name, end in zip(("left", "right", "bottom", "top"), box, strict=True)}
