"""The handle to drag: the start itself, or the square that a grid or a cloud of starts fills."""

from pathlib import Path
from typing import Any

from bokeh.events import Tap
from bokeh.models import BoxAnnotation
from bokeh.plotting import figure as Figure

from app.browser.callbacks import guarded
from app.browser.drag import Drag, Touch
from app.browser.javascript import script
from app.browser.keyboard import listen
from app.browser.source_updates import SourceUpdates
from app.compute.scene import Scene
from app.model.state import State
from app.theme import palette

HERE = Path(__file__).parent
REACH = 16  # px round the start within which it is caught


class StartHandle:
    """Moves the state's starts by drag and by click.

    Attributes:
        touch: where the browser has moved it to.
    """

    def __init__(self, updates: SourceUpdates, figure: Figure, state: State) -> None:
        self._state, self._ink = state, palette(state.dark).ink
        self._boxes: list[BoxAnnotation] = []
        self._starts = updates.source("start handle", "x", "y", "half", "free")
        self.touch = Touch()
        self.touch.on_change("place", guarded(self._dragged))
        figure.tags = [*figure.tags, self.touch]
        listen(figure, touch=self.touch, **self.attach(figure))

    def attach(self, figure: Figure) -> dict[str, Any]:
        """Lets the starts be dragged on a figure, and be moved to where it is clicked.

        Returns:
            What its scripts share, by name.
        """
        box = BoxAnnotation(
            left=0,
            right=0,
            bottom=0,
            top=0,
            editable=True,
            movable="both",
            fill_alpha=0,
            hover_fill_alpha=0,
            line_color=self._ink,
            hover_line_color=self._ink,
            line_width=2,
            line_dash=[6, 4],
            syncable=False,
            name="start handle",
        )
        self._boxes.append(box)
        figure.add_layout(box)
        shared = {"starts": self._starts, "box": box, "drag": Drag(syncable=False)}
        place = script(HERE / "place_handle.mjs", **shared, figure=figure, pixels=REACH)
        figure.on_event(Tap, guarded(self._tapped))
        for size in ("inner_width", "inner_height"):
            figure.js_on_change(size, place)
        for range_ in (figure.x_range, figure.y_range):
            range_.js_on_change("start", place)
            range_.js_on_change("end", place)
        dragged = script(HERE / "drag_handle.mjs", **shared, touch=self.touch)
        for edge in ("left", "right", "bottom", "top"):
            box.js_on_change(edge, dragged)
        self._starts.js_on_change("data", place)  # last: it makes the figure a part of the document, if that is open
        return shared

    def draw(self, scene: Scene, updates: SourceUpdates) -> None:
        place = self._place(scene)
        if place is None:
            updates.clear("start handle")
        else:
            updates.put("start handle", _columns, *place)

    def theme(self, dark: bool) -> None:
        self._ink = palette(dark).ink
        for box in self._boxes:
            box.update(line_color=self._ink, hover_line_color=self._ink)

    def _place(self, scene: Scene) -> tuple[float, float, float, bool] | None:
        """Its centre and half-width, and whether its size is free; None where there is none."""
        state = scene.state
        if state.mode == "one":
            return state.x, state.y, 0.0, False
        return state.centre_x, state.centre_y, state.half_width, True

    def _dragged(self, attribute: str, old: list[float], new: list[float]) -> None:
        if len(new) == 3:
            self._move(*new)

    def _tapped(self, event: Tap) -> None:
        """Moves the starts to where a plane was clicked."""
        if self._state.moment.asking:  # a click is a prediction then
            return
        self._move(event.x, event.y, self._state.half_width)

    def _move(self, x: float, y: float, half_width: float) -> None:
        """Takes a place; one that is out of bounds leaves the starts where they are."""
        if self._state.mode == "one":
            self._state.try_update(x=x, y=y)
        else:
            self._state.try_update(centre_x=x, centre_y=y, half_width=half_width)


def _columns(*place: float) -> dict[str, list[float]]:
    return {name: [value] for name, value in zip(("x", "y", "half", "free"), place, strict=True)}
