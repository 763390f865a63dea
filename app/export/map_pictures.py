"""The map views drawn by Matplotlib, for slides and print."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from app.compute.borders import outline, outlined, stationary
from app.compute.destination_summary import difference_in_a_title, in_a_title
from app.compute.destinations import (
    DestinationQuery,
    Maps,
    destination_codes,
    destination_colours,
    difference_codes,
    difference_colours,
)
from app.compute.phase_colours import LABELS, MAX_DIVERGED, NOTHING, codes, colours, quantity_label, scale, values
from app.compute.phase_diagram import BOX, LEARNING_RATE, PAPER, RHO, marks, of_the_paper, settings
from app.compute.runs import Runs
from app.compute.stability import Field, StabilityQuery, shades, ticks
from app.export.map_sheet import TEXT, on_the_plane, paint, setting, sheet, trace
from app.layers.map_image import columns_of
from app.model.lineup import Entry
from app.model.state import DOMINANT, LOSS, State
from app.theme import LIGHT, SHADES
from figures.loss_colours import UNDEFINED
from figures.style import EDGE, LINE, OUTCOME_COLOURS, START, published
from optimizers import Rule
from optimizers.maps import PhaseDiagram, difference
from optimizers.outcomes import OUTCOMES
from optimizers.stability import CRITERIA

LARGE = 7.5  # inches, the width of a panel that stands alone

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def destinations_picture(
    query: DestinationQuery, maps: Maps, pair: tuple[Entry, Entry], shown: Sequence[Entry], runs: Sequence[Runs]
) -> "Figure":
    """A panel for each rule that is shown, and one for the difference of a pair.

    Args:
        asked, maps: question and answer.
        pair: the rules that are compared.
        shown: the rules that have a panel.
        runs: from one start, to be drawn over the maps of their rules; empty where there are many starts.
    """
    from matplotlib.patches import Patch

    left, right, bottom, top = query.box
    rho = _rho(*(entry.rule for entry in query.entries))
    title = setting(query.landscape, query.steps, rho | {"α": query.learning_rate})
    with published():
        columns = columns_of(len(shown) + 1)
        figure, axes = sheet(title, len(shown) + 1, columns, (top - bottom) / (right - left))
        for entry, one in zip(shown, axes, strict=False):
            found = maps[entry.place]
            paint(one, destination_codes(found), destination_colours(), query.box)
            one.set_title(in_a_title(entry.short, found.shares), fontsize=TEXT)
            for run in runs:
                if run.entry.place == entry.place:
                    trace(one, run)
        first, second = (maps[entry.place] for entry in pair)
        paint(axes[-1], difference_codes(first, second), difference_colours("#ffffff"), query.box)
        differing = difference_in_a_title(pair[0].short, pair[1].short, difference(first, second))
        axes[-1].set_title(differing, fontsize=TEXT)
        for run in runs[:1]:
            axes[-1].plot(*run.paths.positions[0], "o", color=START, markeredgecolor=EDGE, markersize=7)
        for one in axes:
            on_the_plane(one, query.box)
        patches = [Patch(facecolor=fill, edgecolor=EDGE, label=name) for name, fill in OUTCOME_COLOURS.items()]
        figure.legend(
            handles=patches, loc="outside lower center", ncols=len(patches) // 2, frameon=False, fontsize=TEXT
        )
    return figure


def phase_picture(diagram: PhaseDiagram, state: State, entries: Sequence[Entry]) -> "Figure":
    """A panel for each rule; cross: the session's setting of it, circle: the paper's where it has one."""
    from matplotlib.patches import Patch

    what = state.phase
    label = _capital(LABELS[DOMINANT] if what == DOMINANT else quantity_label(what))
    title = f"{setting(diagram.landscape, diagram.steps, {})}, {diagram.runs} starts\n{label}"
    paper = of_the_paper(diagram.landscape)
    with published():
        figure, axes = sheet(title, len(entries), columns_of(len(entries)), 0.9)
        for entry, one, panel in zip(entries, codes(diagram, what), axes, strict=True):
            image = paint(panel, one, colours(what), BOX)
            panel.set_title(entry.short, fontsize=TEXT + 2)
            for edge, width in ((EDGE, 4), ("#ffffff", 2)):
                for marker, size, places in [("o", 15, [PAPER])] * paper + [("+", 11, settings(state, entry))]:
                    panel.plot(
                        *marks(places).values(), marker, markersize=size, markerfacecolor="none",
                        markeredgecolor=edge, markeredgewidth=width, clip_on=True,
                    )  # fmt: skip
            panel.set(xlim=LEARNING_RATE, ylim=RHO)
            _decades(panel)
        if axes and what != DOMINANT:
            bar = figure.colorbar(image, ax=axes, boundaries=np.arange(NOTHING + 1) - 0.5, shrink=0.8)
            bar.set_ticks([0, NOTHING - 1], labels=scale(values(diagram, what), what).ends(), fontsize=TEXT)
        if axes:
            circle, grey = "○ the paper’s ρ = 1, α = 0.01   " * paper, f"   {MAX_DIVERGED}" * (what == LOSS)
            figure.supxlabel(f"{circle}+ this session’s setting{grey}", fontsize=TEXT)
        if what == DOMINANT:
            patches = [Patch(facecolor=fill, edgecolor=EDGE, label=name) for name, fill in OUTCOME_COLOURS.items()]
            figure.legend(handles=patches, loc="outside lower center", ncols=len(patches), frameon=False, fontsize=TEXT)
    return figure


def _rho(*rules: Rule) -> dict[str, float]:
    """The one ρ of all rules that have one; nothing where they differ."""
    radii = {np.asarray(rule.hyperparameters["rho"]).item() for rule in rules if "rho" in rule.hyperparameters}
    return {"ρ": radii.pop()} if len(radii) == 1 else {}


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _decades(panel: "Axes") -> None:
    for axis, (low, high), name in ((panel.xaxis, LEARNING_RATE, "α"), (panel.yaxis, RHO, "ρ")):
        places = range(round(low), round(high) + 1)
        axis.set_ticks(list(places), labels=[f"{10.0**place:g}" for place in places])
        axis.set_label_text(name, fontsize=TEXT + 2)


def stability_picture(query: StabilityQuery, found: Field, runs: Runs) -> "Figure":
    """The criterion's values, the border of what ends at the saddle, the stationary points, and the paths."""
    left, right, bottom, top = query.box
    criterion, goal = CRITERIA[query.criterion], outlined(query.landscape)
    title = setting(query.landscape, query.steps, _rho(query.rule) | {"α": query.learning_rate})
    with published():
        figure, (axes,) = sheet(title, 1, 1, (top - bottom) / (right - left))
        figure.set_size_inches(LARGE + 1.6, LARGE * (top - bottom) / (right - left) + 1.4)
        image = paint(axes, shades(found.value), LIGHT.loss_codes, query.box)
        axes.set_title(f"{criterion.symbol} for {runs.entry.short}", fontsize=TEXT + 3)
        border = outline(found.ends.outcome == OUTCOMES.index(goal), query.box).values()
        axes.plot(*border, color=LIGHT.halo, linewidth=LINE + 2.5)
        axes.plot(*border, color=EDGE, linewidth=LINE, label=f"border of the starts that end at the {goal}")
        axes.plot(*stationary(query.landscape, connected=True).values(), ":", color=EDGE, linewidth=1.5)
        axes.plot(
            *stationary(query.landscape, connected=False).values(), "D", color=EDGE, markerfacecolor="none",
            markeredgewidth=1.5, label="∇ℓ = 0",
        )  # fmt: skip
        if np.isnan(found.value).any():
            axes.plot([], [], " ", label=f"striped: {UNDEFINED}")
        axes.plot(*found.flagged().values(), "x", color=EDGE, markeredgewidth=2.5, markersize=9)
        trace(axes, runs)
        on_the_plane(axes, query.box)
        bar = figure.colorbar(image, ax=axes, boundaries=np.arange(SHADES + 1) - 0.5, shrink=0.9)
        bar.set_ticks(list(ticks()), labels=list(ticks().values()), fontsize=TEXT)
        figure.legend(loc="outside lower center", ncols=2, frameon=False, fontsize=TEXT)
    return figure
