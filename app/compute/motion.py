"""How runs move, found from thousands of further steps."""

from concurrent.futures import CancelledError
from dataclasses import replace

from app.compute.runs import RunQuestion, Runs
from optimizers.maps.tiles import Cancelled
from optimizers.motions import MAX_FOLLOWED
from optimizers.outcomes import Motion, follow


def followed(runs: list[Runs], cancelled: Cancelled) -> dict[str, tuple[RunQuestion, Motion]]:
    """Rule → question and motion of its runs."""
    found = {}
    for run in runs:
        if cancelled():
            raise CancelledError("newer runs are there")
        found[run.key] = run.question, follow(replace(run.paths, final=run.final, kept=None))
    return found


def without_paths(runs: list[Runs]) -> list[Runs]:
    """The runs as far as what comes after their ends depends on them, which is little to send."""
    return [replace(run, paths=replace(run.paths, kept=None)) for run in runs]


def with_motions(runs: list[Runs]) -> list[Runs]:
    """The runs with their motion, computed at once, where there are few of each rule."""
    few = followed([run for run in runs if run.final.shape[1] <= MAX_FOLLOWED], lambda: False)
    return [with_motion(run, few[run.key][1]) if run.key in few else run for run in runs]


def with_motion(run: Runs, motion: Motion) -> Runs:
    """The run with its motion."""
    return replace(run, motion=motion.codes, period=motion.period)
