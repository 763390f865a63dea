"""Surface: the graph of the loss beside the plane, with the sets in which SAM and Monge SAM look."""

from html import escape
from pathlib import Path

import panel as pn
import panel_material_ui as pmui

from app.browser.background_work import of_session
from app.browser.screen_reader import Announcer
from app.browser.viewport import on_viewport_change, zoom_of
from app.compute.charts import of_one_start
from app.compute.partial_summary import partial_words
from app.compute.scene import Scene
from app.compute.surface_words import sentences
from app.layers.disc_rims import DiscRims
from app.layers.loss_graph import LossGraph
from app.layers.loss_surface import LossSurface
from app.layers.start_handle import StartHandle
from app.layers.trajectories import Trajectories
from app.model.box import Box
from app.model.state import State
from app.theme import stylesheet
from app.views.controlled import ControlledView
from app.widgets.surface_plot import SurfacePlot

CSS = stylesheet(Path(__file__).with_name("coordinates.css"))
SMALLEST = 60  # px, a side of the plane


class Surface(ControlledView[Scene]):
    """One session's view of the graph of the loss."""

    def __init__(self, state: State) -> None:
        super().__init__(state, lambda: state.region)
        updates, self._runs = self._updates, self._runner()
        self._plane = LossSurface(updates, state, (of_session, self.request))
        figure = self._plane.figure
        figure.update(min_width=SMALLEST, min_height=SMALLEST)
        self._announcer = Announcer(figure)
        self.layers = (
            self._plane,
            Trajectories(updates, figure),
            DiscRims(updates, figure),
            StartHandle(updates, figure, state),
            LossGraph(updates),
        )
        self.work = (self._runs, self._plane)
        self._step = pmui.IntSlider(label="Step of the sets", start=0, end=state.steps, size="small", margin=(0, 12))
        self._words = pn.pane.HTML(sizing_mode="stretch_width", margin=0, stylesheets=[CSS])
        self._begin(figure)
        figure.tags = [*figure.tags, *(updates.sources[name] for name in ("surface", "surface theme"))]
        self._step.param.watch(self._stepped, "value")
        on_viewport_change(figure, self._plane.fit, self._zoomed)
        self.content = self._layout(
            self._toolbar(57, self._step),
            pn.Row(
                pn.pane.Bokeh(figure, sizing_mode="stretch_both", margin=0),
                SurfacePlot(sizing_mode="stretch_both", margin=0),
                sizing_mode="stretch_both",
                margin=0,
                styles={"gap": "8px"},
            ),
            self._words,
        )

    def sync(self) -> None:
        super().sync()
        state = self._state
        self._step.param.update(end=state.steps, value=min(state.step or 0, state.steps))

    def scene(self) -> Scene:
        state = of_one_start(self._state)
        return Scene(state, self._plane.view, tuple(self._runs(state)))

    def describe(self, scene: Scene) -> None:
        said = [partial_words(self._runs.partial), *sentences(scene)]
        self._words.object = "".join(f"<p>{escape(one)}</p>" for one in said if one)
        self._announcer.announce(" ".join(filter(None, said)))

    def _stepped(self, event) -> None:
        if event.new != (self._state.step or 0):
            self._state.try_update(step=event.new)

    def _zoomed(self, visible: Box | None) -> None:
        zoom = zoom_of(visible, self._state)
        self._plane.note_zoom(zoom)
        self._state.try_update(zoom=zoom)
