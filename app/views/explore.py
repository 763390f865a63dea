"""Explore: the landscape, the paths of the chosen rules over it, and what became of them, all while dragging."""

from html import escape
from pathlib import Path

import panel as pn
from bokeh.models import GridBox

from app.browser.ahead import DIMMED, Ahead
from app.browser.background_work import of_session
from app.browser.callbacks import guarded
from app.browser.changes import set_changed
from app.browser.screen_reader import Announcer, describe, remove_from_tab_order
from app.browser.viewport import on_viewport_change, zoom_of
from app.compute.outcome_summary import sentence, table
from app.compute.outcome_words import definitions
from app.compute.partial_summary import partial_words
from app.compute.pinned import PinnedRuns
from app.compute.scene import Scene
from app.compute.surface_words import sentences as surface_sentences
from app.layers.loss_curve import LossCurve
from app.layers.loss_graph import LossGraph
from app.layers.loss_surface import LossSurface
from app.layers.marginals import SIDE, Marginals
from app.layers.off_view_counts import OffViewCounts
from app.layers.pinned_run import PinnedRun
from app.layers.playback import Playback, played_every
from app.layers.predictions import Predictions
from app.layers.rule_panels import RulePanels
from app.layers.runs_ahead import RunsAhead
from app.layers.start_handle import StartHandle
from app.layers.step_anatomy import StepAnatomy
from app.layers.step_slice import StepSlice
from app.layers.trajectories import Trajectories, drawn_every
from app.model.box import Box, finite
from app.model.state import State
from app.theme import REFLOW, palette, stylesheet
from app.views.map_grid import MapGrid
from app.views.view import View
from app.widgets.background_choice import BackgroundChoice
from app.widgets.control_panel import ControlPanel
from app.widgets.more_steps import MoreSteps
from app.widgets.motion_follower import MotionFollower
from app.widgets.playback_bar import PlaybackBar
from app.widgets.step_equations import StepEquations
from app.widgets.surface_plot import SurfacePlot

CSS = stylesheet(Path(__file__).with_suffix(".css"))
MEANINGS_CSS = stylesheet(Path(__file__).with_name("outcome_words.css"))
PROGRESS_CSS = stylesheet(Path(__file__).with_name("progress.css"))
SURFACE = "max(240px, 44vh)"  # its height, whatever is said below: another one takes as long as a new plot
UNREVEALED = "What the runs do is hidden until it is revealed."
WITH_SURFACE, WITH_PANELS = "with-surface", "with-panels"
MAX_SENTENCE = 5  # rules of which a sentence repeats what the table says; of more it is for screen readers alone


class Explore(View[Scene]):
    """One session's explorer."""

    def __init__(self, state: State) -> None:
        super().__init__(state)
        updates = self._updates
        self._runs = self._runner(self._show_progress)
        self._pinned = PinnedRuns(self._runner(self._show_progress))
        self._plane = LossSurface(updates, state, (of_session, self.request))
        figure = self._plane.figure
        self._loss, self._marginals = LossCurve(updates, state), Marginals(updates, figure)
        pinned_run, paths = PinnedRun(updates, figure), Trajectories(updates, figure)
        counts, start_handle = OffViewCounts(updates, figure), StartHandle(updates, figure, state)
        self._announcer = Announcer(figure)
        playback = Playback(updates, state.steps, figure, self._loss, paths, self._marginals)
        step_anatomy = StepAnatomy(updates, figure, playback)
        ahead = Ahead(syncable=False)
        self._runs_ahead = RunsAhead(updates, ahead, self._loss, start_handle, of_session, self.request)
        self._rule_panels = RulePanels(updates, state, start_handle.attach)
        self._grid: MapGrid | None = None
        self.layers = (
            self._plane,
            paths,
            counts,
            self._marginals,
            pinned_run,
            start_handle,
            self._loss,
            Predictions(updates, figure, state),
            LossGraph(updates),
            StepSlice(updates),
            step_anatomy,
            self._runs_ahead,
            self._rule_panels,
            playback,  # last: it starts what the browser draws from the others
        )
        self._box = state.view = self._plane.view
        self._controls, self._background = ControlPanel(state, lambda: self._box, ahead), BackgroundChoice(state)
        self._playback_bar = PlaybackBar(sizing_mode="stretch_width", margin=0)
        self._one_plane = pn.pane.Bokeh(self._plots(), sizing_mode="stretch_both", margin=0)
        self._panels = pn.Column(
            visible=False, sizing_mode="stretch_both", margin=0, css_classes=["panels"], stylesheets=[REFLOW]
        )
        self._step_equations = StepEquations(sizing_mode="stretch_width", margin=0, visible=False)
        self._surface = SurfacePlot(
            sizing_mode="stretch_width", margin=0, visible=False, styles={"height": SURFACE, "flex": "none"}
        )
        self._surface_words = pn.pane.HTML(
            sizing_mode="stretch_width", margin=0, css_classes=["words"], stylesheets=[CSS]
        )
        self._table = pn.pane.HTML(sizing_mode="stretch_width", margin=0, stylesheets=[CSS, DIMMED])
        self._words = pn.pane.HTML(
            sizing_mode="stretch_width", margin=0, css_classes=["words"], stylesheets=[CSS, DIMMED]
        )
        self._curve = pn.pane.Bokeh(self._loss.figure, sizing_mode="stretch_width", margin=0)
        self._progress = pn.pane.HTML(
            "", sizing_mode="stretch_width", margin=0, css_classes=["progress"], stylesheets=[PROGRESS_CSS]
        )
        self._motion_follower, self._more_steps = MotionFollower(self.request, self._show_progress), MoreSteps()
        self._meanings = pn.pane.HTML(sizing_mode="stretch_width", margin=0, stylesheets=[MEANINGS_CSS])
        self.work = (self._runs, self._pinned, self._plane, self._motion_follower, self._more_steps, self._runs_ahead)
        describe(self._loss.figure, "Loss against the step, for each rule")
        describe(self._marginals.above, "Where the runs end, along θ₁")
        describe(self._marginals.right, "Where the runs end, along θ₂")
        for other in (self._loss.figure, self._marginals.above, self._marginals.right):
            remove_from_tab_order(other)
        self.content = pn.Row(
            self._controls,
            pn.Column(
                self._one_plane,
                self._panels,
                self._playback_bar,
                sizing_mode="stretch_both",
                margin=0,
                css_classes=["plane"],
                stylesheets=[REFLOW],
            ),
            pn.Column(
                self._background,
                self._surface,
                self._curve,
                self._progress,
                self._table,
                self._meanings,
                self._more_steps,
                self._words,
                self._step_equations,
                self._surface_words,
                sizing_mode="stretch_both",
                margin=0,
                scroll="y-auto",
                css_classes=["results"],
                stylesheets=[REFLOW],
            ),
            sizing_mode="stretch_both",
            margin=0,
            css_classes=["explore"],
            stylesheets=[REFLOW],
        )
        self._begin(figure, ahead)
        self._playback_bar.param.watch(self.request, "wanted")
        self._playback_bar.param.watch(lambda event: state.try_update(anatomy=event.new), "anatomy")
        self._playback_bar.param.watch(lambda event: state.try_update(surface=event.new), "surface")
        self._playback_bar.param.watch(lambda event: state.try_update(panels=event.new), "panels")
        self._playback_bar.param.watch(lambda event: state.try_update(step=event.new), "step")
        self._playback_bar.param.watch(self._pin, "pinned")
        self._step_equations.param.watch(lambda event: state.try_update(stage=event.new), "stage")
        for range_ in (figure.x_range, figure.y_range):
            for end in ("start", "end"):
                range_.on_change(end, guarded(self._view_changed))
        on_viewport_change(figure, self._plane.fit, self._zoomed)

    def _plots(self) -> GridBox:
        return GridBox(
            children=[(self._marginals.above, 0, 0), (self._plane.figure, 1, 0), (self._marginals.right, 1, 1)],
            rows={0: f"{SIDE}px", 1: "1fr"},
            cols={0: "1fr", 1: f"{SIDE}px"},
            sizing_mode="stretch_both",
        )

    def sync(self) -> None:
        state = self._state
        self._controls.sync()
        shown = {"anatomy": state.anatomy, "surface": state.surface, "pinned": state.pinned is not None}
        shown["panels"] = state.panels
        set_changed(self._playback_bar, simple=state.level == "intro", step=state.step, **shown)
        set_changed(self._step_equations, stage=state.stage)
        self._show_panels()

    def theme(self, dark: bool) -> None:
        super().theme(dark)
        if self._state.surface:
            self.request()  # its colours travel with a frame

    def scene(self) -> Scene:
        state = self._state.copy()
        pinned = tuple(self._pinned(state.pinned))
        box = state.region if state.panels else self._box
        return Scene(state, box, tuple(self._runs(state)), pinned, self._playback_bar.wanted)

    def describe(self, scene: Scene) -> None:
        """The table and the sentence; where others need their room, they are still there for screen readers."""
        lecture = scene.state.projector
        self._background.hide(lecture)
        set_changed(self._curve, visible=not (lecture or scene.state.surface))
        self._show_surface(scene.state)
        self._background.show(self._plane.scale, self._plane.gaps, self._plane.coarse)
        set_changed(self._playback_bar, every=played_every(scene.runs))
        state, runs = scene.state, self._motion_follower(list(scene.runs))
        set_changed(self._step_equations, visible=state.anatomy)
        self._step_equations.show(state.entries(), state.course.words)
        self._show_progress()
        shown_part = self._runs.partial
        self._more_steps.show(state.steps, [] if self._runs.partial is not None else runs)
        self._more_steps.hide(state.anatomy or lecture or state.moment.hides("table", "summary"))
        set_changed(self._meanings, object="" if state.anatomy or lecture else definitions(state.landscape_object))
        outcomes = table(list(scene.seen("table")) and runs, palette(state.dark), scene.seen_pinned("table"))
        outcomes += self._about_a()
        kinds = ["unseen"] * state.anatomy + ["partial"] * (shown_part is not None)
        self._table.object = f"<div class='{' '.join(kinds)}'>{outcomes}</div>"
        unseen = state.anatomy or state.pinned is not None or len(runs) > MAX_SENTENCE
        words = "" if shown_part is not None and not runs else sentence(state, runs)
        if state.moment.hides("summary"):
            words = UNREVEALED
        elif shown_part is not None:
            words = f"{partial_words(shown_part)}. {words}"
        elif (every := drawn_every(runs)) > 1:
            words += f" One path in {every} is drawn."
        self._words.object = f"<p class='{'unseen' if unseen else ''}'>{escape(words)}</p>"
        self._announcer.announce(f"{state.landscape_object.name}. {words}")

    def _show_surface(self, state: State) -> None:
        """The surface, in the place of the loss curve, and what is said of it; the plane and it share the width."""
        words = "".join(f"<p>{escape(one)}</p>" for one in surface_sentences(state)) if state.surface else ""
        set_changed(self._surface_words, object=words)
        set_changed(self._surface, visible=state.surface)
        self._mark(WITH_SURFACE, state.surface)

    def _show_panels(self) -> None:
        """A panel of each rule in the place of the plane; they are made when they are first shown."""
        shown = self._state.panels
        if shown and self._grid is None:
            self._grid = MapGrid(self._rule_panels.figures, begun=False)
            self._panels.append(self._grid.content)
        if self._grid is not None:
            self._grid.show(self._rule_panels.shown(self._state) if shown else [])
        set_changed(self._panels, visible=shown)
        set_changed(self._one_plane, visible=not shown)
        self._mark(WITH_PANELS, shown)

    def _mark(self, kind: str, holds: bool) -> None:
        """Gives the layout a class, or takes it."""
        kinds = [one for one in self.content.css_classes if one != kind] + [kind] * holds
        if {*self.content.css_classes} != {*kinds}:
            self.content.css_classes = kinds

    def _show_progress(self) -> None:
        """What is shown of the runs, and how far the rest is, those of the pinned run included."""
        said = [partial_words(self._runs.partial)]
        if pinned := partial_words(self._pinned.partial):
            said.append(f"A: {pinned}")
        said.append("" if self._state.moment.hides("table", "summary") else self._motion_follower.words)
        words = "".join(f"<p>{escape(one)}</p>" for one in said if one)
        set_changed(self._progress, object=words)

    def _about_a(self) -> str:
        """A sentence on what was pinned."""
        if self._state.pinned is None:
            return ""
        differences = self._pinned.differences(self._state)
        return f"<p class='a'>A, pinned: {escape(differences) or 'same as B. Change a setting to compare.'}</p>"

    def _pin(self, event) -> None:
        if event.new != (self._state.pinned is not None):
            self._state.try_update(pinned=self._state.setting() if event.new else None)

    def _zoomed(self, visible: Box | None) -> None:
        zoom = zoom_of(visible, self._state)
        self._plane.note_zoom(zoom)
        self._state.try_update(zoom=zoom)

    def _view_changed(self, attribute: str, old: float, new: float) -> None:
        """Takes over the visible box; one that cannot be drawn is ignored."""
        if finite(view := self._plane.view):
            self._box = self._state.view = view
        self.request()
