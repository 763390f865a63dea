"""The plane of φ: the loss that a rule sees there, in the colours that it has in θ."""

from collections.abc import Callable, Sequence
from functools import partial

from app.browser.source_updates import SourceUpdates
from app.compute.coarse_first import CoarseFirst
from app.compute.coordinates import LossOfPhi, PhiScene
from app.compute.loss_raster import Heat, heat
from app.compute.price import raster_price
from app.layers.plane import Plane, contour_columns, ends_of, shaded
from app.model.box import Box
from figures.loss_colours import scale

SAMPLES = 320  # along the longer side; more would take too long while the chart is dragged
WIDEST = 1.7  # shape of the figure, width over height, up to where the heat map fills it
RIM = 1.1  # times what has to be seen


class PhiPlane(Plane):
    """The figure of φ and its background."""

    def __init__(self, updates: SourceUpdates, dark: bool, beside: Sequence[Callable] = ()) -> None:
        super().__init__(updates, "phi plane", "φ", (-1.0, 1.0, -1.0, 1.0), dark)
        self._raster = CoarseFirst(SAMPLES, *beside)

    def draw(self, scene: PhiScene, updates: SourceUpdates) -> None:
        loss = scene.loss
        if loss is None:
            updates.clear("heat")
            updates.clear("contours")
            return
        updates.put("view", ends_of, scene.box)
        box = grown(scene.box)
        drawn, _ = self._raster((loss, box), partial(_raster, loss, box), partial(raster_price, loss.landscape))
        updates.put("contours", contour_columns, drawn)
        updates.put("heat", shaded, drawn, box)

    def cancel(self) -> None:
        """Cancels the current work."""
        self._raster.cancel()


def grown(box: Box) -> Box:
    """A box that fills the figure where all of this one is visible, at one scale along both axes."""
    left, right, bottom, top = box
    x, y, width, height = (left + right) / 2, (bottom + top) / 2, right - left, top - bottom
    half_x, half_y = RIM * max(width, WIDEST * height) / 2, RIM * max(height, width) / 2
    return x - half_x, x + half_x, y - half_y, y + half_y


def _raster(loss: LossOfPhi, box: Box, samples: int) -> Heat:
    return heat(loss, box, scale(loss.landscape, samples), samples)
