"""The explorer's picture by Matplotlib, for slides and print."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from app.compute.backgrounds import Sampler
from app.compute.runs import Runs
from app.layers.loss_surface import home
from app.model.state import State
from app.theme import LIGHT
from figures.run_picture import Line, RunPicture, label, page, panels
from optimizers.sharpness import FIELDS


def picture(state: State, runs: Sequence[Runs]) -> Figure:
    """Draws the visible region: the loss, the paths of the chosen rules, their starts (grey) and ends (stars).

    Each rule has a panel of its own where the screen has.
    """
    shown = described(state, runs)
    return panels(shown) if state.panels and runs else page(shown).figure


def described(state: State, runs: Sequence[Runs]) -> RunPicture:
    """What the picture of a state shows."""
    box = state.region if state.panels else state.view or home(state)
    field: tuple[str, np.ndarray, Sequence[str]] | None = None
    if state.background != "loss":
        shown = Sampler()(state, box)
        assert shown is not None  # without a background runner it is computed at once
        field = FIELDS[state.background].name, shown.shades, LIGHT.field_codes
    lines = [
        Line(run.entry.place, label(run.entry.place, run.entry.rule), run.paths.positions, run.final) for run in runs
    ]
    return RunPicture(state.landscape_object, box, _settings(state), state.starts().positions(), tuple(lines), field)


def _settings(state: State) -> tuple[str, ...]:
    shared = [f"ρ = {state.rho:g}"] * any("rho" in state.rule(place).hyperparameters for place in state.optimizers)
    course = [state.course.words] * bool(state.course.words)
    return (*shared, f"α = {state.learning_rate:g}", f"{state.steps} steps", *course)
