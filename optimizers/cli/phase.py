"""The command `phase`: outcomes for a grid of ρ and learning rates."""

import argparse

import numpy as np

from optimizers.cli.export import Named, Results, naming
from optimizers.cli.ranges import interval
from optimizers.cli.summary import experiment_line
from optimizers.cli.table import progress_bar, progress_of, share_table, terms
from optimizers.experiment import LIMITS, Experiment
from optimizers.hyperparameters import described
from optimizers.maps import cell_centres, phase_diagram
from optimizers.maps.phase_diagrams import BYTES_PER_CELL
from optimizers.maps.tiles import require_memory
from optimizers.outcomes import OUTCOMES
from optimizers.rules import SAM
from optimizers.spelling import spelled


def run_phase(chosen: Experiment, flags: argparse.Namespace) -> tuple[Results, str]:
    """Results and table of the command `phase`."""
    if flags.resolution < 1:
        raise ValueError(f"--resolution must be at least 1, not {flags.resolution}")
    require_memory(
        BYTES_PER_CELL * flags.resolution**2 * len(chosen.optimizers),
        f"{len(chosen.optimizers)} phase diagrams of {flags.resolution} × {flags.resolution} cells",
    )
    rho = cell_centres(*interval("--rho-range", flags.rho_range, described(SAM)["rho"]), flags.resolution)
    ends = interval("--learning-rate-range", flags.learning_rate_range, LIMITS["learning_rate"])
    low, high = np.log(ends)
    learning_rate = np.exp(cell_centres(low, high, flags.resolution))
    with progress_bar(None, flags) as bar:
        diagram = phase_diagram(
            chosen.optimizers,
            chosen.loss(),
            chosen.starts.positions(),
            rho=rho,
            learning_rate=learning_rate,
            steps=chosen.steps,
            course=chosen.course,
            progress=progress_of(bar),
        )
    labels = [spelled(rule, without="rho") for rule in chosen.optimizers]
    share = diagram.counts / diagram.runs
    means = {
        label: dict(zip(OUTCOMES, one.mean(axis=(0, 1)).tolist(), strict=True))
        for label, one in zip(labels, share, strict=True)
    }
    arrays = {
        "experiment": np.array(chosen.to_json()),
        "optimizers": np.array(labels),
        "rho": rho,
        "learning_rate": learning_rate,
        "runs": np.array(diagram.runs),
        "tolerance": np.array(diagram.tolerance),
        "counts": diagram.counts,
        "loss": diagram.loss,
        "outcome_names": np.array(OUTCOMES),
    }
    columns: dict[str, np.ndarray | Named] = {
        "optimizer": Named(np.repeat(np.arange(len(labels)), rho.size * learning_rate.size), labels),
        "rho": np.tile(np.repeat(rho, learning_rate.size), len(labels)),
        "learning_rate": np.tile(learning_rate, len(labels) * rho.size),
        **{name.replace(" ", "_"): share[..., code].ravel() for code, name in enumerate(OUTCOMES)},
        "tolerance": np.full(rho.size * learning_rate.size * len(labels), diagram.tolerance),
        "loss": diagram.loss.ravel(),
    }
    summary = {
        "experiment": chosen.to_dict(),
        "runs": diagram.runs,
        "tolerance": diagram.tolerance,
        "shares": means,
    }
    low, high = flags.rho_range
    cells = f"{flags.resolution} × {flags.resolution} cells of ρ {low:g} to {high:g}, each of {chosen.starts.words}"
    rates = "{:g} to {:g}".format(*flags.learning_rate_range)
    words = experiment_line(chosen, cells, learning_rate=rates)
    columns = naming(chosen.files, columns)
    return Results(
        summary, arrays, columns
    ), f"{words}\n{share_table({label: (one,) for label, one in means.items()})}\n{terms(chosen)}"
