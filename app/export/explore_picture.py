"""The explorer's picture by Matplotlib, for slides and print."""

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.patheffects import Normal, Stroke

from app.compute.backgrounds import Sampler
from app.compute.loss_raster import LEVELS, UNDEFINED, coded, has_gaps, sample, scale
from app.compute.runs import Runs
from app.layers.loss_surface import home
from app.model.lineup import PAPER_KEYS, Entry, in_full
from app.model.state import State
from app.theme import LIGHT, colour
from figures.style import EDGE, LINE, START, linestyle, short
from optimizers.sharpness import FIELDS

WIDTH = 8.0  # inches
MAX_LINES = 500  # paths of one rule
FEW = 20
MAX_COLUMNS = 5  # of the legend


def picture(state: State, runs: list[Runs]) -> Figure:
    """Draws the visible region: the loss, the paths of the chosen rules, their starts (grey) and ends (stars)."""
    left, right, bottom, top = box = state.view or home(state)
    figure = Figure(figsize=(WIDTH, 1.2 + WIDTH * (top - bottom) / (right - left)), layout="constrained")
    axes = figure.add_subplot(aspect="equal", xlim=(left, right), ylim=(bottom, top), xlabel="θ₁", ylabel="θ₂")
    axes.set_title(_title(state))
    axes.grid(False)
    _loss(axes, state, box)
    for run in runs:
        _paths(axes, run)
    x, y = state.starts().positions()
    few = x.size <= FEW
    axes.plot(x, y, "o", color=START, markeredgecolor=EDGE, markersize=7 if few else 4, zorder=4)
    for run in runs:
        ends = run.final[:, np.isfinite(run.final).all(axis=0)]
        axes.plot(
            *ends, "*", color=colour(run.entry.place), markeredgecolor=EDGE, markeredgewidth=1 if few else 0.6,
            markersize=17 if few else 9, zorder=5,
        )  # fmt: skip
    if runs:
        legend = figure.legend(loc="outside lower center", ncols=min(len(runs), MAX_COLUMNS), frameon=False)
        for line in legend.get_lines():
            line.set_linewidth(LINE)
    return figure


def _title(state: State) -> str:
    behind = "" if state.background == "loss" else f"\nGrey: {FIELDS[state.background].name}"
    course = f", {state.course.words}" * bool(state.course.words)
    shared = f"ρ = {state.rho:g}, " * any("rho" in state.rule(place).hyperparameters for place in state.optimizers)
    return f"{state.landscape_object.name}: {shared}α = {state.learning_rate:g}, {state.steps} steps{course}{behind}"


def _label(entry: Entry) -> str:
    """The name of a rule; of an added one with its own hyperparameters."""
    return short(entry.rule.key) if entry.place in PAPER_KEYS else in_full(entry.rule)


def _loss(axes, state: State, box) -> None:
    from matplotlib.colors import ListedColormap

    x, y, loss = sample(state.landscape_object, box)
    colours = scale(state.landscape_object)
    codes, shades = coded(colours.fraction(loss)), LIGHT.loss_codes
    if state.background != "loss":
        shown = Sampler()(state, box)
        assert shown is not None  # without a background runner it is computed at once
        codes, shades = shown.shades, LIGHT.field_codes
    left, right, bottom, top = box
    axes.imshow(
        codes,
        extent=(left, right, bottom, top),
        origin="lower",
        cmap=ListedColormap(shades),
        vmin=-0.5,
        vmax=len(shades) - 0.5,
        interpolation="bilinear",
        interpolation_stage="rgba",
        aspect="equal",
        zorder=0,
    )
    if has_gaps(codes):
        axes.set_title(f"{axes.get_title()}\nStriped: {UNDEFINED}")
    levels = np.unique(colours.levels())
    if levels.size == LEVELS:
        axes.contour(
            x, y, np.ma.masked_invalid(loss), levels=levels, colors=EDGE, linewidths=0.6, alpha=0.25, linestyles="-"
        )


def _paths(axes, run: Runs) -> None:
    positions = run.paths.positions
    shown = positions[:, :, :: max(1, -(-positions.shape[2] // MAX_LINES))]
    segments = np.where(np.isfinite(shown), shown, np.nan).transpose(2, 0, 1)
    few = shown.shape[2] <= FEW
    axes.add_collection(
        LineCollection(
            list(segments),
            colors=colour(run.entry.place),
            linestyles=[linestyle(run.entry.place)] if few else "-",
            linewidths=LINE if few else 1.0,
            label=_label(run.entry),
            path_effects=[Stroke(linewidth=LINE + 2, foreground=LIGHT.halo, alpha=0.7), Normal()] if few else None,
            zorder=3,
        ),
        autolim=False,
    )
