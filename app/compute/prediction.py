"""Predictions of where a run ends, and of which answer is right: measured, and scored in words."""

from collections.abc import Sequence

import numpy as np

from app.compute.prediction_text import choice_words, points_words
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
    return points_words(in_sentence(question.rule), end, own, others, question.within)


def score_of_choice(question: ChoiceQuestion, chosen: int | None) -> str:
    """Whether the choice was right, and which one is."""
    return choice_words(question.choices[question.answer], None if chosen is None else question.choices[chosen])


def tally(question: ChoiceQuestion, others: Sequence[int], own: int | None) -> str:
    """How many of the class, this visitor among them, chose the right answer; empty where nobody else did."""
    if not others:
        return ""
    chosen = [*others, *([] if own is None else [own])]
    return f"{chosen.count(question.answer)} of {len(chosen)} chose it."
