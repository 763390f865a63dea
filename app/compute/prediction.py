"""Predictions of where a run ends, and of which answer is right: measured, and scored in words."""

from collections.abc import Sequence
from math import hypot
from statistics import median

import numpy as np

from app.compute.runs import runs_of
from app.model.moment import Point
from app.model.state import State
from figures.style import in_sentence
from lessons import ChoiceQuestion, PointQuestion


def measured_end(state: State, question: PointQuestion) -> Point | None:
    """Where the run of the question's rule ends; None where it leaves the finite numbers, or the rule is not run."""
    entry = next((entry for entry in state.entries() if entry.rule.key == question.rule), None)
    if entry is None:
        return None
    (run,) = runs_of(state, [entry])
    x, y = run.final[:, 0].tolist()
    return (x, y) if np.isfinite([x, y]).all() else None


def score_of_points(
    question: PointQuestion, end: Point | None, own: Sequence[Point], others: Sequence[Point] = ()
) -> str:
    """A few sentences on how far predictions are from the measured end."""
    name = in_sentence(question.rule)
    if end is None:
        return f"{name} has no end that could be shown."
    said = []
    if own:
        said.append(_distances(own, end, question.within))
    if others:
        said.append(f"The class: {_distances(others, end, question.within, one='one prediction')}")
    return " ".join([*said, f"{name} ends at ({_number(end[0])}, {_number(end[1])})."])


def _number(value: float) -> str:
    return f"{round(value, 2) + 0.0:.2f}".replace("-", "−")


def _distances(points: Sequence[Point], end: Point, within: float, one: str = "your prediction") -> str:
    distances = [hypot(x - end[0], y - end[1]) for x, y in points]
    right = sum(distance <= within for distance in distances)
    if len(distances) == 1:
        return f"{'Right' if right else 'Not there'}: {one} is {distances[0]:.2f} from the end."
    return (
        f"{right} of {len(distances)} predictions are within {within:g} of the end; their median distance is "
        f"{median(distances):.2f}."
    )


def score_of_choice(question: ChoiceQuestion, chosen: int | None) -> str:
    """Whether the choice was right, and which one is."""
    right = f"“{question.choices[question.answer]}”"
    if chosen is None:
        return f"The answer is {right}."
    return f"Right: {right}." if chosen == question.answer else f"Not so: the answer is {right}."


def tally(question: ChoiceQuestion, others: Sequence[int], own: int | None) -> str:
    """How many of the class, this visitor among them, chose the right answer; empty where nobody else did."""
    if not others:
        return ""
    chosen = [*others, *([] if own is None else [own])]
    return f"{chosen.count(question.answer)} of {len(chosen)} chose it."
