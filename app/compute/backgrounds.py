"""Backgrounds of the plane: the loss, its sharpness, and what it can rise by within reach, with their scales."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, partial
from html import escape
from pathlib import Path
from typing import NamedTuple

import numpy as np
import panel as pn
import panel_material_ui as pmui
from panel.viewable import Viewer

from app.compute.coarse_first import CoarseFirst
from app.compute.loss_raster import Scale, coded, spread
from app.compute.price import HESSIAN, VALUE, evaluation
from app.model.box import Box
from app.model.state import State
from app.theme import Palette, palette, stylesheet
from landscapes import Landscape
from landscapes.checkpoint import checkpoint
from optimizers import sharpness
from optimizers.maps import cell_centres

COARSE, FINE = 48, 240  # samples along a side: at once, and once nothing changes
FOR_SCALE = 32  # likewise, for the scale, which neither the window's shape nor panning changes
BAND = 20  # rows between two checkpoints
QUANTILES = (0.01, 0.5, 0.99)  # of a scale, whose ends leave singularities out
STOPS = 9  # colours of a legend
DIGITS = 3  # of its numbers


class Kind(NamedTuple):
    """A background other than the loss.

    Attributes:
        name: in the list.
        values: (landscape, x, y, ρ) → the field, in the shape of x.
        slow: whether it is drawn coarsely until nothing changes.
        share: whether it is a share, to be shown from 0 to 1.
        gradients: of the loss, that take as long at a point.
        surveys: whether each band is surveyed as a whole first.
    """

    name: str
    values: Callable[[Landscape, np.ndarray, np.ndarray, float], np.ndarray]
    slow: bool = True
    share: bool = False
    gradients: float = 100.0
    surveys: bool = True


def _rise(ball: sharpness.Ball, landscape: Landscape, x: np.ndarray, y: np.ndarray, rho: float) -> np.ndarray:
    return sharpness.worst_case(landscape, x, y, rho, ball=ball).increase


def _attained(ball: sharpness.Ball, landscape: Landscape, x: np.ndarray, y: np.ndarray, rho: float) -> np.ndarray:
    return sharpness.worst_case(landscape, x, y, rho, ball=ball).attained


LOSS = "Loss ℓ"
KINDS: dict[str, Kind] = {
    "sharpness": Kind(
        "Sharpness λₘₐₓ",
        lambda landscape, x, y, rho: sharpness.sharpness(landscape, x, y),
        slow=False,
        gradients=HESSIAN,
        surveys=False,
    ),
    "trace": Kind(
        "Trace of ∇²ℓ", lambda landscape, x, y, rho: sharpness.trace(landscape, x, y), slow=False, gradients=HESSIAN
    ),
    "rise-sam": Kind("Rise in SAM’s ball", partial(_rise, "euclidean")),
    "rise-m-sam": Kind("Rise in Monge ball", partial(_rise, "monge")),
    "attained-sam": Kind("Share SAM attains", partial(_attained, "euclidean"), share=True),
    "attained-m-sam": Kind("Share M-SAM attains", partial(_attained, "monge"), share=True),
}


@dataclass(frozen=True, eq=False)
class Field:
    """A background over a box.

    Attributes:
        values: shape (rows, columns), at the centres of cells.
        scale: from values to colours.
        coarse: whether a finer one is to follow.
    """

    values: np.ndarray
    scale: Scale
    coarse: bool

    @property
    def shades(self) -> np.ndarray:
        """Colours, as of `heat.coded`."""
        return coded(self.scale.fraction(self.values))


def sampled(kind: Kind, landscape: Landscape, rho: float, box: Box, across: int) -> np.ndarray:
    """A background over a box, on square cells, about as many as in a square of `across` × `across`."""
    left, right, bottom, top = box
    ratio = ((right - left) / (top - bottom)) ** 0.5
    columns, rows = max(round(across * ratio), 2), max(round(across / ratio), 2)
    x, y = np.meshgrid(cell_centres(left, right, columns), cell_centres(bottom, top, rows))
    values = np.empty(x.shape)
    for first in range(0, rows, BAND):
        checkpoint()
        band = slice(first, first + BAND)
        values[band] = kind.values(landscape, x[band], y[band], rho)
    return values


def field(kind: Kind, landscape: Landscape, rho: float, region: Box, box: Box, across: int) -> Field:
    """A background over a box, in the colours of a region."""
    values = sampled(kind, landscape, rho, box, across)
    return Field(values, scale_of(kind, landscape, rho, region, min(across, FOR_SCALE)), coarse=across < FINE)


def _field_of(key: str, landscape: Landscape, rho: float, region: Box, box: Box, across: int) -> Field:
    return field(KINDS[key], landscape, rho, region, box, across)


@lru_cache(maxsize=16)
def scale_of(kind: Kind, landscape: Landscape, rho: float, region: Box, across: int = FOR_SCALE) -> Scale:
    """From values to colours; the ends are quantiles over a region."""
    if kind.share:
        return Scale(0.0, 1.0, 1.0)
    return spread(sampled(kind, landscape, rho, region, across), QUANTILES)


def _price(kind: Kind, landscape: Landscape, across: int) -> float:
    """Operations of what is seen, and of the samples for its scale."""

    def of(across: int) -> float:
        surveys = -(-across // BAND) * evaluation(landscape, sharpness.GRID**2, VALUE) if kind.surveys else 0.0
        return surveys + evaluation(landscape, across * across, kind.gradients)

    return of(across) + of(min(across, FOR_SCALE))


class Sampler:
    """Fields for a state: slow ones coarse at once, and fine a moment later.

    Args:
        beside, again: as in `CoarseFirst`.
    """

    def __init__(self, *beside: Callable) -> None:
        self._first = CoarseFirst(FINE, *beside)
        self.cancel = self._first.cancel

    def __call__(self, state: State, box: Box) -> Field | None:
        """The field of the chosen background, which is not the loss; the same object until it changes.

        None while there is none, because a frame does not afford it.
        """
        kind, landscape, region = KINDS[state.background], state.landscape_object, state.region
        rho = state.rho if kind.slow else 0.0
        return self._first(
            (kind, landscape, rho, region, box),
            partial(_field_of, state.background, landscape, rho, region, box),
            partial(_price, kind, landscape),
            COARSE if kind.slow else FINE,
            blank=True,
        )[0]


class BackgroundChoice(Viewer):
    """The list of backgrounds, and the scale of the one that is shown."""

    def __init__(self, state: State) -> None:
        super().__init__()
        self._state = state
        names = {LOSS: "loss"} | {kind.name: key for key, kind in KINDS.items()}
        self.select = pmui.Select(
            label=state.param.background.label,
            options=names,
            value=state.background,
            size="small",
            sx={"& .MuiSelect-select": {"fontSize": "15px"}},
            width=204,
            margin=(6, 0, 0, 0),
        )
        self.select.param.watch(lambda event: state.try_update(background=event.new), "value")
        state.param.watch(lambda event: self.select.param.update(value=event.new), "background")
        self.legend = pn.pane.HTML(
            sizing_mode="stretch_width",
            margin=(6, 0, 0, 8),
            stylesheets=[stylesheet(Path(__file__).with_suffix(".css"))],
        )
        self._shown: tuple[Scale | None, bool, bool] | None = None
        state.param.watch(lambda event: self._shown and self.show(*self._shown), "dark")
        self._row = pn.Row(self.select, self.legend, margin=0, sizing_mode="stretch_width")

    def show(self, scale: Scale | None, gaps: bool = False, coarse: bool = False) -> None:
        """Puts numbers to the colours.

        Args:
            scale: from values to colours; None while there is no picture.
            gaps: whether somewhere nothing is defined.
            coarse: whether a finer picture is to follow.
        """
        state, self._shown = self._state, (scale, gaps, coarse)
        if scale is None:
            self.legend.object = "<p>Computing …</p>"
            return
        plain, p = state.background == "loss", palette(state.dark)
        strip = legend(
            scale,
            list(p.heat if plain else p.field),
            share=not plain and KINDS[state.background].share,
            clipped=not plain,
        )
        words = f"{hatched(p)} undefined" * gaps + " (coarse)" * coarse
        self.legend.object = strip + (f"<p>{words}</p>" if words else "")

    def __panel__(self) -> pn.Row:
        return self._row


def legend(scale: Scale, colours: list[str], *, share: bool, clipped: bool) -> str:
    """The colours with the values at both ends and in the middle, as HTML."""
    at = [scale.low + (scale.high - scale.low) * part ** (1 / scale.gamma) for part in (0.0, 0.5, 1.0)]
    fine = 10.0 ** (np.floor(np.log10(scale.high - scale.low)) - DIGITS)
    texts = [f"{value:.0%}" if share else f"{round(value / fine) * fine:.{DIGITS}g}".replace("-", "−") for value in at]
    if clipped:
        texts[0] = f"≤ {texts[0]}"
        texts[2] = texts[2] if share else f"≥ {texts[2]}"
    stops = ", ".join(colours[round(n * (len(colours) - 1) / (STOPS - 1))] for n in range(STOPS))
    numbers = "".join(f"<span>{escape(text)}</span>" for text in texts)
    return f"<section><i style='background: linear-gradient(to right, {stops})'></i><p>{numbers}</p></section>"


def hatched(p: Palette) -> str:
    """A sample of the stripes where nothing is defined, as HTML."""
    one, two = p.undefined
    return f"<b style='background: repeating-linear-gradient(45deg, {one} 0 3px, {two} 3px 6px)'></b>"
