"""Numbers of the state move to those of a scene in a few frames, as a hand on their sliders would move them."""

from collections.abc import Callable, Mapping
from typing import Any

from app.model.state import State

MOVED = ("rho", "learning_rate", "x", "y")
BY_RATIO = {"rho", "learning_rate"}  # their sliders are logarithmic
FRAMES, DURATION = 8, 600  # milliseconds


class Movement:
    """Moves the state; a newer movement, or a visitor who changes one of the numbers, ends it.

    Args:
        later: calls a function after so many milliseconds.
    """

    def __init__(self, state: State, later: Callable[[Callable[[], None], int], None]) -> None:
        self._state, self._later = state, later
        self._number = 0

    def stop(self) -> None:
        """Ends the current movement where it is."""
        self._number += 1

    def begin(self, values: Mapping[str, Any], **at_once: Any) -> str | None:
        """Applies all values; those in MOVED in a few frames, if the landscape stays.

        Args:
            at_once: further values, applied with the first frame.

        Returns:
            None, or one sentence that says why all were refused.
        """
        self.stop()
        state = self._state
        goal = {name: values[name] for name in MOVED if name in values and values[name] != getattr(state, name)}
        start = {name: getattr(state, name) for name in goal}
        if values.get("landscape", state.landscape) != state.landscape:
            start = goal
        refused = state.try_update(**{**values, **start}, **at_once)
        if refused is None and start != goal:
            self._schedule(self._number, start, goal, 1, start)
        return refused

    def _schedule(self, number: int, start: dict[str, float], goal: dict[str, float], frame: int, last: Any) -> None:
        def step() -> None:
            if number != self._number or any(getattr(self._state, name) != value for name, value in last.items()):
                return
            now = goal if frame == FRAMES else {name: between(name, start[name], goal[name], frame) for name in goal}
            self._state.try_update(**now)
            if frame < FRAMES:
                self._schedule(number, start, goal, frame + 1, now)

        self._later(step, DURATION // FRAMES)


def between(name: str, start: float, goal: float, frame: int) -> float:
    """The number at a frame of the movement, which begins and ends slowly."""
    share = frame / FRAMES
    share = share * share * (3 - 2 * share)
    if name in BY_RATIO and start > 0 and goal > 0:
        return float(start * (goal / start) ** share)
    return start + (goal - start) * share
