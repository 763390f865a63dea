"""What a visitor has chosen, and nothing else: no widget, no plot, no server."""

from collections.abc import Mapping
from dataclasses import fields
from math import isfinite
from typing import Any

import numpy as np
import param

from landscapes import LANDSCAPES, Landscape
from landscapes.formula import FormulaError
from landscapes.formula.parser import parse
from landscapes.landscape import Domain
from optimizers import OPTIMIZERS, SAM, Rule
from optimizers.experiment import LIMITS, Experiment, Formula
from optimizers.hyperparameters import Hyperparameter, described
from optimizers.outcomes import OUTCOMES
from optimizers.starts import Cloud, Grid, Points, Starts

OWN = "formula"  # the landscape whose loss the visitor types
FIRST_FORMULA = "(x^2 - 1)^2 + (x - 2)^2 y^2"  # until one is typed: a sharp and a flat minimum
WINDOW = ("left", "right", "bottom", "top")  # the parameters that hold its domain
OWN_LOSS = ("formula", *WINDOW)
NARROWEST = 2e-3  # a side of the domain
LONGEST_SIDE = 100.0  # in units of the other
MODES = ("one", "grid", "cloud")
BACKGROUNDS = ("loss", "sharpness", "trace", "rise-sam", "rise-m-sam", "attained-sam", "attained-m-sam")
DOMINANT, LOSS = "most frequent", "final loss"
PHASES = (*OUTCOMES, DOMINANT, LOSS)  # what a phase diagram may show; the outcomes' shares add up to 1
CRITERIA = ("paper", "exact", "steps")  # of stability
REFIT = {"landscape", *WINDOW, "mode"}  # a change of these shows all there is to see again
# what changes no number
VIEW_PARAMETERS = {
    "background",
    "anatomy",
    "step",
    "zoom",
    "pinned",
    "first",
    "second",
    "phase",
    "stability_rule",
    "criterion",
}
MAX_STEPS = 5000  # a session must not starve the others; scripts take LIMITS
MAX_ON_A_SIDE = 100
MAX_IN_A_CLOUD = 10_000
WIDEST = 1e3
FARTHEST_SEEN = 1e9
NARROWEST_SEEN = 1e-12  # a side of what is looked at, in units of its farthest coordinate
RADIUS = described(SAM)["rho"]
FARTHEST_CENTRE = LIMITS["coordinate"].high - WIDEST  # no corner of the square is then out of an experiment's limits


class Quantity(param.Number):
    """A number within bounds that is finite; `param.Number` alone lets NaN through."""

    def _validate_value(self, val: Any, allow_None: bool) -> None:
        super()._validate_value(val, allow_None)
        if isinstance(val, bool) or not isfinite(val):
            raise ValueError(f"{self.name} must be a finite number, not {val!r}")


class Count(param.Integer):
    """A whole number within bounds; `param.Integer` alone takes True for 1."""

    def _validate_value(self, val: Any, allow_None: bool) -> None:
        super()._validate_value(val, allow_None)
        if isinstance(val, bool):
            raise ValueError(f"{self.name} must be a whole number, not {val!r}")


class FormulaText(param.String):
    """The text of a formula in x and y."""

    def _validate_value(self, val: Any, allow_None: bool) -> None:
        parse(val)


class Part(param.Parameter):
    """A part of the plane, (left, right, bottom, top); None stands for all that there is to see."""

    def _validate(self, val: Any) -> None:
        if val is None:
            return
        numbers = isinstance(val, tuple) and all(isinstance(end, float) and abs(end) < FARTHEST_SEEN for end in val)
        if not (numbers and len(val) == 4):
            raise ValueError(f"{self.name} must be (left, right, bottom, top), not {val!r}")
        sides = val[1] - val[0], val[3] - val[2]
        if not (min(sides) > NARROWEST_SEEN * max(map(abs, val)) and max(sides) <= LONGEST_SIDE * min(sides)):
            raise ValueError(f"{self.name} must have sides that can be told apart and drawn, not {val!r}")


class Setting(param.Parameter):
    """All that decides the numbers, value by parameter; None where there is nothing."""

    def _validate(self, val: Any) -> None:
        if val is None:
            return
        if not isinstance(val, dict) or val.keys() != experiment_parameters():
            raise ValueError(f"{self.name} must have a value for each of {', '.join(sorted(experiment_parameters()))}")
        for name, value in val.items():
            self.owner.param[name]._validate(value)
        if refused := refused_loss(val):
            raise ValueError(refused)


def _quantity(kind: str, default: float, **options: Any) -> Quantity:
    limit = LIMITS[kind]
    return Quantity(default, bounds=(limit.low, limit.high), **options)


def _hyperparameter(form: type[Rule], name: str, limit: Hyperparameter) -> Quantity | Count:
    default, label = form.__dataclass_fields__[name].default, f"{limit.symbol} of {form.name}"
    if limit.whole:
        return Count(int(default), bounds=(int(limit.low), int(limit.high)), label=label)
    return Quantity(default, bounds=(limit.low, limit.high), label=label)


class State(param.Parameterized):
    """A visitor's choices. What it holds is always valid, whatever a browser sends.

    Its defaults are the paper's Figure 1: GD, SAM and Monge SAM on the banana from (-1.5, 0.5). Every rule's
    hyperparameters other than ρ have a parameter each, named by `hyperparameter_name`.

    Attributes:
        view: (left, right, bottom, top) of what Explore shows, once it does, as its screen is shaped; for pictures.
    """

    landscape = param.Selector(default="banana", objects=[*LANDSCAPES, OWN], label="Landscape")
    formula = FormulaText(FIRST_FORMULA, label="Loss ℓ(x, y)")
    left = _quantity("coordinate", -3.0, label="View from θ₁")
    right = _quantity("coordinate", 3.0, label="View to θ₁")
    bottom = _quantity("coordinate", -3.0, label="View from θ₂")
    top = _quantity("coordinate", 3.0, label="View to θ₂")
    optimizers = param.ListSelector(default=["gd", "sam", "m-sam"], objects=list(OPTIMIZERS), label="Optimizers")
    rho = Quantity(1.0, bounds=(RADIUS.low, RADIUS.high), label=RADIUS.label)
    learning_rate = _quantity("learning_rate", 0.01, label="Learning rate α")
    steps = Count(200, bounds=(1, MAX_STEPS), label="Steps")
    mode = param.Selector(default="one", objects=list(MODES), label="Starts")
    x = _quantity("coordinate", -1.5, label="Start θ₁")
    y = _quantity("coordinate", 0.5, label="Start θ₂")
    size = Count(10, bounds=(1, MAX_ON_A_SIDE), label="Starts on a side")
    count = Count(200, bounds=(1, MAX_IN_A_CLOUD), label="Number of starts")
    seed = Count(0, bounds=(0, int(LIMITS["seed"].high)), label="Seed")
    centre_x = Quantity(0.0, bounds=(-FARTHEST_CENTRE, FARTHEST_CENTRE), label="Centre θ₁")
    centre_y = Quantity(0.0, bounds=(-FARTHEST_CENTRE, FARTHEST_CENTRE), label="Centre θ₂")
    half_width = Quantity(3.0, bounds=(1e-3, WIDEST), label="Half-width")
    background = param.Selector(default="loss", objects=list(BACKGROUNDS), label="Background")
    anatomy = param.Boolean(default=False, label="Anatomy")
    step = Count(
        None,
        bounds=(0, MAX_STEPS),
        label="Step",
        doc="that is shown; None for the whole runs, or the first one taken apart",
    )
    zoom = Part(None, label="View", doc="where Explore and the maps do not show all")
    pinned = Setting(None, label="Pinned run", doc="with which A was run")
    first = param.Selector(default="sam", objects=list(OPTIMIZERS), label="Difference of")
    second = param.Selector(default="m-sam", objects=list(OPTIMIZERS), label="and")
    phase = param.Selector(default="saddle", objects=list(PHASES), label="What is shown")
    stability_rule = param.Selector(default="sam", objects=list(OPTIMIZERS), label="Rule")
    criterion = param.Selector(default="paper", objects=list(CRITERIA), label="Criterion")
    dark = param.Boolean(default=False, label="Dark theme")

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        self.view: tuple[float, float, float, float] | None = None
        self._own: tuple[Formula, Landscape] | None = None

    def copy(self) -> "State":
        """The same choices, to be kept while a visitor changes these."""
        same = State(**{name: value for name, value in self.param.values().items() if name != "name"})
        same.view, same._own = self.view, self._own
        return same

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
            self._own = (
                own,
                own.loss(),
            )  # kept here, because other visitors' formulas may drive it out of a shared cache
        return self._own[1]

    def rule(self, key: str) -> Rule:
        """The rule of this key with the chosen hyperparameters."""
        form = OPTIMIZERS[key]
        return form(
            **{
                item.name: self.rho if item.name == "rho" else getattr(self, hyperparameter_name(key, item.name))
                for item in fields(form)
            }
        )

    def rules(self) -> tuple[Rule, ...]:
        """The chosen rules with their hyperparameters, in the catalogue's order."""
        return tuple(self.rule(key) for key in OPTIMIZERS if key in self.optimizers)

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
        """All that determines the numbers, as data for scripts."""
        landscape = self.own if self.landscape == OWN else self.landscape
        return Experiment(landscape, self.rules(), self.starts(), self.learning_rate, self.steps)

    @property
    def region(self) -> tuple[float, float, float, float]:
        """(left, right, bottom, top) that maps cover, whatever the window's shape: the zoom, or else the domain."""
        (left, right), (bottom, top) = self.landscape_object.domain
        return self.zoom or (left, right, bottom, top)

    def setting(self) -> dict[str, Any]:
        """All that decides the numbers, value by parameter."""
        return {name: getattr(self, name) for name in experiment_parameters()}

    def try_update(self, **values: Any) -> str | None:
        """Takes values that came from outside, all or none.

        Returns:
            None, or one sentence that says why they were refused; the state is then as it was.
        """
        for name, value in values.items():
            try:
                self.param[name]._validate(value)
            except FormulaError as error:
                return sentence(error)
            except (ValueError, TypeError):
                return refusal(self.param[name], value)
        if values.keys() & {*OWN_LOSS} and (refused := refused_loss(self.param.values() | values)):
            return refused
        if "zoom" not in values and any(values[name] != getattr(self, name) for name in values.keys() & REFIT):
            values["zoom"] = None
        self.param.update(**values | self._start_moved(values))
        return None

    def _start_moved(self, values: Mapping[str, Any]) -> dict[str, float]:
        """Where the one start goes if a new loss of the visitor's own is undefined where it is."""
        after = self.param.values() | values
        if after["landscape"] != OWN or not values.keys() & {"landscape", *OWN_LOSS} or values.keys() & {"x", "y"}:
            return {}
        loss = Formula(after["formula"], own_domain(after)).loss()
        here = np.array([after["x"], after["y"]])
        if np.isfinite([loss.value(*here), *loss.gradient(*here)]).all():
            return {}
        return dict(zip("xy", loss.start, strict=True))

    def choose_landscape(self, key: str) -> str | None:
        """Moves to another landscape, with the starts and the learning rate that are instructive there."""
        if key not in self.param.landscape.objects:
            return refusal(self.param.landscape, key)
        landscape = self.own.loss() if key == OWN else LANDSCAPES[key]
        (left, right), (bottom, top) = landscape.domain
        return self.try_update(
            landscape=key,
            learning_rate=landscape.learning_rate,
            x=landscape.start[0],
            y=landscape.start[1],
            centre_x=_within(self.param.centre_x, (left + right) / 2),
            centre_y=_within(self.param.centre_y, (bottom + top) / 2),
            half_width=_within(self.param.half_width, max(right - left, top - bottom) / 2),
        )

    def reset(self) -> None:
        """Back to the first sight; the theme stays."""
        self.param.update(**{name: self.param[name].default for name in self.param if name not in {"name", "dark"}})


def own_domain(values: Mapping[str, Any]) -> Domain:
    """The domain of a visitor's own loss."""
    left, right, bottom, top = (values[name] for name in WINDOW)
    return (left, right), (bottom, top)


def experiment_parameters() -> set[str]:
    """The parameters of a state that decide the numbers."""
    return set(State.param) - {"name", "dark"} - VIEW_PARAMETERS


def refused_loss(values: Mapping[str, Any]) -> str | None:
    """One sentence on why a formula and its domain do not go together; None where they do."""
    left, right, bottom, top = (values[name] for name in WINDOW)
    sides = right - left, top - bottom
    if min(sides) < NARROWEST or max(sides) > LONGEST_SIDE * min(sides):
        return (
            f"The view must be at least {NARROWEST:g} wide and high, and no side more than {LONGEST_SIDE:g} times the "
            f"other, not [{left:g}, {right:g}] × [{bottom:g}, {top:g}]."
        )
    try:
        Formula(values["formula"], own_domain(values)).loss()
    except FormulaError as error:
        return sentence(error)
    return None


def sentence(error: FormulaError) -> str:
    """What is wrong with a formula, as a sentence."""
    words = str(error)
    return f"{words[:1].upper()}{words[1:]}."


def _within(parameter: param.Number, value: float) -> float:
    low, high = parameter.bounds
    return min(max(value, low), high)


def refusal(parameter: param.Parameter, value: Any) -> str:
    """One sentence on why a value is none for a parameter, and what would be one."""
    shown = repr(value) if len(repr(value)) <= 40 else repr(value)[:39] + "…"
    if isinstance(parameter, param.Number):
        kind = "a whole number" if isinstance(parameter, param.Integer) else "a number"
        low, high = parameter.bounds
        return f"{parameter.label} must be {kind} from {low:g} to {high:g}, not {shown}."
    if isinstance(parameter, param.Boolean):
        return f"{parameter.label} must be on or off, not {shown}."
    if isinstance(parameter, Part):
        return f"{parameter.label} must be the left, right, bottom and top of a part of the plane, not {shown}."
    if isinstance(parameter, Setting):
        return f"{parameter.label} must be a value for each parameter that decides the numbers, not {shown}."
    what = "some of" if isinstance(parameter, param.ListSelector) else "one of"
    return f"{parameter.label} must be {what} {', '.join(parameter.objects)}, not {shown}."


def hyperparameter_name(key: str, name: str) -> str:
    """The state's parameter for a hyperparameter of one rule: η of Fisher SAM is `eta_fisher_sam`."""
    return f"{name}_{key.replace('-', '_')}"


for _key, _form in OPTIMIZERS.items():
    for _name, _limit in described(_form).items():
        if _name != "rho":
            State.param.add_parameter(hyperparameter_name(_key, _name), _hyperparameter(_form, _name, _limit))
