"""The scene: all that is drawn of one moment, as one record that nobody changes."""

from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any, Generic

from app.compute.answer import Answer, Asked, Found
from app.compute.runs import Runs
from app.model.box import Box
from app.model.state import State
from optimizers.starts import Starts


@dataclass(frozen=True, eq=False)
class Scene:
    """What the layers of a view draw; they look nowhere else.

    Attributes:
        state: a visitor's choices at this moment, a copy of their own.
        box: the visible part of the plane.
        runs: of the chosen rules, as far as they are there.
        pinned: runs of what was pinned as A.
        playing: whether a visitor wants to play the runs.
    """

    state: State
    box: Box
    runs: tuple[Runs, ...] = ()
    pinned: tuple[Runs, ...] = ()
    playing: bool = False

    @cached_property
    def identity(self) -> tuple[Any, ...]:
        """One value that decides all that is drawn. What any source shows is recognised by parts of it."""
        _, *others = (getattr(self, item.name) for item in fields(self))
        return (self.state.identity, *others)

    def seen(self, *parts: str) -> tuple[Runs, ...]:
        """The runs, for what draws these parts; none where a lesson hides one of them."""
        return () if self.state.moment.hides(*parts) else self.runs

    def seen_pinned(self, *parts: str) -> tuple[Runs, ...]:
        """The pinned runs, for what draws these parts."""
        return () if self.state.moment.hides(*parts) else self.pinned

    @cached_property
    def starts(self) -> Starts:
        """The chosen starts, as data."""
        return self.state.starts()


@dataclass(frozen=True, eq=False, kw_only=True)
class MapScene(Scene, Generic[Asked, Found]):
    """What the layers of a map draw.

    Attributes:
        answer: to the question that the map answers.
    """

    answer: Answer[Asked, Found]
