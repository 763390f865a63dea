"""A file of every base optimizer, schedule and noise is shown exactly."""

import pytest

from app.model.experiment_file import load
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
