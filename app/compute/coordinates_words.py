"""The view of coordinates in words: a table of each rule's numbers, one of defects, and what is true of them."""

from collections.abc import Iterator
from html import escape

import numpy as np

from app.compute.coordinates import ChartScene, defect, farthest, numbers, sharpness
from app.compute.outcome_words import OUTCOME_PHRASES
from app.compute.runs import Runs
from app.model.lineup import Entry
from app.model.state import State
from app.theme import line_sample
from landscapes.charts import CHARTS, Chart
from optimizers import ASAM
from optimizers.outcomes import OUTCOMES

EXACT = "exact"
HEADS = (
    "rule",
    "‖J δ_φ − δ‖ / ‖δ‖",
    "‖ψ(φ + δ_φ) − θ − δ‖",
    "order in ρ",
    "g·J δ_φ",
    "end θ",
    "outcome",
    "in θ itself",
    "λ_max",
    "paths apart",
)
NATIVE = "Native: each rule takes φ for its parameters, with the gradient g̃ = Jᵀg."
CARRIED = "Carried over: JᵀJ is the metric of SAM in φ, JᵀGJ that of the others, so that δ_φ = J⁻¹δ."
MOTIONS = (
    "Native paths with the Euclidean step are those of θ in rotations, reflections and translations (GD, SAM, Monge "
    "SAM), in swaps and flips of the axes (ASAM), or in these and translations (Fisher SAM); in other charts they need "
    "not be."
)
RISE = (
    "Monge SAM’s native first-order rise is g·J δ_φ = ρ‖g̃‖/√(1 + ‖g̃‖²), less than ρ in every chart: J δ_φ lies in "
    "the strip 0 < g·v < ρ wherever g ≠ 0. SAM’s is ρ‖g̃‖, which has no bound."
)
SCALE = "ASAM with η = 0 perturbs by the same δ under every scaling of the axes (Kwon et al. 2021)."
TRANSPORT = (
    "Carried over, SAM is as invariant as Monge SAM: what does it is the transport of the metric (Kristiadi et al. "
    "2024), not the metric that is transported."
)
AFFINE = "This chart is affine: a metric that is carried over gives the same perturbed point."
CURVED = (
    "This chart is not affine: a metric that is carried over gives the same J δ_φ, and a perturbed point that is off "
    "by no more than second order in ρ."
)
STEP = "With the Euclidean step paths need not coincide: the step has to be carried over too, as −α(JᵀJ)⁻¹∇_φ ℓ."
STEP_NATIVE = "With the step carried over, GD’s path in an affine chart is that of θ; the others’ need not be."
STEP_CURVED = (
    "The step is carried over too, but paths need not coincide: J differs between φ and φ + δ_φ, and along the step."
)
COINCIDE = "The step is carried over too, and the chart is affine: the paths are those of θ."
ROUNDOFF = "All this holds but for roundoff, which a chaotic run magnifies until the paths part."
STRETCHED = (
    "This stretch leaves the banana’s formula as it is (Dinh et al. 2017), so that the flattest minima in φ are "
    "φ = ±(1, 1), which is θ = ±({}, {})."
)
BALL = "At a minimum g = 0, and Monge SAM’s ball is SAM’s."
SENSE = "“Reparameterization-invariant” is true of a metric that is carried over, of Monge’s as of any other."
GRAPH = (
    "Natively I + g̃g̃ᵀ belongs to the graph of the loss over φ, which in general is another surface than that over θ."
)
NO_METRIC = "{} has no metric that could be carried over: it runs natively, with the Euclidean step."
NO_START = "The chart has no inverse at the start θ = ({}, {}), so that nothing runs in φ."


def sentences(scene: ChartScene) -> Iterator[str]:
    """What is true at this setting, sentence by sentence."""
    state, chart = scene.state, scene.chart
    if chart is None:
        yield scene.refused
        return
    if state.moment.hides("summary"):
        return  # they would tell what a lesson asks
    if not np.isfinite(scene.phi.start).all():
        yield NO_START.format(*map(_number, scene.start))
    yield SENSE
    carried, stepped = state.chart_metric == "carried", state.chart_step != "euclidean"
    for entry in state.entries():
        if entry.rule.ascent is None:
            yield NO_METRIC.format(entry.name)
    yield CARRIED if carried else NATIVE
    affine = chart.form.affine or chart.is_identity
    if carried:
        yield TRANSPORT
        yield AFFINE if affine else CURVED
        yield (COINCIDE if affine else STEP_CURVED) if stepped else STEP
    else:
        yield STEP_NATIVE if stepped else MOTIONS
        yield GRAPH
        yield RISE
        if any(isinstance(entry.rule, ASAM) for entry in state.entries()):
            yield SCALE
    if state.landscape == "banana" and chart.form.key == "stretch" and not chart.is_identity:
        yield STRETCHED.format(_number(chart.amount), _number(1 / chart.amount))
    yield BALL
    if not carried or (affine and stepped):
        yield ROUNDOFF


def table(scene: ChartScene) -> str:
    """HTML: a row for each rule, with its numbers at the start and where its run in φ ends."""
    if not scene.seen("table") or scene.chart is None:
        return ""
    itself = {run.entry.place: run for run in scene.pinned}
    rows = "".join(_row(scene, scene.chart, run, itself.get(run.entry.place)) for run in scene.runs)
    head = "".join(f"<th scope='col'>{subscripted(name)}</th>" for name in HEADS)
    at = f"At θ = ({_number(scene.start[0])}, {_number(scene.start[1])}), ρ = {_number(scene.state.rho)}"
    return f"<table class='numbers'><caption>{at}</caption><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def defects(scene: ChartScene) -> str:
    """HTML: ‖J δ_φ − δ‖ / ‖δ‖ of each chosen rule in each chart, at the amounts chosen for them."""
    state, landscape = scene.state, scene.state.landscape_object
    charts = [Chart(form, state.amount(key)) for key, form in CHARTS.items()]
    entries = [one for one in state.entries() if one.rule.ascent is not None and "rho" in one.rule.hyperparameters]
    if not entries or state.moment.hides("table"):
        return ""
    titles = (f"{escape(one.form.name)}, {one.form.symbol} = {_number(one.amount)}" for one in charts)
    head = "".join(f"<th scope='col'>{title}</th>" for title in titles)
    rows = ""
    for entry in entries:
        sizes = [defect(landscape, chart, entry.rule, scene.start, state.chart_metric) for chart in charts]
        cells = "".join(
            f"<td class='number{' now' * (chart.form.key == state.chart)}'>{_size(size)}</td>"
            for chart, size in zip(charts, sizes, strict=True)
        )
        rows += f"<tr>{_name(entry)}{cells}</tr>"
    caption = subscripted("‖J δ_φ − δ‖ / ‖δ‖ of each rule in each chart; it does not depend on ρ")
    return (
        f"<table class='numbers'><caption>{caption}</caption><thead><tr><th scope='col'>rule</th>{head}</tr></thead>"
        f"<tbody>{rows}</tbody></table>"
    )


def summary(scene: ChartScene) -> str:
    """The outcomes in one sentence, for screen readers."""
    if scene.chart is None:
        return scene.refused
    itself = {run.entry.place: run for run in scene.pinned}
    said = [
        f"{run.entry.name} ends {_phrase(run)}, and in θ itself {_phrase(itself[run.entry.place])}"
        for run in scene.seen("summary")
        if run.entry.place in itself
    ]
    return f"Chart {scene.chart.form.name}, {scene.chart.form.label}: {_number(scene.chart.amount)}. {'; '.join(said)}."


def _row(scene: ChartScene, chart: Chart, run: Runs, itself: Runs | None) -> str:
    state: State = scene.state
    landscape, end = state.landscape_object, run.final[:, 0]
    found = numbers(landscape, chart, state.rule(run.entry.place), scene.start, state.chart_metric)
    cells = ["—"] * 4
    if found is not None and np.isfinite(found.point):
        point = "0" if found.exact else _size(found.point)
        fitted = f"{found.order:.2f}" if found.order is not None else EXACT if found.exact else "—"
        cells = [_size(found.defect), point, fitted, _value(found.rise)]
    place = OUTCOMES[run.outcome[0]]
    where = "" if place == "diverged" else f"({_number(end[0])}, {_number(end[1])})"
    beside = "" if itself is None else OUTCOMES[itself.outcome[0]]
    curvature = _value(sharpness(landscape, end)) if place != "diverged" else ""
    apart = "" if itself is None else _size(farthest(run, itself))
    values = [*cells, where, place, beside, curvature, apart]
    text = {5, 6}
    return (
        f"<tr>{_name(run.entry)}"
        + "".join(f"<td{'' if n in text else ' class=number'}>{value}</td>" for n, value in enumerate(values))
        + "</tr>"
    )


def _phrase(run: Runs) -> str:
    place = OUTCOMES[run.outcome[0]]
    return OUTCOME_PHRASES.get(place, place)


def _name(entry: Entry) -> str:
    return f"<th scope='row'>{line_sample(entry.place)} {escape(entry.short)}</th>"


def _value(value: float) -> str:
    """A number, or a dash where there is none."""
    return _number(value) if np.isfinite(value) else "—"


def _size(value: float) -> str:
    """A length that may be roundoff."""
    return "0" if value < 1e-9 else _value(value)


def _number(value: float) -> str:
    return f"{value:.4g}".replace("-", "−")


def subscripted(words: str) -> str:
    """Words as HTML, with indices below the line."""
    return words.replace("_φ", "<sub>φ</sub>").replace("_max", "<sub>max</sub>")
