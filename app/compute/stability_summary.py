"""Stability maps in words: theory against simulation in numbers, and what a criterion claims and what not."""

from typing import NamedTuple

from app.compute.borders import outlined
from app.compute.stability import FORMS, NO_BASIN, Field, Theory
from app.theme import short
from optimizers.outcomes import OUTCOMES

MARKS = {
    "border": "<svg width='30' height='12'><path d='M1 6H29' stroke='currentColor' stroke-width='3'/></svg>",
    "◇": "<svg width='30' height='14'><path d='M1 7H9M21 7H29' stroke='currentColor' stroke-dasharray='2 2' "
    "stroke-width='2'/><path d='M15 1L20 7L15 13L10 7Z' fill='none' stroke='currentColor' stroke-width='2'/></svg>",
    "×": "<svg width='30' height='12'><path d='M10 1L20 11M20 1L10 11' stroke='currentColor' stroke-width='3'/></svg>",
}


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


def tally(asked: Theory, found: Field) -> Tally:
    """Counts pixels."""
    goal = outlined(asked.landscape)
    stable, there = found.value > 0, found.ends.outcome == OUTCOMES.index(goal)
    right = float(stable[there].mean()) if there.any() else None
    return Tally(goal, float(stable.mean()), float(there.mean()), right)


def sentence(asked: Theory, seen: Tally, bold: str = "{}") -> str:
    """Theory against simulation in numbers; `bold` marks the most important."""
    hits = "none of them here" if seen.right is None else f"{seen.right:.0%} of them start where it says stable"
    return (
        f"{bold.format(short(asked.rule.key))}: {FORMS[asked.form].symbol} > 0 (red) on "
        f"{bold.format(f'{seen.stable:.1%}')} of this view. After {asked.steps} steps "
        f"{bold.format(f'{seen.there:.1%}')} of the starts in it are at the {seen.goal}; {hits}."
    )


def claims(asked: Theory, found: Field) -> str:
    """The numbers, the marks on the map, and what the criterion claims and does not, as HTML."""
    form, seen = FORMS[asked.form], tally(asked, found)
    infinite = ": ρ̃ is infinite there" if asked.rule.hyperparameters.get("rho", 0.0) > 0 else ""
    flags = (
        (found.singular, "∇ℓ = 0 exactly", "the eigenvalue of ∇²ℓ is shown"),
        (found.kink, "δ has two one-sided derivatives", "no value"),
    )
    flagged = "".join(f"<li>{MARKS['×']} {what} ({n}): {shown}</li>" for at, what, shown in flags if (n := at.sum()))
    html = (
        f"<p>{sentence(asked, seen, '<b>{}</b>')}</p>"
        f"<ul><li>{MARKS['border']} border of the starts that end at the {seen.goal}</li>"
        f"<li>{MARKS['◇']} ∇ℓ = 0{infinite}</li>{flagged}</ul>"
        f"<p><b>It says</b> that near a red point {form.says(asked.rule)}</p>"
        f"<p><b>It does not say</b> {NO_BASIN}</p>"
    )
    return html.replace("A_ρ", "A<sub>ρ</sub>")
