"""How runs move, found from thousands of further steps."""

from dataclasses import replace
from typing import Any

from app.compute.parts import in_parts
from app.compute.price import followable
from app.compute.runs import RunQuestion, Runs
from optimizers.outcomes import Motion, follow


def can_be_followed(run: Runs) -> bool:
    """Whether the starts are so few, and the landscape so simple, that thousands of further steps take seconds."""
    return run.final.shape[1] <= followable(run.paths.landscape)


def followed(runs: list[Runs], job: Any = None) -> dict[str, tuple[RunQuestion, Motion]]:
    """Place of a rule → question and motion of its runs; a background job is given the progress."""
    report = None if job is None else job.progress
    return {
        run.entry.place: (run.question, follow(run.ends, progress=in_parts(report, index, len(runs))))
        for index, run in enumerate(runs)
    }


def without_paths(runs: list[Runs]) -> list[Runs]:
    """The runs as far as what comes after their ends depends on them, which is little to send."""
    return [replace(run, paths=replace(run.paths, kept=None)) for run in runs]


def with_motions(runs: list[Runs]) -> list[Runs]:
    """The runs with their motion, computed at once, where it can be."""
    few = followed([run for run in runs if can_be_followed(run)])
    return [with_motion(run, few[run.entry.place][1]) if run.entry.place in few else run for run in runs]


def with_motion(run: Runs, motion: Motion) -> Runs:
    """The run with its motion."""
    return replace(run, motion=motion.codes, period=motion.period)
