"""What is taken home: files hold the numbers that the engine gives, and the handout asks nobody for anything."""

import csv
import io
import re

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from app.compute.runs import Runner
from app.export.downloads import DOWNLOADS, MAX_POSITIONS, SURFACE, numbers_npz, outcomes_csv, trajectories_csv
from app.export.explore_picture import picture
from app.export.handout import handout
from app.layers.playback import MAX_PLAYED
from app.model.state import State
from landscapes import LANDSCAPES
from optimizers.citation import bibtex
from optimizers.outcomes import OUTCOMES, outcome
from optimizers.spelling import spelled
from tests.paths import ROOT

STATES = {
    "one start": {},
    "a grid": {"mode": "grid", "size": 4, "optimizers": ["sam", "asam"]},
    "a large cloud": {"mode": "cloud", "count": 700, "steps": 160},
    "no optimizer": {"optimizers": []},
    "divergence": {"learning_rate": 10.0, "x": 3.0, "y": 3.0},
}


EXPLORED = [download for download in DOWNLOADS if download.group != SURFACE]


def picture_of(state: State):
    return picture(state, Runner()(state))


every_state = pytest.mark.parametrize("chosen", STATES.values(), ids=STATES)


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode())))


@every_state
def test_every_file_can_be_made_of_every_state(chosen, sweep):
    """In the short form every third file of a state, beginning with another one for each."""
    every, first = sweep.count(3, 1), [*STATES.values()].index(chosen)
    for number, download in enumerate(EXPLORED):
        if (number - first) % every == 0:
            assert len(download.make(State(**chosen))) > 0, download.filename


def test_outcomes_are_those_of_the_engine_bit_for_bit():
    state = State(mode="grid", size=4)
    table = rows(outcomes_csv(state))
    expected = state.experiment.run()
    assert [row["optimizer"] for row in table] == [spelled(t.rule) for t in expected for _ in range(16)]
    final = np.concatenate([t.final for t in expected], axis=1)
    assert_array_equal([[float(row[name]) for row in table] for name in ("final_x", "final_y")], final)
    codes = np.concatenate([outcome(LANDSCAPES["banana"], t.final) for t in expected])
    assert [row["outcome"] for row in table] == [OUTCOMES[code] for code in codes]


def test_trajectories_are_those_of_the_engine_bit_for_bit():
    state = State(mode="grid", size=2, optimizers=["sam"], steps=5)
    (expected,) = state.experiment.run()
    for row in rows(trajectories_csv(state)):
        position = expected.positions[int(row["step"]), :, int(row["start"])]
        assert_array_equal((float(row["x"]), float(row["y"])), position)
        assert float(row["loss"]) == LANDSCAPES["banana"].value(*position)


def test_arrays_come_with_the_experiment_that_made_them():
    state = State(mode="grid", size=3)
    arrays = np.load(io.BytesIO(numbers_npz(state)))
    assert str(arrays["experiment"]) == state.experiment.to_json()
    assert_array_equal(arrays["positions"], [t.positions for t in state.experiment.run()])
    assert_array_equal(arrays["start"], state.starts().positions())


def test_of_too_many_trajectories_every_nth_is_kept_and_named():
    state = State(mode="cloud", count=2000, steps=300, optimizers=["sam", "m-sam"])
    arrays = np.load(io.BytesIO(numbers_npz(state)))
    kept = arrays["positions_of_start"]
    assert kept.size * 301 * 2 <= MAX_POSITIONS
    assert arrays["final"].shape == (2, 2, 2000)
    assert_array_equal(arrays["positions"][:, -1], arrays["final"][:, :, kept])


def test_the_picture_shows_paths_starts_and_ends():
    (axes,) = picture_of(State(optimizers=["sam", "m-sam"])).axes
    expected = State(optimizers=["sam", "m-sam"]).experiment.run()
    for drawn, trajectory in zip([c for c in axes.collections if c.get_label()[0] != "_"], expected, strict=True):
        assert_array_equal(drawn.get_segments()[0], trajectory.positions[:, :, 0])
    start, *ends = axes.lines
    assert start.get_xydata().tolist() == [[-1.5, 0.5]]
    assert_array_equal([end.get_xydata()[0] for end in ends], [t.final[:, 0] for t in expected])


def test_the_picture_is_of_what_is_looked_at():
    state = State()
    assert picture_of(state).axes[0].get_xlim() == (-3, 3)
    state.view = (-2.0, 0.0, -1.0, 1.0)
    (axes,) = picture_of(state).axes
    assert (*axes.get_xlim(), *axes.get_ylim()) == state.view


def test_the_handout_says_what_was_run_what_came_of_it_and_whom_to_cite():
    page = handout(State(mode="cloud", count=50, seed=7))
    for words in (
        "Monge SAM (ρ = 1)",
        "α = 0.01",
        "200 steps",
        "50 starts",
        "seed 7",
        "Final position and motion",
        "Cloud(count=50",
    ):
        assert words in page
    assert "Jacobsen, Albert" in page


def test_a_handout_of_many_runs_stays_small_and_says_what_it_left_out():
    page = handout(State(mode="cloud", count=10_000))
    assert "One start in" in page
    assert len(page) < 3_000_000 + 11 * MAX_PLAYED


def test_the_citation_is_of_this_version():
    described = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    version = re.search(r"^version: (.+)$", described, re.MULTILINE)[1]
    assert f"version = {{{version}}}" in bibtex()
    assert re.search(r"arXiv:([\d.]+)", described)[1] in bibtex()
