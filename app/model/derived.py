"""Parameters of the state that follow from catalogues: of the paper's rules, of charts, of figures."""

from typing import Any

from app.model.figure_values import FigureValues
from app.model.parameters import Count, Quantity, hyperparameter
from figures import FIGURES
from figures.record import offered
from landscapes.charts import CHARTS
from optimizers.hyperparameters import described
from optimizers.rules import PAPER


def hyperparameter_name(key: str, name: str) -> str:
    """The state's parameter for a hyperparameter of one rule: η of Fisher SAM is `eta_fisher_sam`."""
    return f"{name}_{key.replace('-', '_')}"


def amount_name(key: str) -> str:
    """The state's parameter for the amount of a chart: that of the shear is `amount_shear`."""
    return f"amount_{key}"


def figure_name(number: int) -> str:
    """The state's parameter for the controls of a figure's tab."""
    return f"figure_{number}"


def hyperparameters() -> dict[str, Quantity | Count]:
    """Those of the paper's rules, but for ρ, which they share."""
    limits = [(form, name, limit) for form in PAPER for name, limit in described(form).items() if name != "rho"]
    return {hyperparameter_name(form.key, name): hyperparameter(form, name, limit) for form, name, limit in limits}


def shown_values() -> dict[str, Any]:
    """What changes no run: the amounts of charts, and the values of figures."""
    amounts = {
        amount_name(chart.key): Quantity(chart.default, bounds=(chart.low, chart.high), label=chart.label)
        for chart in CHARTS.values()
    }
    figures = {
        figure_name(number): FigureValues(offered(figure.PARAMETERS), label=f"Figure {number}")
        for number, figure in FIGURES.items()
    }
    return amounts | figures
