"""The controls of a page without a server, as its template takes them."""

from math import log10
from typing import Any

from markupsafe import Markup

from app.export.live.offer import Offer
from app.export.live.setup import NUMBERS, SLIDERS, identity
from app.model.parameters import bounds, number_of
from app.model.state import State
from app.theme import line_sample

STARTS = {"one": "one", "grid": "a grid", "cloud": "a random cloud"}
ONE, SQUARE = "one", "grid cloud"
MODES = {"x": ONE, "y": ONE, "size": "grid", "centre_x": SQUARE, "centre_y": SQUARE, "half_width": SQUARE}


def controls(state: State, offer: Offer) -> dict[str, Any]:
    """Rules to check, and numbers with their labels, limits and sliders."""
    chosen = {identity(entry) for entry in state.entries()}
    rules = [
        {
            "id": identity(entry),
            "name": entry.short,
            "sample": Markup(line_sample(entry.place)),
            "checked": identity(entry) in chosen,
        }
        for entry in offer.entries
    ]
    return {
        "rules": rules,
        "numbers": [_number(state, name) for name in NUMBERS],
        "anatomy": state.anatomy,
        "modes": [(mode, words, mode == state.mode) for mode, words in STARTS.items()] if offer.modes else [],
    }


def _number(state: State, name: str) -> dict[str, Any]:
    low, high = bounds(number_of(state, name))
    slider = SLIDERS.get(name)
    return {
        "name": name,
        "label": state.param[name].label,
        "low": low,
        "high": high,
        "step": "1" if isinstance(getattr(state, name), int) else "any",
        "slider": slider and {"low": log10(slider["low"]), "high": log10(slider["high"])},
        "modes": MODES.get(name, ""),
    }
