"""Phase diagrams in words: the numbers of the chosen setting itself, and what marks and colours mean."""

from app.compute.answer import Answer
from app.compute.phase_colours import MAX_DIVERGED, cross_in_words
from app.compute.phase_diagram import MAX_STARTS, of_the_paper, setting_query, starts_in_words
from app.compute.runs import positions_of
from app.model.state import LOSS, State
from app.theme import in_sentence
from landscapes import Landscape

CIRCLE = "Circle: the paper’s setting."
GREY = f"{MAX_DIVERGED.capitalize()}."


def at_the_cross(state: State, cross: Answer, above: float) -> str:
    """The numbers of the state's own ρ and α, and what all shares of the diagram are of.

    Args:
        state: whose setting the cross marks.
        cross: the answer to its `setting_query`.
        above: the loss that final losses are compared with.
    """
    if cross.found is None:
        return "At the cross: computing …"
    about = "≈ " * cross.coarse
    names = "; ".join(
        f"{in_sentence(rule.key)} {about}{cross_in_words(cross.found, state.phase, number, above)}"
        for number, rule in enumerate(cross.found.rules)
    )
    all_run = positions_of(setting_query(state).starts).shape[1] <= MAX_STARTS
    of = f", from {cross.found.runs} starts" * (not all_run)
    return (
        f"At the cross (ρ = {state.rho:g}, α = {state.learning_rate:g}{of}): {names}. "
        f"Each cell: {starts_in_words(state)}."
    )


def marks(landscape: Landscape, shown: str) -> tuple[str, ...]:
    """What the circle and the grey cells mean, where there are any."""
    return (*(CIRCLE,) * of_the_paper(landscape), *(GREY,) * (shown == LOSS))
