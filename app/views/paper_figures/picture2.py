"""Figure 2 on screen: where SAM and Monge SAM end from random starts, in the plane and by distance from the maximum."""

from typing import NamedTuple

import numpy as np
from bokeh.models import GridBox, LinearColorMapper
from bokeh.plotting import figure as Figure
from holoviews.streams import Pipe
from matplotlib import colormaps
from matplotlib.colors import to_hex
from scipy.ndimage import zoom

from app.browser.source_updates import Columns, SourceUpdates
from app.views.paper_figures.board import AXIS, LABELS, TITLE, Board, columns_of, points, shares, show, span
from app.views.paper_figures.holo import hv
from figures import style
from figures.figure2 import Numbers

SLOPE, EXTRA = 0.2157, 71  # height = SLOPE × width + EXTRA px
TEXT_BESIDE = False
RULES = ("sam", "m-sam")
RHO_DARK = ("#4cc26b", "#d87ce0")  # the published colours, for a dark room
SHARP = 5  # pixels per grid point of a density


def band_shades(heights: np.ndarray, levels: np.ndarray) -> np.ndarray:
    """The bands between the levels as shades 1 to 255, darker where more runs end; 0 outside."""
    if levels.size < 2:
        return np.zeros((2, 2), np.uint8)
    middles = (levels[1:] + levels[:-1]) / 2
    shades = np.concatenate([[0], np.maximum(1, np.rint(255 * middles / middles[-1]))])
    bands = np.digitize(zoom(heights, SHARP, order=3), levels)
    return shades[np.minimum(bands, middles.size)].astype(np.uint8)


def columns(numbers: Numbers) -> dict[str, Columns]:
    """What each source of the picture shows."""
    shown = {"ring": points(numbers.ring), "maximum": points(numbers.maximum)}
    for (key, index), heights in numbers.densities.items():
        name = f"{key} {index}"
        shown[f"plane {name}"] = {
            "image": [band_shades(heights, numbers.levels[key, index])],
            "low": numbers.x[:1],
            "side": np.ptp(numbers.x, keepdims=True),
        }
    return shown


class Curve(NamedTuple):
    """A density of the distance from the maximum, and the colour of its ρ."""

    distance: np.ndarray
    density: np.ndarray
    colour: str


def radial(numbers: Numbers, key: str, dark: bool) -> list[Curve]:
    """A rule's densities of the distance, one for each ρ."""
    colours = RHO_DARK if dark else style.RHO_COLOURS
    return [Curve(numbers.radius, numbers.radial[key, index], colour) for index, colour in enumerate(colours)]


def areas(data: list[Curve]) -> hv.Overlay:
    """An area and its outline for each density."""
    layers = []
    for distance, density, colour in data:
        layers += [
            hv.Area((distance, density)).opts(color=colour, alpha=0.35, line_width=0),
            hv.Curve((distance, density)).opts(color=colour, line_width=2.5),
        ]
    return hv.Overlay(layers).opts(apply_ranges=False, responsive=True, show_legend=False, default_tools=[])


class Picture(Board):
    """Figure 2's four planes and two densities of the distance."""

    columns = staticmethod(columns)

    def __init__(self, numbers: Numbers, updates: SourceUpdates) -> None:
        super().__init__(updates)
        self._x, self._y = span((-1, 1)), span((-1, 1))
        self._radius, self._density = span((-1, 1)), span((0.0, 2.2))
        self._shown, self._dark = numbers, False
        self._streams = {key: Pipe(data=radial(numbers, key, self._dark)) for key in RULES}
        self._ring = self.source("ring", "x", "y")
        planes = [self._plane(key, index) for index in (0, 1) for key in RULES]
        sides = [self._radial(key) for key in RULES]
        self._planes = planes
        self.layout = _with_side(planes, sides)

    def _plane(self, key: str, index: int):
        panel = self.panel(self._x, self._y, title="SAM", labels=("x", "y" if (key, index) == ("sam", 0) else None))
        light = _fading(style.RHO_MAPS[index])
        mapper = LinearColorMapper(palette=light, low=0, high=255)
        self.mapped(mapper, light, _fading(style.RHO_MAPS[index], dark=True))
        panel.image(
            "image",
            source=self.source(f"plane {key} {index}", "image", "low", "side"),
            x="low",
            y="low",
            dw="side",
            dh="side",
            color_mapper=mapper,
        )
        ring = panel.line("x", "y", source=self._ring, line_width=2.5, line_dash=[9, 5], line_alpha=0.65)
        self.inked(ring.glyph, "line_color")
        self.marks(panel, "maximum", "square", 14, style.MAXIMUM)
        panel.xaxis.ticker.desired_num_ticks = panel.yaxis.ticker.desired_num_ticks = 4
        return panel

    def _radial(self, key: str) -> Figure:
        """A HoloViews composition of an area and a curve for each ρ, fed through a stream."""
        stream = self._streams[key]
        plot = hv.renderer("bokeh").get_plot(hv.DynamicMap(areas, streams=[stream]))
        panel = plot.state
        panel.update(
            x_range=self._radius,
            y_range=self._density,
            toolbar_location=None,
            sizing_mode="stretch_both",
            min_border_left=LABELS,
            min_border_right=4,
            min_border_top=TITLE,
            min_border_bottom=AXIS if key == RULES[-1] else 6,
        )
        panel.xaxis.ticker.desired_num_ticks = panel.yaxis.ticker.desired_num_ticks = 3
        panel.title.text = style.SHORT[key]
        return self.adopt(panel, framed=True, labels=("‖θ*‖" if key == RULES[-1] else None, ""))

    def label(self, numbers: Numbers) -> None:
        """Titles with the radii, the view of the loss, and room for the highest density."""
        self._shown = numbers
        self._send()
        for range_, along in ((self._x, numbers.x), (self._y, numbers.y), (self._radius, numbers.radius)):
            show(range_, along[0], along[-1])
        titles = [(style.SHORT[key], rho) for rho in numbers.values["rho"] for key in RULES]
        for panel, (name, rho) in zip(self._planes, titles, strict=True):
            panel.title.text = f"{name}, ρ = {rho:g}"
        show(self._density, 0, max(2.2, 1.05 * max(float(curve.max()) for curve in numbers.radial.values())))

    def theme(self, dark: bool) -> None:
        super().theme(dark)
        self._dark = dark
        self._send()

    def _send(self) -> None:
        for key, stream in self._streams.items():
            stream.send(radial(self._shown, key, self._dark))


def _with_side(planes: list[Figure], sides: list[Figure]) -> GridBox:
    children = [(plane, 0, at, 2, 1) for at, plane in enumerate(planes)]
    children += [(side, at, len(planes), 1, 1) for at, side in enumerate(sides)]
    return GridBox(
        children=children,
        rows=shares([1, 1], [TITLE, TITLE + AXIS]),
        cols=columns_of([22] * len(planes) + [14]),
        sizing_mode="stretch_both",
    )


def _fading(name: str, dark: bool = False) -> list[str]:
    """A colour map whose first entry is transparent; the dark theme's grows lighter with the density."""
    shades = colormaps[name](np.linspace(0.9, 0.25, 255) if dark else np.linspace(0.2, 0.95, 255))
    return ["#00000000", *(to_hex(shade) for shade in shades)]
