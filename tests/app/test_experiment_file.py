"""A file of every base optimizer, schedule and noise is shown exactly."""

import pytest

from app.export.downloads import experiment_json
from app.model.experiment_file import load
from app.model.link import write
from app.model.state import State
from optimizers import SAM, Experiment, Noise, Schedule
from optimizers.bases import Adam, HeavyBall
from optimizers.starts import Points

START = Points((0.5,), (0.5,))


@pytest.mark.parametrize(
    "course",
    [
        {"base": Adam(memory=0.8)},
        {"schedule": Schedule(learning_rate="cosine", rho="warm-up")},
        {"noise": Noise(0.25, 7)},
        {"base": HeavyBall(), "schedule": Schedule("inverse-sqrt"), "noise": Noise()},
    ],
)
def test_an_experiment_with_a_course_of_its_own_is_opened_with_every_bit(course) -> None:
    experiment = Experiment("banana", (SAM(1.0),), START, learning_rate=0.01, steps=20, **course)
    state = State()
    assert load(experiment.to_json(), state) is None
    assert state.experiment == experiment


def test_a_saved_file_holds_all_that_the_link_holds() -> None:
    state = State(optimizers=["sam"], rho=0.4)
    pinned = State(rho=0.7).setting()
    assert (
        state.try_update(
            step=7, stage=3, anatomy=True, pinned=pinned, background="sharpness", zoom=(-1.0, 1.0, -1.0, 1.0)
        )
        is None
    )
    saved = experiment_json(state).decode()
    assert Experiment.from_json(saved) == state.experiment
    other = State(landscape="sinc", step=3)
    assert load(saved, other) is None
    assert write(other) == write(state)
    assert load(state.experiment.to_json(), other) is None  # a script's, which says nothing of what is shown
    assert other.step == 7
