"""The run that was pinned as A, and how the choices differ from those it was made with."""

from collections.abc import Mapping
from typing import Any

from app.compute.runs import Partial, Runner, Runs
from app.model.own_loss import OWN, WINDOW
from app.model.state import State
from figures.run_picture import in_full
from optimizers import OPTIMIZERS
from optimizers.bases import Base
from optimizers.spelling import spelled

SQUARE = {"centre_x", "centre_y", "half_width"}
UNNAMED = {"landscape", *WINDOW}  # of the landscape its name is given
STARTS = {"one": {"x", "y"}, "grid": {"size"} | SQUARE, "cloud": {"count", "seed"} | SQUARE}


class PinnedRuns:
    """Runs what is pinned, and remembers it.

    Args:
        runner: runs it.
    """

    def __init__(self, runner: Runner) -> None:
        self._runner, self._state = runner, State()
        self._setting: Mapping[str, Any] | None = None

    def __call__(self, setting: Mapping[str, Any] | None) -> list[Runs]:
        """The runs of a setting; none where nothing is pinned."""
        if setting != self._setting:
            self._setting = setting
            if setting is None:
                self.cancel()
            else:
                self._state = State(**setting)
        return [] if setting is None else self._runner(self._state)

    @property
    def partial(self) -> Partial | None:
        """How much of it is shown; None where that is all."""
        return None if self._setting is None else self._runner.partial

    def cancel(self) -> None:
        """Cancels the current work."""
        self._runner.cancel()

    def differences(self, state: State) -> str:
        """What A was made with, where the choices are others now; empty where they are the same."""
        if self._setting is None:
            return ""
        now, differences = state.setting(), []
        mode, own = self._setting["mode"], self._setting["landscape"] == OWN
        unnamed = set().union(*STARTS.values()) - STARTS[mode] | UNNAMED | (set() if own else {"formula"})
        for name in state.param:
            if name in now and name not in unnamed and (value := self._setting[name]) != now[name]:
                differences.append(f"{state.param[name].label} = {_text(value)}")
        if (name := self._state.landscape_object.name) != state.landscape_object.name:
            differences.insert(0, name)
        return ", ".join(differences)


def _text(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(OPTIMIZERS[key].name for key in value) or "none"
    if isinstance(value, tuple):
        return ", ".join(in_full(rule) for rule in value if rule) or "none"
    if isinstance(value, Base):
        return spelled(value)
    return f"{value:g}" if isinstance(value, float) else str(value)
