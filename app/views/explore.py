"""Explore: the landscape, the paths of the chosen rules over it, and what became of them, all while dragging."""

from functools import partial
from html import escape
from pathlib import Path

import panel as pn
from bokeh.models import GridBox
from panel.viewable import Viewer

from app.browser.background_work import of_session
from app.browser.callbacks import guarded
from app.browser.screen_reader import Announcer, describe, remove_from_tab_order
from app.browser.source_updates import Columns, SourceUpdates
from app.browser.update_channel import UpdateChannel
from app.browser.viewport import kept, tell
from app.compute.backgrounds import BackgroundChoice
from app.compute.outcome_summary import sentence, table
from app.compute.outcome_words import definitions
from app.compute.partial_summary import partial_words
from app.compute.runs import Runner, Runs
from app.layers.loss_curve import LossCurve
from app.layers.loss_surface import LossSurface
from app.layers.marginals import SIDE, Marginals
from app.layers.off_view_counts import OffViewCounts
from app.layers.pinned_run import PinnedRun
from app.layers.playback import Playback, played_every
from app.layers.start_handle import StartHandle
from app.layers.step_anatomy import StepAnatomy
from app.layers.trajectories import Trajectories, drawn_every
from app.model.box import Box, finite
from app.model.state import State
from app.theme import palette, stylesheet
from app.widgets.control_panel import ControlPanel
from app.widgets.more_steps import MoreSteps
from app.widgets.motion_follower import MotionFollower
from app.widgets.playback_bar import PlaybackBar
from app.widgets.step_equations import StepEquations

CSS = stylesheet(Path(__file__).with_suffix(".css"))
MEANINGS_CSS = stylesheet(Path(__file__).with_name("outcome_words.css"))
PROGRESS_CSS = stylesheet(Path(__file__).with_name("progress.css"))
MEANINGS_CSS = stylesheet(Path(__file__).with_name("outcome_words.css"))
RIGHT = 360


class Explore(Viewer):
    """One session's explorer."""

    def __init__(self, state: State) -> None:
        super().__init__()
        self._state, self._updates = state, SourceUpdates()
        beside = partial(of_session, progress=lambda: self._tell_progress())
        self._runner = Runner(beside, lambda: self._channel.request())
        updates = self._updates
        self._plane = LossSurface(updates, state, (of_session, lambda: self._channel.request()))
        self._background = BackgroundChoice(state)
        figure = self._plane.figure
        self._loss, self._marginals = LossCurve(updates, state), Marginals(updates, figure)
        self._pinned_run = PinnedRun(updates, figure, Runner(beside, lambda: self._channel.request()))
        self._paths = Trajectories(updates, figure)
        self._off_view_counts = OffViewCounts(updates, figure)
        self._start_handle, self._announcer = StartHandle(updates, figure, state), Announcer(figure)
        self._playback = Playback(updates, state.steps, figure, self._loss, self._paths, self._marginals)
        self._step_anatomy = StepAnatomy(updates, figure, self._playback)
        self._playback_bar = PlaybackBar(sizing_mode="stretch_width", height=36, margin=0)
        self._step_equations = StepEquations(sizing_mode="stretch_width", margin=0, visible=False)
        self._table = pn.pane.HTML(sizing_mode="stretch_width", margin=0, stylesheets=[CSS])
        self._words = pn.pane.HTML(sizing_mode="stretch_width", margin=0, css_classes=["words"], stylesheets=[CSS])
        self._progress = pn.pane.HTML(
            "",
            visible=False,
            sizing_mode="stretch_width",
            margin=0,
            css_classes=["progress"],
            stylesheets=[PROGRESS_CSS],
        )
        self._motion_follower, self._more_steps = MotionFollower(lambda: self._channel.request()), MoreSteps()
        self._meanings = pn.pane.HTML(sizing_mode="stretch_width", margin=0, stylesheets=[MEANINGS_CSS])
        self._channel = UpdateChannel(self._draw, updates.sources)
        figure.tags = [*figure.tags, self._channel.model]
        describe(self._loss.figure, "Loss against the step, for each rule")
        describe(self._marginals.above, "Where the runs end, along θ₁")
        describe(self._marginals.beside, "Where the runs end, along θ₂")
        for other in (self._loss.figure, self._marginals.above, self._marginals.beside):
            remove_from_tab_order(other)
        self._controls = ControlPanel(state, lambda: self._plane.view)
        self._looked_at = True
        self._theme()
        self._channel.fill()
        state.param.watch(self._channel.request, [name for name in state.param if name not in {"name", "dark"}])
        state.param.watch(self._theme, "dark")
        self._playback_bar.param.watch(self._channel.request, "wanted")
        self._playback_bar.param.watch(lambda event: state.try_update(anatomy=event.new), "anatomy")
        self._playback_bar.param.watch(lambda event: state.try_update(step=event.new), "step")
        self._playback_bar.param.watch(self._pin, "pinned")
        for range_ in (figure.x_range, figure.y_range):
            for end in ("start", "end"):
                range_.on_change(end, guarded(self._looked_elsewhere))
        tell(figure, self._plane.fit, self._went)
        self._row = pn.Row(
            self._controls,
            pn.Column(
                pn.pane.Bokeh(self._plots(), sizing_mode="stretch_both", margin=0),
                self._playback_bar,
                sizing_mode="stretch_both",
                margin=0,
            ),
            pn.Column(
                self._background,
                pn.pane.Bokeh(self._loss.figure, sizing_mode="stretch_both", margin=0),
                self._progress,
                self._table,
                self._meanings,
                self._more_steps,
                self._words,
                self._step_equations,
                width=RIGHT,
                sizing_mode="stretch_height",
                margin=0,
                css_classes=["results"],
            ),
            sizing_mode="stretch_both",
            margin=0,
            styles={"gap": "10px", "padding": "8px 10px 6px 10px"},
        )

    def _plots(self) -> GridBox:
        return GridBox(
            children=[(self._marginals.above, 0, 0), (self._plane.figure, 1, 0), (self._marginals.beside, 1, 1)],
            rows={0: f"{SIDE}px", 1: "1fr"},
            cols={0: "1fr", 1: f"{SIDE}px"},
            sizing_mode="stretch_both",
        )

    def set_visible(self, shown: bool) -> None:
        """Told whether the view is looked at: it does nothing while it is not."""
        self._looked_at = shown
        if shown:
            self._channel.request()
        else:
            for part in (self._runner, self._pinned_run, self._plane, self._motion_follower, self._more_steps):
                part.cancel()

    def _draw(self) -> dict[str, Columns]:
        if not self._looked_at:
            return {}
        state, updates = self._state, self._updates
        self._controls.sync()
        self._playback_bar.param.update(anatomy=state.anatomy, step=state.step, pinned=state.pinned is not None)
        self._pinned_run.follow(state.pinned)
        runs = self._runner(state)
        view = self._plane.view
        if finite(view):
            state.view = view
            self._plane.draw(updates, state)
            self._background.show(self._plane.scale, self._plane.gaps, self._plane.coarse)
            self._paths.draw(updates, state, runs, view)
            self._off_view_counts.draw(updates, runs, view)
            self._marginals.draw(updates, state, runs, self._pinned_run.runs, view)
            self._pinned_run.draw(updates, view)
        self._start_handle.draw(updates, state)
        self._loss.draw(updates, state, runs, self._pinned_run.runs)
        self._step_anatomy.draw(updates, state, runs, state.anatomy)
        self._playback.draw(updates, runs, _steps(state, runs), self._playback_bar.wanted, state.anatomy)
        self._playback_bar.every = played_every(runs)
        self._say(runs)
        return updates.take()

    def _say(self, runs: list[Runs]) -> None:
        """The table and the sentence; where others need their room, they are still there for screen readers."""
        state = self._state
        runs = self._motion_follower(runs)
        self._step_equations.visible = state.anatomy
        self._tell_progress()
        shown_part = self._runner.partial
        self._more_steps.show(state.steps, [] if self._runner.partial is not None else runs)
        self._more_steps.hide(state.anatomy)
        self._meanings.param.update(object=definitions(state.landscape_object), visible=not state.anatomy)
        outcomes = table(runs, palette(state.dark), self._pinned_run.runs) + self._about_a()
        kinds = ["unseen"] * state.anatomy + ["partial"] * (shown_part is not None)
        self._table.object = f"<div class='{' '.join(kinds)}'>{outcomes}</div>"
        unseen = state.anatomy or state.pinned is not None
        words = "" if shown_part is not None and not runs else sentence(state, runs)
        if shown_part is not None:
            words = f"{partial_words(shown_part)}. {words}"
        elif (every := drawn_every(runs)) > 1:
            words += f" One path in {every} is drawn."
        self._words.object = f"<p class='{'unseen' if unseen else ''}'>{words}</p>"
        self._announcer.say(f"{state.landscape_object.name}. {words}")

    def _tell_progress(self) -> None:
        """What is shown of the runs, and how far the rest is, those of the pinned run included."""
        said = [partial_words(self._runner.partial)]
        if pinned := partial_words(self._pinned_run.partial):
            said.append(f"A: {pinned}")
        words = "".join(f"<p>{escape(one)}</p>" for one in said if one)
        self._progress.param.update(object=words, visible=bool(words))

    def _about_a(self) -> str:
        """A sentence on what was pinned."""
        if self._state.pinned is None:
            return ""
        differences = self._pinned_run.differences(self._state)
        return f"<p class='a'>A, pinned: {escape(differences) or 'as B. Change something to compare.'}</p>"

    def _pin(self, event) -> None:
        if event.new != (self._state.pinned is not None):
            self._state.try_update(pinned=self._state.setting() if event.new else None)

    def _went(self, seen: Box | None) -> None:
        zoom = kept(seen, self._state)
        self._plane.went(zoom)
        self._state.try_update(zoom=zoom)

    def _looked_elsewhere(self, attribute: str, old: float, new: float) -> None:
        self._channel.request()

    def _theme(self, *_) -> None:
        dark = self._state.dark
        for part in (
            self._plane,
            self._paths,
            self._off_view_counts,
            self._start_handle,
            self._marginals,
            self._loss,
            self._playback,
            self._step_anatomy,
        ):
            part.theme(dark)

    def __panel__(self) -> pn.Row:
        return self._row


def _steps(state: State, runs: list[Runs]) -> int:
    """Of the runs that are shown."""
    return runs[0].question.steps if runs else state.steps
