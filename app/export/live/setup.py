"""What a page has to know besides its code: the state that it begins with, rules, places, limits and words, as data."""

from collections.abc import Callable
from html import escape
from typing import Any

import numpy as np

from app.compute.outcome_summary import row_head
from app.compute.outcome_words import MOTION_PHRASES
from app.compute.step_words import described
from app.export.live.offer import Offer
from app.layers.loss_curve import computed_curve
from app.layers.marginals import ABSCISSAS, MOST
from app.layers.playback import FADED
from app.layers.rule_groups import CODES, STARTS, computed_rule
from app.layers.step_anatomy import COLUMNS
from app.layers.step_slice import TIMES
from app.layers.trajectories import FEW, MANY
from app.model.lineup import PLACES, Entry
from app.model.parameters import bounds, expected, number_of
from app.model.state import State
from app.theme import colour
from landscapes import Landscape
from landscapes.code.read import Unsupported
from landscapes.regular import curvatures, newton_step
from landscapes.search import ARRIVED, FLATTEST, NEWTON_STEPS, flattest
from landscapes.stationary import ByFormula, StationarySet, ToPoints, ToRing
from optimizers.compiled.source import part_of
from optimizers.outcomes import MOTIONS, OUTCOMES

KEPT = ("mode", "x", "y", "size", "centre_x", "centre_y", "half_width", "learning_rate", "rho", "steps", "anatomy")
SEARCH: dict[str, Callable] = {"newton_step": newton_step, "curvatures": curvatures}
NUMBERS = ("x", "y", "size", "centre_x", "centre_y", "half_width", "learning_rate", "rho", "steps")
SLIDERS = {
    "rho": {"low": 0.01, "high": 5.0, "log": True, "zero": True},
    "learning_rate": {"low": 1e-4, "high": 1.0, "log": True, "zero": False},
}


def setup(state: State, offer: Offer) -> dict[str, Any]:
    """The setup of a page that begins with a state, as `live.mjs` takes it."""
    landscape = state.landscape_object
    rules = [_rule(entry, entry.place in offer.shared) for entry in offer.entries]
    return {
        "state": chosen(state) | {"hidden": []},
        "rules": rules,
        "places": list(PLACES),
        "outcomes": {
            "places": [place(one, f"distance{n}") for n, one in enumerate(landscape.stationary)],
            "tolerance": landscape.tolerance,
            "newton": _newton(landscape),
            "elsewhere": OUTCOMES.index("elsewhere"),
            "diverged": OUTCOMES.index("diverged"),
            "kinds": len(OUTCOMES),
        },
        "motions": {
            "tolerance": landscape.tolerance,
            "settled": MOTIONS.index("settled"),
            "two": MOTIONS.index("2-cycle"),
            "moving": MOTIONS.index("moving"),
            "kinds": len(MOTIONS),
            "phrases": [MOTION_PHRASES[name] for name in MOTIONS],
        },
        "curve": computed_curve(landscape),
        "unit": _unit(state, offer.modes),
        "few": FEW, "many": MANY, "faded": FADED,
        "abscissas": ABSCISSAS, "most": MOST, "starts_code": CODES[STARTS],
        "quantities": len(COLUMNS), "names": list(COLUMNS), "times": TIMES.tolist(),
        "limits": {name: _limit(state, name) for name in NUMBERS},
        "sliders": SLIDERS,
        "none": "No optimizer is chosen.",
    }  # fmt: skip


def chosen(state: State) -> dict[str, Any]:
    """What a page without a server holds of a state."""
    return {name: getattr(state, name) for name in KEPT} | {"rules": [identity(one) for one in state.entries()]}


def formulas(landscape: Landscape) -> dict[str, Callable]:
    """What tells where runs ended: distances that are given by a formula, by the names that `setup` has for them, and
    what searches for stationary points, where the Hessian can be written down."""
    distances = {
        f"distance{n}": one.distance.formula
        for n, one in enumerate(landscape.stationary)
        if isinstance(one.distance, ByFormula)
    }
    return distances | (SEARCH if searchable(landscape) else {})


def searchable(landscape: Landscape) -> bool:
    """Whether a page can search for stationary points by Newton's method."""
    return part_of(landscape, "hessian") is not None


def _newton(landscape: Landscape) -> dict[str, Any] | None:
    """The search for stationary points near an end; None where there is none."""
    if not searchable(landscape):
        return None
    least = flattest(landscape)
    return {
        "side": landscape.side,
        "steps": NEWTON_STEPS,
        "arrived": ARRIVED,
        "flat": None if least is None else least * (1 + FLATTEST),  # λ_max up to which a minimum is flat
        "codes": {name.split()[0]: OUTCOMES.index(name) for name in ("flat minimum", "minimum", "saddle", "maximum")},
    }


def place(one: StationarySet, name: str) -> dict[str, Any]:
    """A stationary set as data: a ring by its radius, a curve by its formula, others by their points.

    Raises:
        Unsupported: for a distance that is given by none of these.
    """
    xs, ys = one.distance.points if isinstance(one.distance, ToPoints) else ((), ())
    if not isinstance(one.distance, ToPoints | ToRing | ByFormula):
        raise Unsupported("the distance to its stationary points is given by code alone")
    return {
        "code": OUTCOMES.index(one.kind),
        "radius": one.distance.radius if isinstance(one.distance, ToRing) else None,
        "formula": name if isinstance(one.distance, ByFormula) else None,
        "xs": np.array(xs, float),
        "ys": np.array(ys, float),
    }


def identity(entry: Entry) -> str:
    """What a page knows a rule by."""
    return f"{entry.place} {entry.rule.key}"


def _rule(entry: Entry, shares_rho: bool) -> dict[str, Any]:
    return {
        **computed_rule(entry, shares_rho),
        "id": identity(entry),
        "name": entry.name,
        "short": escape(entry.short),
        "head": row_head(entry.place, entry.short),
        "colour": colour(entry.place),
        "course": "",
        **described(type(entry.rule)),
    }


def _unit(state: State, modes: bool) -> list[np.ndarray]:
    """A cloud's places in the unit square."""
    if state.mode != "cloud" and not modes:
        return [np.zeros(0), np.zeros(0)]
    return list(np.random.default_rng(state.seed).random((2, state.count)))


def _limit(state: State, name: str) -> dict[str, Any]:
    parameter = number_of(state, name)
    low, high = bounds(parameter)
    refusal = f"{parameter.label} must be {expected(parameter)}."
    return {"low": low, "high": high, "whole": isinstance(getattr(state, name), int), "refusal": refusal}
