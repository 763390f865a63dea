"""An experiment from a file as a state's parameters, where the controls can show it exactly."""

import json
from collections.abc import Iterator
from itertools import product
from math import nextafter, ulp
from typing import Any

import numpy as np

from app.model.box import Box
from app.model.derived import hyperparameter_name
from app.model.lineup import PAPER_KEYS
from app.model.link import read
from app.model.own_loss import OWN
from app.model.state import VIEW_PARAMETERS, State
from figures.style import MORE
from optimizers import Experiment, ExperimentError, Formula, Rule
from optimizers.experiment import LINK
from optimizers.noise import Noise
from optimizers.starts import Cloud, Grid, Points

BY_SCRIPT = "run it with a script instead"
DIGITS = 12
ULPS = 2  # how far a rounded centre or half-width may be from the one that the box was made with


def load(text: str, state: State) -> str | None:
    """Loads a saved experiment into a state, completely or not at all.

    Returns:
        None, or one sentence that says why it was refused; the state is then as it was.
    """
    try:
        found = choices(Experiment.from_json(text))
    except ExperimentError as error:
        return _capital(str(error))
    return state.try_update(**found, **_shown(json.loads(text).get(LINK)))


def _shown(link: object) -> dict[str, Any]:
    """What a saved link holds beside the experiment, defaults for what it does not name; nothing without a link."""
    if not isinstance(link, str):
        return {}
    values = read(link).values
    return {name: values[name] for name in values.keys() & {*VIEW_PARAMETERS} - {"projector", "level"}}


def choices(experiment: Experiment) -> dict[str, Any]:
    """The state's parameters that stand for this experiment, bit for bit.

    Raises:
        ExperimentError: where they cannot, with one sentence.
    """
    values = {
        **_loss(experiment.landscape),
        "learning_rate": experiment.learning_rate,
        "steps": experiment.steps,
        **_rules(experiment),
        **_starts(experiment.starts),
        **_course(experiment),
    }
    for name, value in values.items():
        try:
            State.param[name]._validate(value)
        except ValueError:
            low, high = State.param[name].bounds
            raise ExperimentError(
                f"{State.param[name].label} is {value:g} in this experiment, but the controls range from {low:g} "
                f"to {high:g}; run it with a script instead"
            ) from None
    return values


def _loss(landscape: str | Formula) -> dict[str, Any]:
    if isinstance(landscape, str):
        return {"landscape": landscape}
    (left, right), (bottom, top) = landscape.domain
    return {
        "landscape": OWN,
        "formula": landscape.formula,
        "left": left,
        "right": right,
        "bottom": bottom,
        "top": top,
    }


def _course(experiment: Experiment) -> dict[str, Any]:
    """Noise of no size is none."""
    noise = experiment.noise or Noise(0.0)
    return {
        "base": experiment.base,
        "schedule": experiment.schedule.learning_rate,
        "rho_schedule": experiment.schedule.rho,
        "noise": noise.size,
        "noise_seed": noise.seed,
    }


def _rules(experiment: Experiment) -> dict[str, Any]:
    """The first rule of each of the paper's classes where it has the others' ρ; the rest was added to them."""
    values: dict[str, Any] = {"optimizers": []}
    added: list[Rule] = []
    for rule in experiment.optimizers:
        own = {_parameter(rule.key, name): value for name, value in rule.hyperparameters.items()}
        fits = all(values.get(name, value) == value for name, value in own.items())
        if rule.key in PAPER_KEYS and rule.key not in values["optimizers"] and fits:
            values["optimizers"].append(rule.key)
            values |= own
        elif rule.key in PAPER_KEYS and not own:
            raise ExperimentError(f"this experiment has {rule.name} more than once, which is the same; leave one out")
        else:
            added.append(rule)
    if len(added) > len(MORE):
        raise ExperimentError(
            f"this experiment has {len(added)} rules beside the paper's, but the controls show {len(MORE)}; {BY_SCRIPT}"
        )
    return values | {"added": tuple(added)}


def _parameter(key: str, name: str) -> str:
    return "rho" if name == "rho" else hyperparameter_name(key, name)


def _starts(starts: Points | Grid | Cloud) -> dict[str, Any]:
    if isinstance(starts, Points):
        if len(starts.x) != 1:
            raise ExperimentError(
                f"this experiment lists {len(starts.x)} starts, but the controls show one, a grid or a cloud; "
                "run it with a script instead"
            )
        return {"mode": "one", "x": starts.x[0], "y": starts.y[0]}
    values = _square((starts.left, starts.right, starts.bottom, starts.top))
    if isinstance(starts, Grid):
        return values | {"mode": "grid", "size": starts.size}
    return values | {"mode": "cloud", "count": starts.count, "seed": starts.seed}


def _square(box: Box) -> dict[str, float]:
    """The centre and half-width that give this box bit for bit."""
    left, right, bottom, top = box
    low, high = State.param.half_width.bounds
    for half in _halves(box):
        for x, y in product(_near((left + right) / 2), _near((bottom + top) / 2)):
            if low <= half <= high and (x - half, x + half, y - half, y + half) == box:
                return {"centre_x": x, "centre_y": y, "half_width": half}
    raise ExperimentError(
        f"the starts of this experiment fill [{left:g}, {right:g}] × [{bottom:g}, {top:g}], and the controls show "
        f"squares with half-widths from {low:g} to {high:g}; run it with a script instead"
    )


def _halves(box: Box) -> Iterator[float]:
    """Half-widths that round to this box, those of few digits first."""
    left, right, bottom, top = box
    wide, tall = (right - left) / 2, (top - bottom) / 2
    yield from (*_near(wide), *_near(tall), *State.param.half_width.bounds)
    loose = ulp(max(abs(left), abs(right))), ulp(max(abs(bottom), abs(top)))
    yield from np.linspace(max(wide - loose[0], tall - loose[1]), min(wide + loose[0], tall + loose[1]), 33).tolist()


def _near(number: float) -> list[float]:
    """The number as a person would have typed it, and its nearest neighbours among the floats."""
    below = above = number
    numbers = [float(f"{number:.{DIGITS}g}"), number]
    for _ in range(ULPS):
        below, above = nextafter(below, -float("inf")), nextafter(above, float("inf"))
        numbers += [below, above]
    return numbers


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:] + "."
