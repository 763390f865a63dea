"""Figure 3 on screen: SAM and Monge SAM on the parabola, a panel for each of two learning rates."""

from app.browser.source_updates import Columns, SourceUpdates
from app.views.paper_figures.board import Board, grid, points, show, span
from figures import style
from figures.figure3 import Numbers

SLOPE, EXTRA = 0.4, 0  # height = SLOPE × width + EXTRA px
TEXT_BESIDE = False
RULES = ("sam", "m-sam")


def columns(numbers: Numbers) -> dict[str, Columns]:
    """What each source of the picture shows."""
    shown = {}
    for (key, index), path in numbers.paths.items():
        shown[f"path {key} {index}"] = points(path)
        shown[f"end {key} {index}"] = points(path[:, -1])
        shown[f"start {index}"] = points(path[:, 0])
    return shown


class Picture(Board):
    """Figure 3's two panels."""

    columns = staticmethod(columns)

    def __init__(self, numbers: Numbers, updates: SourceUpdates) -> None:
        super().__init__(updates)
        self._x, self._y = span((-1.1, 1.1)), span((-0.05, 1.05))
        panels = [self._panel(numbers, index) for index in (0, 1)]
        self.layout = grid([panels])

    def _panel(self, numbers: Numbers, index: int):
        panel = self.panel(self._x, self._y, title="α", labels=("θ", None if index else "ℓ(θ)"))
        panel.title.text_font_size = "26px"
        panel.xaxis.ticker = [-1, 0, 1]
        panel.yaxis.ticker = [0, 0.5, 1]
        self.inked(panel.line(numbers.theta, numbers.loss, line_width=3).glyph, "line_color")
        for key in RULES:
            self.paths(panel, f"path {key} {index}", style.COLOURS[key], 3.5, legend_label=style.SHORT[key])
        self.marks(panel, f"start {index}", "circle", 22, style.START, line_width=2)
        for key in RULES:
            self.marks(
                panel, f"end {key} {index}", "star", 36, style.COLOURS[key], line_width=2, legend_label=style.SHORT[key]
            )
        panel.legend.update(location="top_center", label_text_font_size="20px", glyph_width=60, glyph_height=44)
        panel.legend.visible = index == 0
        return panel

    def label(self, numbers: Numbers) -> None:
        """Titles with the learning rates, and room for the highest step."""
        for index, (panel, rate) in enumerate(zip(self.figures, numbers.values["learning_rate"], strict=True)):
            panel.title.text = f"α{'₁₂'[index]} = {rate:g}"
        show(self._y, -0.05, 1.05 * max(1.0, *(float(path[1].max()) for path in numbers.paths.values())))
