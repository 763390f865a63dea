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
        kept: the positions, None where only the ends were kept.
        rule, landscape, learning_rate, steps, base, schedule, noise: what was run.
        state: shape (components, *batch), the state of the rule, the noise and the base at the end.
        states: shape (steps + 1, components, *batch), where they were kept.
    """

    final: np.ndarray
    previous: np.ndarray
    kept: np.ndarray | None
    rule: Rule
    landscape: Landscape
    learning_rate: ArrayLike
    steps: int
    base: Base = PLAIN
    state: np.ndarray | None = None
    states: np.ndarray | None = None
    schedule: Schedule | Held = CONSTANT
    noise: Noise | None = None

    @property
    def positions(self) -> np.ndarray:
        """Every position, starts first, shape (steps + 1, 2, *batch).

        Raises:
            ValueError: where only the ends were kept.
        """
        if self.kept is None:
            raise ValueError('only the ends of these runs were kept; run them with keep="all" for every position')
        return self.kept
