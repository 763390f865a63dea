"""One renderer for all rules: a column says whose a line or a point is, and so which colour it has.

Five renderers in its place would be five times as much to open, and to paint even where nothing is drawn.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
from bokeh.models import LinearColorMapper

from app.browser.source_updates import Columns
from app.model.lineup import PLACES, Entry
from app.theme import colour, dash
from figures.style import START

STARTS = "starts"  # in a rule's place: where the runs begin
CODES: dict[str, int] = {key: code for code, key in enumerate([*PLACES, STARTS])}
LINES = ("xs", "ys", "rule", "dash")
POINTS = ("x", "y", "rule")
SOLID = ""
PINNED = [5, 4]  # dashes of what was pinned
GREY = 128

Group = tuple[str, Sequence[np.ndarray], Sequence[np.ndarray]]


def coloured(shade: Callable[[str], str] = colour) -> dict[str, Any]:
    """A colour that follows the column `rule`."""
    colours = [*map(shade, PLACES), START]
    mapper = LinearColorMapper(palette=colours, low=-0.5, high=len(colours) - 0.5)
    return {"field": "rule", "transform": mapper}


def greyed(place: str) -> str:
    """A rule's colour half-way to grey."""
    red, green, blue = ((int(colour(place)[i : i + 2], 16) + GREY) // 2 for i in (1, 3, 5))
    return f"#{red:02x}{green:02x}{blue:02x}"


def lines(groups: Iterable[Group], *, dashed: bool = True) -> Columns:
    """Columns of lines.

    Args:
        groups: of each rule its place, and the abscissas and ordinates of each of its lines.
        dashed: whether a rule has its own dashes.
    """
    columns: dict[str, list] = {name: [] for name in LINES}
    for place, xs, ys in groups:
        columns["xs"] += xs
        columns["ys"] += ys
        columns["rule"] += [CODES[place]] * len(xs)
        columns["dash"] += [dash(place) if dashed and place != STARTS else SOLID] * len(xs)
    return columns


def points(groups: Iterable[tuple[str, np.ndarray]]) -> Columns:
    """Columns of points, from the place of each rule and its points, shape (2, n)."""
    groups = list(groups)
    x, y = np.concatenate([np.empty((2, 0), np.float32), *(positions for _, positions in groups)], axis=1)
    codes = [np.full(positions.shape[1], CODES[place], np.uint8) for place, positions in groups]
    return {"x": x, "y": y, "rule": np.concatenate([np.empty(0, np.uint8), *codes])}


def computed_rule(entry: Entry, shares_rho: bool) -> dict[str, Any]:
    """A rule as a page takes it that runs rules itself (`page_runs.mjs`).

    Args:
        shares_rho: whether its ρ is the state's, and not among its own values.
    """
    values = {name: float(value) for name, value in entry.rule.hyperparameters.items()}  # type: ignore[arg-type]
    has_rho = "rho" in values
    if has_rho and shares_rho:
        values["rho"] = 0.0
    return {
        "key": entry.rule.key,
        "place": entry.place,
        "short": entry.short,
        "code": CODES[entry.place],
        "dash": dash(entry.place),
        "values": [*values.values()],
        "rho": [*values].index("rho") if has_rho else -1,
        "shares_rho": shares_rho,
    }
