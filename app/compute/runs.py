"""Runs of the chosen rules, cached by their queries: a slider that does not affect a rule does not run it again.

What exceeds a frame's budget runs in the background; until then fewer starts, or fewer steps, are shown.
"""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from math import ceil, inf
from typing import Any, NamedTuple, Protocol
from weakref import WeakValueDictionary

import numpy as np

from app.compute.price import AFFORDABLE, PREVIEW, affordable, outcome_price, price, ready, search
from app.model.course import USUAL, Course
from app.model.lineup import Entry
from app.model.state import State
from landscapes import Landscape
from landscapes.checkpoint import checkpoint
from optimizers import Rule, Trajectory, run
from optimizers.compiled import pair
from optimizers.outcomes import OUTCOMES, listed, motion, outcome
from optimizers.starts import Starts

MAX_POSITIONS = 600_000  # positions of one rule that are kept for drawing


@dataclass(frozen=True)
class RunQuestion:
    """One rule run from every start: everything that determines the numbers, and whose they are.

    Equal questions have equal answers, so this is the identity of runs and of all that is drawn of them. Two rules of
    different classes are never equal, whatever their hyperparameters.

    Attributes:
        entry: the rule, its place and its names.
        course: base optimizer, schedules and noise.
        thin: every how many starts one is run; 1 but for a preview.
    """

    entry: Entry
    landscape: Landscape
    starts: Starts
    learning_rate: float
    steps: int
    course: Course = USUAL
    thin: int = 1

    @property
    def rule(self) -> Rule:
        """With its hyperparameters."""
        return self.entry.rule

    def answer(self, most: float = inf) -> "Runs":
        """Runs the rule.

        Args:
            most: operations that may be spent on classifying the ends; where more are needed, some are left open.
        """
        points = positions_of(self.starts)[:, :: self.thin]
        runs = partial(
            run,
            self.rule,
            self.landscape,
            learning_rate=self.learning_rate,
            steps=self.steps,
            base=self.course.base,
            schedule=self.course.schedule,
            noise=self.course.noise,
        )
        every = kept_every(points.shape[1], self.steps)
        paths = runs(points[:, ::every])
        ends = paths if every == 1 else runs(points, keep="final")
        where, pending = classified(self.landscape, ends.final, most)
        return Runs(self, paths, replace(ends, kept=None), where, motion(ends), every, pending=pending)

    def previews(self, whole: "RunQuestion") -> bool:
        """Whether this asks for fewer starts or steps of the same."""
        return self != whole and replace(self, thin=whole.thin, steps=whole.steps) == whole

    @property
    def updates(self) -> int:
        """Updates of all its runs, those whose paths are kept counted twice where not all are."""
        number = -(-positions_of(self.starts).shape[1] // self.thin)
        every = kept_every(number, self.steps)
        return self.steps * (number + (ceil(number / every) if every > 1 else 0))


def classified(landscape: Landscape, ends: np.ndarray, most: float) -> tuple[np.ndarray, bool]:
    """The outcomes of ends, and whether some are left open, for which "elsewhere" stands."""
    if search(landscape) > most:
        finite = np.isfinite(ends).all(axis=0)
        return np.where(finite, OUTCOMES.index("elsewhere"), OUTCOMES.index("diverged")), True
    codes = listed(landscape, ends)
    unlisted = int(np.count_nonzero(codes == OUTCOMES.index("elsewhere")))
    if unlisted == 0 or outcome_price(landscape, unlisted) > most:
        return codes, unlisted > 0
    return outcome(landscape, ends), False


def kept_every(runs: int, steps: int) -> int:
    """Every how many runs the path of one is kept."""
    return ceil(runs * (steps + 1) / MAX_POSITIONS)


@dataclass(frozen=True, eq=False)
class Runs:
    """The runs of one rule from every start; equal where the questions are.

    Attributes:
        question: that was asked.
        paths: with positions, of every `every`-th start.
        ends: of all, without positions.
        outcome, motion: codes, shape (n,).
        every: 1 where all paths were kept.
        period: of cycles, shape (n,), where `follow` found the motion; None before.
        pending: whether "elsewhere" may stand for outcomes that are still to be found.
    """

    question: RunQuestion
    paths: Trajectory
    ends: Trajectory
    outcome: np.ndarray
    motion: np.ndarray
    every: int
    period: np.ndarray | None = None
    pending: bool = False

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Runs) and self.question == other.question

    def __hash__(self) -> int:
        return hash(self.question)

    @property
    def entry(self) -> Entry:
        """The rule, its place and its names."""
        return self.question.entry

    @property
    def final(self) -> np.ndarray:
        """The last positions of all, shape (2, n)."""
        return self.ends.final


@lru_cache(maxsize=8)
def positions_of(starts: Starts) -> np.ndarray:
    """Where starts are, shape (2, n), read-only; several ask within one frame."""
    positions = starts.positions()
    positions.flags.writeable = False
    return positions


class Partial(NamedTuple):
    """How much of the requested runs is shown, while the rest is computed.

    Attributes:
        starts, steps: that are shown; no starts while nothing can be shown. All of both where only outcomes are left
            open.
        all_starts, all_steps: that were requested.
        progress: of the rest, from 0 to 1.
    """

    starts: int
    all_starts: int
    steps: int
    all_steps: int
    progress: float


class BackgroundRunner(Protocol):
    """A background runner: it runs the latest request, and intermediate results are shown as they come."""

    @property
    def done(self) -> int: ...

    def request(self, token: Hashable, work: Callable[[Any], Any], *, at_once: bool = False) -> None: ...

    def cancel(self) -> None: ...


class Runner:
    """Runs the chosen rules, and only what changed since the last time.

    Args:
        background: makes a background runner from a callback for its results; without one all runs are computed at
            once.
        on_refined: is called when more is ready than the last answer held.
    """

    def __init__(
        self,
        background: Callable[[Callable[[Any, Any], None]], BackgroundRunner | None] = lambda take: None,
        on_refined: Callable[[], None] = lambda: None,
    ) -> None:
        self._known: dict[RunQuestion, Runs] = {}
        self._asked: tuple[RunQuestion, ...] = ()
        self._previews: tuple[RunQuestion, ...] | None = None
        self._on_refined, self._background = on_refined, background(self._found)

    def __call__(self, state: State, entries: Iterable[Entry] | None = None) -> list[Runs]:
        """The runs of the chosen rules, or of these, as far as a frame affords; none while nothing can be shown."""
        return self.answers(question(state, entry) for entry in (state.entries() if entries is None else entries))

    def answers(self, questions: Iterable[RunQuestion]) -> list[Runs]:
        """The answers to questions that differ in the rule alone, likewise."""
        asked = tuple(questions)
        if self._background is None:
            return self._whole(asked)
        self._known |= {one: held for one in asked if (held := SHARED.get(one)) is not None}
        self._previews = None
        at_once = not self._known  # when the view opens
        plan = planned(asked) if self._missing(asked) else asked
        if plan is None:  # then those that were computed in the background
            plan = tuple(one for one in self._known if any(one.previews(whole) for whole in asked))
        found = self._affordable(plan, keep=asked)
        missing = self._missing(asked)
        if plan == asked and not missing:
            self._background.cancel()
        else:
            self._asked, self._previews = asked, plan
            self._background.request(asked, partial(answered, missing), at_once=at_once)
        return found

    @property
    def partial(self) -> Partial | None:
        """How much the last answer held; None if that was all."""
        if self._previews is None or self._background is None:
            return None
        asked, shown = self._asked[0], self._previews[0] if self._previews else None
        number = positions_of(asked.starts).shape[1]
        missing = sum(one.updates for one in self._missing(self._asked))
        return Partial(
            -(-number // shown.thin) if shown else 0,
            number,
            shown.steps if shown else 0,
            asked.steps,
            min(self._background.done / missing, 0.99) if missing else 0.99,
        )

    def cancel(self) -> None:
        """Cancels the current work."""
        if self._background is not None:
            self._background.cancel()

    def _whole(self, asked: tuple[RunQuestion, ...]) -> list[Runs]:
        for one in self._missing(asked):
            self._known[one] = shared(one)
        return self._affordable(asked)

    def _missing(self, asked: tuple[RunQuestion, ...]) -> list[RunQuestion]:
        """The questions without an answer that leaves nothing open."""
        return [one for one in asked if one not in self._known or self._known[one].pending]

    def _affordable(self, asked: tuple[RunQuestion, ...], keep: tuple[RunQuestion, ...] = ()) -> list[Runs]:
        """The answers, those that are not known as far as a frame affords."""
        most = PREVIEW / max(len(asked), 1)
        found = [self._known.get(one) or shared(one, most) for one in asked]
        kept = {one: self._known[one] for one in keep if one in self._known}
        self._known = kept | dict(zip(asked, found, strict=True))
        return found

    def _found(self, asked: Hashable, found: dict[RunQuestion, Runs]) -> None:
        self._known |= found
        self._on_refined()


# What any session of this process holds: a page that is reloaded, or opened from another's link, shows it at once.
SHARED: WeakValueDictionary[RunQuestion, Runs] = WeakValueDictionary()


def shared(asked: RunQuestion, most: float = inf) -> Runs:
    """The runs, computed as far as `most` affords unless a session holds the whole answer."""
    found = SHARED.get(asked)
    if found is None:
        found = asked.answer(most)
        if not found.pending:
            SHARED[asked] = found
    return found


def runs_of(state: State, entries: Iterable[Entry] | None = None) -> list[Runs]:
    """The runs of a state's rules, or of these, computed at once: for files and pictures."""
    return [question(state, entry).answer() for entry in (state.entries() if entries is None else entries)]


def planned(asked: tuple[RunQuestion, ...]) -> tuple[RunQuestion, ...] | None:
    """The questions that a frame can answer in the place of these, which differ in the rule alone.

    Returns:
        The same ones where it affords them; previews of fewer starts or steps; None where it can answer none.
    """
    if not asked:
        return asked
    return part(asked) if ready([one.rule for one in asked], asked[0].landscape) else None


def part(asked: tuple[RunQuestion, ...]) -> tuple[RunQuestion, ...]:
    """The same questions, or previews of fewer starts or steps, where only their updates and positions count."""
    first, rules = asked[0], [one.rule for one in asked]
    number = positions_of(first.starts).shape[1]

    def cost(runs: int, steps: int) -> float:
        return price(
            rules, first.landscape, runs, steps, ceil(runs / kept_every(runs, steps)) * (steps + 1), first.course
        )

    if cost(number, first.steps) <= AFFORDABLE:
        return asked
    runs, steps = affordable(cost, number, first.steps, PREVIEW)
    return tuple(replace(one, thin=ceil(number / runs), steps=steps) for one in asked)


def answered(asked: Iterable[RunQuestion], job: Any) -> dict[RunQuestion, Runs]:
    """The answers, computed in the background; previews first where nothing is shown yet."""
    asked = tuple(asked)
    if not ready([one.rule for one in asked], asked[0].landscape):
        prepare(asked)
        job.show({one: shared(one, PREVIEW / len(asked)) for one in part(asked)})
    return {one: shared(one) for one in asked}


def prepare(asked: Iterable[RunQuestion]) -> None:
    """Makes ready what the updates of runs need."""
    for one in asked:
        pair(one.rule, one.landscape, **one.course.form)
        checkpoint()


def question(state: State, entry: Entry) -> RunQuestion:
    """What a state asks of a rule."""
    return RunQuestion(entry, state.landscape_object, state.starts(), state.learning_rate, state.steps, state.course)


def questions(runs: Iterable[Runs]) -> tuple[RunQuestion, ...]:
    """The identity of runs: equal questions mean that equal things are drawn."""
    return tuple(run.question for run in runs)
