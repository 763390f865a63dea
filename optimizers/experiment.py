"""Experiment: what to run, as data that can be saved, sent and read back."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from functools import lru_cache
from math import isfinite
from typing import Any
from weakref import WeakKeyDictionary

from landscapes import LANDSCAPES, Landscape
from landscapes.formula import FormulaError
from landscapes.landscape import Domain
from optimizers.bases import BASES, PLAIN, Base
from optimizers.engine import run
from optimizers.extensions import files_of, missing
from optimizers.hyperparameters import Limit, described
from optimizers.noise import Noise
from optimizers.refusal import in_range, quoted, refusal
from optimizers.rules import OPTIMIZERS, Rule
from optimizers.schedules import CONSTANT, SHAPES, Schedule
from optimizers.starts import STARTS, Points, Starts
from optimizers.trajectory import Trajectory

SCHEMA = 1
LINK = "link"  # what else the app showed when it saved the experiment, which decides no number
WITH = "with"  # the files from outside that an experiment needs, in its JSON


class ExperimentError(ValueError):
    """A description of an experiment that cannot be read; the message is one sentence that names the field."""


LIMITS: dict[str, Limit] = {
    "learning_rate": Limit(1e-6, 10.0),
    "steps": Limit(1, 100_000, whole=True),
    "size": Limit(1, 1000, whole=True),
    "count": Limit(1, 1_000_000, whole=True),
    "seed": Limit(0, 2**32 - 1, whole=True),
    "coordinate": Limit(-1e6, 1e6),
}


@dataclass(frozen=True)
class Formula:
    """A loss that a person typed, as data; see `Landscape.from_formula`.

    Attributes:
        formula: ℓ in θ₁ and θ₂, or x and y.
        domain: ((left, right), (bottom, top)) worth showing.
    """

    formula: str
    domain: Domain = Landscape.domain

    def loss(self) -> Landscape:
        """The landscape; the same object for the same formula and domain.

        Raises:
            FormulaError: for a formula that cannot be used.
        """
        return _typed(self)


@dataclass(frozen=True)
class Experiment:
    """A landscape (its key or a formula), the optimizers compared on it, their starts, α and the number of steps.

    All optimizers have the same base optimizer, schedule and noise; JSON leaves out what is gradient descent, constant
    and none, and a file without them is read as that. It names the files from outside that define its rules and its
    landscape, and is refused where they were not loaded. Hyperparameters are plain numbers here; sweeps are the
    engine's business.

    Example:
        >>> from optimizers import SAM, Experiment
        >>> from optimizers.starts import Points
        >>> experiment = Experiment("banana", (SAM(rho=1.0),), Points((-1.5,), (0.5,)), learning_rate=0.01, steps=200)
        >>> Experiment.from_json(experiment.to_json()) == experiment
        True
    """

    landscape: str | Formula
    optimizers: tuple[Rule, ...]
    starts: Starts
    learning_rate: float
    steps: int
    base: Base = PLAIN
    schedule: Schedule = CONSTANT
    noise: Noise | None = None

    @property
    def files(self) -> tuple[str, ...]:
        """The files from outside that its landscape and rules come from; see `optimizers.extensions`."""
        return files_of(self.landscape, (rule.key for rule in self.optimizers))

    @property
    def course(self) -> dict[str, Any]:
        """Base optimizer, schedule and noise, as `run` takes them."""
        return {"base": self.base, "schedule": self.schedule, "noise": self.noise}

    def loss(self) -> Landscape:
        """The landscape itself; the same object for the same formula.

        Raises:
            FormulaError: for a formula that cannot be used.
        """
        return self.landscape.loss() if isinstance(self.landscape, Formula) else LANDSCAPES[self.landscape]

    def run(self) -> tuple[Trajectory, ...]:
        """One trajectory for each optimizer."""
        starts = self.starts.positions()
        landscape = self.loss()
        return tuple(
            run(rule, landscape, starts, learning_rate=self.learning_rate, steps=self.steps, **self.course)
            for rule in self.optimizers
        )

    def to_dict(self) -> dict[str, Any]:
        """The experiment as plain JSON types, with the version of the schema."""
        kind = next(name for name, form in STARTS.items() if isinstance(self.starts, form))
        return {
            "schema": SCHEMA,
            "landscape": self.landscape if isinstance(self.landscape, str) else _formula_dict(self.landscape),
            "optimizers": [{"rule": rule.key} | dict(rule.hyperparameters) for rule in self.optimizers],
            "starts": {"kind": kind} | {name: _plain(value) for name, value in asdict(self.starts).items()},
            "learning_rate": self.learning_rate,
            "steps": self.steps,
        } | self._unusual()

    def _unusual(self) -> dict[str, Any]:
        """What most experiments do not have."""
        said = {
            "base": {"base": self.base.key} | dict(self.base.hyperparameters) if self.base != PLAIN else None,
            "schedule": asdict(self.schedule) if self.schedule != CONSTANT else None,
            "noise": dict(self.noise.hyperparameters) if self.noise is not None else None,
            WITH: list(self.files) or None,
        }
        return {name: value for name, value in said.items() if value is not None}

    def to_json(self) -> str:
        """JSON text; numbers keep all their digits."""
        return json.dumps(self.to_dict(), indent=2)

    @classmethod
    def from_json(cls, text: str) -> "Experiment":
        """Reads what `to_json` wrote.

        Raises:
            ExperimentError: for anything else, with one sentence that names the field.
        """
        try:
            data = json.loads(text, parse_constant=_no_constant, object_pairs_hook=_once)
        except RecursionError:
            raise ExperimentError("the experiment is nested too deeply to be one; save it again from the app") from None
        except ExperimentError:
            raise
        except json.JSONDecodeError as error:
            raise ExperimentError(
                f"the experiment is not JSON: {error.msg} in line {error.lineno}, column {error.colno}"
            ) from None
        except ValueError:  # Python refuses whole numbers of thousands of digits
            raise ExperimentError(
                "the experiment holds a number too long to read; give one of at most 17 digits"
            ) from None
        return cls.from_dict(data)

    @classmethod
    def from_dict(cls, data: Any) -> "Experiment":
        """Reads what `to_dict` made.

        Raises:
            ExperimentError: for anything else, with one sentence that names the field.
        """
        usual = ("base", "schedule", "noise")
        names = [item.name for item in fields(cls) if item.name not in usual]
        data = _object(data, "experiment", {"schema", *names}, (*usual, WITH, LINK))
        if data["schema"] != SCHEMA or isinstance(data["schema"], bool):
            raise ExperimentError(
                f"schema must be {SCHEMA}, the version this program reads, not {quoted(data['schema'])}"
            )
        _check_files(data.get(WITH, []))
        if not isinstance(data["optimizers"], list) or not 1 <= len(data["optimizers"]) <= 20:
            raise ExperimentError(f"optimizers must be a list of 1 to 20 rules, not {quoted(data['optimizers'])}")
        return cls(
            landscape=_landscape(data["landscape"]),
            optimizers=tuple(_rule(item, f"optimizers[{n}]") for n, item in enumerate(data["optimizers"])),
            starts=_starts(data["starts"]),
            learning_rate=_number(data["learning_rate"], "learning_rate", LIMITS["learning_rate"]),
            steps=int(_number(data["steps"], "steps", LIMITS["steps"])),
            base=_base(data["base"]) if "base" in data else PLAIN,
            schedule=_schedule(data["schedule"]) if "schedule" in data else CONSTANT,
            noise=Noise(**_numbers(Noise, data["noise"], "noise")) if "noise" in data else None,
        )


_formulas: WeakKeyDictionary[Landscape, Formula] = WeakKeyDictionary()


@lru_cache(maxsize=64)
def _typed(formula: Formula) -> Landscape:
    loss = Landscape.from_formula(formula.formula, formula.domain)
    _formulas[loss] = formula
    return loss


def formula_of(landscape: Landscape) -> Formula | None:
    """How a landscape was typed, None where it was not made by `Formula.loss`."""
    return _formulas.get(landscape)


def _formula_dict(formula: Formula) -> dict[str, Any]:
    return {"formula": formula.formula, "domain": [list(ends) for ends in formula.domain]}


def _landscape(data: Any) -> str | Formula:
    if not isinstance(data, dict):
        return _choice(data, "landscape", LANDSCAPES)
    data = _object({"domain": [list(ends) for ends in Formula.domain]} | data, "landscape", {"formula", "domain"})
    if not isinstance(data["formula"], str):
        raise ExperimentError(f"landscape.formula must be text, not {quoted(data['formula'])}")
    domain = data["domain"]
    if not isinstance(domain, list) or [isinstance(ends, list) and len(ends) for ends in domain] != [2, 2]:
        raise ExperimentError(f"landscape.domain must be [[left, right], [bottom, top]], not {quoted(domain)}")
    limit = LIMITS["coordinate"]
    ends = [
        [_number(value, f"landscape.domain[{n}][{m}]", limit) for m, value in enumerate(pair)]
        for n, pair in enumerate(domain)
    ]
    for n, (low, high) in enumerate(ends):
        if not low < high:
            raise ExperimentError(f"landscape.domain[{n}] must be in ascending order, not {quoted([low, high])}")
    (left, right), (bottom, top) = ends
    formula = Formula(data["formula"], ((left, right), (bottom, top)))
    try:
        formula.loss()
    except FormulaError as error:
        raise ExperimentError(f"landscape.formula: {error}") from None
    return formula


def _check_files(data: Any) -> None:
    if not isinstance(data, list) or not all(isinstance(name, str) for name in data):
        raise ExperimentError(f"{WITH} must be a list of the names of files, not {quoted(data)}")
    if (reason := missing(data)) is not None:
        raise ExperimentError(f"the experiment cannot be run here, because {reason}")


def _rule(data: Any, where: str) -> Rule:
    form = OPTIMIZERS[_choice(_member(data, where, "rule"), f"{where}.rule", OPTIMIZERS)]
    return form(**_numbers(form, data, where, "rule"))


def _base(data: Any) -> Base:
    form = BASES[_choice(_member(data, "base", "base"), "base.base", BASES)]
    return form(**_numbers(form, data, "base", "base"))


def _schedule(data: Any) -> Schedule:
    data = _object(data, "schedule", {item.name for item in fields(Schedule)})
    return Schedule(**{name: _choice(data[name], f"schedule.{name}", SHAPES) for name in data})


def _numbers(form: type, data: Any, where: str, *more: str) -> dict[str, float | int]:
    limits = described(form)
    data = _object(data, where, {*more, *limits})
    return {name: _number(data[name], f"{where}.{name}", limit) for name, limit in limits.items()}


def _starts(data: Any) -> Starts:
    form = STARTS[_choice(_member(data, "starts", "kind"), "starts.kind", STARTS)]
    names = [item.name for item in fields(form)]
    data = _object(data, "starts", {"kind", *names})
    if form is Points:
        x, y = (_coordinates(data[name], f"starts.{name}") for name in ("x", "y"))
        if len(x) != len(y):
            raise ExperimentError(f"starts.x and starts.y must be equally long, not {len(x)} and {len(y)} numbers")
        return Points(x, y)
    limit = LIMITS["coordinate"]
    return form(**{name: _number(data[name], f"starts.{name}", LIMITS.get(name, limit)) for name in names})


def _coordinates(data: Any, where: str) -> tuple[float, ...]:
    most = int(LIMITS["count"].high)
    if not isinstance(data, list) or not 1 <= len(data) <= most:
        raise ExperimentError(f"{where} must be a list of 1 to {most} numbers, not {quoted(data)}")
    return tuple(_number(value, f"{where}[{n}]", LIMITS["coordinate"]) for n, value in enumerate(data))


def _number(value: Any, where: str, limit: Limit) -> float | int:
    error = ExperimentError(refusal(where, in_range(limit.low, limit.high, whole=limit.whole), quoted(value)))
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise error
    # the bounds are compared before the conversion, which very long whole numbers would overflow
    if not limit.low <= value <= limit.high or not isfinite(value) or (limit.whole and value != int(value)):
        raise error
    return int(value) if limit.whole else float(value)


def _object(data: Any, where: str, expected: set[str], usual: tuple[str, ...] = ()) -> dict[str, Any]:
    if not isinstance(data, dict):
        raise ExperimentError(f"{where} must be an object with {_listed(expected)}, not {quoted(data)}")
    if unknown := sorted(set(data) - expected - {*usual}):
        taken = _listed(expected | {*usual})
        raise ExperimentError(f"{where} has the unknown field {quoted(unknown[0])}; it takes {taken}")
    if missing := sorted(expected - set(data)):
        raise ExperimentError(f"{where} lacks the field {missing[0]}; it takes {_listed(expected)}")
    return data


def _member(data: Any, where: str, name: str) -> Any:
    if not isinstance(data, dict) or name not in data:
        raise ExperimentError(f'{where} must be an object with "{name}", not {quoted(data)}')
    return data[name]


def _choice(value: Any, where: str, choices: Mapping[str, Any]) -> str:
    if not isinstance(value, str) or value not in choices:
        raise ExperimentError(f"{where} must be one of {_listed(choices)}, not {quoted(value)}")
    return value


def _listed(names) -> str:
    return ", ".join(names if isinstance(names, Mapping) else sorted(names))


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object, in which no name occurs twice: which of the two was meant is unknown."""
    data = dict(pairs)
    if len(data) < len(pairs):
        (twice, _), *_ = Counter(name for name, _ in pairs).most_common(1)
        raise ExperimentError(f"the experiment holds the field {quoted(twice)} twice in one object; leave one out")
    return data


def _no_constant(name: str) -> None:
    raise ExperimentError(f"{name} is not a number an experiment can hold; give a finite one")
