"""A rule as it runs in the coordinates φ of a chart: a rule itself, whose points are φ, on the loss of θ.

The chart's amount is a hyperparameter, so that one kernel serves all amounts.
"""

from dataclasses import make_dataclass
from functools import lru_cache
from typing import Any

from landscapes.charts import Chart, ChartForm
from landscapes.elementary import where
from optimizers.hyperparameters import described, hyperparameter
from optimizers.rules import Rule
from optimizers.rules.perturbation import perturbation

METRICS = ("native", "carried")
STEPS = ("euclidean", "carried", "carried there")  # by the number that the direction takes for them


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
        raise ValueError(f"metric must be one of {METRICS} and step one of {STEPS}, not {metric!r} and {step!r}")
    given = dict(rule.hyperparameters)
    rho = given.pop("rho", 0.0)
    kind: Any = type(rule)
    form = _class(kind, chart.form)
    return form(rho, chart.amount, float(METRICS.index(metric)), float(STEPS.index(step)), *given.values())


@lru_cache(maxsize=128)
def _class(form: Any, chart: ChartForm) -> Any:
    amount = hyperparameter(
        low=chart.low, high=chart.high, symbol=chart.symbol, label=chart.label, about="Amount of the chart."
    )
    names: list[Any] = ["rho", ("amount", Any, amount), "metric_carried", "step_carried"]
    names += [(name, Any, hyperparameter(**vars(limit))) for name, limit in described(form).items() if name != "rho"]
    own = {"key": form.key, "name": form.name, "direction": staticmethod(_direction(form.ascent, chart))}
    return make_dataclass(f"{form.__name__}InChart", names, bases=(Rule,), namespace=own, frozen=True)


def _direction(ascent: Any, chart: ChartForm) -> Any:
    point, jacobian = chart.point, chart.jacobian

    def direction(loss, u, v, rho, amount, metric_carried, step_carried, *others):
        x, y = point(u, v, amount)
        xu, xv, yu, yv = jacobian(u, v, amount)
        gx, gy = loss.gradient(x, y)
        gu, gv = xu * gx + yu * gy, xv * gx + yv * gy
        au, av = ascent(u, v, gu, gv, *others)
        nu, nv = perturbation(gu, gv, au, av, rho)
        ax, ay = ascent(x, y, gx, gy, *others)
        dx, dy = perturbation(gx, gy, ax, ay, rho)
        det = xu * yv - xv * yu
        carried = metric_carried == 1.0
        pu = u + where(carried, (yv * dx - xv * dy) / det, nu)
        pv = v + where(carried, (xu * dy - yu * dx) / det, nv)
        px, py = point(pu, pv, amount)
        ku, kv, lu, lv = jacobian(pu, pv, amount)
        hx, hy = loss.gradient(px, py)
        hu, hv = ku * hx + lu * hy, kv * hx + lv * hy
        there = step_carried == 2.0
        xu, xv = where(there, ku, xu), where(there, kv, xv)
        yu, yv = where(there, lu, yu), where(there, lv, yv)
        det = xu * yv - xv * yu
        # J⁻¹ J⁻ᵀ d
        tx, ty = (yv * hu - yu * hv) / det, (xu * hv - xv * hu) / det
        su, sv = (yv * tx - xv * ty) / det, (xu * ty - yu * tx) / det
        euclidean = step_carried == 0.0
        return where(euclidean, hu, su), where(euclidean, hv, sv)

    return direction
