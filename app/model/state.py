"""A visitor's choices, and nothing else: no widget, no plot, no server."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import param

from app.model.course import BaseOptimizer, Course
from app.model.derived import amount_name, hyperparameter_name, hyperparameters, shown_values
from app.model.lineup import PAPER_KEYS, PLACES, AddedRules, Entry, by_place, entries
from app.model.moment import NO_MOMENT, MomentOfLesson
from app.model.own_loss import FIRST_FORMULA, OWN, OWN_LOSS, WINDOW, own_domain, refused_loss, sentence, start_moved
from app.model.parameters import (
    ChartText,
    Count,
    DescribedParameter,
    FormulaText,
    Part,
    Quantity,
    choice,
    quantity,
    refused_value,
    within,
)
from landscapes import LANDSCAPES, Landscape
from landscapes.charts import CHARTS, TYPED
from landscapes.formula import FormulaError
from optimizers import OPTIMIZERS, SAM, Rule
from optimizers.bases import PLAIN
from optimizers.charts import METRICS, STEPS
from optimizers.experiment import LIMITS, Experiment, Formula
from optimizers.hyperparameters import described
from optimizers.noise import Noise
from optimizers.outcomes import OUTCOMES
from optimizers.schedules import CONSTANT, SHAPES, Schedule
from optimizers.sharpness import FIELDS
from optimizers.stability import CRITERIA
from optimizers.starts import Cloud, Grid, Points, Starts

CHOSEN = ("first", "second", "stability_rule")  # parameters that hold the place of a rule
COURSE_PARAMETERS = ("base", "schedule", "rho_schedule", "noise", "noise_seed")
MODES = ("one", "grid", "cloud")
BACKGROUNDS = ("loss", *FIELDS)
DOMINANT, LOSS = "most frequent", "final loss"
PHASES = (*OUTCOMES, DOMINANT, LOSS)  # what a phase diagram may show; the outcomes' shares add up to 1
LEVELS = ("full", "intro")
INTRO_RULES = ("sam", "m-sam")  # that the intro compares
EXTRAS = ("anatomy", "surface", "panels")  # that it leaves out
REFIT = {"landscape", *WINDOW, "mode"}  # a change of these resets the zoom
# parameters that change no number
VIEW_PARAMETERS = {
    "background",
    "anatomy",
    "surface",
    "panels",
    "step",
    "stage",
    "zoom",
    "pinned",
    "first",
    "second",
    "phase",
    "stability_rule",
    "criterion",
    "chart",
    "chart_theta1",
    "chart_theta2",
    "chart_metric",
    "chart_step",
    "level",
    "projector",
}
VIEWER = {"name", "dark", "moment"}  # what no link holds and no reset changes
STAGES = 6  # of a step in Anatomy
MAX_STEPS = 5000  # a session must not starve the others; scripts may go up to LIMITS
MAX_GRID_SIZE = 100
MAX_CLOUD_COUNT = 10_000
MAX_HALF_WIDTH = 1e3
MAX_CENTRE = LIMITS["coordinate"].high - MAX_HALF_WIDTH  # no corner of the square is then out of an experiment's limits
RADIUS, NOISE = described(SAM)["rho"], described(Noise)


class Setting(DescribedParameter):
    """Everything that determines the numbers, value by parameter; None if nothing is pinned."""

    EXPECTED = "a value for each parameter that decides the numbers"

    def _validate(self, val: Any) -> None:
        if val is None:
            return
        if not isinstance(val, dict) or val.keys() != experiment_parameters():
            raise ValueError(f"{self.name} must have a value for each of {', '.join(sorted(experiment_parameters()))}")
        for name, value in val.items():
            self.owner.param[name]._validate(value)
        if refused := refused_loss(val):
            raise ValueError(refused)


class State(param.Parameterized):
    """A visitor's choices; always valid, whatever a browser sends.

    Its defaults are the paper's Figure 1: GD, SAM and Monge SAM on the banana from (-1.5, 0.5). The paper's rules share
    one ρ, and their other hyperparameters have a parameter each, named by `hyperparameter_name`; those that were added
    have their own.

    Attributes:
        view: (left, right, bottom, top) that Explore shows, in its screen's aspect ratio; for pictures.
    """

    landscape = choice("banana", [*LANDSCAPES, OWN], label="Landscape")
    formula = FormulaText(FIRST_FORMULA, label="Loss ℓ(θ₁, θ₂)")
    left = quantity("coordinate", -3.0, label="Domain θ₁ min")
    right = quantity("coordinate", 3.0, label="Domain θ₁ max")
    bottom = quantity("coordinate", -3.0, label="Domain θ₂ min")
    top = quantity("coordinate", 3.0, label="Domain θ₂ max")
    optimizers = param.ListSelector(default=["gd", "sam", "m-sam"], objects=list(PAPER_KEYS), label="Optimizers")
    added = AddedRules((), label="Added rules")
    rho = Quantity(1.0, bounds=(RADIUS.low, RADIUS.high), label=RADIUS.label)
    learning_rate = quantity("learning_rate", 0.01, label="Learning rate α")
    base = BaseOptimizer(PLAIN, label="Base optimizer")
    schedule = choice(CONSTANT.learning_rate, list(SHAPES), label="Schedule of α")
    rho_schedule = choice(CONSTANT.rho, list(SHAPES), label="Schedule of ρ")
    noise = Quantity(0.0, bounds=(NOISE["size"].low, NOISE["size"].high), label=NOISE["size"].label)
    noise_seed = Count(0, bounds=(0, int(NOISE["seed"].high)), label="Seed of the noise")
    steps = Count(200, bounds=(1, MAX_STEPS), label="Steps")
    mode = choice("one", list(MODES), label="Starts")
    x = quantity("coordinate", -1.5, label="Start θ₁")
    y = quantity("coordinate", 0.5, label="Start θ₂")
    size = Count(10, bounds=(1, MAX_GRID_SIZE), label="Starts per side")
    count = Count(200, bounds=(1, MAX_CLOUD_COUNT), label="Number of starts")
    seed = Count(0, bounds=(0, int(LIMITS["seed"].high)), label="Seed")
    centre_x = Quantity(0.0, bounds=(-MAX_CENTRE, MAX_CENTRE), label="Centre θ₁")
    centre_y = Quantity(0.0, bounds=(-MAX_CENTRE, MAX_CENTRE), label="Centre θ₂")
    half_width = Quantity(3.0, bounds=(1e-3, MAX_HALF_WIDTH), label="Half-width")
    background = choice("loss", list(BACKGROUNDS), label="Background")
    anatomy = param.Boolean(default=False, label="Anatomy")
    surface = param.Boolean(default=False, label="Surface")
    panels = param.Boolean(default=False, label="One panel per rule")
    step = Count(
        None,
        bounds=(0, MAX_STEPS),
        label="Step",
        doc="that is shown; None for the whole runs, or the first one with Anatomy",
    )
    stage = Count(0, bounds=(0, STAGES), label="Stage", doc="up to which Anatomy draws the step; 0 draws it whole")
    zoom = Part(None, label="View", doc="where Explore and the maps do not show all")
    pinned = Setting(None, label="Pinned run", doc="with which A was run")
    first = choice("sam", list(PLACES), label="Difference of")
    second = choice("m-sam", list(PLACES), label="and")
    phase = choice("saddle", list(PHASES), label="Quantity")
    stability_rule = choice("sam", list(PLACES), label="Rule")
    criterion = choice("paper", list(CRITERIA), label="Criterion")
    chart = choice("stretch", [*CHARTS, TYPED], label="Chart")
    chart_theta1 = ChartText("φ₁ + φ₂²/8", label="θ₁ of the chart")
    chart_theta2 = ChartText("φ₂", label="θ₂ of the chart")
    chart_metric = choice("native", list(METRICS), label="Metric")
    chart_step = choice("euclidean", list(STEPS), label="Step")
    level = choice("full", list(LEVELS), label="Level")
    moment = MomentOfLesson(NO_MOMENT, label="Moment of a lesson")
    projector = param.Boolean(default=False, label="Projector mode")
    dark = param.Boolean(default=False, label="Dark theme")

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        self.view: tuple[float, float, float, float] | None = None
        self._own: tuple[Formula, Landscape] | None = None

    def amount(self, key: str) -> float:
        """The chosen amount of the chart of this key."""
        return float(getattr(self, amount_name(key)))

    def copy(self) -> "State":
        """A copy, unaffected by later changes."""
        _ = self.landscape_object  # made once, not in each copy
        values = ((name, getattr(self, name)) for name in DEFAULTS)
        same = State(**{name: value for name, value in values if value != DEFAULTS[name]})  # each is validated again
        same.view, same._own = self.view, self._own
        return same

    @property
    def identity(self) -> tuple[Any, ...]:
        """All choices; states with equal ones are equal."""
        return tuple((name, value) for name, value in self.param.values().items() if name != "name")

    @property
    def own(self) -> Formula:
        """The loss that the visitor typed, as data."""
        return Formula(self.formula, own_domain(self.param.values()))

    @property
    def landscape_object(self) -> Landscape:
        """The chosen landscape; the same object until it changes."""
        if self.landscape != OWN:
            return LANDSCAPES[self.landscape]
        own = self.own
        if self._own is None or self._own[0] != own:
            self._own = own, own.loss()  # kept here: other visitors' formulas may evict it from a shared cache
        return self._own[1]

    def rule(self, place: str) -> Rule:
        """The rule at a place, with the chosen hyperparameters."""
        if place not in PAPER_KEYS:
            return by_place(self.added)[place]
        form = OPTIMIZERS[place]
        return form(
            **{
                item.name: self.rho if item.name == "rho" else getattr(self, hyperparameter_name(place, item.name))
                for item in fields(form)
            }
        )

    @property
    def lineup(self) -> dict[str, Entry]:
        """The rules that can be chosen, by place: the paper's, and those that were added."""
        added = by_place(self.added)
        return entries({place: self.rule(place) for place in PLACES if place in PAPER_KEYS or place in added})

    def entries(self) -> tuple[Entry, ...]:
        """The rules that are run, in the order of their places."""
        return tuple(
            entry for place, entry in self.lineup.items() if place in self.optimizers or place not in PAPER_KEYS
        )

    def rules(self) -> tuple[Rule, ...]:
        """The rules that are run."""
        return tuple(entry.rule for entry in self.entries())

    def starts(self) -> Starts:
        """The chosen starts as data."""
        if self.mode == "one":
            return Points((self.x,), (self.y,))
        box = self.box()
        if self.mode == "grid":
            return Grid(self.size, *box)
        return Cloud(self.count, self.seed, *box)

    def box(self) -> tuple[float, float, float, float]:
        """(left, right, bottom, top) of the square that a grid or a cloud of starts fills."""
        half = self.half_width
        return self.centre_x - half, self.centre_x + half, self.centre_y - half, self.centre_y + half

    @property
    def experiment(self) -> Experiment:
        """Everything that determines the numbers, as data for scripts."""
        landscape = self.own if self.landscape == OWN else self.landscape
        return Experiment(
            landscape, self.rules(), self.starts(), self.learning_rate, self.steps, **self.course.settings
        )

    @property
    def course(self) -> Course:
        """Base optimizer, schedules and noise."""
        noise = Noise(self.noise, self.noise_seed) if self.noise > 0 else None
        return Course(self.base, Schedule(self.schedule, self.rho_schedule), noise)

    @property
    def region(self) -> tuple[float, float, float, float]:
        """(left, right, bottom, top) that maps cover, whatever the window's shape: the zoom, or else the domain."""
        (left, right), (bottom, top) = self.landscape_object.domain
        return self.zoom or (left, right, bottom, top)

    def setting(self) -> dict[str, Any]:
        """Everything that determines the numbers, value by parameter."""
        return {name: getattr(self, name) for name in experiment_parameters()}

    def try_update(self, **values: Any) -> str | None:
        """Applies values from outside, all or none.

        Returns:
            None, or one sentence that says why they were refused; the state is then as it was.
        """
        for name, value in values.items():
            try:
                self.param[name]._validate(value)
            except FormulaError as error:
                return sentence(error)
            except (ValueError, TypeError):
                return refused_value(self.param[name], value)
        if values.keys() & {*OWN_LOSS} and (refused := refused_loss(self.param.values() | values)):
            return refused
        if "added" in values:
            values |= {name: self.param[name].default for name in vacant(self.param.values() | values) - values.keys()}
        if values.keys() & {"added", *CHOSEN} and (empty := sorted(vacant(self.param.values() | values))):
            return f"No rule was added at {values[empty[0]]}."
        if "zoom" not in values and any(values[name] != getattr(self, name) for name in values.keys() & REFIT):
            values["zoom"] = None
        if values.keys() & {"landscape", *OWN_LOSS}:
            values |= start_moved(self.param.values(), values)
        self.param.update(**values)
        return None

    def choose_landscape(self, key: str) -> str | None:
        """Changes to another landscape, with its own default starts and learning rate."""
        if key not in self.param.landscape.objects:
            return refused_value(self.param.landscape, key)
        landscape = self.own.loss() if key == OWN else LANDSCAPES[key]
        (left, right), (bottom, top) = landscape.domain
        return self.try_update(
            landscape=key,
            learning_rate=landscape.learning_rate,
            x=landscape.start[0],
            y=landscape.start[1],
            centre_x=within(self.param.centre_x, (left + right) / 2),
            centre_y=within(self.param.centre_y, (bottom + top) / 2),
            half_width=within(self.param.half_width, max(right - left, top - bottom) / 2),
        )

    def choose_level(self, level: str) -> str | None:
        """Changes to the full laboratory or to the intro, which has two rules, ρ and Play."""
        rules: dict[str, Any] = {"optimizers": [*INTRO_RULES], "added": ()} | dict.fromkeys(EXTRAS, False)
        return self.try_update(level=level, **rules if level == "intro" else {})

    def reset(self) -> None:
        """Back to the defaults, except for how the page is shown and the lesson."""
        kept = VIEWER | {"projector"}
        self.param.update(**{name: default for name, default in DEFAULTS.items() if name not in kept})


def vacant(values: Mapping[str, Any]) -> set[str]:
    """The parameters that name the place of an added rule where there is none."""
    return {name for name in CHOSEN if values[name] not in (*PAPER_KEYS, *by_place(values["added"]))}


def experiment_parameters() -> set[str]:
    """The parameters of a state that determine the numbers."""
    return set(State.param) - VIEWER - VIEW_PARAMETERS


PAPER_PARAMETERS = {"rho", *hyperparameters()}  # the hyperparameters of the paper's rules
VIEW_PARAMETERS |= shown_values().keys()
for _name, _parameter in {**hyperparameters(), **shown_values()}.items():
    State.param.add_parameter(_name, _parameter)
DEFAULTS = {name: parameter.default for name, parameter in State.param.objects().items() if name != "name"}
