"""How runs move, told from thousands of further steps: once nothing changes, beside the session."""

from collections.abc import Callable
from functools import partial

from app.browser.background_work import of_session
from app.compute.motion import followed, told, without_paths
from app.compute.runs import RunQuestion, Runs, questions
from optimizers.motions import FEW
from optimizers.outcomes import Motion


class MotionFollower:
    """Knows the motion of the newest runs, and finds out what it does not know.

    Args:
        again: is called when more is known.
    """

    def __init__(self, again: Callable[[], None]) -> None:
        self._again = again
        self._known: dict[str, tuple[RunQuestion, Motion]] = {}
        self._refiner = of_session(self._take)

    def __call__(self, runs: list[Runs]) -> list[Runs]:
        """The runs with what is known of their motion; what is not is asked for."""
        few = [run for run in runs if run.final.shape[1] <= FEW]
        if self._refiner is not None and any(self._of(run) is None for run in few):
            self._refiner.request(questions(few), partial(followed, without_paths(few)))
        return [run if (motion := self._of(run)) is None else told(run, motion) for run in runs]

    def cancel(self) -> None:
        """Gives up what is under way."""
        if self._refiner is not None:
            self._refiner.cancel()

    def _of(self, run: Runs) -> Motion | None:
        token, motion = self._known.get(run.key, (None, None))
        return motion if token == run.question else None

    def _take(self, token: tuple, found: dict[str, tuple[RunQuestion, Motion]]) -> None:
        self._known = found
        self._again()
