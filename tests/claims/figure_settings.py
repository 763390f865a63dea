"""Values of the figures' sliders at which what the figures say is asked for, and the numbers there."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from figures import FIGURES
from figures.record import Parameter, complete

SMALL = {2: {"resolution": 20}, 4: {"resolution": 40}}


def anywhere(number: int, count: int) -> Iterator[dict[str, Any]]:
    """The published values, both ends of every slider that moves the picture, and settings at random."""
    parameters = [one for one in FIGURES[number].PARAMETERS if one.name not in {"resolution", "samples", "seed"}]
    yield {}
    for bound in ("low", "high"):
        yield {one.name: _like(one, getattr(one, bound)) for one in parameters if one.scale != "choice"}
    random = np.random.default_rng(number)
    for _ in range(count):
        yield {one.name: _drawn(one, random) for one in parameters}


def _like(one: Parameter, value: float) -> Any:
    return (value,) * len(one.default) if isinstance(one.default, tuple) else value


def _drawn(one: Parameter, random: np.random.Generator) -> Any:
    def entry() -> Any:
        if one.scale == "choice":
            return str(random.choice(one.choices))
        if one.scale == "integer":
            return int(random.integers(one.low, min(one.high, 400), endpoint=True))
        if one.scale == "log":
            return float(np.exp(random.uniform(np.log(one.low), np.log(one.high))))
        return float(random.uniform(one.low, one.high))

    return tuple(entry() for _ in one.default) if isinstance(one.default, tuple) else entry()


def settings(number: int) -> list[dict[str, Any]]:
    """Settings at which notes are asked for, whole, each slider moved alone among them."""
    parameters = FIGURES[number].PARAMETERS
    alone = [{one.name: _drawn(one, np.random.default_rng(seed))} for one in parameters for seed in range(5)]
    return [complete(parameters, values) for values in (*anywhere(number, 20), *alone)]


KNOWN: dict[str, Any] = {}


def computed(number: int, values: dict[str, Any]) -> Any:
    """The figure's numbers, computed once for all its claims."""
    key = f"{number} {values}"
    if key not in KNOWN:
        KNOWN[key] = FIGURES[number].compute(values | SMALL.get(number, {}))
    return KNOWN[key]
