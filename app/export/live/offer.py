"""What a page without a server offers to choose from."""

from collections.abc import Container
from dataclasses import dataclass

from app.model.lineup import PAPER_KEYS, Entry
from app.model.state import State


@dataclass(frozen=True)
class Offer:
    """What may be chosen.

    Attributes:
        entries: rules; of those at one place, one at a time.
        shared: the places whose rules share the state's ρ.
        modes: whether one start, a grid or a cloud may be chosen.
    """

    entries: tuple[Entry, ...]
    shared: Container[str] = PAPER_KEYS
    modes: bool = False


def lineup(state: State) -> Offer:
    """The rules that a state has, chosen or not."""
    return Offer(tuple(state.lineup.values()))
