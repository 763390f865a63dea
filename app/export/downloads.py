"""Downloads: the experiment, its numbers, its picture, and a self-contained handout with playback."""

import json
from collections.abc import Callable
from io import BytesIO
from math import ceil
from typing import NamedTuple

import numpy as np

from app.compute.motion import with_motions
from app.compute.runs import Runs, runs_of
from app.export.surface_files import surface_npz, surface_png, surface_svg
from app.model.link import write
from app.model.state import State
from optimizers.cli import export
from optimizers.experiment import LINK
from optimizers.outcomes import MOTIONS, OUTCOMES
from optimizers.sharpness import sharpness
from optimizers.spelling import spelled

SURFACE = "Surface"  # the group of what is offered while the surface is shown
MAX_POSITIONS = 300_000  # in a file of trajectories; of more, every n-th start's


def experiment_json(state: State) -> bytes:
    """The experiment, and the link to all that is shown; the app opens both again, scripts read the experiment."""
    return json.dumps(state.experiment.to_dict() | {LINK: write(state)}, indent=2).encode()


def outcomes_csv(state: State) -> bytes:
    """A row for each run: rule, start, final position, outcome with its tolerance, motion, loss, λ_max."""
    runs, starts = with_motions(runs_of(state)), state.starts().positions()
    final = np.concatenate([np.empty((2, 0)), *(run.final for run in runs)], axis=1)
    columns = {
        "optimizer": np.repeat([spelled(run.entry.rule) for run in runs], starts.shape[1]),
        "start_x": np.tile(starts[0], len(runs)),
        "start_y": np.tile(starts[1], len(runs)),
        "final_x": final[0],
        "final_y": final[1],
        "outcome": np.array([OUTCOMES[code] for run in runs for code in run.outcome]),
        "motion": np.array([MOTIONS[code] for run in runs for code in run.motion]),
        "period": np.array([period for run in runs for period in _period(run)], int),
        "tolerance": np.full(final.shape[1], state.landscape_object.tolerance),
        "loss": _loss(state, *final),
        "sharpness": sharpness(state.landscape_object, *final),
    }
    return _file(".csv", export.Results({}, {}, export.naming(state.experiment.files, columns)))


def trajectories_csv(state: State) -> bytes:
    """A row for each position: rule, number of the start, step, θ₁, θ₂, loss."""
    tables = [_table(state, *one) for one in _trajectories(state)]
    names = ("optimizer", "start", "step", "x", "y", "loss")
    columns = {name: np.concatenate([table[name] for table in tables] or [np.empty(0)]) for name in names}
    return _file(".csv", export.Results({}, {}, export.naming(state.experiment.files, columns)))


def numbers_npz(state: State) -> bytes:
    """Starts, ends, outcomes and positions as arrays, with the experiment as JSON."""
    runs, trajectories = with_motions(runs_of(state)), _trajectories(state)
    arrays = {
        "experiment": np.array(state.experiment.to_json()),
        "optimizers": np.array([spelled(run.entry.rule) for run in runs]),
        "start": state.starts().positions(),
        "final": np.array([run.final for run in runs]),
        "outcome": np.array([run.outcome for run in runs]),
        "motion": np.array([run.motion for run in runs]),
        "period": np.array([_period(run) for run in runs]),
        "tolerance": np.array(state.landscape_object.tolerance),
        "outcome_names": np.array(OUTCOMES),
        "motion_names": np.array(MOTIONS),
        "positions": np.array([positions for _, _, positions in trajectories]),
        "positions_of_start": np.array(trajectories[0][1] if trajectories else [], int),
    }
    return _file(".npz", export.Results({}, arrays, {}))


def picture_png(state: State) -> bytes:
    """The landscape with the trajectories, for a slide."""
    return _picture(state, "png")


def picture_svg(state: State) -> bytes:
    """The landscape with the trajectories, for print."""
    return _picture(state, "svg")


def handout_html(state: State) -> bytes:
    """One page with playback that needs no server or network."""
    from app.export.handout import handout

    return handout(state).encode()


class Download(NamedTuple):
    """A file to download.

    Attributes:
        group: under which it is offered.
        label: on its button.
        filename: that the browser saves it under.
        make: its content.
    """

    group: str
    label: str
    filename: str
    make: Callable[[State], bytes]


DOWNLOADS = (
    Download("Experiment", "Save as JSON", "samscape.json", experiment_json),
    Download("Picture", "PNG", "samscape.png", picture_png),
    Download("Picture", "SVG", "samscape.svg", picture_svg),
    Download("Numbers", "Outcomes CSV", "samscape-outcomes.csv", outcomes_csv),
    Download("Numbers", "Trajectories CSV", "samscape-trajectories.csv", trajectories_csv),
    Download("Numbers", "All as NPZ", "samscape.npz", numbers_npz),
    Download(SURFACE, "PNG", "samscape-surface.png", surface_png),
    Download(SURFACE, "SVG", "samscape-surface.svg", surface_svg),
    Download(SURFACE, "NPZ", "samscape-surface.npz", surface_npz),
    Download("Handout", "Handout HTML", "samscape-handout.html", handout_html),
)


def _trajectories(state: State) -> list[tuple[Runs, np.ndarray, np.ndarray]]:
    """For each rule its runs, the numbers of the starts that are kept, and their positions (steps + 1, 2, kept)."""
    runs = runs_of(state)
    if not runs:
        return []
    length, _, number = runs[0].paths.positions.shape
    every = ceil(length * number * len(runs) / MAX_POSITIONS)
    kept = np.arange(0, runs[0].final.shape[1], runs[0].every)[::every]
    return [(run, kept, run.paths.positions[:, :, ::every]) for run in runs]


def _period(run: Runs) -> np.ndarray:
    """The periods of cycles, 1 if settled, 0 where there is none."""
    if run.period is not None:
        return run.period
    return np.select([run.motion == MOTIONS.index("settled"), run.motion == MOTIONS.index("2-cycle")], [1, 2], 0)


def _table(state: State, run: Runs, kept: np.ndarray, positions: np.ndarray) -> dict[str, np.ndarray]:
    """The positions of one rule as columns, start by start."""
    length = len(positions)
    x, y = positions.transpose(1, 2, 0).reshape(2, -1)
    return {
        "optimizer": np.repeat(spelled(run.entry.rule), x.size),
        "start": np.repeat(kept, length),
        "step": np.tile(np.arange(length), kept.size),
        "x": x,
        "y": y,
        "loss": _loss(state, x, y),
    }


def _loss(state: State, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    with np.errstate(all="ignore"):
        return state.landscape_object.value(x, y)


def _file(kind: str, results: export.Results) -> bytes:
    file = BytesIO()
    export.WRITERS[kind](file, results)
    return file.getvalue()


def _picture(state: State, kind: str) -> bytes:
    from app.export.explore_picture import picture
    from figures.style import published

    runs = runs_of(state)
    with published():
        figure, file = picture(state, runs), BytesIO()
        figure.savefig(
            file, format=kind, dpi=150, bbox_inches="tight", metadata={"Date": None} if kind == "svg" else None
        )
    return file.getvalue()
