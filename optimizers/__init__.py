"""Rules that minimise, the engine that runs them, and the outcomes."""

from optimizers.engine import run
from optimizers.experiment import Experiment, ExperimentError, Formula
from optimizers.explanation import explain
from optimizers.rules import ASAM, GD, OPTIMIZERS, SAM, FisherSAM, MongeSAM, Rule
from optimizers.trajectory import Trajectory

__all__ = [
    "ASAM",
    "GD",
    "OPTIMIZERS",
    "SAM",
    "Experiment",
    "ExperimentError",
    "FisherSAM",
    "Formula",
    "MongeSAM",
    "Rule",
    "Trajectory",
    "explain",
    "run",
]
