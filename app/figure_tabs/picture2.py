"""Figure 2 on screen: where SAM and Monge SAM end from random starts, in the plane and by distance from the maximum."""

import numpy as np
from bokeh.models import LinearColorMapper
from matplotlib import colormaps
from matplotlib.colors import to_hex
from scipy.ndimage import zoom

from app.figure_tabs.board import Board, Columns, grid, points, span
from figures import style
from figures.figure2 import RADII, VIEW, Numbers

ASPECT = 3.9
BESIDE = False
FIXED = {"resolution": 60, "samples": 200}
RULES = ("sam", "m-sam")
SHARP = 5  # pixels per grid point of a density


def band_shades(heights: np.ndarray, levels: np.ndarray) -> np.ndarray:
    """The bands between the levels as shades 1 to 255, darker where more runs end; 0 outside."""
    if levels.size < 2:
        return np.zeros((2, 2), np.uint8)
    middles = (levels[1:] + levels[:-1]) / 2
    spread = np.ptp(middles) or 1.0
    shades = np.concatenate([[0], 1 + np.rint(254 * (middles - middles[0]) / spread)])
    bands = np.digitize(zoom(heights, SHARP, order=3), levels)
    return shades[np.minimum(bands, middles.size)].astype(np.uint8)


def columns(numbers: Numbers) -> dict[str, Columns]:
    """What each source of the picture shows."""
    shown = {"ring": points(numbers.ring), "maximum": points(numbers.maximum)}
    for (key, index), heights in numbers.densities.items():
        name = f"{key} {index}"
        shown[f"plane {name}"] = {"image": [band_shades(heights, numbers.levels[key, index])]}
        shown[f"radial {name}"] = {"x": numbers.radius, "y": numbers.radial[key, index]}
    return shown


class Picture(Board):
    """Figure 2's four planes and two densities of the distance."""

    def __init__(self, numbers: Numbers) -> None:
        super().__init__()
        self._x, self._y = span((-VIEW, VIEW)), span((-VIEW, VIEW))
        self._radius, self._density = span(RADII), span((0.0, 2.2))
        self._ring, self._maximum = self.source("ring", "x", "y"), self.source("maximum", "x", "y")
        planes = [self._plane(key, index) for index in (0, 1) for key in RULES]
        planes[0].yaxis.axis_label = "y"
        sides = [self._radial(key) for key in RULES]
        sides[1].xaxis.axis_label = "‖θ*‖"
        self._planes = planes
        self.layout = grid([planes], widths=["minmax(0, 1fr)"] * 4)
        self.layout = _with_side(planes, sides)

    def _plane(self, key: str, index: int):
        panel = self.panel(self._x, self._y, title="SAM", min_border_left=50, min_border_right=6)
        light = _fading(style.RHO_MAPS[index])
        mapper = LinearColorMapper(palette=light, low=0, high=255)
        self.mapped(mapper, light, _fading(style.RHO_MAPS[index], dark=True))
        panel.image(
            "image",
            source=self.source(f"plane {key} {index}", "image"),
            x=-VIEW,
            y=-VIEW,
            dw=2 * VIEW,
            dh=2 * VIEW,
            color_mapper=mapper,
        )
        ring = panel.line("x", "y", source=self._ring, line_width=2.5, line_dash=[9, 5], line_alpha=0.65)
        self.inked(ring.glyph, "line_color")
        square = panel.scatter("x", "y", source=self._maximum, marker="square", size=14, fill_color=style.MAXIMUM)
        self.inked(square.glyph, "line_color")
        panel.xaxis.update(ticker=[-5, 0, 5], axis_label="x")
        panel.yaxis.ticker = [-5, 0, 5]
        return panel

    def _radial(self, key: str):
        panel = self.panel(self._radius, self._density, title=style.SHORT[key], min_border_left=40, min_border_right=6)
        for index, colour in enumerate(style.RHO_COLOURS):
            source = self.source(f"radial {key} {index}", "x", "y")
            panel.varea("x", 0, "y", source=source, fill_color=colour, fill_alpha=0.35)
            panel.line("x", "y", source=source, line_color=colour, line_width=2.5)
        panel.xaxis.ticker = [0, 2.5, 5]
        panel.yaxis.ticker.desired_num_ticks = 3
        return panel

    def label(self, numbers: Numbers) -> None:
        """Titles with the radii, and room for the highest density."""
        titles = [(style.SHORT[key], rho) for rho in numbers.values["rho"] for key in RULES]
        for panel, (name, rho) in zip(self._planes, titles, strict=True):
            panel.title.text = f"{name}, ρ = {rho:g}"
        self._density.end = max(2.2, 1.05 * max(float(curve.max()) for curve in numbers.radial.values()))


def _with_side(planes, sides):
    from bokeh.models import GridBox

    children = [(plane, 0, at, 2, 1) for at, plane in enumerate(planes)]
    children += [(side, at, len(planes), 1, 1) for at, side in enumerate(sides)]
    return GridBox(
        children=children,
        rows=["minmax(0, 1fr)"] * 2,
        cols=["minmax(0, 22fr)"] * 4 + ["minmax(0, 14fr)"],
        sizing_mode="stretch_both",
    )


def _fading(name: str, dark: bool = False) -> list[str]:
    """A colour map whose first entry is transparent; the dark theme's grows lighter with the density."""
    shades = colormaps[name](np.linspace(0.9, 0.25, 255) if dark else np.linspace(0.2, 0.95, 255))
    return ["#00000000", *(to_hex(shade) for shade in shades)]
