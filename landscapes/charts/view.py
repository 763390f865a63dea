"""The part of the φ-plane that shows a part of the θ-plane."""

import numpy as np

from landscapes.charts.chart import Chart
from landscapes.landscape import Domain

SAMPLES = 41  # along each side


def domain_in(chart: Chart, domain: Domain) -> Domain:
    """The smallest rectangle of φ that holds ψ⁻¹ of a rectangle of θ, as far as its grid tells."""
    (left, right), (bottom, top) = domain
    theta = np.array(np.meshgrid(np.linspace(left, right, SAMPLES), np.linspace(bottom, top, SAMPLES)))
    u, v = chart.inverse(theta)
    return (float(np.nanmin(u)), float(np.nanmax(u))), (float(np.nanmin(v)), float(np.nanmax(v)))
