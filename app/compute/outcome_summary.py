"""The outcomes by optimizer: a table, and the same in one sentence."""

from collections.abc import Sequence
from functools import lru_cache
from html import escape
from typing import NamedTuple

import numpy as np

from app.compute.outcome_text import Summary, many_steps, outcomes_sentence, table_of
from app.compute.outcome_words import MOTION_PHRASES
from app.compute.price import PREVIEW, outcome_price
from app.compute.runs import Runs
from app.model.lineup import PLACES
from app.model.state import State
from app.theme import Palette, line_sample
from landscapes import Landscape
from optimizers.outcomes import MOTIONS, OUTCOMES, Nearest, nearest
from optimizers.sharpness import sharpness

__all__ = ["many_steps", "outcomes_in_words", "sentence", "table"]


def sentence(state: State, runs: list[Runs]) -> str:
    """The outcomes of the runs, as a sentence."""
    if not runs:
        return "No optimizer is chosen."
    steps = runs[0].question.steps  # fewer than the state's while the rest is being computed
    return outcomes_in_words(steps, runs)


def outcomes_in_words(steps: int, runs: list[Runs]) -> str:
    """The outcomes of the runs after so many steps, as a sentence."""
    return outcomes_sentence(f"After {many_steps(steps)}", [_summary(Row(run, "")) for run in runs])


def _summary(row: "Row") -> Summary:
    """What words and table say of a rule's runs."""
    run, number = row.run, row.run.final.shape[1]
    outcomes, motions = (
        np.bincount(codes, minlength=len(names)).tolist()
        for codes, names in ((run.outcome, OUTCOMES), (run.motion, MOTIONS))
    )
    kind = " class='pinned'" if row.pinned else ""
    known = run.entry.name, run.entry.short, _name(row), kind, number, outcomes, motions
    if number > 1:
        return Summary(*known)
    x, y = run.final[:, 0].tolist()
    return Summary(*known, x, y, *_heights(run, x, y), escape(_detail(run)), _motion(run))


def _motion(run: Runs) -> str:
    motion = MOTIONS[run.motion[0]]
    return (
        f"on a {run.period[0]}-cycle" if motion == "longer cycle" and run.period is not None else MOTION_PHRASES[motion]
    )


def _detail(run: Runs) -> str:
    """Of one run that ends elsewhere, whether it is held there or on its way; empty where it is neither.

    One that is chaotic, or on a cycle, stays away from every stationary point too, but not at this place.
    """
    if run.pending or run.period is None or OUTCOMES[run.outcome[0]] != "elsewhere":
        return ""
    motion = MOTIONS[run.motion[0]]
    if motion != "settled":
        return "on its way" * (motion == "moving")
    if outcome_price(run.paths.landscape, 1) > PREVIEW:  # it is looked for within a frame
        return ""
    found = _nearest(run.paths.landscape, *run.final[:, 0].tolist())
    return "held" if found is None else f"held {found.distance:.2g} from a {found.kind}"


@lru_cache(maxsize=32)
def _nearest(landscape: Landscape, x: float, y: float) -> Nearest | None:
    return nearest(landscape, (x, y))


def _heights(run: Runs, x: float, y: float) -> tuple[float, float]:
    """The loss and the sharpness where one run ended."""
    landscape = run.paths.landscape
    with np.errstate(all="ignore"):
        return float(landscape.value(np.array(x), np.array(y))), float(sharpness(landscape, x, y))


def table(runs: list[Runs], p: Palette, pinned: Sequence[Runs] = ()) -> str:
    """An HTML table: a row for each rule; its place and motion, or the shares of both where there are many runs.

    Runs that were pinned as A have rows of their own, each below that of the same rule.
    """
    chosen = {_of(run) for run in runs}
    rows = [Row(run, "") for run in runs]
    rows += [Row(run, "A" if _of(run) in chosen else f"{run.entry.short}, A") for run in pinned]
    if not rows:
        return ""
    rows.sort(key=lambda row: (PLACES.index(row.run.entry.place), row.pinned != ""))
    return table_of([_summary(row) for row in rows])


def _of(run: Runs) -> tuple[str, type]:
    return run.entry.place, type(run.entry.rule)


class Row(NamedTuple):
    """A run, and the label of a pinned one."""

    run: Runs
    pinned: str


def row_head(place: str, short: str) -> str:
    """The first cell of a rule's row."""
    return f'<th scope="row">{line_sample(place)} {escape(short)}</th>'


def _name(row: Row) -> str:
    run, pinned = row
    if pinned:
        return f'<th scope="row" aria-label="{escape(run.entry.short)}, A">{pinned}</th>'
    return row_head(run.entry.place, run.entry.short)
