"""The outcomes by optimizer: a table, and the same in one sentence."""

from collections.abc import Sequence
from functools import lru_cache
from html import escape
from typing import NamedTuple

import numpy as np

from app.compute.outcome_words import MOTION_HEADS, MOTION_PHRASES, OUTCOME_HEADS, OUTCOME_PHRASES
from app.compute.price import PREVIEW, outcome_price
from app.compute.runs import Runs
from app.model.lineup import PLACES
from app.model.state import State
from app.theme import Palette, line_sample
from landscapes import Landscape
from optimizers.outcomes import MOTIONS, OUTCOMES, Nearest, nearest
from optimizers.sharpness import sharpness

FEW_COLUMNS = 7  # more need a smaller font, as one less does beside long names
SHORT_NAME = 8  # letters
SADDLE = OUTCOMES.index("saddle")


def sentence(state: State, runs: list[Runs]) -> str:
    """The outcomes of the runs, as a sentence."""
    if not runs:
        return "No optimizer is chosen."
    steps = runs[0].question.steps  # fewer than the state's while the rest is being computed
    return outcomes_in_words(steps, runs)


def outcomes_in_words(steps: int, runs: list[Runs]) -> str:
    """The outcomes of the runs after so many steps, as a sentence."""
    number = runs[0].final.shape[1]
    after = f"After {many_steps(steps)}"
    if number == 1:
        return f"{after}: " + "; ".join(f"{run.entry.name} {_outcome(run)}" for run in runs) + "."
    after, parts = f"{after} from {number} starts", [f"{run.entry.name} {part}" for run in runs if (part := _most(run))]
    if not any((run.outcome == SADDLE).any() for run in runs):
        return f"{after}: {'; '.join(parts)}."
    caught = ", ".join(f"{run.entry.name} {(run.outcome == SADDLE).mean():.0%}" for run in runs)
    return f"{after}, at a saddle: {caught}. " + (f"Of the others most: {'; '.join(parts)}." if parts else "")


def many_steps(steps: int) -> str:
    """A number of steps, with thin spaces between thousands."""
    return f"{steps:,}".replace(",", "\u202f") + f" step{'s' if steps != 1 else ''}"


def _outcome(run: Runs) -> str:
    place = OUTCOMES[run.outcome[0]]
    if place == "diverged":
        return "diverged"
    detail = _detail(run)
    where = f"{OUTCOME_PHRASES[place]} ({detail})" if detail else OUTCOME_PHRASES[place]
    return f"is {where}, {_motion(run)}"


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


def _most(run: Runs) -> str:
    """The most frequent outcome but the saddle, with its share of all; empty where all are at a saddle."""
    shares = np.bincount(run.outcome, minlength=len(OUTCOMES)) / run.outcome.size
    shares[SADDLE] = 0.0
    best = int(shares.argmax())
    place = OUTCOMES[best]
    words = "diverged" if place == "diverged" else OUTCOME_PHRASES[place]
    return f"{shares[best]:.0%} {words}" if shares[best] else ""


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
    return _one(rows) if all(row.run.final.shape[1] == 1 for row in rows) else _many(rows)


def _of(run: Runs) -> tuple[str, type]:
    return run.entry.place, type(run.entry.rule)


class Row(NamedTuple):
    """A run, and the label of a pinned one."""

    run: Runs
    pinned: str


def _name(row: Row) -> str:
    run, pinned = row
    if pinned:
        return f'<th scope="row" aria-label="{escape(run.entry.short)}, A">{pinned}</th>'
    return f'<th scope="row">{line_sample(run.entry.place)} {escape(run.entry.short)}</th>'


def _one(chosen: list[Row]) -> str:
    rows = []
    for row in chosen:
        run = row.run
        (x, y), place = run.final[:, 0], OUTCOMES[run.outcome[0]]
        ends = ["", "", ""] if place == "diverged" else [f"{_signed(x)}, {_signed(y)}", *_heights(run, x, y)]
        motion = "" if place == "diverged" else _motion(run)
        motion = ", ".join(filter(None, (_detail(run), motion.removeprefix("on a "))))
        place = "flat min." if place == "flat minimum" else place
        numbers = "".join(f"<td class='number end'>{text}</td>" for text in ends)
        rows.append(f"<tr{_kind(row)}>{_name(row)}<td>{place} <small>{escape(motion)}</small></td>{numbers}</tr>")
    head = "".join(
        f"<th scope='col'{kind}>{title}</th>"
        for title, kind in (
            ("rule", ""),
            ("outcome", ""),
            *((name, " class='number end'") for name in ("θ₁, θ₂", "ℓ", "λ<sub>max</sub>")),
        )
    )
    return _page(f"<tr>{head}</tr>", rows)


def _heights(run: Runs, x: float, y: float) -> tuple[str, str]:
    """The loss and the sharpness where one run ended."""
    landscape = run.paths.landscape
    with np.errstate(all="ignore"):
        numbers = float(landscape.value(np.array(x), np.array(y))), float(sharpness(landscape, x, y))
    small, large = (_short(one) for one in numbers)
    return small, large


def _short(number: float) -> str:
    text = f"{number:.3g}" if np.isfinite(number) else "–"
    return text.replace("e-0", "e-").replace("e+0", "e").replace("-", "−")


def _many(chosen: list[Row]) -> str:
    runs = [row.run for row in chosen]
    places = [code for code in range(len(OUTCOMES)) if any((run.outcome == code).any() for run in runs)]
    motions = [code for code in range(len(MOTIONS)) if any((run.motion == code).any() for run in runs)]
    rows = []
    for row in chosen:
        run = row.run
        shares = [_percent(run.outcome == code) for code in places]
        motion_shares = [_percent(run.motion == code) for code in motions]
        rows.append(f"<tr{_kind(row)}>{_name(row)}{_cells('td', shares, motion_shares)}</tr>")
    heads = (
        [OUTCOME_HEADS.get(OUTCOMES[code], OUTCOMES[code]) for code in places],
        [MOTION_HEADS[MOTIONS[code]] for code in motions],
    )
    groups = (
        f"<tr><td></td><th scope='colgroup' colspan='{len(places)}' class='group'>outcome</th>"
        f"<th scope='colgroup' colspan='{len(motions)}' class='group motion'>motion</th></tr>"
    )
    long = any(len(run.entry.short) > SHORT_NAME for run in runs)
    many = " many" if len(places) + len(motions) + long > FEW_COLUMNS else ""
    return _page(f"{groups}<tr><th scope='col'>% of runs</th>{_cells('th', *heads)}</tr>", rows, many)


def _kind(row: Row) -> str:
    return " class='pinned'" if row.pinned else ""


def _percent(chosen: np.ndarray) -> str:
    return f"{100 * chosen.mean():.0f}" if chosen.any() else "·"


def _cells(tag: str, shares: list[str], motion_shares: list[str]) -> str:
    scope = " scope='col'" if tag == "th" else ""
    kinds = ["number"] * len(shares) + ["number motion"] + ["number"] * (len(motion_shares) - 1)
    texts = [*shares, *motion_shares]
    return "".join(f"<{tag}{scope} class='{kind}'>{text}</{tag}>" for kind, text in zip(kinds, texts, strict=True))


def _page(head: str, rows: list[str], kind: str = "") -> str:
    return (
        f"<table class='outcomes{kind}'><caption>Final position and motion</caption>"
        f"<thead>{head}</thead><tbody>{''.join(rows)}</tbody></table>"
    )


def _signed(value: float) -> str:
    text = f"{value:.3f}" if abs(value) < 1000 else f"{value:.1e}"
    return text.replace("-", "−")
