"""What the words for outcomes and motions say of runs, found anew: from the loss around them and from longer runs."""

from collections.abc import Callable, Iterator
from functools import cache, partial
from typing import Any, NamedTuple

import numpy as np

from app.compute.destinations import code_labels
from app.compute.motion import with_motions
from app.compute.outcome_summary import outcomes_in_words
from app.compute.outcome_words import CUSPS, LISTED, MEANINGS, MOTION_PHRASES, OUTCOME_PHRASES, SEARCHED, sought
from app.compute.price import followable
from app.compute.runs import Runner, Runs
from app.model.state import OWN, State
from landscapes import LANDSCAPES, Landscape
from optimizers import GD, Adam, run
from optimizers.motions import further
from optimizers.outcomes import MOTIONS, OUTCOMES, follow, outcome
from optimizers.rounds import AHEAD, MAX_PERIOD
from tests.claims.row import Found, Row
from tests.claims.stationary import flattest, found_near, kind_of

# among them they have every outcome and every motion
SETTINGS: tuple[dict[str, Any], ...] = (
    {"landscape": "banana", "optimizers": ["gd", "sam", "m-sam"], "steps": 200},
    {"landscape": "banana", "optimizers": ["gd"], "steps": 20},
    {"landscape": "banana", "optimizers": ["sam", "asam"], "steps": 5000},
    {"landscape": "sinc", "optimizers": ["gd", "sam"], "steps": 200},
    {"landscape": "sharp-flat", "optimizers": ["sam"], "rho": 0.5, "steps": 4000},
    {"landscape": "rosenbrock", "optimizers": ["sam"], "learning_rate": 0.001, "steps": 200},
    {"landscape": "himmelblau", "optimizers": ["gd", "m-sam"], "learning_rate": 0.005, "steps": 300},
    {"landscape": "rastrigin", "optimizers": ["gd", "sam"], "learning_rate": 0.002, "steps": 300},
    {"landscape": OWN, "formula": "1000000000000 + x^4 + y^4", "optimizers": ["gd"], "steps": 10},
)
LATER = 4000  # further steps that are looked at
APART = 1e-9


class Told(NamedTuple):
    """A single run, what is said of it, and its next positions, shape (LATER + 1, 2)."""

    run: Runs
    sentence: str
    later: np.ndarray

    @property
    def outcome(self) -> str:
        return OUTCOMES[self.run.outcome[0]]

    @property
    def motion(self) -> str:
        return MOTIONS[self.run.motion[0]]

    @property
    def landscape(self) -> Landscape:
        return self.run.question.landscape

    @property
    def way(self) -> np.ndarray:
        """Its distances from where it is now."""
        return np.hypot(*(self.later - self.later[0]).T)


@cache
def told(number: int) -> list[Told]:
    """Runs from so many starts at each setting, the first of them those that a visitor sees first."""
    found, random = [], np.random.default_rng(7)
    for setting in SETTINGS:
        state = State(**{"rho": 1.0} | setting)
        (left, right), (bottom, top) = state.landscape_object.domain
        starts = [state.landscape_object.start, *random.uniform((left, bottom), (right, top), (number - 1, 2)).tolist()]
        for x, y in starts if setting["landscape"] != OWN else [(0.05, 0.0)]:
            for one in with_motions(Runner()(State(**{**state.param.values(), "x": x, "y": y}))):
                found.append(Told(one, outcomes_in_words(state.steps, [one]), continued(one, one.final[:, 0])))
    return found


def continued(one: Runs, start: np.ndarray) -> np.ndarray:
    """The next positions of a run from a start."""
    asked = one.question
    return run(asked.rule, asked.landscape, start, learning_rate=asked.learning_rate, steps=LATER).positions


# Outcomes


def outcome_anew(one: Told) -> str:
    """The outcome by the definitions on screen; empty where an end is about as far away as the tolerance."""
    loss, end = one.landscape, one.run.final[:, 0]
    if not np.isfinite(end).all():
        return "diverged"
    flat = flattest(loss)
    if flat is not None:
        distance = np.hypot(*(flat - end[:, None])).min()
        if abs(distance / loss.tolerance - 1) < 0.01:
            return ""
        if distance < loss.tolerance:
            return "flat minimum"
    point = found_near(loss, end)
    distance = np.inf if point is None else np.hypot(*(point - end))
    if abs(distance / loss.tolerance - 1) < 0.25:  # on a curve, which SciPy need not find at its nearest point
        return ""
    return kind_of(loss, point) if distance < loss.tolerance else "elsewhere"


def outcome_is(kinds: tuple[str, ...], sweep) -> Found:
    """Runs are called so just where they are so, and the sentence says so."""
    cases = 0
    for one in told(sweep.count(3, 40)):
        anew = anew_of(one.run, one)
        for kind in kinds:
            if anew and kind in {anew, one.outcome}:
                assert anew == one.outcome, (one.run.question, one.sentence)
                phrase = "diverged" if kind == "diverged" else f"is {PHRASES[kind]}"
                assert phrase in one.sentence
                cases += 1
    assert cases
    return cases, ""


KNOWN: dict[Runs, str] = {}


def anew_of(key: Runs, one: Told) -> str:
    """The outcome, found once for all rows."""
    if key not in KNOWN:
        KNOWN[key] = outcome_anew(one)
    return KNOWN[key]


def elsewhere(sweep) -> Found:
    """Held: so far from such a point, and still there later. On its way: it is not."""
    held = coming = 0
    for one in told(sweep.count(3, 40)):
        if one.outcome != "elsewhere":
            continue
        near = one.landscape.tolerance
        if "(on its way)" in one.sentence:
            assert not one.way[:AHEAD].max() <= near
            coming += 1
        elif "(held" in one.sentence:
            point = found_near(one.landscape, one.run.final[:, 0])
            distance = np.hypot(*(one.run.final[:, 0] - point))
            assert f"(held {distance:.2g} from a {kind_of(one.landscape, point)})" in one.sentence
            assert one.way.max() <= near
            held += 1
    assert held
    assert coming
    outcome_is(("elsewhere",), sweep)
    return held + coming, f"{held} held, {coming} on their way"


# Motions


def with_motion(*motions: str, sweep) -> Iterator[Told]:
    """The runs that are told so, of which there are some."""
    found = [one for one in told(sweep.count(3, 40)) if one.motion in motions and one.outcome != "diverged"]
    assert found
    for one in found:
        assert one.sentence.rstrip(".").endswith(words(one)), one.sentence
        yield one


def words(one: Told) -> str:
    """What the sentence ends with."""
    return f"on a {one.run.period[0]}-cycle" if one.motion == "longer cycle" else PHRASES[one.motion]


def closes(one: Told, period: int) -> bool:
    """Whether every so many steps the run is near where it was, and in the end at the same place."""
    path = one.later
    rounds = np.hypot(*(path[::period] - path[0]).T)
    hop = float(np.hypot(*np.diff(path, axis=0).T).max())
    last = float(np.hypot(*(path[-1 - period] - path[-1])))
    return bool(rounds.max() <= one.landscape.tolerance and last <= 1e-3 * hop)


def settled(sweep) -> Found:
    runs = list(with_motion("settled", sweep=sweep))
    for one in runs:
        assert one.way.max() <= one.landscape.tolerance
    assert faded()
    return len(runs), f"moved by {max(one.way.max() / one.landscape.tolerance for one in runs):.2g} tolerances at most"


def faded() -> bool:
    """Whether Adam leaves a minimum where it had settled, no sooner than after a thousand steps."""
    loss = Landscape.from_formula("(x^2 + y^2 - 1)^2 + 0.1x", ((-1, 1), (-1, 1)))
    here = run(GD(), loss, [-0.7, 0.5], learning_rate=1.0, steps=1000, base=Adam())
    assert MOTIONS[follow(here).codes] == "settled"
    way = np.hypot(*(further(here, 6000).positions - here.final).T)
    assert way[: AHEAD + 1].max() <= loss.tolerance
    return bool(way.max() > loss.tolerance)


def cycles(sweep) -> Found:
    """It closes after its period and after no fewer steps."""
    runs = list(with_motion("2-cycle", "longer cycle", sweep=sweep))
    for one in runs:
        period = int(one.run.period[0])
        assert 2 <= period <= MAX_PERIOD
        assert (period == 2) == (one.motion == "2-cycle")
        assert closes(one, period)
        last = one.later[-1 - MAX_PERIOD :]
        off = [float(np.hypot(*(last[-1] - last[-1 - p]))) for p in range(1, period + 1)]
        assert off[-1] < 0.01 * min(off[:-1]), (one.sentence, off)
    return len(runs), f"periods {sorted({int(one.run.period[0]) for one in runs})}"


def separation(one: Told) -> float:
    """By how much two runs that begin close together part, per step, in the exponent."""
    other = continued(one.run, one.run.final[:, 0] + APART * np.array([0.6, 0.8]))
    apart = np.hypot(*(other - one.later).T)
    until = np.flatnonzero(apart > 1e-4)
    last = int(until[0]) if until.size else LATER
    return float(np.log(max(apart[last], 1e-16) / APART) / last)


def chaotic(sweep) -> Found:
    """Neighbours part exponentially; those of runs that are called settled or on a cycle do not."""
    exponents = [separation(one) for one in with_motion("chaotic", sweep=sweep)]
    calm = [separation(one) for one in with_motion("settled", "2-cycle", "longer cycle", sweep=sweep)]
    assert min(exponents) > 1e-3
    assert max(calm) < 1e-3
    return len(exponents) + len(calm), f"exponents from {min(exponents):.2g}; of the others {max(calm):.2g} at most"


def drifting(sweep) -> Found:
    """It comes back nearly after some steps, but not to where it was, or creeps."""
    runs = list(with_motion("drifting", sweep=sweep))
    for one in runs:
        path = one.later[: AHEAD + 1]
        longest = np.hypot(*np.diff(path, axis=0).T).max()
        nearly = min(np.hypot(*(path[p::p] - path[:-p:p]).T).max() for p in range(1, MAX_PERIOD + 1))
        if longest * AHEAD > one.landscape.tolerance:  # else it creeps
            assert 0 < nearly <= 0.05 * longest
            assert not any(np.array_equal(path[-1], path[-1 - p]) for p in range(1, MAX_PERIOD + 1))
    return len(runs), ""


def moving(sweep) -> Found:
    """None of the others; many starts are told settled, 2-cycle and moving alone, few are followed."""
    runs = list(with_motion("moving", sweep=sweep))
    for one in runs:
        there = [p for p in range(1, MAX_PERIOD + 1) if one.way[: AHEAD + 1 : p].max() <= one.landscape.tolerance]
        assert not any(np.array_equal(one.later[AHEAD], one.later[AHEAD - p]) for p in there)
    side = int(followable(LANDSCAPES["banana"]) ** 0.5)
    few, many = (
        with_motions(Runner()(State(optimizers=["m-sam"], mode="grid", size=size)))[0] for size in (side, side + 1)
    )
    assert few.period is not None
    assert many.period is None
    assert {MOTIONS[code] for code in many.motion} <= {"settled", "2-cycle", "moving"}
    return len(runs), ""


# Labels of a map's pixels


def labels(sweep) -> Found:
    """The label of a pixel is of the outcome and the motion that its code stands for."""
    names = code_labels()
    for place, kind in enumerate(OUTCOMES):
        for way, motion in enumerate(MOTIONS):
            label = names[place * len(MOTIONS) + way]
            expected = f"ends {PHRASES.get(kind, '')}, {PHRASES[motion]}"
            assert label == ("diverges" if kind == "diverged" else expected)
    return len(names), ""


Check = Callable[..., Found]
OUTCOME_CHECKS: dict[str, Check] = {kind: partial(outcome_is, (kind,)) for kind in OUTCOMES if kind != "degenerate"}
OUTCOME_CHECKS |= {"elsewhere": elsewhere, "degenerate": partial(outcome_is, ("degenerate",))}
MOTION_CHECKS: dict[str, Check] = {
    "settled": settled, "2-cycle": cycles, "longer cycle": cycles, "drifting": drifting, "chaotic": chaotic,
    "moving": moving,
}  # fmt: skip


def is_sought(sweep) -> Found:
    """A well between the nodes is missed, but not by a run that ends in it; off the domain, and at kinks, too."""
    places = np.random.default_rng(3).integers(-25, 25, (sweep.count(3, 30), 2)) / 10 + 0.025
    for x, y in places:
        loss = Landscape.from_formula(f"x^2 + y^2 - exp(-20000*((x - {x:.3f})^2 + (y - {y:.3f})^2))")
        listed = np.concatenate([one.points for one in loss.stationary], axis=1)
        assert (np.hypot(listed[0] - x, listed[1] - y) > 0.02).all()
        end = run(GD(), loss, (x, y), learning_rate=1e-5, steps=50).final
        assert OUTCOMES[outcome(loss, end)] == "minimum"
    for loss, end in (
        (LANDSCAPES["rastrigin"], (4.97, -1.0)),
        (Landscape.from_formula("abs(x - 4.2) + y^2"), (4.21, 0)),
    ):
        assert OUTCOMES[outcome(loss, end)] == "minimum"
    return len(places) + 2, "all found from the final position alone"


def on_cusps(sweep) -> Found:
    """It is said of losses with such a curve, on which some runs end elsewhere, and of no loss without kinks."""
    cases = 0
    for formula, of in (("sqrt(abs(x*y))", lambda x, y: x * y), ("abs(x - y)^1.5", lambda x, y: x - y)):
        loss = Landscape.from_formula(formula)
        starts = np.random.default_rng(0).uniform(-3, 3, (2, 50))
        end = run(GD(), loss, starts, learning_rate=0.001, steps=9000).final
        on = np.abs(of(*end)) < 0.01
        assert CUSPS in sought(loss)
        assert np.any(outcome(loss, end)[on] == OUTCOMES.index("elsewhere"))
        cases += int(on.sum())
    assert not any(CUSPS in sought(loss) for loss in LANDSCAPES.values())
    assert CUSPS not in sought(Landscape.from_formula("x^2 + y^4"))
    return cases, ""


PHRASES = {
    "flat minimum": "at a flat minimum",
    "minimum": "at a minimum",
    "saddle": "at a saddle",
    "maximum": "at a maximum",
    "degenerate": "at a degenerate point",
    "elsewhere": "elsewhere",
    "settled": "settled",
    "2-cycle": "on a 2-cycle",
    "longer cycle": "on a longer cycle",
    "drifting": "drifting",
    "chaotic": "chaotic",
    "moving": "moving",
}
DEFINED: dict[str, tuple[str, Check]] = {
    "minimum, saddle, maximum (min., max.)": (
        "within {near}, this landscape’s tolerance, of a point where ∇ℓ = 0, or where ∇ℓ jumps and 0 lies between its "
        "values, as at the minimum of |θ₁|. {sought}",
        partial(outcome_is, ("minimum", "saddle", "maximum")),
    ),
    "flat minimum (flat)": (
        "a minimum of smallest λ_max, where the minima differ in it by more than 5 %.",
        partial(outcome_is, ("flat minimum",)),
    ),
    "degenerate (deg.)": (
        "∇ℓ = 0, but the loss nearby does not decide which kind.",
        partial(outcome_is, ("degenerate",)),
    ),
    "elsewhere (else)": (
        "no such point is found within {near}. Held: the run stays there all the same, as SAM can. On its way: it does "
        "not.",
        elsewhere,
    ),
    "diverged (div.)": ("the position is no longer finite.", partial(outcome_is, ("diverged",))),
    "settled (settl.)": (
        "the run stays within {near} for the next 1,000 steps and, by extrapolation, after them; under Adam and "
        "RMSProp it can leave later, when their mean of past squared gradients has faded.",
        settled,
    ),
    "2-cycle (2-cyc.), longer cycle (n-cyc.)": (
        "every n-th position, n = 2 … 64, is the same up to rounding, or converges to a stable cycle, within {near}.",
        cycles,
    ),
    "chaotic (chaot.)": (
        "nearby runs separate exponentially: a positive Lyapunov exponent, by the step’s exact Jacobian.",
        chaotic,
    ),
    "drifting (drift.)": ("the run nearly repeats itself, shifted a little each time, or creeps.", drifting),
    "moving (mov.)": (
        "none of these. In maps, for more than {followed} starts, and until the runs have been followed, five further "
        "steps distinguish only settled, 2-cycle and moving.",
        moving,
    ),
}
ROWS = [
    *(Row("Outcome table", phrase, (OUTCOME_CHECKS | MOTION_CHECKS)[kind]) for kind, phrase in PHRASES.items()),
    *(Row(f"Definitions, {word}", f"{word}: {text}", check) for word, (text, check) in DEFINED.items()),
    Row("Definitions, minimum", LISTED, is_sought),
    Row("Definitions, minimum", SEARCHED, is_sought),
    Row("Definitions, minimum", CUSPS, on_cusps),
    Row("Destinations, tooltip", "ends …, …", labels),
    Row("Destinations, tooltip", "diverges", labels),
]


def shown() -> set[str]:
    """The phrases, the definitions, and the tooltips of maps."""
    tooltips = {"diverges" if label == "diverges" else "ends …, …" for label in code_labels()}
    definitions = {f"{word}: {text}" for word, text in MEANINGS}
    return {*OUTCOME_PHRASES.values(), *MOTION_PHRASES.values(), LISTED, SEARCHED, CUSPS} | definitions | tooltips
