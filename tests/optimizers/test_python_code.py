"""An experiment as Python: the script gives the numbers of the app, bit for bit."""

import subprocess
import sys

import pytest
from numpy.testing import assert_array_equal

from optimizers import ASAM, GD, SAM, Experiment, FisherSAM, Formula, MongeSAM
from optimizers.python_code import python_code
from optimizers.starts import Cloud, Grid, Points
from tests.paths import ROOT

THIRD = 1 / 3  # a number with all 17 digits

EXPERIMENTS = {
    "points": Experiment("banana", (GD(), SAM(1.0), MongeSAM(THIRD)), Points((-1.5,), (0.5,)), 0.01, 200),
    "grid": Experiment(
        "sinc", (FisherSAM(THIRD, 0.7), ASAM(0.1, 0.1 + 0.2)), Grid(7, -THIRD, 1.0, -2.0, 2.0), 0.05, 50
    ),
    "cloud": Experiment("rosenbrock", (SAM(0.1), SAM(0.2)), Cloud(50, 7, -1.0, 1.0, 0.0, 2 / 3), 1e-3 * THIRD, 20),
    "formula": Experiment(
        Formula("(1 - x*y)^2", ((-2.0, 2.0), (-1.0, THIRD))), (SAM(0.3),), Points((-0.0, 1.0), (0.5, 2.0)), 0.01, 30
    ),
}


@pytest.mark.parametrize("experiment", EXPERIMENTS.values(), ids=EXPERIMENTS)
def test_the_script_gives_the_same_bits(experiment):
    names = {}
    exec(python_code(experiment), names)
    for trajectory, expected in zip(names["trajectories"], experiment.run(), strict=True):
        assert trajectory.rule == expected.rule
        assert_array_equal(trajectory.positions, expected.positions)


def test_the_script_runs_by_itself_and_says_where_the_runs_ended():
    done = subprocess.run(
        [sys.executable, "-"], input=python_code(EXPERIMENTS["points"]), cwd=ROOT, capture_output=True, encoding="utf-8"
    )
    assert done.stderr == ""
    assert "SAM(rho=1.0) {'saddle': 1.0}" in done.stdout


def test_the_script_fits_a_slide():
    assert max(map(len, python_code(EXPERIMENTS["grid"]).splitlines())) <= 120
