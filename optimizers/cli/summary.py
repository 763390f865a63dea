"""What was run, in one line."""

from landscapes.landscape import Domain
from optimizers.course_words import course_words
from optimizers.experiment import Experiment


def experiment_line(chosen: Experiment, starts: str, *, learning_rate: str | None = None) -> str:
    """What was run, in one line."""
    loss = chosen.landscape
    shown = loss if isinstance(loss, str) else f"{loss.formula} on {rectangle_text(loss.domain)}"
    rate = f"{chosen.learning_rate:g}" if learning_rate is None else learning_rate
    steps = f"{chosen.steps} {'step' if chosen.steps == 1 else 'steps'}"
    files = f" (with {', '.join(chosen.files)})" if chosen.files else ""
    return f"{shown}: {starts}, {steps} with learning rate {rate}{_course(chosen)}{files}"


def _course(chosen: Experiment) -> str:
    words = course_words(chosen.base, chosen.schedule, chosen.noise, rate="learning rate")
    return "".join(f", {word}" for word in words)


def rectangle_text(domain: Domain) -> str:
    """[left, right] × [bottom, top]"""
    return " × ".join(f"[{low:g}, {high:g}]" for low, high in domain)
