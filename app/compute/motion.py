"""How runs move, told from thousands of further steps."""

from concurrent.futures import CancelledError
from dataclasses import replace

from app.compute.runs import RunQuestion, Runs
from optimizers.motions import FEW
from optimizers.outcomes import Motion, follow
from optimizers.tiles import Cancelled


def followed(runs: list[Runs], cancelled: Cancelled) -> dict[str, tuple[RunQuestion, Motion]]:
    """Rule → question and motion of its runs."""
    found = {}
    for run in runs:
        if cancelled():
            raise CancelledError("newer runs are there")
        found[run.key] = run.question, follow(replace(run.paths, final=run.final, positions=None))
    return found


def without_paths(runs: list[Runs]) -> list[Runs]:
    """The runs as far as what comes after their ends depends on them, which is little to send."""
    return [run._replace(paths=replace(run.paths, positions=None)) for run in runs]


def all_told(runs: list[Runs]) -> list[Runs]:
    """The runs with their motion, waited for, where there are few of each rule."""
    few = followed([run for run in runs if run.final.shape[1] <= FEW], lambda: False)
    return [told(run, few[run.key][1]) if run.key in few else run for run in runs]


def told(run: Runs, motion: Motion) -> Runs:
    """The run with its motion."""
    return run._replace(motion=motion.codes, period=motion.period)
