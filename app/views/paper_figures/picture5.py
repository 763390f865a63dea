"""Figure 5 on screen: a hundred paths of four rules, and under each the density of where they end."""

import numpy as np
from bokeh.models import ColumnDataSource
from bokeh.plotting import figure as Figure

from app.browser.source_updates import Columns, SourceUpdates
from app.compute.path_thinning import thinned
from app.views.paper_figures.board import Board, band_image, grid, points, show, span
from figures import style
from figures.figure5 import VIEW, Numbers

SLOPE, EXTRA = 0.3575, 68  # height = SLOPE × width + EXTRA px
TEXT_BESIDE = False

PIXEL = (VIEW[1] - VIEW[0]) / 600  # of a panel on a large screen


def columns(numbers: Numbers) -> dict[str, Columns]:
    """What each source of the picture shows; paths are thinned to what a screen resolves."""
    shown = {"starts": points(numbers.starts), "start density": _curve(numbers.theta, numbers.start_marginal)}
    for key, positions in numbers.positions.items():
        xs, ys = thinned(positions, PIXEL)
        shown[f"paths {key}"] = {"xs": xs, "ys": ys}
        shown[f"ends {key}"] = points(positions[-1])
        shown[f"density {key}"] = _curve(numbers.theta, numbers.marginals[key])
    return shown


def _curve(theta: np.ndarray, heights: np.ndarray) -> Columns:
    return {"x": theta, "y": heights}


class Picture(Board):
    """Figure 5's two rows of four panels."""

    columns = staticmethod(columns)

    def __init__(self, numbers: Numbers, updates: SourceUpdates) -> None:
        super().__init__(updates)
        self._theta, self._theta2, self._density = span(VIEW), span(VIEW), span((0.0, 1.1))
        image = band_image(numbers.background)
        grey = self.source("start density", "x", "y")
        keys = list(numbers.positions)
        upper = [self._plane(key, numbers, image, "θ₂" if key == keys[0] else None) for key in keys]
        lower = [self._marginal(key, grey, "density" if key == keys[0] else None) for key in keys]
        self.layout = grid([upper, lower], heights=(70, 30))

    def _plane(self, key: str, numbers: Numbers, image: ColumnDataSource, label: str | None) -> Figure:
        panel = self.panel(self._theta, self._theta2, title=style.NAMES[key], framed=False, labels=(None, label))
        self.bands(panel, image, numbers.background)
        paths = self.source(f"paths {key}", "xs", "ys")
        panel.multi_line("xs", "ys", source=paths, color=style.COLOURS[key], line_width=2.5, line_join="round")
        self.marks(panel, "starts", "circle", 8, style.START)
        self.marks(panel, f"ends {key}", "star", 22, style.COLOURS[key])
        panel.yaxis.ticker = [-2, 0, 2]
        return panel

    def _marginal(self, key: str, grey: ColumnDataSource, label: str | None) -> Figure:
        panel = self.panel(self._theta, self._density, labels=("θ₁", label))
        panel.varea("x", 0, "y", source=grey, fill_color=style.START, fill_alpha=0.3)
        panel.line("x", "y", source=grey, line_color=style.START, line_width=2)
        source = self.source(f"density {key}", "x", "y")
        panel.varea("x", 0, "y", source=source, fill_color=style.COLOURS[key], fill_alpha=0.35)
        panel.line("x", "y", source=source, line_color=style.COLOURS[key], line_width=2.5)
        panel.xaxis.update(ticker=[-2, 0, 2])
        panel.yaxis.ticker.desired_num_ticks = 3
        return panel

    def label(self, numbers: Numbers) -> None:
        """Room for the highest density, and no less than in the published picture."""
        show(self._density, 0, max(1.1, 1.05 * max(float(heights.max()) for heights in numbers.marginals.values())))
