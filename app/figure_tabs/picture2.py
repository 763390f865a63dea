"""Figure 2 on screen: where SAM and Monge SAM end from random starts, in the plane and by distance from the maximum."""

import numpy as np
from bokeh.models import GridBox, LinearColorMapper
from bokeh.plotting import figure as Figure
from matplotlib import colormaps
from matplotlib.colors import to_hex
from scipy.ndimage import zoom

from app.figure_tabs.board import AXIS, TITLE, Board, Columns, columns_of, points, shares, show, span
from figures import style
from figures.figure2 import Numbers

SLOPE, EXTRA = 0.2157, 71  # height = SLOPE × width + EXTRA px
BESIDE = False
FIXED = {"resolution": 50, "samples": 200, "steps": 200}
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
        shown[f"radial {name}"] = {"x": numbers.radius, "y": numbers.radial[key, index]}
    return shown


class Picture(Board):
    """Figure 2's four planes and two densities of the distance."""

    def __init__(self, numbers: Numbers) -> None:
        super().__init__()
        self._x, self._y = span((-1, 1)), span((-1, 1))
        self._radius, self._density = span((-1, 1)), span((0.0, 2.2))
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

    def _radial(self, key: str):
        panel = self.panel(
            self._radius, self._density, title=style.SHORT[key], labels=("‖θ*‖" if key == RULES[-1] else None, "")
        )
        for index, (light, dark) in enumerate(zip(style.RHO_COLOURS, RHO_DARK, strict=True)):
            source = self.source(f"radial {key} {index}", "x", "y")
            self.tinted(panel.varea("x", 0, "y", source=source, fill_alpha=0.35).glyph, light, dark, "fill_color")
            self.tinted(panel.line("x", "y", source=source, line_width=2.5).glyph, light, dark, "line_color")
        panel.xaxis.ticker.desired_num_ticks = panel.yaxis.ticker.desired_num_ticks = 3
        return panel

    def label(self, numbers: Numbers) -> None:
        """Titles with the radii, the view of the loss, and room for the highest density."""
        for range_, along in ((self._x, numbers.x), (self._y, numbers.y), (self._radius, numbers.radius)):
            show(range_, along[0], along[-1])
        titles = [(style.SHORT[key], rho) for rho in numbers.values["rho"] for key in RULES]
        for panel, (name, rho) in zip(self._planes, titles, strict=True):
            panel.title.text = f"{name}, ρ = {rho:g}"
        show(self._density, 0, max(2.2, 1.05 * max(float(curve.max()) for curve in numbers.radial.values())))


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
