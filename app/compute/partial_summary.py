"""The progress of the runs, in words."""

from app.compute.runs import Partial


def partial_words(partial: Partial | None) -> str:
    """How much of the runs is shown and how far the rest is; empty where all is shown.

    Example:
        >>> partial_words(Partial(500, 10_000, 200, 200, 0.4))
        'Showing 500 of 10 000 starts; computing the rest … 40 %'
    """
    if partial is None:
        return ""
    percent = f"{partial.progress:.0%}".replace("%", " %")
    if partial.starts == 0:
        return f"Computing … {percent}"
    shown = []
    if partial.steps < partial.all_steps:
        shown.append(f"{_count(partial.steps)} of {_count(partial.all_steps)} steps")
    if partial.starts < partial.all_starts:
        shown.append(f"{_count(partial.starts)} of {_count(partial.all_starts)} starts")
    if not shown:
        return f"Computing where the runs end … {percent}"
    return f"Showing {' from '.join(shown)}; computing the rest … {percent}"


def _count(number: int) -> str:
    return f"{number:,}".replace(",", " ")
