"""A rule as it runs in the coordinates φ of a chart: a rule itself, whose points are φ, on the loss of θ.

The chart's amount is a hyperparameter, so that one kernel serves all amounts.
"""

from collections.abc import Callable
from dataclasses import make_dataclass
from functools import lru_cache
from typing import Any

from landscapes.charts import Chart, ChartForm
from optimizers.hyperparameters import described, hyperparameter
from optimizers.rules import Rule
from optimizers.rules.perturbation import perturbation


def in_chart(rule: Rule, chart: Chart, *, metric: str = "native", step: str = "euclidean") -> Rule:
    """The rule with a metric as it runs in φ, to be run on the loss of θ from points φ.

    With g̃ = Jᵀg, the native metric is the one that the rule makes of φ and g̃; the carried one is JᵀG(θ)J, with which
    δ_φ = J⁻¹δ. The direction is d = ∇_φ ℓ(ψ(φ + δ_φ)) for the Euclidean step and (JᵀJ)⁻¹d for the carried one, with J
    at φ, or "there", at φ + δ_φ.

    Args:
        rule: has a metric.
        chart: the coordinates.
        metric: one of METRICS.
        step: one of STEPS.

    Raises:
        ValueError: for a rule without a metric, which can only run natively, on the loss of φ (`pulled_back`), and for
            what is neither a metric nor a step.

    Example:
        >>> from landscapes import LANDSCAPES
        >>> from landscapes.charts import CHARTS, Chart
        >>> from optimizers import SAM, run
        >>> chart = Chart(CHARTS["stretch"], 2.0)
        >>> there = in_chart(SAM(rho=1.0), chart, metric="carried", step="carried")
        >>> start = chart.inverse([-1.5, 0.5])
        >>> chart.point(run(there, LANDSCAPES["banana"], start, learning_rate=0.01, steps=1).final).round(6)
        array([-1.394793,  0.3681  ])
        >>> run(SAM(rho=1.0), LANDSCAPES["banana"], [-1.5, 0.5], learning_rate=0.01, steps=1).final.round(6)
        array([-1.394793,  0.3681  ])
    """
    if rule.ascent is None:
        raise ValueError(f"{rule.name} has no metric that could be carried over: run it on pulled_back(…)")
    if metric not in METRICS or step not in STEPS:
        raise ValueError(f"metric must be one of {[*METRICS]} and step one of {[*STEPS]}, not {metric!r} and {step!r}")
    given = dict(rule.hyperparameters)
    rho = given.pop("rho", 0.0)
    kind: Any = type(rule)
    return _class(kind, chart.form, metric, step)(rho, chart.amount, *given.values())


@lru_cache(maxsize=512)
def _class(form: Any, chart: ChartForm, metric: str, step: str) -> Any:
    amount = hyperparameter(
        low=chart.low, high=chart.high, symbol=chart.symbol, label=chart.label, about="Amount of the chart."
    )
    names: list[Any] = ["rho", ("amount", Any, amount)]
    names += [(name, Any, hyperparameter(**vars(limit))) for name, limit in described(form).items() if name != "rho"]
    direction = _direction(chart, METRICS[metric](form.ascent), STEPS[step])
    own = {"key": form.key, "name": form.name, "direction": staticmethod(direction)}
    return make_dataclass(f"{form.__name__}InChart", names, bases=(Rule,), namespace=own, frozen=True)


def _direction(chart: ChartForm, look: Callable, move: Callable) -> Callable:
    """∇_φ ℓ(ψ(φ + δ_φ)), with δ_φ by `look`, as `move` has it."""
    point, jacobian = chart.point, chart.jacobian

    def direction(loss, u, v, rho, amount, *others):
        x, y = point(u, v, amount)
        xu, xv, yu, yv = jacobian(u, v, amount)
        gx, gy = loss.gradient(x, y)
        du, dv = look(u, v, x, y, xu, xv, yu, yv, gx, gy, rho, *others)
        pu, pv = u + du, v + dv
        px, py = point(pu, pv, amount)
        ku, kv, lu, lv = jacobian(pu, pv, amount)
        hx, hy = loss.gradient(px, py)
        return move(ku * hx + lu * hy, kv * hx + lv * hy, xu, xv, yu, yv, ku, kv, lu, lv)

    return direction


def native(ascent: Callable) -> Callable:
    """δ_φ of the rule that takes φ for its parameters and Jᵀg for its gradient."""

    def look(u, v, x, y, xu, xv, yu, yv, gx, gy, rho, *others):
        gu, gv = xu * gx + yu * gy, xv * gx + yv * gy
        vu, vv = ascent(u, v, gu, gv, *others)
        return perturbation(gu, gv, vu, vv, rho)

    return look


def carried(ascent: Callable) -> Callable:
    """δ_φ = J⁻¹δ, of the metric JᵀGJ."""

    def look(u, v, x, y, xu, xv, yu, yv, gx, gy, rho, *others):
        vx, vy = ascent(x, y, gx, gy, *others)
        dx, dy = perturbation(gx, gy, vx, vy, rho)
        return solved(xu, xv, yu, yv, dx, dy)

    return look


def euclidean(du, dv, xu, xv, yu, yv, ku, kv, lu, lv):
    """d itself."""
    return du, dv


def at_phi(du, dv, xu, xv, yu, yv, ku, kv, lu, lv):
    """(JᵀJ)⁻¹d with J at φ."""
    tx, ty = solved(xu, yu, xv, yv, du, dv)
    return solved(xu, xv, yu, yv, tx, ty)


def there(du, dv, xu, xv, yu, yv, ku, kv, lu, lv):
    """(JᵀJ)⁻¹d with J at φ + δ_φ."""
    return at_phi(du, dv, ku, kv, lu, lv, ku, kv, lu, lv)


def solved(a, b, c, d, x, y):
    """The vector that [[a, b], [c, d]] maps to (x, y)."""
    det = a * d - b * c
    return (d * x - b * y) / det, (a * y - c * x) / det


METRICS = {"native": native, "carried": carried}
STEPS = {"euclidean": euclidean, "carried": at_phi, "carried there": there}
