"""Rules in other coordinates: how they run in φ, where θ = ψ(φ), and how far that is from what they do in θ."""

from optimizers.charts.flattest import flattest_in
from optimizers.charts.in_chart import METRICS, STEPS, in_chart
from optimizers.charts.perturbation import Perturbation, order, perturbation_in
from optimizers.charts.pullback import pulled_back
from optimizers.charts.runs import path_in

__all__ = [
    "METRICS",
    "STEPS",
    "Perturbation",
    "flattest_in",
    "in_chart",
    "order",
    "path_in",
    "perturbation_in",
    "pulled_back",
]
