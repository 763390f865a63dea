"""The map of a criterion of stability, the border of what ends where it looks, and the stationary points."""

import numpy as np

from app.browser.source_updates import Columns, SourceUpdates
from app.compute.answer import Answer
from app.compute.borders import outline, outlined, stationary
from app.compute.destination_summary import COARSE
from app.compute.price import PREVIEW, search
from app.compute.scene import MapScene
from app.compute.stability import Field, StabilityQuery, shades, ticks
from app.layers.map_image import MapImage, image_columns, scale_ticks
from app.layers.map_viewport import MapViewport
from app.theme import palette
from optimizers.outcomes import OUTCOMES
from optimizers.stability import CRITERIA

BORDER = 68  # px for the labels at the left: were it theirs to say, a new view would be a new width


class StabilityMap(MapImage):
    """A criterion's values, red where it says stable; what the runs do is outlined."""

    def __init__(self, updates: SourceUpdates, viewport: MapViewport) -> None:
        super().__init__(
            updates,
            "stability",
            viewport.x_range,
            viewport.y_range,
            hover="($x{0.000}, $y{0.000})<br>value @value{0.000 a}",
            values=["value"],
            x_axis_label="θ₁",
            y_axis_label="θ₂",
            min_border_left=BORDER,
        )
        figure = self.figure
        viewport.shape(figure)
        scale_ticks(self.bar(), ticks())
        border = updates.source("border", "x", "y")
        self._border = [figure.line("x", "y", source=border, line_width=width) for width in (6, 3)]
        self._marks = [
            figure.scatter(
                "x", "y", source=updates.source("points", "x", "y"),
                marker="diamond", size=12, fill_color=None, line_width=2,
            ),
            figure.line(
                "x", "y", source=updates.source("curves", "x", "y"), line_width=1.5, line_dash="dotted", line_alpha=0.9
            ),
            figure.scatter("x", "y", source=updates.source("singular", "x", "y"), marker="x", size=12, line_width=3),
        ]  # fmt: skip

    def draw(self, scene: MapScene[StabilityQuery, Field], updates: SourceUpdates) -> None:
        answer, landscape = scene.answer, scene.state.landscape_object
        if answer.found is None:  # nothing of another question either
            for name in ("stability", "border", "singular"):
                updates.clear(name)
        else:
            question = answer.question
            self.put(updates, stability_columns, answer)
            updates.put("border", border_columns, answer)
            updates.put("singular", lambda answer: answer.result.flagged(), answer)
            rule = scene.state.lineup[scene.state.stability_rule]
            symbol = CRITERIA[question.criterion].symbol
            self.figure.title.text = f"{symbol} for {rule.short}{COARSE * answer.coarse}"
        for name, connected in (("points", False), ("curves", True)):
            if search(landscape) > PREVIEW:
                updates.clear(name)
            else:
                updates.put(name, stationary, landscape, connected)

    def theme(self, dark: bool) -> None:
        super().theme(dark)
        p = palette(dark)
        self.colours(p.loss_codes)
        self._border[0].glyph.line_color = p.halo
        for renderer in (self._border[1], *self._marks):
            renderer.glyph.line_color = p.ink


def stability_columns(answer: Answer[StabilityQuery, Field]) -> Columns:
    """The criterion's colours and its values."""
    value = answer.result.value
    return image_columns(shades(value), answer.question.box, value=value.astype(np.float32))


def border_columns(answer: Answer[StabilityQuery, Field]) -> Columns:
    """The border of the starts that end where the criterion looks."""
    inside = answer.result.ends.outcome == OUTCOMES.index(outlined(answer.question.landscape))
    return outline(inside, answer.question.box)
