"""The views, in the order of their tabs. To add one: a factory that imports its module, and a line in VIEWS."""

from collections.abc import Callable
from typing import NamedTuple

from panel.viewable import Viewable, Viewer

from app.state import State


class View(NamedTuple):
    """A tab.

    Attributes:
        title: on the tab.
        open: makes the view for one session, called when its tab is first opened.
    """

    title: str
    open: Callable[[State], Viewable | Viewer]


def explore(state: State) -> Viewer:
    from app.explore import Explore

    return Explore(state)


def stability(state: State) -> Viewer:
    from app.stability_view import StabilityView

    return StabilityView(state)


VIEWS: tuple[View, ...] = (
    View("Explore", explore),
    View("Stability", stability),
)
