"""Trajectory: where a batch of runs went, and how it was made."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from landscapes import Landscape
from optimizers.bases import PLAIN, Base
from optimizers.noise import Noise
from optimizers.rules import Rule
from optimizers.schedules import CONSTANT, Held, Schedule


@dataclass(frozen=True, eq=False)
class Trajectory:
    """The outcome of `run`.

    Attributes:
        final: shape (2, *batch), the last positions.
        previous: shape (2, *batch), one step before (the starts themselves for a run of no steps).
        positions: shape (steps + 1, 2, *batch), starts first; None where only the ends were kept.
        rule, landscape, learning_rate, steps, base, schedule, noise: what was run.
        state: shape (components, *batch), the state of the rule, the noise and the base at the end.
        states: shape (steps + 1, components, *batch), where they were kept.
    """

    final: np.ndarray
    previous: np.ndarray
    positions: np.ndarray | None
    rule: Rule
    landscape: Landscape
    learning_rate: ArrayLike
    steps: int
    base: Base = PLAIN
    state: np.ndarray | None = None
    states: np.ndarray | None = None
    schedule: Schedule | Held = CONSTANT
    noise: Noise | None = None
