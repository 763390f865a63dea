"""Explore: the landscape, the paths of the chosen rules over it, and what became of them, all under the hand."""

from functools import partial
from html import escape
from pathlib import Path

import panel as pn
from bokeh.models import GridBox
from panel.viewable import Viewer

from app.browser.background_work import of_session
from app.browser.callbacks import guarded
from app.browser.screen_reader import Aloud, describe, pass_by
from app.browser.source_updates import Columns, Frame
from app.browser.update_channel import Gate
from app.browser.viewport import kept, tell
from app.compute.backgrounds import BackgroundChoice
from app.compute.outcome_summary import sentence, table
from app.compute.outcome_words import definitions
from app.compute.partial_summary import partial_words
from app.compute.runs import Runner, Runs
from app.layers.loss_curve import LossCurve
from app.layers.loss_surface import LandscapePlot
from app.layers.marginals import SIDE, Marginals
from app.layers.off_view_counts import Edges
from app.layers.pinned_run import Ghost
from app.layers.playback import Playback, played_every
from app.layers.start_handle import Hand
from app.layers.step_anatomy import Dissection
from app.layers.trajectories import Trajectories, drawn_every
from app.model.box import Box, finite
from app.model.state import State
from app.theme import palette, stylesheet
from app.widgets.control_panel import Controls
from app.widgets.more_steps import Later
from app.widgets.motion_follower import Follower
from app.widgets.playback_bar import Player
from app.widgets.step_equations import Card

CSS = stylesheet(Path(__file__).with_suffix(".css"))
MEANINGS_CSS = stylesheet(Path(__file__).with_name("outcome_words.css"))
PROGRESS_CSS = stylesheet(Path(__file__).with_name("progress.css"))
MEANINGS_CSS = stylesheet(Path(__file__).with_name("outcome_words.css"))
RIGHT = 360


class Explore(Viewer):
    """One session's explorer."""

    def __init__(self, state: State) -> None:
        super().__init__()
        self._state, self._frame = state, Frame()
        beside = partial(of_session, progress=lambda: self._tell_progress())
        self._runner = Runner(beside, lambda: self._gate.request())
        frame = self._frame
        self._plane = LandscapePlot(frame, state, (of_session, lambda: self._gate.request()))
        self._background = BackgroundChoice(state)
        figure = self._plane.figure
        self._loss, self._marginals = LossCurve(frame, state), Marginals(frame, figure)
        self._ghost = Ghost(frame, figure, Runner(beside, lambda: self._gate.request()))
        self._paths = Trajectories(frame, figure)
        self._edges = Edges(frame, figure)
        self._hand, self._aloud = Hand(frame, figure, state), Aloud(figure)
        self._playback = Playback(frame, state.steps, figure, self._loss, self._paths, self._marginals)
        self._dissection = Dissection(frame, figure, self._playback)
        self._player = Player(sizing_mode="stretch_width", height=36, margin=0)
        self._card = Card(sizing_mode="stretch_width", margin=0, visible=False)
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
        self._follower, self._later = Follower(lambda: self._gate.request()), Later()
        self._meanings = pn.pane.HTML(sizing_mode="stretch_width", margin=0, stylesheets=[MEANINGS_CSS])
        self._gate = Gate(self._draw, frame.sources)
        figure.tags = [*figure.tags, self._gate.channel]
        describe(self._loss.figure, "Loss against the step, for each rule")
        describe(self._marginals.above, "Where the runs end, along θ₁")
        describe(self._marginals.beside, "Where the runs end, along θ₂")
        for other in (self._loss.figure, self._marginals.above, self._marginals.beside):
            pass_by(other)
        self._controls = Controls(state, lambda: self._plane.view)
        self._looked_at = True
        self._theme()
        self._gate.fill()
        state.param.watch(self._gate.request, [name for name in state.param if name not in {"name", "dark"}])
        state.param.watch(self._theme, "dark")
        self._player.param.watch(self._gate.request, "wanted")
        self._player.param.watch(lambda event: state.accept(anatomy=event.new), "anatomy")
        self._player.param.watch(lambda event: state.accept(step=event.new), "step")
        self._player.param.watch(self._pin, "pinned")
        for range_ in (figure.x_range, figure.y_range):
            for end in ("start", "end"):
                range_.on_change(end, guarded(self._looked_elsewhere))
        tell(figure, self._plane.fit, self._went)
        self._row = pn.Row(
            self._controls,
            pn.Column(
                pn.pane.Bokeh(self._plots(), sizing_mode="stretch_both", margin=0),
                self._player,
                sizing_mode="stretch_both",
                margin=0,
            ),
            pn.Column(
                self._background,
                pn.pane.Bokeh(self._loss.figure, sizing_mode="stretch_both", margin=0),
                self._progress,
                self._table,
                self._meanings,
                self._later,
                self._words,
                self._card,
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

    def look(self, shown: bool) -> None:
        """Told whether the view is looked at: it does nothing while it is not."""
        self._looked_at = shown
        if shown:
            self._gate.request()
        else:
            for part in (self._runner, self._ghost, self._plane, self._follower, self._later):
                part.rest()

    def _draw(self) -> dict[str, Columns]:
        if not self._looked_at:
            return {}
        state, frame = self._state, self._frame
        self._controls.catch_up()
        self._player.param.update(anatomy=state.anatomy, step=state.step, pinned=state.pinned is not None)
        self._ghost.follow(state.pinned)
        runs = self._runner(state)
        view = self._plane.view
        if finite(view):
            state.view = view
            self._plane.draw(frame, state)
            self._background.show(self._plane.scale, self._plane.gaps, self._plane.coarse)
            self._paths.draw(frame, state, runs, view)
            self._edges.draw(frame, runs, view)
            self._marginals.draw(frame, state, runs, self._ghost.runs, view)
            self._ghost.draw(frame, view)
        self._hand.draw(frame, state)
        self._loss.draw(frame, state, runs, self._ghost.runs)
        self._dissection.draw(frame, state, runs, state.anatomy)
        self._playback.draw(frame, runs, _steps(state, runs), self._player.wanted, state.anatomy)
        self._player.every = played_every(runs)
        self._say(runs)
        return frame.take()

    def _say(self, runs: list[Runs]) -> None:
        """The table and the sentence; where others need their room, they are still there for screen readers."""
        state = self._state
        runs = self._follower(runs)
        self._card.visible = state.anatomy
        self._tell_progress()
        shown_part = self._runner.partial
        self._later.show(state.steps, [] if self._runner.partial is not None else runs)
        self._later.hide(state.anatomy)
        self._meanings.param.update(object=definitions(state.surface), visible=not state.anatomy)
        outcomes = table(runs, palette(state.dark), self._ghost.runs) + self._about_a()
        kinds = ["unseen"] * state.anatomy + ["partial"] * (shown_part is not None)
        self._table.object = f"<div class='{' '.join(kinds)}'>{outcomes}</div>"
        unseen = state.anatomy or state.pinned is not None
        words = "" if shown_part is not None and not runs else sentence(state, runs)
        if shown_part is not None:
            words = f"{partial_words(shown_part)}. {words}"
        elif (every := drawn_every(runs)) > 1:
            words += f" One path in {every} is drawn."
        self._words.object = f"<p class='{'unseen' if unseen else ''}'>{words}</p>"
        self._aloud.say(f"{state.surface.name}. {words}")

    def _tell_progress(self) -> None:
        """What is shown of the runs, and how far the rest is, those of the pinned run included."""
        said = [partial_words(self._runner.partial)]
        if pinned := partial_words(self._ghost.partial):
            said.append(f"A: {pinned}")
        words = "".join(f"<p>{escape(one)}</p>" for one in said if one)
        self._progress.param.update(object=words, visible=bool(words))

    def _about_a(self) -> str:
        """A sentence on what was pinned."""
        if self._state.pinned is None:
            return ""
        differences = self._ghost.differences(self._state)
        return f"<p class='a'>A, pinned: {escape(differences) or 'as B. Change something to compare.'}</p>"

    def _pin(self, event) -> None:
        if event.new != (self._state.pinned is not None):
            self._state.accept(pinned=self._state.setting() if event.new else None)

    def _went(self, seen: Box | None) -> None:
        zoom = kept(seen, self._state)
        self._plane.went(zoom)
        self._state.accept(zoom=zoom)

    def _looked_elsewhere(self, attribute: str, old: float, new: float) -> None:
        self._gate.request()

    def _theme(self, *_) -> None:
        dark = self._state.dark
        for part in (
            self._plane,
            self._paths,
            self._edges,
            self._hand,
            self._marginals,
            self._loss,
            self._playback,
            self._dissection,
        ):
            part.theme(dark)

    def __panel__(self) -> pn.Row:
        return self._row


def _steps(state: State, runs: list[Runs]) -> int:
    """Of the runs that are shown."""
    return runs[0].question.steps if runs else state.steps
