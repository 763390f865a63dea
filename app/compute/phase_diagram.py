"""Phase diagrams: the query, and its cells of ρ and α."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from app.compute.parts import in_parts
from app.compute.price import map_price
from app.compute.runs import positions_of
from app.model.course import USUAL, Course
from app.model.lineup import Entry, entries
from app.model.state import State
from landscapes import LANDSCAPES, Landscape
from optimizers import Rule
from optimizers.maps import PhaseDiagram, cell_centres, phase_diagram
from optimizers.maps.tiles import Cancelled, Progress
from optimizers.starts import Grid, Starts

RHO = (-2.0, 1.0)  # decades
LEARNING_RATE = (-4.0, 0.0)
BOX = (*LEARNING_RATE, *RHO)
PAPER = {"rho": 1.0, "learning_rate": 0.01}  # of Figures 1 and 5, which are of the banana
PER_SIDE = 10  # starts, as in the paper's Figure 5
MAX_STARTS = 100  # in a cell
DIGITS = 3


@dataclass(frozen=True)
class PhaseQuery:
    """The outcomes of the same starts for every ρ and α.

    Attributes:
        entries: the rules, each with any ρ, for the diagram varies it.
        landscape, starts, steps: what is run; of many starts a hundred.
    """

    entries: tuple[Entry, ...]
    landscape: Landscape
    starts: Starts
    steps: int
    course: Course = USUAL

    @property
    def rules(self) -> list[Rule]:
        """Those of the entries."""
        return [entry.rule for entry in self.entries]

    def price(self, size: int) -> float:
        """Operations of the diagram."""
        return map_price(
            self.rules, self.landscape, size * size * subsample(self.starts).shape[1], self.steps, self.course
        )

    def answer(self, size: int, cancelled: Cancelled | None = None, progress: Progress | None = None) -> PhaseDiagram:
        """The diagram of size × size cells."""
        return phase_diagram(
            self.rules,
            self.landscape,
            subsample(self.starts),
            rho=decades(RHO, size),
            learning_rate=decades(LEARNING_RATE, size),
            steps=self.steps,
            course=self.course.settings,
            cancelled=cancelled,
            progress=progress,
        )


@dataclass(frozen=True)
class SettingQuery:
    """The outcomes for exactly the chosen ρ of each rule and α, rather than those of a cell's centre."""

    entries: tuple[Entry, ...]
    landscape: Landscape
    starts: Starts
    steps: int
    learning_rate: float
    course: Course = USUAL

    def price(self, size: int) -> float:
        """Operations of the cells."""
        rules = [entry.rule for entry in self.entries]
        return map_price(rules, self.landscape, subsample(self.starts, size).shape[1], self.steps, self.course)

    def answer(
        self, size: int, cancelled: Cancelled | None = None, progress: Progress | None = None
    ) -> list[PhaseDiagram]:
        """A diagram of one cell for each rule, from `size` starts at most."""
        return [
            phase_diagram(
                [entry.rule],
                self.landscape,
                subsample(self.starts, size),
                rho=radius(entry.rule),
                learning_rate=self.learning_rate,
                steps=self.steps,
                course=self.course.settings,
                cancelled=cancelled,
                progress=in_parts(progress, number, len(self.entries)),
            )
            for number, entry in enumerate(self.entries)
        ]


def phase_query(state: State) -> PhaseQuery:
    """The question of a session: its starts, or a 10 × 10 grid, as in Figure 5, where there is only one.

    Rules that differ in ρ alone share a diagram.
    """
    rules: dict[str, Rule] = {}
    for entry in state.entries():
        if (rule := _any_rho(entry.rule)) not in rules.values():
            rules[entry.place] = rule
    return PhaseQuery(
        tuple(entries(rules).values()), state.landscape_object, starts_of(state), state.steps, state.course
    )


def setting_query(state: State) -> SettingQuery:
    """The same question for the session's own setting."""
    return SettingQuery(
        state.entries(), state.landscape_object, starts_of(state), state.steps, state.learning_rate, state.course
    )


def settings(state: State, entry: Entry) -> list[dict[str, float]]:
    """Where the session's own settings of the rules are that share the diagram of this one."""
    return [
        {"rho": radius(one.rule), "learning_rate": state.learning_rate}
        for one in state.entries()
        if _any_rho(one.rule) == entry.rule
    ]


def radius(rule: Rule) -> float:
    """ρ; any number for a rule without one, whose row of the diagram is the same for all."""
    return float(getattr(rule, "rho", PAPER["rho"]))


def starts_of(state: State) -> Starts:
    """The starts that a cell's shares are of: those that are chosen, or a grid where one start has no shares."""
    return Grid(PER_SIDE, *state.box()) if state.mode == "one" else state.starts()


def subsample(starts: Starts, most: int = MAX_STARTS) -> np.ndarray:
    """So many of the starts at most, evenly chosen, shape (2, n)."""
    points = positions_of(starts)
    return points[:, :: -(-points.shape[1] // most)]


def starts_in_words(state: State) -> str:
    """What the shares of a cell are of."""
    starts = starts_of(state)
    if state.mode == "one":
        left, right, bottom, top = state.box()
        box = f"[{left:g}, {right:g}] × [{bottom:g}, {top:g}]".replace("-", "−")
        return f"{PER_SIDE**2} starts, a grid over {box} (one start has no shares)"
    number, run = positions_of(starts).shape[1], subsample(starts).shape[1]
    return f"the {number:,} starts" if run == number else f"{run} of the {number:,} starts"


def of_the_paper(landscape: Landscape) -> bool:
    """Whether the paper has a setting for this landscape."""
    return landscape is LANDSCAPES["banana"]


def decades(ends: tuple[float, float], cells: int) -> np.ndarray:
    """Centres of cells of one ratio."""
    return 10.0 ** cell_centres(*ends, cells)


def index(place: float, ends: tuple[float, float], cells: int) -> int:
    """The cell that holds a place on a logarithmic axis."""
    return int(np.clip((place - ends[0]) / (ends[1] - ends[0]) * cells, 0, cells - 1))


def centre(place: float, ends: tuple[float, float], cells: int) -> float:
    """The centre of that cell, to three digits."""
    return float(f"{decades(ends, cells)[index(place, ends, cells)]:.{DIGITS}g}")


def within(place: float, ends: tuple[float, float]) -> bool:
    """Whether an axis reaches so far."""
    return ends[0] <= place <= ends[1]


def marks(settings: Iterable[Mapping[str, float]]) -> dict[str, list[float]]:
    """Places on the diagram; none where ρ = 0 has no logarithm."""
    inside = [one for one in settings if one["rho"] > 0]
    return {
        axis: [float(np.log10(one[name])) for one in inside] for axis, name in (("x", "learning_rate"), ("y", "rho"))
    }


def _any_rho(rule: Rule) -> Rule:
    return replace(rule, **{"rho": PAPER["rho"]}) if "rho" in rule.hyperparameters else rule
