"""Rules that minimise, the engine that runs them, and what came of it."""

from optimizers.bases import BASES, Adam, Base, HeavyBall, Nesterov, RMSProp
from optimizers.engine import run
from optimizers.experiment import Experiment, ExperimentError, Formula
from optimizers.explanation import explain
from optimizers.rules import ASAM, GD, OPTIMIZERS, SAM, FisherSAM, MongeSAM, Rule
from optimizers.trajectory import Trajectory

__all__ = [
    "ASAM",
    "BASES",
    "GD",
    "OPTIMIZERS",
    "SAM",
    "Adam",
    "Base",
    "Experiment",
    "ExperimentError",
    "FisherSAM",
    "Formula",
    "HeavyBall",
    "MongeSAM",
    "Nesterov",
    "RMSProp",
    "Rule",
    "Trajectory",
    "explain",
    "run",
]
