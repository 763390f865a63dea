"""What the session sends to be played, taken apart and compared, as data."""

import re

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from app.browser.source_updates import SourceUpdates
from app.compute.outcome_summary import table
from app.compute.pinned import PinnedRuns
from app.compute.runs import Runner, runs_of
from app.compute.scene import Scene
from app.compute.step_words import inverse
from app.layers.loss_curve import LossCurve
from app.layers.loss_surface import home
from app.layers.marginals import Marginals
from app.layers.pinned_run import PinnedRun
from app.layers.playback import MAX_PLAYED, Playback, played_every
from app.layers.step_anatomy import COLUMNS, dissected, middle
from app.layers.step_slice import TIMES, sliced
from app.layers.trajectories import Trajectories
from app.model.lineup import PAPER_KEYS, PLACES
from app.model.state import State
from app.theme import LIGHT
from optimizers import OPTIMIZERS, Adam
from optimizers.anatomy import anatomy
from tests.claims.anatomy import script


class Stage:
    """Plots without a page, and what is sent to them."""

    def __init__(self, **choices) -> None:
        from bokeh.plotting import figure

        self.state, self.updates, self.runner = State(**choices), SourceUpdates(), Runner()
        plane = figure()
        self.loss, self.marginals = LossCurve(self.updates, self.state), Marginals(self.updates, plane)
        self.pinned, self.pinned_run = PinnedRuns(Runner()), PinnedRun(self.updates, plane)
        self.setting: dict | None = None
        paths = Trajectories(self.updates, plane)
        self.playback = Playback(self.updates, self.state.steps, plane, self.loss, paths, self.marginals)

    def scene(self, playing: bool = False) -> Scene:
        pinned = tuple(self.pinned(self.setting))
        return Scene(self.state, home(self.state), tuple(self.runner(self.state)), pinned, playing)

    def sent(self, wanted: bool) -> dict:
        self.playback.draw(self.scene(wanted), self.updates)
        return dict(self.updates.take())

    def ghosts(self) -> dict:
        """What is drawn of the pinned run, on every view."""
        for layer in (self.pinned_run, self.loss, self.marginals):
            layer.draw(self.scene(), self.updates)
        return {name: columns for name, columns in self.updates.take().items() if name.startswith("pinned")}


def test_one_run_of_each_rule_is_there_before_it_is_played() -> None:
    stage = Stage()
    columns = stage.sent(wanted=False)
    played = columns["played"]["positions"].reshape(3, 2, 201)
    for path, run in zip(played, stage.runner(stage.state), strict=True):
        assert_array_equal(path, run.paths.positions[:, :, 0].T.astype(np.float32))
    assert columns["playback"]["runs"] == [[1, 1, 1] + [0] * (len(PLACES) - 3)]
    assert list(columns)[-1] == "playback"


def test_many_runs_are_sent_when_they_are_wanted_and_once() -> None:
    stage = Stage(mode="grid", optimizers=["sam", "m-sam"])
    assert len(stage.sent(wanted=False)["played"]["positions"]) == 0
    played = stage.sent(wanted=True)["played"]["positions"].reshape(2, 2, 100, 201)
    for paths, run in zip(played, stage.runner(stage.state), strict=True):
        assert_array_equal(paths, run.paths.positions.transpose(1, 2, 0).astype(np.float32))
    assert "played" not in stage.sent(wanted=False)
    assert "played" not in stage.sent(wanted=True)


def test_of_too_many_runs_every_nth_is_played() -> None:
    stage = Stage(mode="cloud", count=10_000, optimizers=["sam", "m-sam"])
    runs = stage.runner(stage.state)
    columns = stage.sent(wanted=True)
    positions = columns["played"]["positions"]
    assert 0.5 * MAX_PLAYED < positions.size / 2 <= MAX_PLAYED * 1.02
    starts = stage.state.starts().positions()[:, :: played_every(runs)]
    assert_allclose(positions.reshape(2, 2, -1, 201)[0, :, :, 0], starts, rtol=1e-6)


@pytest.mark.parametrize("key", PAPER_KEYS)
def test_every_step_of_a_run_is_taken_apart(key: str) -> None:
    state = State(optimizers=[key], mode="grid", size=3, centre_x=0.4)
    (run,) = Runner()(state)
    at = middle(state, run)
    assert_allclose(run.paths.positions[0, :, at], (0.4, 0.0), atol=1e-12)
    numbers = dissected(run, at)
    first = run.paths.positions[0, :, at]
    taken = anatomy(state.rule(key), state.landscape_object, first, state.learning_rate)
    assert_allclose(numbers[:, 0], np.concatenate(taken[:8]), rtol=1e-6, atol=1e-30)
    columns = dict(zip(COLUMNS, numbers, strict=True))
    assert_allclose(
        (columns["nx"][:-1], columns["ny"][:-1]), (columns["x"][1:], columns["y"][1:]), atol=1e-6, rtol=1e-6
    )


@pytest.mark.parametrize("key", ["gd", "sam", "m-sam"])
def test_the_slice_of_a_step_goes_through_its_point_and_the_perturbed_one(key: str) -> None:
    (run,) = Runner()(State(optimizers=[key], landscape="saddle"))
    losses, columns = sliced(run, 0), dict(zip(COLUMNS, dissected(run, 0), strict=True))
    value = run.paths.landscape.value
    for time in (-1.5, 0.0, 1.0, 1.5):
        found = losses[np.flatnonzero(np.isclose(TIMES, time)).item()]
        there = columns["x"] + time * columns["dx"], columns["y"] + time * columns["dy"]
        assert_allclose(found, value(*there), rtol=1e-6)


def test_the_slice_is_drawn_with_both_points_marked_or_not_at_all() -> None:
    def drawn(losses: list[float | None] | None, dx: float = 1.0) -> str:
        step = {"dx": dx, "dy": 0.0}
        program = "(times, losses, step) => sliceDrawing(times, losses, step, String)"
        return script("app/widgets/step_slice.mjs", f"drawn: {program}")("drawn", TIMES.tolist(), losses, step)

    losses = (TIMES**2).tolist()
    assert 'aria-label="ℓ along δ: 0 at θ, 1 at θ + δ"' in drawn(losses)
    assert [*re.findall(r'<circle cx="([\d.]+)" cy="([\d.]+)"', drawn(losses))] == [("150", "60"), ("242", "38.7")]
    assert drawn(losses, dx=0.0) == drawn([*losses[:-1], None]) == drawn(None) == ""


def test_a_pinned_run_stays_while_the_choices_change() -> None:
    stage = Stage()
    stage.setting = stage.state.setting()
    before = stage.ghosts()
    assert before.keys() == {f"pinned {what}" for what in ("paths", "ends", "losses", "marginal 0", "marginal 1")}
    ends = [run.final[:, 0] for run in stage.runner(stage.state)]
    assert_allclose(np.stack([before["pinned ends"][axis] for axis in "xy"], axis=1), ends, rtol=1e-6)
    stage.state.try_update(rho=0.4, learning_rate=0.02)
    assert not {"pinned paths", "pinned ends", "pinned losses"} & stage.ghosts().keys()
    assert set(stage.pinned.differences(stage.state).split(", ")) == {"Radius ρ = 1", "Learning rate α = 0.01"}
    stage.setting = None
    assert stage.ghosts()["pinned paths"]["xs"] == []


def test_what_a_pinned_run_was_made_with_is_said_as_far_as_it_matters() -> None:
    stage = Stage()
    stage.pinned(stage.state.setting())
    assert stage.pinned.differences(stage.state) == ""
    stage.state.choose_landscape("sinc")
    assert set(stage.pinned.differences(stage.state).split(", ")) == {
        "Banana",
        "Learning rate α = 0.01",
        "Start θ₁ = -1.5",
        "Start θ₂ = 0.5",
    }


def test_losses_above_a_minimum_are_not_drawn_on_an_axis_of_losses() -> None:
    stage = Stage()
    stage.setting = stage.state.setting()
    assert len(stage.ghosts()["pinned losses"]["xs"]) == 3
    stage.state.try_update(landscape="formula", formula="x**2 - y**2")
    assert stage.state.landscape_object.minimum is None
    assert stage.ghosts()["pinned losses"]["xs"] == []


def test_the_table_shows_a_beside_b() -> None:
    state, runner = State(optimizers=["gd", "sam"]), Runner()
    pinned = runner(state)
    state.try_update(rho=0.4, optimizers=["sam", "m-sam"])
    html = table(runner(state), LIGHT, pinned)
    heads = [part.split("</th>")[0].split(">")[-1].strip() for part in html.split('<th scope="row"')[1:]]
    assert heads == ["GD, A", "SAM", "A", "M-SAM"]
    assert "saddle" in html.split('aria-label="SAM, A"')[1]


def test_metrics_are_typeset() -> None:
    assert [inverse(OPTIMIZERS[key].metric) for key in ("sam", "m-sam", "fisher-sam", "asam")] == [
        "",
        "(I + <i>g</i><i>g</i>ᵀ)<sup>−1</sup>",
        "diag(1 + η <i>g</i>ᵢ²)<sup>−1</sup>",
        "diag(|θᵢ| + η)<sup>2</sup>",
    ]


def test_a_step_of_another_base_leads_to_the_next_position() -> None:
    state = State(base=Adam(), schedule="cosine", rho_schedule="warm-up", noise=0.1, steps=20, optimizers=["sam"])
    (shown,) = runs_of(state)
    numbers = dict(zip(COLUMNS, dissected(shown, 0), strict=True))
    path = shown.paths.positions[:, :, 0]
    for axis, name in enumerate(("nx", "ny")):
        assert_array_equal(numbers[name][:-1], path[1:, axis])
    lengths = np.hypot(numbers["dx"], numbers["dy"])[:20]
    assert_allclose(lengths, state.course.schedule.factors(20)[:, 1], rtol=1e-5)


def test_the_numbers_of_a_step_that_diverges_are_those_of_the_run() -> None:
    """The card said "not finite" of a gradient of 1e51, which float32 does not hold."""
    state = State(landscape="rosenbrock", learning_rate=0.003, steps=6, optimizers=["gd"], x=-1.9, y=3.0)
    (shown,) = Runner()(state)
    numbers, path = dict(zip(COLUMNS, dissected(shown, 0), strict=True)), shown.paths.positions[:, :, 0].T
    assert 1e39 < np.abs(numbers["gx"]).max() < np.inf
    assert_array_equal((numbers["gx"], numbers["gy"]), state.landscape_object.gradient(*path))
