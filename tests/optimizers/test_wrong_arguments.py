"""Whatever is given to a public function in place of what it expects is refused in a sentence of this project."""

import linecache
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from landscapes import LANDSCAPES, Landscape
from landscapes.charts import CHARTS, Chart
from optimizers import SAM, Adam, Noise, Schedule, explain, run
from optimizers.charts import order, perturbation_in
from optimizers.extensions.load import load
from optimizers.maps import destination_map, difference, phase_diagram
from optimizers.outcomes import OUTCOMES, density, follow, interval, listed, motion, nearest, outcome, shares
from optimizers.sharpness import worst_case
from optimizers.stability import exact_stability, stability

ROOT = Path(__file__).parents[2]
WRONG = ("x", "", None, np.nan, np.inf, -1, 1j, True, [], {}, object(), [1, 2, 3], [["a", "b"]], (1, 2, 3, 4))
SAM1, BANANA, CHART = SAM(rho=1.0), LANDSCAPES["banana"], Chart(CHARTS["stretch"], 2.0)
PATH = run(SAM1, BANANA, [0.5, 0.5], learning_rate=0.01, steps=3)
MAP = destination_map(SAM1, BANANA, learning_rate=0.01, steps=5, resolution=8)
GRID = [0.0, 1.0, 2.0, 3.0]


def ran(rule: Any = SAM1, landscape: Any = BANANA, starts: Any = (0.0, 0.5), **more: Any) -> Any:
    return run(rule, landscape, starts, **({"learning_rate": 0.1, "steps": 2} | more))


def mapped(rule: Any = SAM1, landscape: Any = BANANA, **more: Any) -> Any:
    return destination_map(rule, landscape, **({"learning_rate": 0.1, "steps": 2, "resolution": 8} | more))


def diagram(rules: Any = (SAM1,), landscape: Any = BANANA, starts: Any = (0.0, 0.5), **more: Any) -> Any:
    return phase_diagram(rules, landscape, starts, **({"rho": [1.0], "learning_rate": [0.1], "steps": 2} | more))


CALLS: dict[str, Callable[[Any], Any]] = {
    "run, rule": lambda v: ran(v),
    "run, landscape": lambda v: ran(landscape=v),
    "run, starts": lambda v: ran(starts=v),
    "run, learning_rate": lambda v: ran(learning_rate=v),
    "run, steps": lambda v: ran(steps=v),
    "run, keep": lambda v: ran(keep=v),
    "run, base": lambda v: ran(base=v),
    "run, base's memory": lambda v: ran(base=Adam(v)),
    "run, schedule": lambda v: ran(schedule=v),
    "run, schedule's shape": lambda v: ran(schedule=Schedule(v)),
    "run, noise": lambda v: ran(noise=v),
    "run, noise's size": lambda v: ran(noise=Noise(v, seed=1)),
    "run, noise's seed": lambda v: ran(noise=Noise(0.1, seed=v)),
    "run, rho": lambda v: ran(SAM(rho=v)),
    "outcome, landscape": lambda v: outcome(v, [0.0, 0.0]),
    "outcome, ends": lambda v: outcome(BANANA, v),
    "outcome, tolerance": lambda v: outcome(BANANA, [0.0, 0.0], v),
    "listed, landscape": lambda v: listed(v, [0.0, 0.0]),
    "nearest, landscape": lambda v: nearest(v, [0.0, 0.0]),
    "nearest, end": lambda v: nearest(BANANA, v),
    "motion, trajectory": motion,
    "motion, tolerance": lambda v: motion(PATH, v),
    "follow, trajectory": follow,
    "follow, tolerance": lambda v: follow(PATH, v),
    "shares, codes": lambda v: shares(v, OUTCOMES),
    "interval, count": lambda v: interval(v, 5),
    "interval, total": lambda v: interval(1, v),
    "density, values": lambda v: density(v, [0.0, 1.0]),
    "density, at": lambda v: density([0.0, 1.0, 2.0], v),
    "Chart, form": lambda v: Chart(v, 2.0),
    "Chart, amount": lambda v: Chart(CHARTS["stretch"], v),
    "perturbation_in, rule": lambda v: perturbation_in(v, BANANA, CHART, [0.5, 0.5]),
    "perturbation_in, landscape": lambda v: perturbation_in(SAM1, v, CHART, [0.5, 0.5]),
    "perturbation_in, chart": lambda v: perturbation_in(SAM1, BANANA, v, [0.5, 0.5]),
    "perturbation_in, theta": lambda v: perturbation_in(SAM1, BANANA, CHART, v),
    "perturbation_in, metric": lambda v: perturbation_in(SAM1, BANANA, CHART, [0.5, 0.5], v),
    "order, rule": lambda v: order(v, BANANA, CHART, [0.5, 0.5]),
    "order, landscape": lambda v: order(SAM1, v, CHART, [0.5, 0.5]),
    "order, chart": lambda v: order(SAM1, BANANA, v, [0.5, 0.5]),
    "order, theta": lambda v: order(SAM1, BANANA, CHART, v),
    "order, metric": lambda v: order(SAM1, BANANA, CHART, [0.5, 0.5], v),
    "explain, rule": lambda v: explain(v, BANANA),
    "explain, landscape": lambda v: explain(SAM1, v),
    "destination_map, rule": lambda v: mapped(v),
    "destination_map, landscape": lambda v: mapped(landscape=v),
    "destination_map, learning_rate": lambda v: mapped(learning_rate=v),
    "destination_map, steps": lambda v: mapped(steps=v),
    "destination_map, resolution": lambda v: mapped(resolution=v),
    "destination_map, window": lambda v: mapped(window=v),
    "difference, first": lambda v: difference(v, MAP),
    "difference, second": lambda v: difference(MAP, v),
    "phase_diagram, rule": lambda v: diagram([v]),
    "phase_diagram, landscape": lambda v: diagram(landscape=v),
    "phase_diagram, starts": lambda v: diagram(starts=v),
    "phase_diagram, rho": lambda v: diagram(rho=v),
    "phase_diagram, learning_rate": lambda v: diagram(learning_rate=v),
    "phase_diagram, steps": lambda v: diagram(steps=v),
    "stability, rule": lambda v: stability(v, BANANA, 0.5, 0.5),
    "stability, landscape": lambda v: stability(SAM1, v, 0.5, 0.5),
    "stability, x": lambda v: stability(SAM1, BANANA, v, 0.5),
    "exact_stability, y": lambda v: exact_stability(SAM1, BANANA, 0.5, v),
    "worst_case, landscape": lambda v: worst_case(v, 0.5, 0.5, 1.0),
    "worst_case, rho": lambda v: worst_case(BANANA, 0.5, 0.5, v),
    "worst_case, ball": lambda v: worst_case(BANANA, 0.5, 0.5, 1.0, ball=v),
    "from_formula, text": Landscape.from_formula,
    "from_formula, domain": lambda v: Landscape.from_formula("x", v),
    "from_grid, x": lambda v: Landscape.from_grid(v, GRID, np.zeros((4, 4))),
    "from_grid, loss": lambda v: Landscape.from_grid(GRID, GRID, v),
    "Landscape, value": Landscape,
    "Landscape, gradient": lambda v: Landscape(lambda x, y: x * y, gradient=v),
    "Landscape, domain": lambda v: Landscape(lambda x, y: x * y, domain=v),
    "Landscape, start": lambda v: Landscape(lambda x, y: x * y, start=v),
    "Landscape, tolerance": lambda v: Landscape(lambda x, y: x * y, tolerance=v),
    "load, path": load,
}


def refusal(call: Callable[[Any], Any], value: Any) -> str:
    """Why a call is refused by code that is not this project's own refusal; empty where all is well."""
    try:
        call(value)
    except (TypeError, ValueError) as error:
        last = traceback.extract_tb(error.__traceback__)[-1]
        ours = Path(last.filename).is_relative_to(ROOT) and ".venv" not in last.filename
        if not (ours and linecache.getline(last.filename, last.lineno or 0).strip().startswith("raise")):
            return f"{value!r}: {error}"
    return ""


@pytest.mark.parametrize("name", CALLS)
def test_what_is_wrong_is_refused_in_a_sentence(name: str) -> None:
    assert [why for value in WRONG if (why := refusal(CALLS[name], value))] == []
