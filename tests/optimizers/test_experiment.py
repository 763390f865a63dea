"""Experiments as data: what is written is read back, and anything else is refused with one sentence."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from landscapes import LANDSCAPES
from optimizers import GD, OPTIMIZERS, SAM, Experiment, ExperimentError, FisherSAM, run
from optimizers.hyperparameters import described
from optimizers.starts import Cloud, Grid, Points

coordinates = st.floats(-1e6, 1e6)


def value(limit):
    whole = st.integers(int(limit.low), int(limit.high))
    return whole if limit.whole else st.floats(limit.low, limit.high)


rules = st.sampled_from(list(OPTIMIZERS.values())).flatmap(
    lambda form: st.builds(form, **{name: value(limit) for name, limit in described(form).items()})
)
boxes = {"left": coordinates, "right": coordinates, "bottom": coordinates, "top": coordinates}
starts = st.one_of(
    st.lists(st.tuples(coordinates, coordinates), min_size=1, max_size=5).map(
        lambda points: Points(tuple(x for x, _ in points), tuple(y for _, y in points))
    ),
    st.builds(Grid, size=st.integers(1, 1000), **boxes),
    st.builds(Cloud, count=st.integers(1, 1_000_000), seed=st.integers(0, 2**32 - 1), **boxes),
)
experiments = st.builds(
    Experiment,
    landscape=st.sampled_from(list(LANDSCAPES)),
    optimizers=st.lists(rules, min_size=1, max_size=5).map(tuple),
    starts=starts,
    learning_rate=st.floats(1e-6, 10),
    steps=st.integers(1, 100_000),
)

VALID = Experiment("banana", (SAM(1.0), FisherSAM(1.0, 0.5)), Points((-1.5,), (0.5,)), 0.01, 200)


@given(experiments)
def test_json_keeps_every_bit(experiment):
    assert Experiment.from_json(experiment.to_json()) == experiment


def test_an_experiment_runs_what_it_says():
    for trajectory, rule in zip(VALID.run(), (SAM(1.0), FisherSAM(1.0, 0.5)), strict=True):
        expected = run(rule, LANDSCAPES["banana"], [[-1.5], [0.5]], learning_rate=0.01, steps=200)
        assert_array_equal(trajectory.positions, expected.positions)


def changed(**changes) -> str:
    data = VALID.to_dict()
    for path, value in changes.items():
        *outer, last = path.split("__")
        inner = data
        for name in outer:
            inner = inner[int(name) if name.isdigit() else name]
        inner[last] = value
    return json.dumps(data)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "the experiment is not JSON: Expecting value in line 1, column 1"),
        ("[1, 2]", "experiment must be an object with landscape, .*, not \\[1, 2\\]"),
        ("[" * 100_000, "nested too deeply"),
        ("1" * 5000, "a number too long to read"),
        (VALID.to_json().replace('"steps": 200', '"steps": 200, "steps": 3'), "the field 'steps' twice in one object"),
        (VALID.to_json().replace('"rho": 1.0', '"rho": 1.0, "rho": 1.0'), "the field 'rho' twice in one object"),
        (changed(schema=2), "schema must be 1, the version this program reads, not 2"),
        (changed(extra=1), "experiment has the unknown field 'extra'; it takes base, landscape, "),
        (changed(landscape="bananna"), "landscape must be one of banana, sinc, .*, not 'bananna'"),
        (changed(learning_rate="0.01"), "learning_rate must be a number from 1e-06 to 10, not '0.01'"),
        (changed(learning_rate=True), "learning_rate must be a number from 1e-06 to 10, not True"),
        (changed(learning_rate=float("nan")), "NaN is not a number an experiment can hold"),
        (changed(learning_rate=-1), "learning_rate must be .*, not -1"),
        (changed(steps=1.5), "steps must be a whole number from 1 to 100000, not 1.5"),
        (changed(steps=10**400), "steps must be a whole number"),
        (changed(optimizers=[]), "optimizers must be a list of 1 to 20 rules, not \\[\\]"),
        (changed(optimizers__0__rule="adam"), r"optimizers\[0\].rule must be one of gd, sam, .*, not 'adam'"),
        (changed(optimizers__1__rho=None), r"optimizers\[1\].rho must be a number from 0 to 10, not None"),
        (changed(optimizers__0__eta=1), r"optimizers\[0\] has the unknown field 'eta'; it takes rho, rule"),
        (changed(starts__kind="line"), "starts.kind must be one of points, grid, cloud, not 'line'"),
        (changed(starts={"kind": "grid", "size": 3}), "starts lacks the field bottom"),
        (changed(starts__x=[1, 2]), "starts.x and starts.y must be equally long, not 2 and 1 numbers"),
        (changed(starts__x=["a"]), r"starts.x\[0\] must be a number from -1000000 to 1000000, not 'a'"),
        (changed(starts=7), 'starts must be an object with "kind", not 7'),
    ],
)
def test_anything_else_gets_one_sentence_that_names_the_field(text, sentence):
    with pytest.raises(ExperimentError, match=sentence) as caught:
        Experiment.from_json(text)
    assert "\n" not in str(caught.value)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(st.sampled_from([*VALID.to_dict(), "optimizers__0__rho", "optimizers__0__rule", "starts__x"]), json_values)
def test_a_forged_field_is_refused_or_read_never_a_crash(path, value):
    text = changed(**{path: value})
    try:
        experiment = Experiment.from_json(text)
    except ExperimentError:
        return
    assert Experiment.from_json(experiment.to_json()) == experiment


def test_a_cloud_is_decided_by_its_seed():
    first, again, other = (Cloud(100, seed, -1, 1, 2, 3).positions() for seed in (1, 1, 2))
    assert_array_equal(first, again)
    assert (first != other).all()
    assert (np.abs(first[0]) <= 1).all()
    assert ((first[1] >= 2) & (first[1] <= 3)).all()


def test_a_grid_includes_its_edges():
    positions = Grid(3, -1.0, 1.0, 0.0, 4.0).positions()
    assert positions.shape == (2, 9)
    assert_array_equal(positions[:, 0], (-1, 0))
    assert_array_equal(positions[:, -1], (1, 4))


def test_gradient_descent_has_no_hyperparameters():
    assert GD().hyperparameters == {}
