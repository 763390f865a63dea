"""Runs continued to a hundred times as many steps."""

from concurrent.futures import CancelledError
from dataclasses import replace
from time import monotonic
from typing import NamedTuple

from app.compute.motion import can_be_followed, with_motion
from app.compute.runs import Runs
from optimizers.maps.tiles import Cancelled
from optimizers.motions import further
from optimizers.outcomes import follow, motion, outcome

FACTOR = 100
PIECE = 2**22  # updates between two checks of the time
TIMEOUT = 20.0  # seconds, after which the runs are shown as far as they came


class Continued(NamedTuple):
    """Runs after more steps, and how many steps that is."""

    runs: list[Runs]
    steps: int


def continued(runs: list[Runs], steps: int, cancelled: Cancelled) -> Continued:
    """The runs after `FACTOR` as many steps, all after the same number: as many as `TIMEOUT` allows."""
    trajectories = [run.ends for run in runs]
    done, began = steps, monotonic()
    piece = max(PIECE // (sum(path.final.shape[1] for path in trajectories) or 1), 1)
    while done < FACTOR * steps and monotonic() - began < TIMEOUT:
        number = min(piece, FACTOR * steps - done)
        for index, path in enumerate(trajectories):
            if cancelled():
                raise CancelledError("newer runs are there")
            trajectories[index] = further(path, number, keep="final")
        done += number
    return Continued([_with_outcome(*one) for one in zip(runs, trajectories, strict=True)], done)


def _with_outcome(run: Runs, trajectory) -> Runs:
    final = trajectory.final
    there = replace(run, ends=trajectory, outcome=outcome(trajectory.landscape, final))
    if not can_be_followed(there):
        return replace(there, motion=motion(trajectory), period=None)
    return with_motion(there, follow(trajectory))
