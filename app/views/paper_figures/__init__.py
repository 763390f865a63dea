"""The paper's figures as tabs: each draws the numbers that its module of `figures` computes."""

from importlib import import_module

from app.model.state import State
from app.views.paper_figures.tab import FigureTab
from figures import FIGURES


def open_figure(number: int, state: State) -> FigureTab:
    """The tab of a figure, for one session."""
    return FigureTab(number, FIGURES[number], import_module(f"app.views.paper_figures.picture{number}"), state)
