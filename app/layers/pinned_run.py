"""The pinned run A: it stays on every linked view, faded and dashed, while the choices change."""

from collections.abc import Mapping
from typing import Any

from bokeh.models import MultiLine, Scatter
from bokeh.plotting import figure as Figure

from app.browser.source_updates import SourceUpdates
from app.compute.runs import Partial, Runner, Runs, questions
from app.layers.rule_groups import LINES, PINNED, POINTS, coloured, greyed
from app.layers.trajectories import cell_of, end_columns, few, path_columns
from app.model.box import Box
from app.model.state import OWN, WINDOW, State
from optimizers import OPTIMIZERS

SQUARE = {"centre_x", "centre_y", "half_width"}
UNSAID = {"landscape", *WINDOW}  # the landscape goes by its name
STARTS = {"one": {"x", "y"}, "grid": {"size"} | SQUARE, "cloud": {"count", "seed"} | SQUARE}


class PinnedRun:
    """Draws a run that was pinned below those of the moment.

    Args:
        runner: runs it.

    Attributes:
        runs: what was pinned; empty while nothing is.
    """

    def __init__(self, updates: SourceUpdates, plane: Figure, runner: Runner) -> None:
        self.runs: list[Runs] = []
        self._runner, self._pinned = runner, State()
        self._setting: Mapping[str, Any] | None = None
        self._name = ""
        faint = coloured(greyed)
        line = MultiLine(xs="xs", ys="ys", line_color=faint, line_dash=PINNED)
        star = Scatter(x="x", y="y", marker={"value": "star"}, fill_color=None, line_color=faint, line_width=2)
        self._paths = plane.add_glyph(updates.source("pinned paths", *LINES), line, level="underlay")
        self._ends = plane.add_glyph(updates.source("pinned ends", *POINTS), star, level="underlay")

    def follow(self, setting: Mapping[str, Any] | None) -> None:
        """Runs what is pinned from now on; nothing where there is no setting."""
        if setting != self._setting:
            self._setting = setting
            if setting is None:
                self.cancel()
            else:
                self._pinned = State(**setting)
                self._name = self._pinned.landscape_object.name
        self.runs = [] if setting is None else self._runner(self._pinned)
        wide = few(self.runs)
        self._paths.glyph.update(line_width=2.5 if wide else 1, line_alpha=1.0 if wide else 0.5)
        self._ends.glyph.update(size=19 if wide else 11)

    @property
    def partial(self) -> Partial | None:
        """How much of it is shown; None where that is all."""
        return None if self._setting is None else self._runner.partial

    def cancel(self) -> None:
        """Gives up what is under way."""
        self._runner.cancel()

    def draw(self, updates: SourceUpdates, view: Box) -> None:
        cell = cell_of(self.runs, view)
        tokens = questions(self.runs)
        updates.put("pinned paths", (tokens, cell), lambda: path_columns(self.runs, cell))
        updates.put("pinned ends", tokens, lambda: end_columns(self.runs))

    def differences(self, state: State) -> str:
        """What A was made with, where the choices are others now; empty where they are the same."""
        if self._setting is None:
            return ""
        now, told = state.setting(), []
        mode, own = self._setting["mode"], self._setting["landscape"] == OWN
        unsaid = set().union(*STARTS.values()) - STARTS[mode] | UNSAID | (set() if own else {"formula"})
        for name in state.param:
            if name in now and name not in unsaid and (value := self._setting[name]) != now[name]:
                told.append(f"{state.param[name].label} = {_text(value)}")
        if self._name != state.landscape_object.name:
            told.insert(0, self._name)
        return ", ".join(told)


def _text(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(OPTIMIZERS[key].name for key in value) or "none"
    return f"{value:g}" if isinstance(value, float) else str(value)
