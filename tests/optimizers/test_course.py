"""Base optimizers, schedules and noise as settings of a run, an experiment, a script and the command line."""

import json
from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from landscapes import LANDSCAPES
from optimizers import (
    BASES,
    GD,
    GSAM,
    SAM,
    Adam,
    Experiment,
    ExperimentError,
    HeavyBall,
    LookSAM,
    Noise,
    Schedule,
    compiled,
    run,
)
from optimizers.__main__ import main
from optimizers.maps import destinations, phase_diagram
from optimizers.motions import further
from optimizers.python_code import python_code
from optimizers.schedules import CONSTANT, SHAPES
from optimizers.starts import Points

banana = LANDSCAPES["banana"]
POINTS = np.random.default_rng(4).uniform(-2, 2, (2, 200))
COURSE = {"base": Adam(memory=0.8), "schedule": Schedule("cosine", "warm-up"), "noise": Noise(0.3, 7)}
CHOSEN = Experiment("banana", (SAM(rho=0.5), GSAM()), Points((-1.5, 0.3), (0.5, 1.0)), 0.01, 30, **COURSE)


@pytest.mark.parametrize("course", [{}, *({name: COURSE[name]} for name in COURSE), COURSE], ids=str)
def test_both_engines_give_the_same_bits(course):
    settings = {"learning_rate": 0.01, "steps": 40, "keep": "states"} | course
    form = {"scheduled": "schedule" in course, "noisy": "noise" in course}
    (pair,) = compiled.warm([LookSAM], [banana], course.get("base", BASES["gd"]), **form)
    assert pair.kernel is not None, pair.reason
    kernel = run(LookSAM(0.5), banana, POINTS, **settings)
    with compiled.numpy_only():
        reference = run(LookSAM(0.5), banana, POINTS, **settings)
        alone = run(LookSAM(0.5), banana, POINTS[:, 3], **settings)
    assert_array_equal(kernel.positions, reference.positions)
    assert_array_equal(kernel.states, reference.states)
    assert_array_equal(alone.positions, reference.positions[:, :, 3])


@pytest.mark.parametrize("shape", SHAPES)
def test_a_schedule_multiplies_rate_and_radius(shape):
    """A run of one step at a time, each with its own α and ρ."""
    steps = 12
    t = np.arange(steps)
    factor = {
        "constant": np.ones(steps),
        "cosine": np.cos(np.pi * t / (2 * steps)) ** 2,
        "inverse-sqrt": (t + 1) ** -0.5,
        "warm-up": np.clip((t + 1) / (steps / 10), 0, 1),
    }[shape]
    whole = run(SAM(0.5), banana, POINTS, learning_rate=0.01, steps=steps, schedule=Schedule(shape, shape)).final
    here = POINTS
    for one in factor:
        here = run(SAM(0.5 * one), banana, here, learning_rate=0.01 * one, steps=1).final
    assert_allclose(whole, here, rtol=1e-9, atol=1e-12)


def test_a_warm_up_of_a_long_run_rises_over_a_tenth():
    factors = Schedule("warm-up").factors(200)
    assert_allclose(factors[:20, 0], np.arange(1, 21) / 20)
    assert (factors[20:] == 1.0).all()


def test_what_is_constant_is_the_run_without_a_schedule():
    plain, constant = (
        run(SAM(0.5), banana, POINTS, learning_rate=0.01, steps=30, **course)
        for course in ({}, {"schedule": Schedule("constant", "constant")})
    )
    assert_array_equal(plain.positions, constant.positions)
    assert Schedule("constant").factors(5) is None


def test_noise_adds_normal_numbers_to_the_direction():
    still = run(GD(), banana, np.zeros((2, 4000)) + POINTS[:, :1] * 0, learning_rate=1.0, steps=1, noise=Noise(0.5))
    assert len(np.unique(still.final[0])) == 1  # equal starts have equal noise
    spread = run(GD(), LANDSCAPES["paraboloid"], np.random.default_rng(2).normal(size=(2, 4000)) * 1e-9,
                 learning_rate=1.0, steps=1, noise=Noise(0.5)).final  # fmt: skip
    assert abs(spread.std() - 0.5) < 0.02
    assert abs(spread.mean()) < 0.03


def test_a_course_goes_on_from_its_state_with_its_last_factors():
    begun = run(LookSAM(0.5), banana, POINTS, learning_rate=0.01, steps=9, **COURSE)
    on = further(begun, 4)
    assert on.schedule.factors(1).tolist() == [Schedule("cosine", "warm-up").factors(9)[-1].tolist()]
    assert_array_equal(on.positions[0], begun.final)
    same = run(LookSAM(0.5), banana, POINTS, learning_rate=0.01, steps=9, base=Adam(), noise=Noise(0.3))
    whole = run(LookSAM(0.5), banana, POINTS, learning_rate=0.01, steps=13, base=Adam(), noise=Noise(0.3))
    assert_array_equal(further(same, 4).final, whole.final)


def test_an_experiment_keeps_its_course():
    assert Experiment.from_json(CHOSEN.to_json()) == CHOSEN
    plain = replace(CHOSEN, base=BASES["gd"](), schedule=CONSTANT, noise=None)
    assert set(plain.to_dict()) == {"schema", "landscape", "optimizers", "starts", "learning_rate", "steps"}
    assert Experiment.from_json(plain.to_json()) == plain


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"base": {"base": "sgd"}}, "base.base must be one of gd, heavy-ball, nesterov, adam, rmsprop, not 'sgd'"),
        ({"base": {"base": "adam"}}, "base lacks the field floor"),
        (
            {"schedule": {"learning_rate": "linear", "rho": "constant"}},
            "schedule.learning_rate must be one of constant",
        ),
        ({"noise": {"size": -1, "seed": 0}}, "noise.size must be a number from 0 to 100, not -1"),
        ({"noise": {"size": 1, "seed": 0.5}}, "noise.seed must be a whole number"),
        ({"momentum": 0.9}, "the unknown field 'momentum'; it takes base, landscape"),
    ],
)
def test_a_course_that_is_none_is_refused(change, sentence):
    with pytest.raises(ExperimentError, match=sentence):
        Experiment.from_dict(CHOSEN.to_dict() | change)


def test_its_script_gives_the_same_numbers(capsys):
    names = {}
    exec(python_code(CHOSEN), names)
    capsys.readouterr()
    for script, own in zip(names["trajectories"], CHOSEN.run(), strict=True):
        assert_array_equal(script.final, own.final)


def test_maps_take_a_course():
    course = CHOSEN.course
    ends = destinations(SAM(0.5), banana, POINTS, learning_rate=0.01, steps=30, course=course)
    assert_array_equal(ends.final, run(SAM(0.5), banana, POINTS, learning_rate=0.01, steps=30, **course).final)
    diagram = phase_diagram(
        [SAM(0.5)], banana, POINTS, rho=[0.5], learning_rate=[0.01], steps=30, course={"base": HeavyBall()}
    )
    final = run(SAM(0.5), banana, POINTS, learning_rate=0.01, steps=30, base=HeavyBall()).final
    assert_allclose(diagram.loss[0, 0, 0], banana.value(*final).mean(), rtol=1e-12)


def test_the_command_line_takes_all_of_it(tmp_path, capsys):
    flags = (
        "run --optimizer gsam wsam --start -1.5 0.5 --base adam --schedule cosine --noise 0.2 --noise-seed 3 --quiet"
    )
    out = tmp_path / "runs.json"
    assert main([*flags.split(), "--set", "gamma=0.9", "memory=0.8", "--out", str(out)]) == 0
    assert "Adam (β₁ = 0.8), learning rate cosine, noise 0.2 (seed 3)" in capsys.readouterr().out
    data = json.loads(out.read_text())["experiment"]
    assert data["optimizers"][0]["rho"] == GSAM().rho
    assert data["optimizers"][1]["gamma"] == 0.9
    assert data["base"]["memory"] == 0.8
    assert data["schedule"] == {"learning_rate": "cosine", "rho": "constant"}
    assert data["noise"] == {"size": 0.2, "seed": 3}


@pytest.mark.parametrize(
    ("flags", "sentence"),
    [
        ("--base sgd", "--base must be one of gd, heavy-ball"),
        ("--noise-seed 1", "--noise-seed was given, but there is no noise"),
        ("--set gamma", "--set takes NAME=VALUE with a number, such as gamma=0.9, not 'gamma'"),
        ("--set rule=1", "--set rule was given, but none of the optimizers has one"),
        ("--set eta=1 --optimizer sam", "--set eta was given, but none"),
        ("--schedule steps", "--schedule must be one of constant, cosine"),
    ],
)
def test_the_command_line_says_what_is_wrong(flags, sentence, capsys):
    assert main(["run", "--start", "0", "0", "--quiet", *flags.split()]) == 2
    assert sentence in capsys.readouterr().err


@pytest.mark.parametrize(
    ("course", "error", "sentence"),
    [
        ({"base": Adam}, TypeError, r"base must be made with its hyperparameters, as in Adam\(memory="),
        ({"base": "adam"}, TypeError, r"base must be a Base, such as Adam\(\), not 'adam'"),
        ({"schedule": "cosine"}, TypeError, "schedule must be a Schedule"),
        ({"noise": 0.1}, TypeError, "noise must be Noise"),
        ({"noise": Noise(-0.1)}, ValueError, "size must be finite and at least 0"),
        ({"base": HeavyBall(np.nan)}, ValueError, "momentum must be finite"),
        ({"state": [[0.0]]}, ValueError, r"state must have 0 components \(none\), not 1"),
    ],
)
def test_a_run_refuses_what_is_no_course(course, error, sentence):
    with pytest.raises(error, match=sentence):
        run(SAM(0.5), banana, POINTS, learning_rate=0.01, steps=3, **course)


def test_a_schedule_of_no_known_shape_is_refused():
    with pytest.raises(ValueError, match="the schedule of rho must be one of constant, cosine"):
        Schedule(rho="linear")
