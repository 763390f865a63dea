"""Figures 1 to 5 of the Monge SAM paper: numbers, measured claims and drawings."""

from types import ModuleType

from figures import figure1, figure2, figure3, figure4, figure5

FIGURES: dict[int, ModuleType] = {1: figure1, 2: figure2, 3: figure3, 4: figure4, 5: figure5}

__all__ = ["FIGURES"]
