"""Runs of the chosen rules, remembered by their questions: a slider that leaves a rule alone does not run it again."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil
from typing import NamedTuple

import numpy as np

from app.state import State
from landscapes import Landscape
from optimizers import Rule, Trajectory, run
from optimizers.outcomes import motion, outcome
from optimizers.starts import Starts

MOST_POSITIONS = 1_000_000  # positions of one rule that are kept for drawing


@dataclass(frozen=True)
class RunQuestion:
    """What does one rule do from every start? All that decides the numbers, and nothing else.

    Equal questions have equal answers, so this is the identity of runs and of all that is drawn of them. Two rules of
    different classes are never equal, whatever their hyperparameters.
    """

    rule: Rule
    landscape: Landscape
    starts: Starts
    learning_rate: float
    steps: int

    def answer(self) -> "Runs":
        """Runs the rule."""
        points = self.starts.positions()
        settings = {"learning_rate": self.learning_rate, "steps": self.steps}
        every = ceil(points.shape[1] * (self.steps + 1) / MOST_POSITIONS)
        paths = run(self.rule, self.landscape, points[:, ::every], **settings)
        ends = paths if every == 1 else run(self.rule, self.landscape, points, keep="final", **settings)
        return Runs(self, paths, ends.final, outcome(self.landscape, ends.final), motion(ends), every)


class Runs(NamedTuple):
    """What one rule did from every start.

    Attributes:
        question: that was asked; what is drawn of runs has these questions for its token.
        paths: with positions, of every `every`-th start.
        final: shape (2, n), the ends of all.
        outcome, motion: codes, shape (n,).
        every: 1 where all paths were kept.
    """

    question: RunQuestion
    paths: Trajectory
    final: np.ndarray
    outcome: np.ndarray
    motion: np.ndarray
    every: int

    @property
    def key(self) -> str:
        """The rule's."""
        return self.question.rule.key


class Runner:
    """Runs what is asked, and only what changed since the last time."""

    def __init__(self) -> None:
        self._known: dict[RunQuestion, Runs] = {}

    def __call__(self, state: State) -> list[Runs]:
        """The runs of the chosen rules."""
        return self._answers(state, state.rules())

    def one(self, state: State, rule: Rule) -> Runs:
        """The runs of one rule, chosen or not."""
        return self._answers(state, [rule])[0]

    def _answers(self, state: State, rules: Iterable[Rule]) -> list[Runs]:
        asked = [question(state, rule) for rule in rules]
        self._known = {one: self._known.get(one) or one.answer() for one in asked}
        return list(self._known.values())


def question(state: State, rule: Rule) -> RunQuestion:
    """What a state asks of a rule."""
    return RunQuestion(rule, state.surface, state.starts(), state.learning_rate, state.steps)


def questions(runs: Iterable[Runs]) -> tuple[RunQuestion, ...]:
    """The identity of runs: equal questions mean that equal things are drawn."""
    return tuple(run.question for run in runs)
