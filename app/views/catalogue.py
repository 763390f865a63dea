"""The views, in the order of their tabs. To add one: a factory that imports its module, and a line in VIEWS."""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from panel.viewable import Viewable, Viewer

from app.model.state import State


class View(NamedTuple):
    """A tab.

    Attributes:
        title: on the tab.
        open: makes the view for one session, called when its tab is first opened.
    """

    title: str
    open: Callable[[State], Viewable | Viewer]


def explore(state: State) -> Viewer:
    from app.views.explore import Explore

    return Explore(state)


def stability(state: State) -> Viewer:
    from app.views.maps.stability import StabilityView

    return StabilityView(state)


def destinations(state: State) -> Viewer:
    from app.views.maps.destinations import Destinations

    return Destinations(state)


def phase(state: State) -> Viewer:
    from app.views.maps.phase_diagram import Phase

    return Phase(state)


def figure(number: int, state: State) -> Viewer:
    from app.views.paper_figures import open_figure

    return open_figure(number, state)


VIEWS: tuple[View, ...] = (
    View("Explore", explore),
    View("Destinations", destinations),
    View("Phase diagram", phase),
    View("Stability", stability),
    *(View(f"Figure {number}", partial(figure, number)) for number in range(1, 6)),
)
