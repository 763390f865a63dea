"""One sentence refuses a number that is out of range, wherever it comes from."""

import argparse

import pytest

from app.__main__ import port
from app.model.link import read
from app.model.state import State
from figures.record import Parameter
from optimizers import SAM
from optimizers.cli.ranges import interval, rectangle
from optimizers.experiment import Experiment
from optimizers.hyperparameters import described
from optimizers.refusal import MAX_QUOTED, in_range, quoted, refusal

LIMIT = described(SAM)["rho"]
RANGE = in_range(LIMIT.low, LIMIT.high)


def experiment_with(rho: object) -> None:
    data = State(optimizers=["sam"]).experiment.to_dict()
    data["optimizers"][0]["rho"] = rho
    Experiment.from_dict(data)


def test_a_file_a_field_a_link_a_flag_and_a_figure_name_a_range_alike():
    with pytest.raises(ValueError, match=f"must be {RANGE}, not 11$"):
        experiment_with(11)
    assert State().try_update(rho=11.0) == refusal(State.param.rho.label, RANGE, "11.0") + "."
    assert f"(expected {RANGE})" in read("?rho=11").ignored
    with pytest.raises(ValueError, match=f"each {RANGE}, not 0 11$"):
        interval("--rho-range", (0, 11), LIMIT)
    with pytest.raises(ValueError, match=f"{in_range(-1e6, 1e6)}, not 1 0 0 1$"):
        rectangle("--window", (1, 0, 0, 1))
    with pytest.raises(ValueError, match=f"must be {RANGE}, not 11$"):
        Parameter("rho", "ρ", 1.0, LIMIT.low, LIMIT.high).check(11)
    with pytest.raises(argparse.ArgumentTypeError, match=in_range(1, 65535, whole=True)):
        port("0")


@pytest.mark.parametrize("bound", [1e-6, 0.001, 10.0, 5000, 2**32 - 1])
def test_the_bounds_of_a_range_are_the_numbers_themselves(bound):
    *_, low, _, high = in_range(bound, bound).split()
    assert float(low) == float(high) == bound


def test_a_long_value_is_cut():
    assert len(quoted("x" * 1000)) == MAX_QUOTED
    assert quoted("x") == "'x'"
