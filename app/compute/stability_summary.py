"""Stability maps in words: theory against simulation in numbers, and what a criterion claims and what not."""

from dataclasses import replace
from html import escape
from typing import NamedTuple

import numpy as np

from app.compute.borders import outlined
from app.compute.destination_summary import COARSE, covered, percent
from app.compute.outcome_words import OUTCOME_PHRASES
from app.compute.stability import Field, StabilityQuery
from figures.loss_colours import UNDEFINED
from figures.style import in_sentence
from optimizers.outcomes import OUTCOMES
from optimizers.stability import CRITERIA, NO_BASIN, defined

MARKS = {
    "stripes": "<svg width='30' height='12'><path d='M2 11L12 1M10 11L20 1M18 11L28 1' stroke='currentColor' "
    "stroke-width='2'/></svg>",
    "border": "<svg width='30' height='12'><path d='M1 6H29' stroke='currentColor' stroke-width='3'/></svg>",
    "◇": "<svg width='30' height='14'><path d='M1 7H9M21 7H29' stroke='currentColor' stroke-dasharray='2 2' "
    "stroke-width='2'/><path d='M15 1L20 7L15 13L10 7Z' fill='none' stroke='currentColor' stroke-width='2'/></svg>",
    "×": "<svg width='30' height='12'><path d='M10 1L20 11M20 1L10 11' stroke='currentColor' stroke-width='3'/></svg>",
}
UNDEFINED_FOR = (
    "Aᵨ is of rules that step along ∇ℓ(θ + δ) with δ = ρ G⁻¹g/√(gᵀG⁻¹g), which {} is not: choose one of the exact "
    "criteria for it."
)


class Tally(NamedTuple):
    """Shares of a field: where the criterion says stable, of the starts that end at the goal, and of these the stable.

    Attributes:
        goal: the outcome whose border is drawn.
        right: None where no start ends at the goal.
    """

    goal: str
    stable: float
    there: float
    right: float | None

    @property
    def place(self) -> str:
        """Where the goal is, in words."""
        return OUTCOME_PHRASES[self.goal]


def tally(asked: StabilityQuery, found: Field) -> Tally:
    """Counts pixels."""
    goal = outlined(asked.landscape)
    stable, there = found.value > 0, found.ends.outcome == OUTCOMES.index(goal)
    right = float(stable[there].mean()) if there.any() else None
    return Tally(goal, float(stable.mean()), float(there.mean()), right)


def sentence(asked: StabilityQuery, seen: Tally, coarse: bool = False, bold: str = "{}") -> str:
    """Theory against simulation in numbers; `bold` marks the most important."""
    name = asked.name or in_sentence(asked.rule.key)
    there, where = bold.format(percent(seen.there, coarse)), covered(asked.box, asked.landscape)
    if not defined(asked.criterion, asked.rule):
        refused = UNDEFINED_FOR.format(bold.format(name))
        return f"{refused} After {asked.steps} steps {there} of the starts in {where} are {seen.place}."
    right = seen.right
    hits = "no start ends there" if right is None else f"{percent(right, coarse)} of them start where it says stable"
    return (
        f"{bold.format(name)}{COARSE * coarse}: {CRITERIA[asked.criterion].symbol} > 0 (red) on "
        f"{bold.format(percent(seen.stable, coarse))} of {where}. "
        f"After {asked.steps} steps {there} of the starts in it are {seen.place}; {hits}."
    )


def claims(asked: StabilityQuery, found: Field, coarse: bool = False) -> str:
    """The numbers, the marks on the map, and what the criterion claims and does not, as HTML."""
    criterion, seen = CRITERIA[asked.criterion], tally(asked, found)
    metric = asked.rule.ascent is not None and np.greater(asked.rule.hyperparameters.get("rho", 0.0), 0.0)
    infinite = ": ρ̃ is infinite there" if metric else ""
    flags = (
        (found.singular, "∇ℓ = 0 exactly", "the value for ρ = 0 is shown"),
        (found.kink, "δ has two one-sided derivatives", "no value"),
    )
    flagged = "".join(f"<li>{MARKS['×']} {what} ({n}): {shown}</li>" for at, what, shown in flags if (n := at.sum()))
    known, name = defined(asked.criterion, asked.rule), escape(asked.name or in_sentence(asked.rule.key))
    gaps = f"<li>{MARKS['stripes']} {UNDEFINED if known else 'no value'}</li>"
    gaps *= bool((np.isnan(found.value) & ~found.kink).any())
    html = (
        f"<p>{sentence(replace(asked, name=name), seen, coarse, '<b>{}</b>')}</p>"
        f"<ul><li>{MARKS['border']} border of the starts that end {seen.place}</li>"
        f"<li>{MARKS['◇']} ∇ℓ = 0{infinite}</li>{flagged}{gaps}</ul>"
    )
    if known:
        html += f"<p><b>It says</b> that near a red point {criterion.says(asked.rule, asked.course.base)}</p>"
        html += f"<p><b>It does not say</b> {NO_BASIN}</p>"
    return html
