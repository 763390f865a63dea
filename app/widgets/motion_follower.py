"""How runs move, found from thousands of further steps: in the background, debounced."""

from collections.abc import Callable, Hashable
from functools import partial

from app.browser.background_work import of_session
from app.compute.motion import can_be_followed, followed, with_motion, without_paths
from app.compute.runs import RunQuestion, Runs, questions
from optimizers.outcomes import Motion


class MotionFollower:
    """Caches the motion of the latest runs, and computes what is missing.

    Args:
        on_found: is called when more is known.
        progress: is called from time to time until then.
    """

    def __init__(self, on_found: Callable[[], None], progress: Callable[[], None]) -> None:
        self._on_found = on_found
        self._known: dict[str, tuple[RunQuestion, Motion]] = {}
        self._missing = False
        self._refiner = of_session(self._take, progress)

    def __call__(self, runs: list[Runs]) -> list[Runs]:
        """The runs with their motion where it is known; the rest is requested."""
        few = [run for run in runs if can_be_followed(run)]
        self._missing = any(self._known_motion(run) is None for run in few)
        if self._refiner is not None and self._missing:
            self._refiner.request(questions(few), partial(followed, without_paths(few)))
        return [run if (motion := self._known_motion(run)) is None else with_motion(run, motion) for run in runs]

    @property
    def words(self) -> str:
        """How far the current work is; empty where it is done or takes no time to speak of."""
        share = self._refiner.share if self._refiner is not None and self._missing else None
        return "" if share is None else f"Following the runs to see how they move … {share:.0%}".replace("%", " %")

    def cancel(self) -> None:
        """Cancels the current work."""
        if self._refiner is not None:
            self._refiner.cancel()

    def _known_motion(self, run: Runs) -> Motion | None:
        token, motion = self._known.get(run.entry.place, (None, None))
        return motion if token == run.question else None

    def _take(self, token: Hashable, found: dict[str, tuple[RunQuestion, Motion]]) -> None:
        self._known = found
        self._on_found()
