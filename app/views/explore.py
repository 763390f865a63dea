"""Explore: the landscape, the paths of the chosen rules over it, and what became of them, all under the hand."""

from html import escape

import panel as pn
from bokeh.models import GridBox
from panel.viewable import Viewer

from app.browser.callbacks import guarded
from app.browser.screen_reader import Aloud, describe, pass_by
from app.browser.source_updates import Columns, Frame
from app.browser.update_channel import Gate
from app.browser.viewport import rounded, tell
from app.compute.backgrounds import BackgroundChoice, Sampler
from app.compute.loss_raster import Box
from app.compute.outcome_summary import sentence, table
from app.compute.outcome_words import CSS as MEANINGS_CSS
from app.compute.outcome_words import definitions
from app.compute.runs import Runner, Runs
from app.layers.loss_curve import LossCurve
from app.layers.loss_surface import LandscapePlot, finite
from app.layers.marginals import SIDE, Marginals
from app.layers.off_view_counts import Edges
from app.layers.pinned_run import Ghost
from app.layers.playback import Playback, played_every
from app.layers.start_handle import Hand
from app.layers.step_anatomy import Dissection
from app.layers.trajectories import Trajectories, drawn_every
from app.model.state import State
from app.theme import palette
from app.widgets.control_panel import Controls
from app.widgets.more_steps import Later
from app.widgets.motion_follower import Follower
from app.widgets.playback_bar import Player
from app.widgets.step_equations import Card

RIGHT = 360


class Explore(Viewer):
    """One session's explorer."""

    def __init__(self, state: State) -> None:
        super().__init__()
        self._state, self._runner, self._frame = state, Runner(), Frame()
        frame = self._frame
        self._plane = LandscapePlot(frame, state, Sampler(lambda: self._gate.request()))
        self._background = BackgroundChoice(state)
        figure = self._plane.figure
        self._loss, self._marginals = LossCurve(frame, state), Marginals(frame, figure)
        self._ghost = Ghost(frame, figure)
        self._paths = Trajectories(frame, figure)
        self._edges = Edges(frame, figure)
        self._hand, self._aloud = Hand(frame, figure, state), Aloud(figure)
        self._playback = Playback(frame, state.steps, figure, self._loss, self._paths, self._marginals)
        self._dissection = Dissection(frame, figure, self._playback)
        self._player = Player(sizing_mode="stretch_width", height=36, margin=0)
        self._card = Card(sizing_mode="stretch_width", margin=0, visible=False)
        self._table = pn.pane.HTML(sizing_mode="stretch_width", margin=0, stylesheets=[TABLE_CSS, UNSEEN])
        self._words = pn.pane.HTML(sizing_mode="stretch_width", margin=0, stylesheets=[WORDS_CSS, UNSEEN])
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
        tell(figure, frame.sources["view"], self._went)
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
            self._background.show(self._plane.scale)
            self._paths.draw(frame, state, runs, view)
            self._edges.draw(frame, runs, view)
            self._marginals.draw(frame, state, runs, self._ghost.runs, view)
            self._ghost.draw(frame, view)
        self._hand.draw(frame, state)
        self._loss.draw(frame, state, runs, self._ghost.runs)
        self._dissection.draw(frame, state, runs, state.anatomy)
        self._playback.draw(frame, runs, state.steps, self._player.wanted, state.anatomy)
        self._player.every = played_every(runs)
        self._say(runs)
        return frame.take()

    def _say(self, runs: list[Runs]) -> None:
        """The table and the sentence; where others need their room, they are still there for screen readers."""
        state = self._state
        runs = self._follower(runs)
        self._card.visible = state.anatomy
        self._later.show(state.steps, runs)
        self._later.hide(state.anatomy)
        self._meanings.param.update(object=definitions(state.surface), visible=not state.anatomy)
        outcomes = table(runs, palette(state.dark), self._ghost.runs) + self._about_a()
        self._table.object = f"<div class='{'unseen' if state.anatomy else ''}'>{outcomes}</div>"
        unseen = state.anatomy or state.pinned is not None
        words = sentence(state, runs)
        if (every := drawn_every(runs)) > 1:
            words += f" One path in {every} is drawn."
        self._words.object = f"<p class='{'unseen' if unseen else ''}'>{words}</p>"
        self._aloud.say(f"{state.surface.name}. {words}")

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
        zoom = seen if seen in {None, self._state.zoom} else rounded(seen)  # a link keeps what it says
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


UNSEEN = """
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
"""

TABLE_CSS = """
table.outcomes { width: 100%; border-collapse: collapse; font-size: 15px; line-height: 1.25;
  color: var(--mui-palette-text-primary, inherit); font-variant-numeric: tabular-nums; }
.outcomes caption { text-align: left; font-weight: 600; padding: 4px 0; font-size: 15px; }
.outcomes th, .outcomes td { padding: 4px 5px 4px 0; text-align: left; font-weight: 400; white-space: nowrap;
  border-top: 1px solid color-mix(in srgb, currentColor 18%, transparent); }
.outcomes thead th, .outcomes thead td { font-size: 13px; border-top: 0; opacity: 0.85; padding-top: 0;
  padding-bottom: 2px; }
.outcomes thead .group { text-align: center; }
.outcomes tbody th { font-weight: 600; white-space: nowrap; }
.outcomes .number { text-align: right; padding-right: 0; padding-left: 6px; font-size: 14px; }
.outcomes.many { font-size: 14px; }
.outcomes.many thead th, .outcomes.many thead td { font-size: 12px; }
.outcomes.many .number { padding-left: 3px; font-size: 13px; }
.outcomes.many tbody th svg { width: 20px; }
.outcomes .pinned th, .outcomes .pinned td { border-top: 0; padding-top: 0; font-style: italic; }
.outcomes .pinned th { padding-left: 30px; }
.a { margin: 4px 0 0; font-size: 15px; line-height: 1.3; font-style: italic;
  color: var(--mui-palette-text-primary, inherit); }
.outcomes .motion { border-left: 1px solid color-mix(in srgb, currentColor 30%, transparent); }
"""

WORDS_CSS = "p { margin: 8px 0 0; font-size: 16px; line-height: 1.35; }"
