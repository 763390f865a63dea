"""What all rules of an experiment have in common besides α: base optimizer, schedules and gradient noise."""

from dataclasses import dataclass
from typing import Any

from app.model.parameters import DescribedParameter
from optimizers.bases import BASES, PLAIN, Base
from optimizers.course_words import course_words
from optimizers.hyperparameters import within_limits
from optimizers.noise import Noise
from optimizers.schedules import CONSTANT, Schedule


@dataclass(frozen=True)
class Course:
    """Base optimizer, schedules of α and ρ, and noise."""

    base: Base = PLAIN
    schedule: Schedule = CONSTANT
    noise: Noise | None = None

    @property
    def settings(self) -> dict[str, Any]:
        """As `optimizers.run` takes them."""
        return {"base": self.base, "schedule": self.schedule, "noise": self.noise}

    @property
    def form(self) -> dict[str, Any]:
        """What decides the step besides rule and landscape, as `compiled.pair` takes it."""
        return {"base": self.base, "scheduled": self.schedule != CONSTANT, "noisy": self.noise is not None}

    @property
    def words(self) -> str:
        """What is not as usual; empty where nothing is.

        Example:
            >>> from optimizers import Adam, Noise, Schedule
            >>> Course(Adam(), Schedule("cosine"), Noise(0.1)).words
            'Adam, α cosine, noise 0.1 (seed 0)'
        """
        return ", ".join(course_words(self.base, self.schedule, self.noise))


USUAL = Course()


class BaseOptimizer(DescribedParameter):
    """A base optimizer with hyperparameters within their limits."""

    EXPECTED = f"one of {', '.join(BASES)}, with hyperparameters within their limits"

    def _validate(self, val: Any) -> None:
        if type(val) not in BASES.values():
            raise ValueError(f"{self.name} must be a base optimizer, not {val!r}")
        within_limits(val)
