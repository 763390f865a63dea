"""The plane of θ: the loss as heat map and contours, and a view on it that keeps both axes to one scale."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from app.browser.cursor import read_out
from app.browser.source_updates import SourceUpdates
from app.compute.backgrounds import Sampler
from app.compute.coarse_first import CoarseFirst
from app.compute.loss_raster import raster
from app.compute.price import raster_price
from app.compute.readout import readout
from app.compute.scene import Scene
from app.layers.plane import Plane, contour_columns, ends_of, shaded
from app.model.box import Box
from app.model.state import State
from app.theme import palette
from figures.loss_colours import SAMPLES, Scale, has_gaps
from landscapes import Landscape

RIM = 1.5  # the heat map reaches this much beyond the view, so that panning shows no bare paper at once


class LossSurface(Plane):
    """The main figure and its background.

    Args:
        updates: collects its columns.
        state: what is shown to begin with.
        background: arguments of `CoarseFirst`, for what a frame cannot afford.
        whole: all that there is to see; `home` where it is not given.

    Attributes:
        scale: of the background that was drawn last; None where it is still computed.
        gaps: whether it has stripes, where nothing is defined.
        coarse: whether a finer one is to follow.
    """

    def __init__(
        self,
        updates: SourceUpdates,
        state: State,
        background: Sequence[Callable] = (),
        whole: Callable[[State], Box] | None = None,
    ) -> None:
        self._sampler, self._raster = Sampler(*background), CoarseFirst(SAMPLES, *background)
        self._whole = whole or home
        super().__init__(
            updates, "plane", "θ", state.zoom or self._whole(state), state.dark, request=("zoom", "number")
        )
        read_out(self.figure, lambda x, y: readout(state.landscape_object, x, y))
        self._plain = state.background == "loss"
        self.gaps, self.coarse = False, False
        self.scale: Scale | None = Scale(0.0, 1.0, 1.0)
        self._landscape: Landscape | None = None
        self._box: Box = (0.0, 0.0, 0.0, 0.0)
        self._fitted: tuple[Any, ...] = ()
        self._zoom: Box | None = None
        self._requests = 0

    @property
    def view(self) -> Box:
        """(left, right, bottom, top) of the visible region."""
        x, y = self.figure.x_range, self.figure.y_range
        return x.start, x.end, y.start, y.end

    def draw(self, scene: Scene, updates: SourceUpdates) -> None:
        state, view = scene.state, scene.box
        self._fit_view(updates, state)
        landscape = state.landscape_object
        if landscape is not self._landscape:
            self._landscape, self._box = landscape, _grown(self._whole(state))
        if not _serves(self._box, view):
            self._box = _grown(view)
        box = self._box
        self._plain = state.background == "loss"
        (drawn, self.scale), samples = self._raster(
            (landscape, box), partial(raster, landscape, box), partial(raster_price, landscape)
        )
        updates.put("contours", contour_columns, drawn)
        if self._plain:
            updates.put("heat", shaded, drawn, box)
        self.gaps, self.coarse = has_gaps(drawn.shades), samples < SAMPLES
        if not self._plain:
            shown = self._sampler(state, box)
            if shown is None:
                updates.clear("heat")
                self.scale, self.gaps, self.coarse = None, False, True
            else:
                updates.put("heat", shaded, shown, box)
                self.scale, self.gaps, self.coarse = shown.scale, has_gaps(shown.shades), shown.coarse
        self._colour(state.dark)

    def note_zoom(self, zoom: Box | None) -> None:
        """Takes the zoom that is visible already, so that the next frame does not request it."""
        self._zoom = zoom

    def cancel(self) -> None:
        """Cancels the current work."""
        self._sampler.cancel()
        self._raster.cancel()

    def _fit_view(self, updates: SourceUpdates, state: State) -> None:
        """Shows the requested part of the plane, or all of a new landscape."""
        fitted = (state.landscape, state.landscape_object.domain, state.mode)
        if fitted != self._fitted or state.zoom != self._zoom:
            self._fitted, self._zoom, self._requests = fitted, state.zoom, self._requests + 1
            # the browser takes columns that are equal for no change
            more = {"zoom": [state.zoom], "number": [self._requests]}
            updates.put("view", lambda number: ends_of(self._whole(state)) | more, self._requests)

    def _codes(self, dark: bool) -> list[str]:
        return palette(dark).loss_codes if self._plain else palette(dark).field_codes


def home(state: State) -> Box:
    """The view to begin with: the landscape's domain, and the starts where they reach beyond it."""
    (left, right), (bottom, top) = state.landscape_object.domain
    if state.mode == "one":
        return left, right, bottom, top
    low_x, high_x, low_y, high_y = state.box()
    rim = 0.03 * (high_x - low_x)
    return min(left, low_x - rim), max(right, high_x + rim), min(bottom, low_y - rim), max(top, high_y + rim)


def _grown(box: Box) -> Box:
    left, right, bottom, top = box
    x, y, half_x, half_y = (left + right) / 2, (bottom + top) / 2, (right - left) / 2 * RIM, (top - bottom) / 2 * RIM
    return x - half_x, x + half_x, y - half_y, y + half_y


def _serves(box: Box, view: Box) -> bool:
    """Whether a heat map of the box still does for the view: covers it and is not too coarse."""
    covers = box[0] <= view[0] and view[1] <= box[1] and box[2] <= view[2] and view[3] <= box[3]
    return covers and box[1] - box[0] <= 3 * (view[1] - view[0])
