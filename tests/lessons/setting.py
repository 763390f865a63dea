"""A scene as its link sets it, and what the engine finds there."""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from app.model.lesson_state import values_of_scene
from app.model.state import State
from landscapes import Landscape
from landscapes.stationary import eigenvalues
from lessons import ChoiceQuestion, LessonScene
from optimizers import Rule, Trajectory, run
from optimizers.anatomy import Anatomy, anatomy
from optimizers.outcomes import MOTIONS, OUTCOMES, follow, outcome, shares

# a number as it stands in a sentence: −1.5, 0.03, 20,000; but not the digits of θ₁ or of 10⁻⁸
NUMBER = re.compile(r"(?<![\w.])−?\d+(?:,\d{3})*(?:\.\d+)?")


def numbers(sentence: str) -> list[str]:
    """The numbers of a sentence, as written.

    Example:
        >>> numbers("After 20,000 steps θ₁ = −0.5, within 0.1 of (1, 1): 14% on a 2-cycle.")
        ['20,000', '−0.5', '0.1', '1', '1', '14', '2']
    """
    return NUMBER.findall(sentence)


def number(text: str) -> float:
    """A number as it stands in a sentence."""
    return float(text.replace("−", "-").replace(",", ""))


def unit(text: str) -> float:
    """The last digit's unit of a number as it stands in a sentence."""
    return 10.0 ** -len(text.partition(".")[2])


@dataclass(frozen=True)
class Setting:
    """One scene of a lesson, run by the engine; lengths and points are those of the plane.

    Attributes:
        scene: whose link decides landscape, rules, start, ρ, α and steps.
    """

    scene: LessonScene

    @cached_property
    def state(self) -> State:
        values = values_of_scene(self.scene)
        return State(**values)

    @property
    def loss(self) -> Landscape:
        return self.state.landscape_object

    @property
    def rho(self) -> float:
        return self.state.rho

    @property
    def rate(self) -> float:
        return self.state.learning_rate

    @property
    def steps(self) -> int:
        return self.state.steps

    @property
    def start(self) -> np.ndarray:
        """θ of the one start, shape (2,)."""
        assert self.state.mode == "one"
        return np.array([self.state.x, self.state.y])

    @property
    def starts(self) -> np.ndarray:
        """All starts, shape (2, n)."""
        return self.state.starts().positions()

    def rule(self, key: str) -> Rule:
        """A rule that takes part in the scene."""
        rules = {rule.key: rule for rule in self.state.rules()}
        return rules[key]

    def run(self, key: str, starts: ArrayLike | None = None, **changes: Any) -> Trajectory:
        """The run of a rule of this scene, or with another number of steps or another start."""
        where = (self.start if self.state.mode == "one" else self.starts) if starts is None else starts
        options = {"learning_rate": self.rate, "steps": self.steps, **self.state.course.settings, **changes}
        return run(self.rule(key), self.loss, where, **options)

    def end(self, key: str, starts: ArrayLike | None = None, **changes: Any) -> np.ndarray:
        return self.run(key, starts, **changes).final

    def outcome(self, key: str, starts: ArrayLike | None = None, **changes: Any) -> str:
        """The outcome of one run."""
        return OUTCOMES[int(outcome(self.loss, self.end(key, starts, **changes)))]

    def share(self, key: str, kind: str, **changes: Any) -> float:
        """Of the scene's starts, how many percent have this outcome."""
        return 100 * shares(outcome(self.loss, self.end(key, keep="final", **changes)), OUTCOMES)[kind]

    def motion(self, key: str, **changes: Any) -> tuple[str, int]:
        """How one run moves at its end, and the period of its cycle."""
        found = follow(self.run(key, **changes))
        return MOTIONS[int(found.codes)], int(found.period)

    def step(self, key: str, at: ArrayLike | None = None) -> Anatomy:
        """One step of a rule from the start, or from another point."""
        return anatomy(self.rule(key), self.loss, self.start if at is None else np.asarray(at, float), self.rate)

    def value(self, point: ArrayLike) -> float:
        return float(self.loss.value(*np.asarray(point, float)))

    def gradient(self, point: ArrayLike) -> np.ndarray:
        return np.array(self.loss.gradient(*np.asarray(point, float)))

    def sharpness(self, point: ArrayLike) -> float:
        """λ_max."""
        return float(eigenvalues(*self.loss.hessian(*np.asarray(point, float)))[1])

    def closest(self, value: float) -> int:
        """Of the question's choices, the one whose only number is nearest to a value."""
        assert isinstance(self.scene.question, ChoiceQuestion)
        values = [number(*numbers(choice)) for choice in self.scene.question.choices]
        return int(np.argmin(np.abs(np.array(values) - value)))

    def only(self, *holds: bool) -> int:
        """Of the question's choices, of which it was computed whether they hold, the one that does."""
        assert isinstance(self.scene.question, ChoiceQuestion)
        assert len(holds) == len(self.scene.question.choices)
        assert sum(map(bool, holds)) == 1, holds
        return [bool(one) for one in holds].index(True)


def length(vector: np.ndarray) -> float:
    """‖v‖."""
    return float(np.hypot(*vector))


def distance(point: np.ndarray, *places: ArrayLike) -> float:
    """To the nearest of the places."""
    return min(length(np.asarray(place, float) - point) for place in places)
