"""How runs move, told from thousands of further steps: once the hand rests, beside the session."""

from collections.abc import Callable
from concurrent.futures import CancelledError
from dataclasses import replace
from functools import partial

import panel as pn

from app.browser.background_work import Cancelled, Refiner
from app.compute.runs import Runs
from optimizers.motions import FEW
from optimizers.outcomes import Motion, follow


class Follower:
    """Knows the motion of the newest runs, and finds out what it does not know.

    Args:
        again: is called when more is known.
    """

    def __init__(self, again: Callable[[], None]) -> None:
        self._again = again
        self._known: dict[str, tuple[tuple, Motion]] = {}
        self._refiner: Refiner | None = None
        if (document := pn.state.curdoc) is not None:
            self._refiner = Refiner(self._take, document.add_next_tick_callback)
            pn.state.on_session_destroyed(lambda context: self._refiner.cancel())

    def __call__(self, runs: list[Runs]) -> list[Runs]:
        """The runs with what is known of their motion; what is not is asked for."""
        few = [run for run in runs if run.final.shape[1] <= FEW]
        if self._refiner is not None and any(self._of(run) is None for run in few):
            self._refiner.request(tuple((run.key, run.token) for run in few), partial(followed, few))
        return [run if (motion := self._of(run)) is None else told(run, motion) for run in runs]

    def _of(self, run: Runs) -> Motion | None:
        token, motion = self._known.get(run.key, (None, None))
        return motion if token == run.token else None

    def _take(self, token: tuple, found: dict[str, tuple[tuple, Motion]]) -> None:
        self._known = found
        self._again()


def followed(runs: list[Runs], cancelled: Cancelled) -> dict[str, tuple[tuple, Motion]]:
    """Rule → token and motion of its runs."""
    found = {}
    for run in runs:
        if cancelled():
            raise CancelledError("newer runs are there")
        found[run.key] = run.token, follow(replace(run.paths, final=run.final, positions=None))
    return found


def all_told(runs: list[Runs]) -> list[Runs]:
    """The runs with their motion, waited for, where there are few of each rule."""
    few = followed([run for run in runs if run.final.shape[1] <= FEW], lambda: False)
    return [told(run, few[run.key][1]) if run.key in few else run for run in runs]


def told(run: Runs, motion: Motion) -> Runs:
    """The run with its motion."""
    return run._replace(motion=motion.codes, period=motion.period)
