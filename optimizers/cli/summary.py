"""What was run, in one line."""

from landscapes.landscape import Domain
from optimizers.bases import PLAIN
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
    words = [chosen.base.name] if chosen.base != PLAIN else []
    shapes = (("learning rate", chosen.schedule.learning_rate), ("ρ", chosen.schedule.rho))
    words += [f"{name} {shape}" for name, shape in shapes if shape != "constant"]
    words += [f"noise {chosen.noise.size:g} (seed {chosen.noise.seed})"] if chosen.noise is not None else []
    return "".join(f", {word}" for word in words)


def rectangle_text(domain: Domain) -> str:
    """[left, right] × [bottom, top]"""
    return " × ".join(f"[{low:g}, {high:g}]" for low, high in domain)
