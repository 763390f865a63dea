"""The views, in the order of their tabs. To add one: a file with a `View`, and a line in TABS."""

from collections.abc import Callable
from functools import partial
from importlib import import_module
from typing import NamedTuple

from app.model.state import State
from app.views.view import View
from figures import FIGURES


class Tab(NamedTuple):
    """A view's place on the page.

    Attributes:
        title: on the tab.
        open: makes the view for one session, called when its tab is first opened.
        module: that `open` imports; empty where it imports none.
    """

    title: str
    open: Callable[[State], View]
    module: str = ""


def tab(title: str, module: str, form: str) -> Tab:
    """The tab of a class in a module beneath `app.views`, imported when the tab is first opened."""
    name = f"app.views.{module}"
    return Tab(title, lambda state: getattr(import_module(name), form)(state), name)


def figure(number: int, state: State) -> View:
    """The view of one of the paper's figures."""
    from app.views.paper_figures import open_figure

    return open_figure(number, state)


TABS: tuple[Tab, ...] = (
    tab("Explore", "explore", "Explore"),
    tab("Destinations", "maps.destinations", "Destinations"),
    tab("Phase diagram", "maps.phase_diagram", "Phase"),
    tab("Stability", "maps.stability", "StabilityView"),
    tab("Coordinates", "coordinates", "Coordinates"),
    *(Tab(f"Figure {number}", partial(figure, number)) for number in FIGURES),
)
