"""Destination maps in words."""

from collections.abc import Mapping

import numpy as np

from app.compute.destinations import Maps
from app.compute.outcome_words import OUTCOME_HEADS
from app.model.box import Box
from landscapes import Landscape
from optimizers.maps import Difference
from optimizers.outcomes import OUTCOMES
from optimizers.percentages import rounded

MIN_SHARE, MIN_COARSE_SHARE = 0.0005, 0.005  # smaller shares are not named: they would be rounded to 0
UNITS, COARSE_UNITS = 1000, 100  # in which shares are printed
MAX_NAMED = 2  # outcomes in a title; one where "coarse" takes the other's room
COARSE = " (coarse)"  # after the name of a map that is being refined


def percent(share: float, coarse: bool = False) -> str:
    """A share in per cent, with fewer digits on a coarse map; some are never 0 and not all never 100."""
    units = COARSE_UNITS if coarse else UNITS
    return _text(share, rounded([share, 1.0 - share], units)[0], coarse)


def _text(share: float, part: float, coarse: bool) -> str:
    """A share that is so many units."""
    if coarse:
        return f"≈ {part:.0f}%"
    if share > 0 and part == 0:
        return "<0.1%"
    return ">99.9%" if part == UNITS and share < 1 else f"{100 * part / UNITS:.1f}%"


def covered(box: Box, landscape: Landscape) -> str:
    """Of which starts the shares are."""
    left, right, bottom, top = box
    what = "domain" if ((left, right), (bottom, top)) == landscape.domain else "zoom"
    return f"the {what} [{left:g}, {right:g}] × [{bottom:g}, {top:g}]".replace("-", "−")


def in_words(shares: dict[str, float], coarse: bool = False) -> str:
    """The shares that are large enough to be named, the largest first."""
    return ", ".join(f"{name} {text}" for name, text in _named(shares, coarse))


def in_a_title(name: str, shares: dict[str, float], coarse: bool = False, most: int = MAX_NAMED) -> str:
    """The largest shares of a rule, `most` at most, in few letters."""
    first = ", ".join(
        f"{OUTCOME_HEADS.get(name, name)} {text}"
        for name, text in _named(shares, coarse)[: min(most, 1) if coarse else most]
    )
    if not most:
        return f"{'≈ ' * coarse}{name}"
    return f"{name}{COARSE * coarse}: {first}"


def difference_in_a_title(first: str, second: str, seen: Difference, coarse: bool = False) -> str:
    """The share of starts with two different outcomes, in few letters."""
    return f"{second} vs {first}{COARSE * coarse}: {percent(seen.share, coarse)} differ"


def difference_in_words(first: str, second: str, seen: Difference, coarse: bool = False) -> str:
    """The share of starts with two different outcomes, and the most frequent pair."""
    if not seen.differs.any():
        return f"{first} and {second} have the same outcome from every start of this map."
    table = seen.table * (1 - np.eye(len(OUTCOMES), dtype=int))
    before, after = np.unravel_index(table.argmax(), table.shape)
    return (
        f"{first} and {second} have different outcomes from {percent(seen.share, coarse)} of the starts, most often "
        f"{OUTCOMES[before]} under {first} but {OUTCOMES[after]} under {second} "
        f"({percent(table.max() / seen.differs.size, coarse)})."
    )


def all_in_words(maps: Maps, names: Mapping[str, str], steps: int, coarse: bool = False) -> str:
    """The shares of every rule that has a name."""
    parts = "; ".join(f"{name}: {in_words(maps[place].shares, coarse)}" for place, name in names.items())
    return f"{'Coarse map. ' * coarse}After {steps} steps: {parts}."


def _named(shares: dict[str, float], coarse: bool) -> list[tuple[str, str]]:
    """The shares that are large enough to be named, as texts, the largest first."""
    parts = rounded(list(shares.values()), COARSE_UNITS if coarse else UNITS)
    least = MIN_COARSE_SHARE if coarse else MIN_SHARE
    worth = [(name, share, part) for (name, share), part in zip(shares.items(), parts, strict=True) if share >= least]
    return [(name, _text(share, part, coarse)) for name, share, part in sorted(worth, key=lambda item: -item[1])]
