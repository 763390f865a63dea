"""The numbers of the map views as files: arrays for NPZ, tables for CSV."""

from io import BytesIO

import numpy as np

from app.compute.destinations import Maps
from app.compute.stability import Field
from optimizers import Experiment
from optimizers.cli import export
from optimizers.cli.export import Named, Results
from optimizers.maps import PhaseDiagram
from optimizers.outcomes import MOTIONS, OUTCOMES
from optimizers.spelling import spelled


def destination_numbers(experiment: Experiment, maps: Maps) -> Results:
    """Every pixel's outcome and motion as arrays; as a table, how many pixels have which."""
    shown = list(maps.values())
    keys = [spelled(one.rule) for one in shown]
    outcome, motion = (np.stack([getattr(one, name) for one in shown]) for name in ("outcome", "motion"))
    arrays = {
        "experiment": np.array(experiment.to_json()),
        "optimizers": np.array(keys),
        "x": shown[0].x,
        "y": shown[0].y,
        "window": np.array(shown[0].window),
        "tolerance": np.array(shown[0].tolerance),
        "outcome": outcome,
        "motion": motion,
        "outcome_names": np.array(OUTCOMES),
        "motion_names": np.array(MOTIONS),
        "shares": np.array([list(one.shares.values()) for one in shown]),
    }
    size = len(OUTCOMES) * len(MOTIONS)
    counts = [np.bincount((one.outcome * len(MOTIONS) + one.motion).ravel(), minlength=size) for one in shown]
    rows = np.arange(size * len(keys))
    columns = {
        "optimizer": Named(rows // size, keys),
        "outcome": Named(rows % size // len(MOTIONS), OUTCOMES),
        "motion": Named(rows % len(MOTIONS), MOTIONS),
        "tolerance": np.full(rows.size, shown[0].tolerance),
        "starts": np.concatenate(counts),
        "share": np.concatenate(counts) / outcome[0].size,
    }
    return Results({}, arrays, export.naming(experiment.files, columns))


def phase_numbers(experiment: Experiment, starts: np.ndarray, diagram: PhaseDiagram) -> Results:
    """Runs by outcome and mean final loss of every cell; as a table, a row for each cell of each rule.

    Args:
        experiment: what was asked.
        starts: shape (2, n), those that were run in each cell.
        diagram: what came of them.
    """
    keys = [spelled(rule, without="rho") for rule in diagram.rules]
    cells = diagram.rho.size * diagram.learning_rate.size
    arrays = {
        "experiment": np.array(experiment.to_json()),
        "optimizers": np.array(keys),
        "rho": diagram.rho,
        "learning_rate": diagram.learning_rate,
        "start": starts,
        "counts": diagram.counts,
        "loss": diagram.loss,
        "tolerance": np.array(diagram.tolerance),
        "outcome_names": np.array(OUTCOMES),
    }
    columns: dict[str, np.ndarray | Named] = {
        "optimizer": Named(np.repeat(np.arange(len(keys)), cells), keys),
        "rho": np.tile(np.repeat(diagram.rho, diagram.learning_rate.size), len(keys)),
        "learning_rate": np.tile(diagram.learning_rate, len(keys) * diagram.rho.size),
        **{f"share_{name.replace(' ', '_')}": diagram.share(name).ravel() for name in OUTCOMES},
        "tolerance": np.full(cells * len(keys), diagram.tolerance),
        "loss": diagram.loss.ravel(),
    }
    return Results({}, arrays, export.naming(experiment.files, columns))


def stability_numbers(experiment: Experiment, symbol: str, found: Field) -> Results:
    """The criterion's value and the outcome of every pixel, as arrays and as a row for each."""
    ends = found.ends
    x, y = np.meshgrid(ends.x, ends.y)
    arrays = {
        "experiment": np.array(experiment.to_json()),
        "criterion": np.array(symbol),
        "x": ends.x,
        "y": ends.y,
        "window": np.array(ends.window),
        "tolerance": np.array(ends.tolerance),
        "value": found.value,
        "singular": found.singular,
        "kink": found.kink,
        "outcome": ends.outcome,
        "motion": ends.motion,
        "outcome_names": np.array(OUTCOMES),
        "motion_names": np.array(MOTIONS),
    }
    columns = {
        "x": x.ravel(),
        "y": y.ravel(),
        "value": found.value.ravel(),
        "outcome": Named(ends.outcome.ravel(), OUTCOMES),
    }
    return Results({}, arrays, export.naming(experiment.files, columns))


def to_bytes(results: Results, kind: str) -> bytes:
    """A file of this kind, npz or csv."""
    file = BytesIO()
    export.WRITERS[f".{kind}"](file, results)
    return file.getvalue()
