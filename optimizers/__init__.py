"""Rules that minimise, the engine that runs them, and the outcomes."""

from optimizers.bases import BASES, Adam, Base, HeavyBall, Nesterov, RMSProp
from optimizers.engine import run
from optimizers.experiment import Experiment, ExperimentError, Formula
from optimizers.explanation import explain
from optimizers.noise import Noise
from optimizers.rules import (
    ASAM,
    CRSAM,
    GD,
    GSAM,
    LLQRSAM,
    OPTIMIZERS,
    SAM,
    USAM,
    WSAM,
    DetSAM,
    FisherSAM,
    FrobSAM,
    LookSAM,
    MomentumSAM,
    MongeSAM,
    NStepSAM,
    RandomSAM,
    RiemannianMongeSAM,
    Rule,
    TraceSAM,
)
from optimizers.schedules import Schedule
from optimizers.trajectory import Trajectory

__all__ = [
    "ASAM",
    "BASES",
    "CRSAM",
    "GD",
    "GSAM",
    "LLQRSAM",
    "OPTIMIZERS",
    "SAM",
    "USAM",
    "WSAM",
    "Adam",
    "Base",
    "DetSAM",
    "Experiment",
    "ExperimentError",
    "FisherSAM",
    "Formula",
    "FrobSAM",
    "HeavyBall",
    "LookSAM",
    "MomentumSAM",
    "MongeSAM",
    "NStepSAM",
    "Nesterov",
    "Noise",
    "RMSProp",
    "RandomSAM",
    "RiemannianMongeSAM",
    "Rule",
    "Schedule",
    "TraceSAM",
    "Trajectory",
    "explain",
    "run",
]
