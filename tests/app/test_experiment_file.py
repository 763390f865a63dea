"""What the controls cannot show is refused in one sentence, never shown as something else."""

import pytest

from app.model.experiment_file import load
from app.model.state import State
from optimizers import GD, SAM, Experiment, Noise, Schedule
from optimizers.bases import Adam
from optimizers.starts import Points

START = Points((0.5,), (0.5,))


@pytest.mark.parametrize(
    ("rule", "course", "named"),
    [
        (GD(), {"base": Adam()}, "a base of its own"),
        (SAM(1.0), {"schedule": Schedule(learning_rate="cosine")}, "a schedule of its own"),
        (SAM(1.0), {"noise": Noise()}, "a noise of its own"),
    ],
)
def test_an_experiment_beyond_the_controls_is_refused(rule, course, named) -> None:
    state = State()
    before = state.setting()
    refused = load(Experiment("banana", (rule,), START, learning_rate=0.01, steps=20, **course).to_json(), state)
    assert named in refused
    assert state.setting() == before
