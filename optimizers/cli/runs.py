"""The commands `run` and `map`: where runs end, from starts or from the pixels of a window."""

import argparse

import numpy as np

from optimizers.cli.export import Named, Results, naming
from optimizers.cli.ranges import rectangle
from optimizers.cli.summary import experiment_line, rectangle_text
from optimizers.cli.table import progress_bar, progress_of, share_table, terms
from optimizers.cost import gradient_operations
from optimizers.engine import run
from optimizers.experiment import Experiment
from optimizers.maps import Destinations, destination_map, destinations
from optimizers.maps.tiled_runs import BYTES_PER_RUN
from optimizers.maps.tiles import require_memory
from optimizers.motions import follow, followable_runs
from optimizers.outcomes import MOTIONS, OUTCOMES, shares
from optimizers.rules import Rule
from optimizers.spelling import spelled


def run_starts(chosen: Experiment, flags: argparse.Namespace) -> tuple[Results, str]:
    """Results and table of the command `run`."""
    landscape, starts = chosen.loss(), chosen.starts.positions()
    require_memory(BYTES_PER_RUN * starts.shape[1] * len(chosen.optimizers), f"{starts.shape[1]} starts of each rule")
    with progress_bar(starts.shape[1] * len(chosen.optimizers), flags) as bar:
        ends = [
            destinations(
                rule,
                landscape,
                starts,
                learning_rate=chosen.learning_rate,
                steps=chosen.steps,
                course=chosen.course,
                progress=progress_of(bar),
            )
            for rule in chosen.optimizers
        ]
    if starts.shape[1] <= followable_runs(gradient_operations(landscape)):
        ends = [_followed(rule, chosen, starts, end) for rule, end in zip(chosen.optimizers, ends, strict=True)]
    results, table = _ends(chosen, starts, ends, {"start": starts})
    return results, f"{experiment_line(chosen, chosen.starts.words)}\n{table}"


def _followed(rule: Rule, chosen: Experiment, starts: np.ndarray, end: Destinations) -> Destinations:
    """The same ends, with the motion that a thousand further steps tell."""
    final = run(
        rule,
        chosen.loss(),
        starts,
        learning_rate=chosen.learning_rate,
        steps=chosen.steps,
        keep="final",
        **chosen.course,
    )
    return end._replace(motion=follow(final).codes)


def run_map(chosen: Experiment, flags: argparse.Namespace) -> tuple[Results, str]:
    """Results and table of the command `map`."""
    landscape = chosen.loss()
    view = landscape.domain if flags.window is None else rectangle("--window", flags.window)
    if flags.resolution < 1:
        raise ValueError(f"--resolution must be at least 1, not {flags.resolution}")
    pixels = flags.resolution**2
    require_memory(
        BYTES_PER_RUN * pixels * len(chosen.optimizers),
        f"{len(chosen.optimizers)} maps of {flags.resolution} × {flags.resolution} starts",
    )
    with progress_bar(pixels * len(chosen.optimizers), flags) as bar:
        maps = [
            destination_map(
                rule,
                landscape,
                learning_rate=chosen.learning_rate,
                steps=chosen.steps,
                window=view,
                resolution=flags.resolution,
                course=chosen.course,
                progress=progress_of(bar),
            )
            for rule in chosen.optimizers
        ]
    x, y = maps[0].x, maps[0].y
    results, table = _ends(chosen, np.array(np.meshgrid(x, y)), maps, {"x": x, "y": y, "window": np.array(view)})
    pixels = f"{flags.resolution} × {flags.resolution} pixels of {rectangle_text(view)}"
    return results, f"{experiment_line(chosen, pixels)}\n{table}"


def _ends(chosen: Experiment, starts, ends, extra) -> tuple[Results, str]:
    """Results of runs from the same starts, shape (2, *batch), under each optimizer."""
    final, outcome, motion = (np.stack([getattr(end, name) for end in ends]) for name in ("final", "outcome", "motion"))
    with np.errstate(all="ignore"):
        loss = chosen.loss().value(*np.moveaxis(final, 1, 0))
    labels = [spelled(rule) for rule in chosen.optimizers]
    where = {
        label: {"outcome": shares(codes, OUTCOMES), "motion": shares(moves, MOTIONS)}
        for label, codes, moves in zip(labels, outcome, motion, strict=True)
    }
    arrays = {
        "experiment": np.array(chosen.to_json()),
        "optimizers": np.array(labels),
        **extra,
        "tolerance": np.array(chosen.loss().tolerance),
        "final": final,
        "outcome": outcome,
        "motion": motion,
        "loss": loss,
        "outcome_names": np.array(OUTCOMES),
        "motion_names": np.array(MOTIONS),
    }
    columns: dict[str, np.ndarray | Named] = {
        "optimizer": Named(np.repeat(np.arange(len(labels)), outcome[0].size), labels),
        "start_x": np.tile(starts[0].ravel(), len(ends)),
        "start_y": np.tile(starts[1].ravel(), len(ends)),
        "final_x": final[:, 0].ravel(),
        "final_y": final[:, 1].ravel(),
        "outcome": Named(outcome.ravel(), OUTCOMES),
        "motion": Named(motion.ravel(), MOTIONS),
        "tolerance": np.full(outcome.size, chosen.loss().tolerance),
        "loss": loss.ravel(),
    }
    table = share_table({label: (one["outcome"], one["motion"]) for label, one in where.items()})
    summary = {"experiment": chosen.to_dict(), "tolerance": chosen.loss().tolerance, "shares": where}
    return Results(summary, arrays, naming(chosen.files, columns)), f"{table}\n{terms(chosen)}"
