"""Destination maps in words."""

import numpy as np

from app.compute.destinations import Maps
from app.outcome_words import HEADS
from app.theme import short
from optimizers.maps import Difference
from optimizers.outcomes import OUTCOMES

LEAST = 0.0005  # share of the starts below which an outcome is not named
MOST = 2  # outcomes in a title


def in_words(shares: dict[str, float]) -> str:
    """The shares that are worth a word, the largest first."""
    return ", ".join(f"{name} {share:.1%}" for name, share in _named(shares))


def in_a_title(shares: dict[str, float]) -> str:
    """The largest shares, in few letters."""
    return ", ".join(f"{HEADS.get(name, name)} {share:.1%}" for name, share in _named(shares)[:MOST])


def difference_in_a_title(first: str, second: str, seen: Difference) -> str:
    """How many starts have two fates, in few letters."""
    return f"{short(second)} vs {short(first)}: {seen.share:.1%} differ"


def difference_in_words(first: str, second: str, seen: Difference) -> str:
    """How many starts have two fates, and the most frequent two."""
    one, two = short(first), short(second)
    if not seen.differs.any():
        return f"{one} and {two} end at places of the same kind from every start of this view."
    table = seen.table * (1 - np.eye(len(OUTCOMES), dtype=int))
    before, after = np.unravel_index(table.argmax(), table.shape)
    return (
        f"{one} and {two} end at places of different kinds from {seen.share:.1%} of the starts, most often "
        f"{OUTCOMES[before]} under {one} but {OUTCOMES[after]} under {two} ({table.max() / seen.differs.size:.1%})."
    )


def all_in_words(maps: Maps, steps: int) -> str:
    """The shares of every rule."""
    return f"After {steps} steps: " + "; ".join(f"{short(key)}: {in_words(m.shares)}" for key, m in maps.items()) + "."


def _named(shares: dict[str, float]) -> list[tuple[str, float]]:
    return sorted(((name, share) for name, share in shares.items() if share >= LEAST), key=lambda item: -item[1])
