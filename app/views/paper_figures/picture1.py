"""Figure 1 on screen: three paths from one start, the perturbation sets round it, and the first update's arrows."""

import numpy as np

from app.browser.source_updates import Columns, SourceUpdates
from app.views.paper_figures.board import Board, band_image, points, span
from figures import style
from figures.figure1 import X_RANGE, Y_RANGE, Numbers

SLOPE, EXTRA = 2 / 3, 0  # height = SLOPE × width + EXTRA px
TEXT_BESIDE = True

# an arrow of the published picture, in units of θ: half-widths of shaft and head, length of the head
SHAFT, HEAD, HEAD_LENGTH = 0.03, 0.095, 0.24


def arrow(tail: np.ndarray, vector: np.ndarray) -> np.ndarray:
    """Outline of an arrow, shape (2, 8); one shorter than its head is scaled down as a whole."""
    length = float(np.hypot(*vector))
    if not 0 < length < np.inf:
        return np.full((2, 8), np.nan)
    scale = min(1.0, length / HEAD_LENGTH)
    neck = length - scale * HEAD_LENGTH
    along = np.array([0, neck, neck, length, neck, neck, 0, 0])
    across = scale * np.array([SHAFT, SHAFT, HEAD, 0, -HEAD, -SHAFT, -SHAFT, SHAFT])
    unit = vector / length
    return tail[:, None] + np.outer(unit, along) + np.outer([-unit[1], unit[0]], across)


def columns(numbers: Numbers) -> dict[str, Columns]:
    """What each source of the picture shows."""
    shown = {"start": points(numbers.start)}
    for key, path in numbers.paths.items():
        shown[f"path {key}"] = points(path.positions)
        shown[f"end {key}"] = points(path.positions[:, -1])
    for key, curve in numbers.sets.items():
        shown[f"set {key}"] = points(curve)
        shown[f"perturbed {key}"] = points(numbers.perturbed[key])
        shown[f"arrow {key}"] = points(arrow(numbers.perturbed[key], numbers.arrows[key]))
    return shown


class Picture(Board):
    """Figure 1's panel."""

    columns = staticmethod(columns)

    def __init__(self, numbers: Numbers, updates: SourceUpdates) -> None:
        super().__init__(updates)
        panel = self.panel(span(X_RANGE), span(Y_RANGE), framed=False)
        panel.update(min_border_left=0, min_border_right=0, min_border_top=0, min_border_bottom=0)
        self.bands(panel, band_image(numbers.background), numbers.background)
        for key in numbers.paths:
            self.paths(panel, f"path {key}", style.COLOURS[key], 5, legend_label=style.NAMES[key], line_join="round")
        for key in numbers.sets:
            self.paths(panel, f"set {key}", style.COLOURS[key], 5, line_dash=[16, 8])
        self.marks(panel, "start", "circle", 12)
        for key in numbers.sets:
            outline = self.source(f"arrow {key}", "x", "y")
            glyph = panel.patch("x", "y", source=outline, fill_color=style.COLOURS[key], line_width=1.5).glyph
            self.inked(glyph, "line_color")
            self.marks(panel, f"perturbed {key}", "circle", 19, style.COLOURS[key], line_width=1.5)
        for key in numbers.paths:
            self.marks(panel, f"end {key}", "star", 30)
        panel.legend.update(
            location="bottom_center",
            orientation="horizontal",
            label_text_font_size="24px",
            glyph_width=64,
            spacing=36,
            padding=12,
            margin=8,
        )
        self.layout = panel
