"""Runs of the chosen rules, remembered rule by rule: a slider that leaves a rule alone does not run it again."""

from math import ceil
from typing import NamedTuple

import numpy as np

from app.model.state import State
from optimizers import Rule, Trajectory, run
from optimizers.outcomes import motion, outcome
from optimizers.starts import Starts

MOST_POSITIONS = 1_000_000  # positions of one rule that are kept for drawing


class Runs(NamedTuple):
    """What one rule did from every start.

    Attributes:
        key: of the rule.
        token: equal tokens mean equal runs.
        paths: with positions, of every `every`-th start.
        final: shape (2, n), the ends of all.
        outcome, motion: codes, shape (n,).
        every: 1 where all paths were kept.
        period: of cycles, shape (n,), where `follow` told the motion; None before.
    """

    key: str
    token: tuple
    paths: Trajectory
    final: np.ndarray
    outcome: np.ndarray
    motion: np.ndarray
    every: int
    period: np.ndarray | None = None


class Runner:
    """Runs what a state asks for, and only what changed since."""

    def __init__(self) -> None:
        self._known: dict[str, Runs] = {}

    def __call__(self, state: State) -> list[Runs]:
        starts = state.starts()
        self._known = {rule.key: self.one(state, rule, starts) for rule in state.rules()}
        return list(self._known.values())

    def one(self, state: State, rule: Rule, starts: Starts) -> Runs:
        """The runs of one rule."""
        token = (state.surface, tuple(rule.hyperparameters.items()), starts, state.learning_rate, state.steps)
        known = self._known.get(rule.key)
        if known is not None and known.token == token:
            return known
        landscape, points = state.surface, starts.positions()
        settings = {"learning_rate": state.learning_rate, "steps": state.steps}
        every = ceil(points.shape[1] * (state.steps + 1) / MOST_POSITIONS)
        paths = run(rule, landscape, points[:, ::every], **settings)
        ends = paths if every == 1 else run(rule, landscape, points, keep="final", **settings)
        return Runs(rule.key, token, paths, ends.final, outcome(landscape, ends.final), motion(ends), every)
