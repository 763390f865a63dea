"""What becomes of runs after many more steps."""

from concurrent.futures import CancelledError
from time import monotonic
from typing import NamedTuple

from app.compute.motion import told
from app.compute.runs import Runs
from optimizers import run as run_on
from optimizers.motions import FEW
from optimizers.outcomes import follow, motion, outcome
from optimizers.tiles import Cancelled

TIMES = 100
PIECE = 2**22  # updates between two looks at the clock
SECONDS = 20.0  # after which the answer is given of as far as the runs came


class Answer(NamedTuple):
    """Runs as they are later, and after how many steps that is."""

    runs: list[Runs]
    steps: int


def later(runs: list[Runs], steps: int, cancelled: Cancelled) -> Answer:
    """The runs after `TIMES` as many steps, all after the same number: as many as `SECONDS` allow."""
    ends = [run.final for run in runs]
    trajectories = [run.paths for run in runs]
    done, began = steps, monotonic()
    piece = max(PIECE // (sum(end.shape[1] for end in ends) or 1), 1)
    while done < TIMES * steps and monotonic() - began < SECONDS:
        number = min(piece, TIMES * steps - done)
        for index, path in enumerate(trajectories):
            if cancelled():
                raise CancelledError("newer runs are there")
            settings = {"learning_rate": path.learning_rate, "steps": number, "keep": "final"}
            trajectories[index] = run_on(path.rule, path.landscape, ends[index], **settings)
            ends[index] = trajectories[index].final
        done += number
    return Answer([_ended(*one) for one in zip(runs, trajectories, strict=True)], done)


def _ended(run: Runs, trajectory) -> Runs:
    final = trajectory.final
    there = run._replace(final=final, outcome=outcome(trajectory.landscape, final))
    if final.shape[1] > FEW:
        return there._replace(motion=motion(trajectory), period=None)
    return told(there, follow(trajectory))
