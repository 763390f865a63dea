"""Base optimizer, schedules and noise of an experiment, in words: the same on screen, in files and in the terminal."""

from optimizers.bases import PLAIN, Base
from optimizers.hyperparameters import hyperparameters_in_words
from optimizers.noise import Noise
from optimizers.schedules import CONSTANT, Schedule


def course_words(base: Base, schedule: Schedule, noise: Noise | None, rate: str = "α") -> list[str]:
    """What is not as usual, in as many parts; `rate` is what the learning rate is called.

    Example:
        >>> from optimizers import Adam, HeavyBall
        >>> course_words(Adam(memory=0.8), Schedule("cosine"), Noise(0.1))
        ['Adam (β₁ = 0.8)', 'α cosine', 'noise 0.1 (seed 0)']
        >>> course_words(HeavyBall(), CONSTANT, None)
        ['Heavy ball']
    """
    shapes = ((rate, schedule.learning_rate), ("ρ", schedule.rho))
    words = [_base_words(base)] if base != PLAIN else []
    words += [f"{symbol} {shape}" for symbol, shape in shapes if shape != CONSTANT.rho]
    return words + ([f"noise {noise.size:g} (seed {noise.seed})"] if noise is not None else [])


def _base_words(base: Base) -> str:
    """Its name, and the hyperparameters that are not as they are by default."""
    usual = type(base)()
    changed = [name for name, value in base.hyperparameters.items() if value != getattr(usual, name)]
    return f"{base.name} ({hyperparameters_in_words(base, changed)})" if changed else base.name
