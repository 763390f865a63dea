"""The paper's figures as tabs: each draws the numbers that its module of `figures` computes."""

from importlib import import_module

from app.figure_tabs.tab import FigureTab
from app.state import State
from figures import FIGURES


def open_figure(number: int, state: State) -> FigureTab:
    """The tab of a figure, for one session."""
    return FigureTab(number, FIGURES[number], import_module(f"app.figure_tabs.picture{number}"), state)
