"""Charts: other coordinates φ of the plane, in which a loss is ℓ(ψ(φ)). To add one: a file, and a line here."""

from landscapes.charts.bend import bend
from landscapes.charts.chart import Chart, ChartError, ChartForm
from landscapes.charts.rotation import rotation
from landscapes.charts.scaling import scaling
from landscapes.charts.shear import shear
from landscapes.charts.sinh import sinh_chart
from landscapes.charts.stretch import stretch
from landscapes.charts.typed import TYPED, typed
from landscapes.charts.view import domain_in

CHARTS: dict[str, ChartForm] = {form.key: form for form in (rotation, scaling, stretch, shear, sinh_chart, bend)}

__all__ = ["CHARTS", "TYPED", "Chart", "ChartError", "ChartForm", "domain_in", "typed"]
