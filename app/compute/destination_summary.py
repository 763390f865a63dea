"""Destination maps in words."""

import numpy as np

from app.compute.destinations import Maps
from app.compute.outcome_words import HEADS
from app.model.box import Box
from app.theme import short
from landscapes import Landscape
from optimizers.maps import Difference
from optimizers.outcomes import OUTCOMES

LEAST, MIN_COARSE = 0.0005, 0.005  # shares below which an outcome is not named, for they are told as 0
MOST = 2  # outcomes in a title
COARSE = " (coarse)"  # after the name of what is to be replaced by a finer one


def told(share: float, coarse: bool = False) -> str:
    """A share in per cent; one of a coarse map has no more digits than it can answer for."""
    return f"≈ {share:.0%}" if coarse else f"{share:.1%}"


def covered(box: Box, landscape: Landscape) -> str:
    """Of which starts the shares are."""
    left, right, bottom, top = box
    what = "domain" if ((left, right), (bottom, top)) == landscape.domain else "zoom"
    return f"the {what} [{left:g}, {right:g}] × [{bottom:g}, {top:g}]".replace("-", "−")


def in_words(shares: dict[str, float], coarse: bool = False) -> str:
    """The shares that are worth a word, the largest first."""
    return ", ".join(f"{name} {told(share, coarse)}" for name, share in _named(shares, coarse))


def in_a_title(name: str, shares: dict[str, float], coarse: bool = False) -> str:
    """The largest shares of a rule, in few letters."""
    first = ", ".join(f"{HEADS.get(name, name)} {told(share, coarse)}" for name, share in _named(shares, coarse)[:MOST])
    return f"{name}{COARSE * coarse}: {first}"


def difference_in_a_title(first: str, second: str, seen: Difference, coarse: bool = False) -> str:
    """How many starts have two fates, in few letters."""
    return f"{short(second)} vs {short(first)}{COARSE * coarse}: {told(seen.share, coarse)} differ"


def difference_in_words(first: str, second: str, seen: Difference, coarse: bool = False) -> str:
    """How many starts have two fates, and the most frequent two."""
    one, two = short(first), short(second)
    if not seen.differs.any():
        return f"{one} and {two} end at places of the same kind from every start of this map."
    table = seen.table * (1 - np.eye(len(OUTCOMES), dtype=int))
    before, after = np.unravel_index(table.argmax(), table.shape)
    return (
        f"{one} and {two} end at places of different kinds from {told(seen.share, coarse)} of the starts, most often "
        f"{OUTCOMES[before]} under {one} but {OUTCOMES[after]} under {two} "
        f"({told(table.max() / seen.differs.size, coarse)})."
    )


def all_in_words(maps: Maps, steps: int, coarse: bool = False) -> str:
    """The shares of every rule."""
    parts = "; ".join(f"{short(key)}: {in_words(one.shares, coarse)}" for key, one in maps.items())
    return f"{'Coarse map. ' * coarse}After {steps} steps: {parts}."


def _named(shares: dict[str, float], coarse: bool) -> list[tuple[str, float]]:
    worth = ((name, share) for name, share in shares.items() if share >= (MIN_COARSE if coarse else LEAST))
    return sorted(worth, key=lambda item: -item[1])
