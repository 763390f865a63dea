"""Phase diagrams in words: the numbers of the chosen setting itself, and what marks and colours mean."""

from app.compute.answer import Answer
from app.compute.phase_colours import MAX_DIVERGED, cross_in_words
from app.compute.phase_diagram import MAX_STARTS, of_the_paper, setting_query, starts_in_words
from app.compute.runs import positions_of
from app.model.state import LOSS, State
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
        f"{entry.name} {about}{cross_in_words(one, state.phase, above)}"
        for entry, one in zip(cross.question.entries, cross.found, strict=True)
    )
    all_run = positions_of(setting_query(state).starts).shape[1] <= MAX_STARTS
    of = f", from {cross.found[0].runs} starts" * (not all_run)
    where = "each rule’s own ρ" if state.added else f"ρ = {state.rho:g}"
    return f"At the cross ({where}, α = {state.learning_rate:g}{of}): {names}. Each cell: {starts_in_words(state)}."


def marks(landscape: Landscape, shown: str) -> tuple[str, ...]:
    """What the circle and the grey cells mean, where there are any."""
    return (*(CIRCLE,) * of_the_paper(landscape), *(GREY,) * (shown == LOSS))
