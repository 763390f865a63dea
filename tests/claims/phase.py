"""What the phase diagram says: the numbers at the cross, its quantities, its circle and its grey cells."""

import re
from collections.abc import Iterator
from functools import cache, partial

import numpy as np

from app.compute.answer import Answer
from app.compute.phase_colours import LABELS, NOTHING, codes, least, quantity_label, values
from app.compute.phase_diagram import BOX, PAPER, SettingQuery, phase_query, setting_query
from app.compute.phase_summary import CIRCLE, GREY, at_the_cross, marks
from app.model.state import DOMINANT, LOSS, PHASES, State
from figures import figure1, figure5
from figures.record import complete
from figures.style import in_sentence
from landscapes import LANDSCAPES
from optimizers.maps import PhaseDiagram
from optimizers.outcomes import OUTCOMES, outcome
from optimizers.percentages import percents
from tests.claims.row import Found, Row, ends

LEARNING_RATES, RADII = (1e-3, 0.01, 0.3), (0.1, 1.0, 3.0)
ALL, SIDE = 20_000, 3  # starts at the cross, cells along a side of a diagram
STARTS = (
    {"mode": "one", "centre_x": 0.5, "half_width": 1.0},
    {"mode": "grid", "size": 4, "half_width": 2.0},
    {"mode": "cloud", "count": 150, "seed": 3},
)


def states(number: int, **more) -> Iterator[State]:
    """So many settings of ρ and α for each landscape, with every kind of starts."""
    random = np.random.default_rng(0)
    for landscape in ("banana", "sinc", "rosenbrock"):
        for turn in range(number):
            rho, rate = (float(random.choice(among)) for among in (RADII, LEARNING_RATES))
            setting = {"rho": rho, "learning_rate": rate, "steps": 40}
            starts = STARTS[turn % len(STARTS)]
            yield State(landscape=landscape, optimizers=["sam", "m-sam"], **setting, **{**starts, **more})


def starts_anew(state: State, cell: bool) -> np.ndarray:
    """A grid of a hundred over the square, or those that are chosen; of these a cell has a hundred at most."""
    if state.mode != "one":
        points = state.starts().positions()
        return points[:, :: -(-points.shape[1] // 100)] if cell else points
    left, right, bottom, top = state.box()
    return np.array(np.meshgrid(np.linspace(left, right, 10), np.linspace(bottom, top, 10))).reshape(2, -1)


def outcomes_anew(state: State, key: str, cell: bool) -> tuple[np.ndarray, np.ndarray]:
    """Outcomes and final losses of the runs with the state's own ρ and α."""
    loss = state.landscape_object
    end = ends(state.rule(key), loss, starts_anew(state, cell), state.learning_rate, state.steps)
    with np.errstate(all="ignore"):
        return outcome(loss, end), loss.value(*end)


def number_anew(state: State, key: str, above: float) -> str:
    """What the sentence must say of a rule."""
    codes, losses = outcomes_anew(state, key, cell=False)
    counts = np.bincount(codes, minlength=len(OUTCOMES))
    if state.phase == LOSS:
        fine = losses[np.isfinite(losses)]
        diverged = counts[OUTCOMES.index("diverged")] >= codes.size / 2
        return "half or more diverged" if diverged else f"{max(fine.mean() - above, 0.0):.2g}"
    name = OUTCOMES[counts.argmax()] if state.phase == DOMINANT else state.phase
    return f"{name} {percents(counts.tolist(), 0)[OUTCOMES.index(name)]}%"


def told(state: State) -> tuple[str, float]:
    """The sentence about the cross, from the view's own answer."""
    question = setting_query(state)
    above = state.landscape_object.minimum or 0.0
    return at_the_cross(state, Answer(question, ALL, answered(question), False), above), above


@cache
def answered(question: SettingQuery) -> list[PhaseDiagram]:
    return question.answer(ALL)


def cross(mode: str, shown: str, sweep) -> Found:
    """Each rule's number is that of the runs with just this ρ and α, from the starts that the sentence tells."""
    cases = 0
    for state in states(sweep.count(1, 30), phase=shown, **next(one for one in STARTS if one["mode"] == mode)):
        sentence, above = told(state)
        assert left_out(sentence) == CROSS[mode], sentence
        assert f"ρ = {state.rho:g}, α = {state.learning_rate:g}" in sentence
        for key in state.optimizers:
            assert f"{in_sentence(key)} {number_anew(state, key, above)}" in sentence, state
        each = starts_anew(state, cell=True).shape[1]
        assert re.search(rf"Each cell: (the )?{each}\b", sentence)
        if mode == "cloud":
            assert f"from {state.count} starts" in sentence
            assert f"{each} of the {state.count} starts" in sentence
        if mode == "one":
            left, right, bottom, top = (f"{end:g}".replace("-", "−") for end in state.box())
            assert f"[{left}, {right}] × [{bottom}, {top}]" in sentence
        cases += 2
    return cases, ""


def left_out(sentence: str) -> str:
    """A sentence about the cross without its numbers and names."""
    sentence = re.sub(r"\): .*\. Each", "): …. Each", sentence)
    sentence = re.sub(r"(?<=ρ = )[\d.e-]+|(?<=α = )[\d.e-]+|(?<=from )[\d,]+|(?<=the )[\d,]+", "…", sentence)
    sentence = re.sub(r"(?<=: )\d+(?= starts| of)", "…", sentence)
    return re.sub(r"\[.*\] × \[.*\]", "…", sentence)


@cache
def cells(number: int) -> list[tuple[PhaseDiagram, np.ndarray, np.ndarray]]:
    """Diagrams, and of each cell, run alone, the shares of the outcomes and the mean of the final losses."""
    found = []
    for state in states(number):
        diagram = phase_query(state).answer(SIDE)
        shares, means = np.empty(diagram.counts.shape), np.empty(diagram.loss.shape)
        for rule, i, j in np.ndindex(means.shape):
            state.rho, state.learning_rate = float(diagram.rho[i]), float(diagram.learning_rate[j])
            where, losses = outcomes_anew(state, state.optimizers[rule], cell=True)
            shares[rule, i, j] = np.bincount(where, minlength=len(OUTCOMES)) / where.size
            fine = losses[np.isfinite(losses)]
            means[rule, i, j] = fine.mean() if fine.size else np.nan
        found.append((diagram, shares, means))
    return found


def quantity(shown: str, sweep) -> Found:
    """A cell's number is that of its runs, and no other cell is grey than those where half or more diverged."""
    cases = 0
    for diagram, shares, means in cells(sweep.count(1, 10)):
        found, coloured = values(diagram, shown), codes(diagram, shown)
        if shown == LOSS:
            grey = shares[..., OUTCOMES.index("diverged")] >= 0.5
            expected = np.where(grey, np.nan, np.maximum(means - least(diagram), 0.0))
            assert np.array_equal(coloured == NOTHING, grey)
        elif shown == DOMINANT:
            expected = shares.max(axis=-1)
            assert np.array_equal(coloured, shares.argmax(axis=-1))
        else:
            expected = shares[..., OUTCOMES.index(shown)]
            assert np.array_equal(coloured, (expected * (NOTHING - 1)).astype(np.uint8))
        assert np.allclose(found, expected, rtol=1e-9, equal_nan=True)
        cases += found.size
    return cases, ""


def circle(sweep) -> Found:
    """Figures 1 and 5 have this ρ and α, on the banana; on no other landscape is it said."""
    published = [complete(module.PARAMETERS, {}) for module in (figure1, figure5)]
    assert all({name: one[name] for name in PAPER} == PAPER for one in published)
    assert figure1.banana is figure5.banana is LANDSCAPES["banana"]
    said_of = {key for key, loss in LANDSCAPES.items() for shown in PHASES if CIRCLE in marks(loss, shown)}
    assert said_of == {"banana"}
    left, right, bottom, top = BOX
    assert left <= np.log10(PAPER["learning_rate"]) <= right
    assert bottom <= np.log10(PAPER["rho"]) <= top
    return len(LANDSCAPES), ""


def grey(sweep) -> Found:
    """Said of the mean loss alone; then `quantity` finds grey just where half or more diverged."""
    assert {shown for shown in PHASES for loss in LANDSCAPES.values() if GREY in marks(loss, shown)} == {LOSS}
    return quantity(LOSS, sweep)


CROSS = {
    "one": "At the cross (ρ = …, α = …): …. Each cell: … starts, a grid over … (one start has no shares).",
    "grid": "At the cross (ρ = …, α = …): …. Each cell: the … starts.",
    "cloud": "At the cross (ρ = …, α = …, from … starts): …. Each cell: … of the … starts.",
}
NAMES = {shown: quantity_label(shown) for shown in (*OUTCOMES, DOMINANT)} | {LOSS: "mean final loss above the lowest"}
ROWS = [
    *(
        Row(f"Phase diagram, {LABELS.get(shown, shown)}", f"{sentence} ({shown})", partial(cross, mode, shown))
        for mode, sentence in CROSS.items()
        for shown in ("saddle", DOMINANT, LOSS)
    ),
    *(Row("Phase diagram, quantity", f"{shown}: {name}", partial(quantity, shown)) for shown, name in NAMES.items()),
    Row("Phase diagram, circle", "Circle: the paper’s setting.", circle),
    Row("Phase diagram, grey", "Grey: half or more diverged.", grey),
]


def shown() -> set[str]:
    """The sentences about the cross, what the quantities are called, and those about marks."""
    found = {one for loss in LANDSCAPES.values() for what in PHASES for one in marks(loss, what)}
    found |= {f"{what}: {quantity_label(what)}" for what in PHASES}
    for starts in STARTS:
        for what in ("saddle", DOMINANT, LOSS):
            sentence, _ = told(State(optimizers=["sam"], steps=2, phase=what, **starts))
            found.add(f"{left_out(sentence)} ({what})")
    return found
