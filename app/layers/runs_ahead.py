"""While a hand moves ρ, α or the starts, the page itself runs the rules and draws them, with the session's bits.

It executes the texts that are executed here, translated: the rules on the loss, and what makes columns of their runs.
The session answers all the same, and adds what the page does not compute.
"""

from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Any

from app.browser.ahead import Ahead, put_question
from app.browser.javascript import expression, script
from app.browser.source_updates import Columns, SourceUpdates
from app.browser.view_code import view_code
from app.compute.off_view import EDGES, edge_columns
from app.compute.page_program import page_program
from app.compute.runs import BackgroundRunner
from app.compute.scene import Scene
from app.layers.loss_curve import LossCurve, computed_curve
from app.layers.marginals import ABSCISSAS
from app.layers.playback import MAX_PLAYED
from app.layers.rule_groups import CODES, STARTS, computed_rule
from app.layers.start_handle import StartHandle
from app.layers.trajectories import MAX_LINES, cell_of, few
from app.model.course import USUAL
from app.model.lineup import PAPER_KEYS
from app.model.parameters import bounds, number_of
from app.model.state import State
from figures.style import short
from optimizers.starts import Cloud

HERE = Path(__file__).parent
SET = ("rho", "learning_rate", "x", "y", "centre_x", "centre_y", "half_width")  # what a hand may set
DRAWN = ("paths", "ends", "curve", "marginals")  # of what the page draws, nothing may be hidden
MOST = 60.0  # milliseconds that the page may take; what takes it longer is left to the session


class RunsAhead:
    """Sends what the page computes with, and has it compute when a hand has moved something.

    Args:
        updates: has the sources that the page fills.
        ahead: says what a hand has set.
        curve: whose axis follows the runs.
        handle: of the starts.
        background: makes a background runner from a callback for its results; without one the page computes nothing.
        on_ready: is called once there is a program for the page.
    """

    def __init__(
        self,
        updates: SourceUpdates,
        ahead: Ahead,
        curve: LossCurve,
        handle: StartHandle,
        background: Callable[[Callable[[Any, Any], None]], BackgroundRunner | None] = lambda take: None,
        on_ready: Callable[[], None] = lambda: None,
    ) -> None:
        self._curve, self._background, self._on_ready = curve, background(self._made), on_ready
        self._program: tuple[Any, str, int] = (None, "", 0)
        question = updates.source("question", "text")
        program, _ = updates.source("program", "program", "words", "number"), updates.source("unit", "x", "y")
        shared: dict[str, Any] = {"ahead": ahead, "sources": dict(updates.sources)}
        axis = curve.figure.y_range
        program.js_on_change("data", script(HERE / "page_program.mjs", **shared))
        ahead.js_on_change("moved", script(HERE / "runs_ahead.mjs", **shared, axis=axis, most=MOST))
        question.js_on_change("data", script(HERE / "keep_axis.mjs", ahead=ahead, axis=axis))
        handle.touch.js_on_change("place", script(HERE / "start_ahead.mjs", ahead=ahead, touch=handle.touch))

    def draw(self, scene: Scene, updates: SourceUpdates) -> None:
        state = scene.state
        able = self._background is not None and bearable(scene)
        number = self._prepared(state) if able else 0
        if number:
            updates.put("program", _program_columns, *self._program[1:])
        if number and isinstance(scene.starts, Cloud):
            updates.put("unit", _unit_columns, state.count, state.seed)
        rest = self._rest(scene, number) if number else {"mode": state.mode}
        put_question(updates, {name: float(getattr(state, name)) for name in SET}, {"able": bool(number), **rest})

    def theme(self, dark: bool) -> None:
        """What it draws others colour."""

    def cancel(self) -> None:
        """Cancels the current work."""
        if self._background is not None:
            self._background.cancel()

    def _prepared(self, state: State) -> int:
        """The number of the program of these rules on this loss; 0 while there is none."""
        assert self._background is not None  # it is asked for first
        forms = dict.fromkeys(type(entry.rule) for entry in state.lineup.values())
        made_of = (*forms, state.landscape_object)
        known, text, number = self._program
        if known != made_of:
            self._background.request(made_of, partial(page_program, tuple(forms), state.landscape_object))
            return 0
        return number if text else 0

    def _made(self, made_of: Any, text: str) -> None:
        self._program = made_of, text, self._program[2] + 1
        self._on_ready()

    def _rest(self, scene: Scene, program: int) -> dict[str, Any]:
        state = scene.state
        return {
            "program": program,
            "rules": [computed_rule(entry, entry.place in PAPER_KEYS) for entry in state.entries()],
            "steps": state.steps,
            "mode": state.mode,
            "size": state.size,
            "cloud": [state.count, state.seed],
            "few": few(scene.runs),
            "cell": cell_of(scene.runs, scene.box),
            "view": scene.box,
            "edges": EDGES,
            "curve": computed_curve(state.landscape_object),
            "pinned_heights": self._curve.pinned_heights,
            "abscissas": ABSCISSAS,
            "starts_code": CODES[STARTS],
            "limits": {name: bounds(number_of(state, name)) for name in SET},
        }


def bearable(scene: Scene) -> bool:
    """Whether a page can draw by itself all that is drawn of the runs, while a hand moves something."""
    state, runs = scene.state, scene.seen(*DRAWN)
    asked = state.entries()
    return (
        len(runs) == len(asked) > 0
        and all(run.question.thin == run.every == 1 and run.question.steps == state.steps for run in runs)
        and max(run.final.shape[1] for run in runs) <= MAX_LINES
        and sum(run.paths.positions[:, 0].size for run in runs) <= MAX_PLAYED
        and state.course == USUAL
        and not (state.anatomy or state.surface)
        and all(entry.short == short(entry.rule.key) for entry in asked)  # no ρ in a name
        and (state.mode == "one" or not scene.pinned)  # whose densities have the same unit
    )


def _program_columns(text: str, number: int) -> Columns:
    """Expressions of what a page computes with: the program, and the view code."""
    return {"program": [expression(text)], "words": [_words()], "number": [number]}


@cache
def _words() -> str:
    return view_code([edge_columns], {})


def _unit_columns(count: int, seed: int) -> Columns:
    """A cloud's places in the unit square."""
    return dict(zip("xy", Cloud(count, seed, 0.0, 1.0, 0.0, 1.0).positions(), strict=True))
