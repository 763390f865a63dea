"""Figure 4 on screen: maps of the smaller eigenvalue of A_ρ, a row for each rule and a column for each ρ."""

import numpy as np
from bokeh.models import GridBox, HoverTool, LinearColorMapper
from matplotlib import colormaps
from matplotlib.colors import to_hex

from app.browser.source_updates import Columns, SourceUpdates
from app.views.paper_figures.board import AXIS, Board, columns_of, grid, span
from figures import style
from figures.figure4 import Numbers

SLOPE, EXTRA = 0.4, 25  # height = SLOPE × width + EXTRA px
TEXT_BESIDE = False
RULES = ("sam", "m-sam")
SHADES = 255
BAR = 80  # px across
TICKS = (-100, -1, 0, 1, 100)


def shade(eigenvalue: np.ndarray) -> np.ndarray:
    """Colour of an eigenvalue, 0 to 255, on the published figure's scale."""
    return np.rint(SHADES * np.clip(style.stability_norm()(eigenvalue).filled(0.5), 0.0, 1.0)).astype(np.uint8)


def columns(numbers: Numbers) -> dict[str, Columns]:
    """What each source of the picture shows: a map's colours, and its eigenvalues for the pointer."""
    return {
        f"map {key} {index}": {"image": [shade(smaller)], "smaller": [smaller.astype(np.float32)]}
        for (key, index), smaller in numbers.smaller.items()
    }


class Picture(Board):
    """Figure 4's two rows of maps, which zoom together."""

    columns = staticmethod(columns)

    def __init__(self, numbers: Numbers, updates: SourceUpdates) -> None:
        super().__init__(updates)
        left, right, bottom, top = self._extent = numbers.extent
        self._x, self._y = span((left, right)), span((bottom, top))
        colours = [to_hex(colour) for colour in colormaps[style.DIVERGING](np.linspace(0, 1, SHADES + 1))]
        self._mapper = LinearColorMapper(palette=colours, low=0, high=SHADES)
        rows = [[self._map(key, index, numbers) for index in range(len(numbers.values["rho"]))] for key in RULES]
        self._top = rows[0]
        self.layout = self._with_bar(grid(rows))

    def _map(self, key: str, index: int, numbers: Numbers):
        left, right, bottom, top = self._extent
        labels = "θ₁" if key == RULES[-1] else None, None if index else f"{style.SHORT[key]}   θ₂"
        panel = self.panel(self._x, self._y, framed=False, title="ρ" if key == RULES[0] else "", labels=labels)
        panel.image(
            "image",
            source=self.source(f"map {key} {index}", "image", "smaller"),
            x=left,
            y=bottom,
            dw=right - left,
            dh=top - bottom,
            color_mapper=self._mapper,
        )
        panel.line(*numbers.square, line_width=2, line_color=style.EDGE)
        panel.add_tools(HoverTool(tooltips=[("θ₁", "$x{0.00}"), ("θ₂", "$y{0.00}"), ("λ₂", "@smaller{0.000}")]))
        panel.xaxis.ticker = panel.yaxis.ticker = [-1, 0, 1]  # ±2 would run into the next panel's
        return panel

    def _with_bar(self, maps: GridBox) -> GridBox:
        """The maps, and the scale of their colours at the right."""
        bar = self.panel(span((0, 1)), span((0, SHADES)), title="λ₂", framed=False, y_axis_location="right")
        bar.image(
            image=[np.arange(SHADES + 1, dtype=np.uint8)[:, None]], x=0, y=0, dw=1, dh=SHADES, color_mapper=self._mapper
        )
        ticks = shade(np.array(TICKS, float)).tolist()
        bar.yaxis.update(
            visible=True,
            ticker=ticks,
            major_label_overrides={
                tick: f"{value:g}".replace("-", "−") for tick, value in zip(ticks, TICKS, strict=True)
            },
        )
        bar.update(min_border_left=8, min_border_right=50, min_border_bottom=AXIS)
        row, column = len(RULES), len(self._top)
        maps.children = [*maps.children, (bar, 0, column, row, 1)]
        maps.cols = [*columns_of([1] * column, BAR), f"{BAR}px"]
        return maps

    def label(self, numbers: Numbers) -> None:
        """Titles with the radii."""
        for panel, rho in zip(self._top, numbers.values["rho"], strict=True):
            panel.title.text = f"ρ = {rho:g}"
