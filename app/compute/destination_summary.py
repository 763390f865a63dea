"""Destination maps in words."""

from collections.abc import Mapping

import numpy as np

from app.compute.destinations import Maps
from app.compute.outcome_words import OUTCOME_HEADS
from app.model.box import Box
from landscapes import Landscape
from optimizers.maps import Difference
from optimizers.outcomes import OUTCOMES
from optimizers.percentages import percents

MIN_SHARE, MIN_COARSE_SHARE = 0.0005, 0.005  # smaller shares are not named: they would be rounded to 0
DECIMALS = 1  # of shares in per cent; none on coarse maps
MAX_NAMED = 2  # outcomes in a title; one where "coarse" takes the other's room
COARSE = " (coarse)"  # after the name of a map that is being refined


def percent(share: float, coarse: bool = False) -> str:
    """A share in per cent, with fewer digits on a coarse map; some are never 0 and not all never 100."""
    return _texts([share, 1.0 - share], coarse)[0]


def _texts(shares: list[float], coarse: bool) -> list[str]:
    """Shares in per cent that add up to 100."""
    return [f"{'≈ ' * coarse}{text}%" for text in percents(shares, 0 if coarse else DECIMALS)]


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
    texts = _texts(list(shares.values()), coarse)
    least = MIN_COARSE_SHARE if coarse else MIN_SHARE
    worth = [(name, share, text) for (name, share), text in zip(shares.items(), texts, strict=True) if share >= least]
    return [(name, text) for name, _, text in sorted(worth, key=lambda item: -item[1])]
