"""A typed formula is the loss it says, differentiated exactly; anything else is refused with one sentence."""

import ast
import json
import re
import tracemalloc

import autograd.numpy as anp
import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from landscapes import LANDSCAPES, Landscape, elementary
from landscapes.formula import FormulaError
from landscapes.formula.angles import angle_note, largest_angle
from landscapes.formula.parser import shown
from landscapes.vector_math.trigonometric import LARGEST_ANGLE
from optimizers import GD, SAM, Experiment, ExperimentError, Formula, MongeSAM, run
from optimizers.compiled.source import part_of, write
from optimizers.outcomes import OUTCOMES, outcome
from optimizers.starts import Grid, Points
from tests.sweep import Sweep

X, Y = np.random.default_rng(0).uniform(0.3, 2.0, (2, 12))


def same_numbers(text: str, other: str) -> None:
    here, there = Landscape.from_formula(text), Landscape.from_formula(other)
    assert_allclose(here.value(X, Y), there.value(X, Y), rtol=1e-14)
    assert_allclose(here.gradient(X, Y), there.gradient(X, Y), rtol=1e-14)
    assert_allclose(here.hessian(X, Y), there.hessian(X, Y), rtol=1e-14)


# The formula is the loss it says

FUNCTIONS = ("sin", "cos", "tan", "sinh", "cosh", "tanh", "exp", "log", "sqrt", "abs", "arctan", "sign")


def larger(smaller: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.builds("{}{}{}".format, smaller, st.sampled_from(["+", "-", "*", "/", " - ", " * "]), smaller),
        st.builds("{}**{}".format, st.sampled_from(["x", "y", "(x+y)", "(x-y)"]), smaller),
        st.builds("({})**{}".format, smaller, st.sampled_from(["2", "3", "-2", "0.5", "1.5", "x", "-y", "7"])),
        st.builds("({})".format, smaller),
        st.builds("-{}".format, smaller),
        st.builds("{}({})".format, st.sampled_from(FUNCTIONS), smaller),
    )


python_formulas = st.recursive(
    st.sampled_from(["x", "y", "2", "0.5", "3.", ".7e0", "1e-1", "pi", "e"]), larger, max_leaves=8
)


def turns_far(written: str, names: dict) -> bool:
    """Whether a circular function has an argument beyond those of which `vector_math` keeps all digits."""
    far: list[bool] = []

    def noting(function):
        return lambda x: far.append(bool(np.any(np.abs(x) > LARGEST_ANGLE))) or function(x)

    with np.errstate(all="ignore"):
        eval(written, names | {name: noting(names[name]) for name in ("sin", "cos", "tan")})(X, Y)
    return any(far)


@settings(max_examples=Sweep.count(150, 4000), suppress_health_check=[HealthCheck.filter_too_much])
@given(python_formulas)
def test_value_gradient_and_hessian_are_those_of_python_and_autograd(text):
    try:
        typed = Landscape.from_formula(text, ((0.3, 2.0), (0.3, 2.0)))
    except FormulaError:
        assume(False)
    names = {name: getattr(anp, name) for name in FUNCTIONS} | {"pi": np.pi, "e": np.e}
    # Python's own reading of a text that the test made has the same precedence
    written = f"lambda x, y: ({text}) + 0.0 * (x + y)"
    function = eval(written, names)
    assume(not turns_far(written, names))
    derived = Landscape(function)
    with np.errstate(all="ignore"):
        expected = np.array([function(X, Y), *derived.gradient(X, Y), *derived.hessian(X, Y)])
    tame = np.all(np.isfinite(expected) & (np.abs(expected) < 1e4), axis=0)
    assume(tame.any())
    found = np.array([typed.value(X, Y), *typed.gradient(X, Y), *typed.hessian(X, Y)])
    assert_allclose(found[:, tame], expected[:, tame], rtol=1e-8, atol=1e-8)


@pytest.mark.parametrize(
    "text",
    [
        "(1 - x*y)^2",
        "20 + x^2 - 10cos(2pi x) + y^2 - 10cos(2pi y)",
        "5 sin(sqrt(x^2 + y^2))/sqrt(x^2 + y^2)",
        "x^y + 2^(x y) + (x + y)^-2.5",
        "log(1 + e^-x) tanh(y) + arctan(x/y) cosh(x - y)",
    ],
)
def test_derivatives_equal_central_differences(text):
    loss, step = Landscape.from_formula(text), 1e-5

    def difference(function):
        along_x = np.subtract(function(X + step, Y), function(X - step, Y)) / (2 * step)
        along_y = np.subtract(function(X, Y + step), function(X, Y - step)) / (2 * step)
        return along_x, along_y

    assert_allclose(loss.gradient(X, Y), difference(loss.value), rtol=1e-6, atol=1e-6)
    (hxx, hxy), (_, hyy) = difference(loss.gradient)
    assert_allclose(loss.hessian(X, Y), (hxx, hxy, hyy), rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("(1-xy)^2", "(1 - x*y)**2"),
        ("(1−x·y)²", "(1 - x*y)**2"),
        ("(1 - θ₁θ₂)²", "(1 - x*y)**2"),
        ("2x", "2*x"),
        ("3(x+1)", "3*(x + 1)"),
        ("x y", "x*y"),
        ("2pi x", "2*pi*x"),
        ("2πx", "2*pi*x"),
        ("2e", "2*e"),
        ("2e1x", "20*x"),
        ("(x+1)(y-1)", "(x + 1)*(y - 1)"),
        ("2sin(x)cos(y)", "2*sin(x)*cos(y)"),
        ("x(y+1)", "x*(y + 1)"),
        ("2x^2y", "2*(x^2)*y"),
        ("2xy^2", "2*x*(y^2)"),
        ("-x^2", "-(x^2)"),
        ("--x", "x"),
        ("+x", "x"),
        ("x - -y", "x + y"),
        ("2^-x", "2^(-x)"),
        ("x^2^3", "x^8"),
        ("x^-2y", "(x^(-2))*y"),
        ("x⁻²", "1/(x*x)"),
        ("x²³", "x^23"),
        ("x - y - 1", "(x - y) - 1"),
        ("x/y/2", "(x/y)/2"),
        ("ln(x) + atan(y)", "log(x) + arctan(y)"),
        ("√(x) ÷ 2 × y", "sqrt(x)/2*y"),
        ("x^0.5", "sqrt(x)"),
        ("x*x", "x^2"),
        (" \tx+\n1e0 y ", "x + y"),
        ("exp(x)", "e^x"),
    ],
)
def test_people_write_the_same_loss_in_many_ways(typed, meant):
    same_numbers(typed, meant)


@pytest.mark.parametrize(
    ("text", "typeset"),
    [
        ("(1-x*y)^2", r"\left(1 - \theta_1 \, \theta_2\right)^{2}"),
        ("-x^2/2", r"-\frac{\theta_1^{2}}{2}"),
        ("2*3x", r"2 \cdot 3 \, \theta_1"),
        ("sin(x)^2 + ln(y)", r"\sin^{2}\left(\theta_1\right) + \ln\left(\theta_2\right)"),
        ("sin(x)^-1", r"\left(\sin\left(\theta_1\right)\right)^{-1}"),
        ("e^-(x+y)", r"e^{-\left(\theta_1 + \theta_2\right)}"),
        ("sqrt(abs(x)) π", r"\sqrt{\left|\theta_1\right|} \, \pi"),
        ("x - (y - 1)", r"\theta_1 - \left(\theta_2 - 1\right)"),
        ("(x^2)^3 + (x/y)^2", r"\left(\theta_1^{2}\right)^{3} + \left(\frac{\theta_1}{\theta_2}\right)^{2}"),
        ("1e-3x + 2.5E+4", r"10^{-3} \, \theta_1 + 2.5 \cdot 10^{4}"),
        ("(-x) y", r"\left(-\theta_1\right) \, \theta_2"),
    ],
)
def test_it_is_typeset_as_it_was_typed(text, typeset):
    assert Landscape.from_formula(text).formula == typeset


@given(python_formulas)
def test_the_typeset_formula_is_balanced(text):
    try:
        typeset = Landscape.from_formula(text).formula
    except FormulaError:
        assume(False)
    assert typeset.count("{") == typeset.count("}")
    assert typeset.count(r"\left") == typeset.count(r"\right")


# Awkward points


def test_a_kink_has_slope_zero():
    assert Landscape.from_formula("abs(x) + abs(y)").gradient(0.0, -2.0) == (0.0, -1.0)


def test_what_is_undefined_is_not_a_number_and_gives_no_warning():
    assert np.isnan(Landscape.from_formula("sin(x)/x").value(0.0, 1.0))
    assert np.isnan(Landscape.from_formula("x^0.3").value(-1.0, 0.0))
    assert np.isnan(Landscape.from_formula("log(x)").value(np.array([-1.0]), np.array([0.0]))).all()
    assert np.isinf(Landscape.from_formula("sqrt(x)").gradient(0.0, 0.0)[0])
    assert np.isinf(Landscape.from_formula("1/x").value(0, 0))


@pytest.mark.parametrize("power", [2, 3, 5, 64, 101, -1, -3])
def test_whole_powers_of_negative_numbers_are_exact(power):
    loss = Landscape.from_formula(f"x^{power}")
    assert_allclose(loss.value(-1.5, 0.0), (-1.5) ** power, rtol=1e-14)
    assert_allclose(loss.gradient(-1.5, 0.0)[0], power * (-1.5) ** (power - 1), rtol=1e-14)


def test_hyperbolic_tangent_keeps_its_digits_far_out():
    slope, _ = Landscape.from_formula("tanh(x)").gradient(20.0, 0.0)
    assert_allclose(slope, 4 * np.exp(-40.0), rtol=1e-12)


@pytest.mark.parametrize("text", ["3", "x", "x^2 + y", "2x + 3y"])
def test_constant_derivatives_have_the_shape_of_the_batch(text):
    loss = Landscape.from_formula(text)
    x, y = np.zeros((2, 3, 4))
    assert np.shape(loss.value(x, y)) == (3, 4)
    assert {np.shape(part) for part in (*loss.gradient(x, y), *loss.hessian(x, y))} == {(3, 4)}
    assert np.isnan(loss.gradient(np.nan, np.nan)).all()


# It is a landscape like any other


def test_the_typed_banana_runs_like_the_built_in_one():
    typed, starts = Landscape.from_formula("(1-x*y)^2"), Grid(5, -2.0, 2.0, -1.5, 1.5).positions()
    for rule in (SAM(rho=0.5), MongeSAM(rho=0.5)):
        here = run(rule, typed, starts, learning_rate=0.01, steps=20)
        there = run(rule, LANDSCAPES["banana"], starts, learning_rate=0.01, steps=20)
        assert_allclose(here.positions, there.positions, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize(
    "text", ["(1-xy)^2", "x + 2y", "3", "x^y + abs(x)^1.5 sign(y)", "tan(arctan(x)) ln(cosh(y))^-7"]
)
def test_a_formula_can_be_written_down_for_the_compiler(text):
    loss = Landscape.from_formula(text)
    (gradient,) = write((part_of(loss, "gradient"),)).on_arrays()
    assert_allclose(gradient(X, Y), loss.gradient(X, Y), rtol=1e-12)


def test_the_stationary_points_of_the_typed_banana_are_found():
    found = {stationary.kind: stationary for stationary in Landscape.from_formula("(1-xy)^2").stationary}
    assert_allclose(found["saddle"].points, [[0.0], [0.0]], atol=1e-9)
    assert_allclose(found["flat minimum"].distance(np.array([1.0, -1.0]), np.array([1.0, -1.0])), 0.0, atol=0.05)
    assert_allclose(np.prod(found["minimum"].points, axis=0), 1.0, rtol=1e-6)


def test_the_landscape_says_where_it_is_shown_and_does_not_claim_a_least_value():
    loss = Landscape.from_formula("(x-5)^2 + y^2", ((4, 6), (-1, 1)))
    assert loss.domain == ((4.0, 6.0), (-1.0, 1.0))
    assert 4 < loss.start[0] < 6
    assert loss.minimum is None
    assert loss.closed_form
    assert loss.key == "formula"


@pytest.mark.parametrize("domain", [((1, 0), (0, 1)), ((0, 1), (0, np.inf)), ((0, 1),), 3, (("a", 1), (0, 1))])
def test_a_domain_that_is_no_rectangle_is_refused(domain):
    with pytest.raises(ValueError, match=r"the domain must be \(\(left, right\), \(bottom, top\)\)"):
        Landscape.from_formula("x", domain)


def test_a_loss_that_is_nowhere_finite_is_refused():
    with pytest.raises(FormulaError, match=r"no finite value in \[-3, 3\] × \[-3, 3\]"):
        Landscape.from_formula("log(-1 - x^2)")


@pytest.mark.parametrize("one", ["θ₁", "θ1", "θ_1", "θ_₁", "theta1", "theta_1", "theta₁"])
def test_the_variables_may_be_typed_as_theta(one):
    two = one.replace("1", "2").replace("₁", "₂")
    for text in ("(1 - {0}*{1})^2", "3{0}{1} + {0} {1}", "sin({0})²/{1}", "{0}^{1} - {1}"):
        same_numbers(
            text.format(one, two) if one.startswith("θ") else text.format(one + " ", two), text.format("x ", "y")
        )
    assert shown(f"{one}^2 - {two}") == "θ₁^2 - θ₂"
    assert Landscape.from_formula(f"{one} - {two}").formula == Landscape.from_formula("x - y").formula


@pytest.mark.parametrize(("text", "as_shown"), [("xy + exp(x)", "θ₁θ₂ + exp(θ₁)"), ("2 x²", "2 θ₁²"), ("x $", "θ₁ $")])
def test_a_formula_is_shown_with_thetas_and_otherwise_as_it_was_typed(text, as_shown):
    assert shown(text) == as_shown


@pytest.mark.parametrize("landscape", LANDSCAPES.values(), ids=LANDSCAPES)
def test_no_formula_on_screen_is_in_x_and_y(landscape):
    assert re.findall(r"(?<![a-z\\])[xy](?![a-z])", landscape.formula) == []


# Everything else is refused with a sentence that points at the character


@pytest.mark.parametrize(
    ("text", "position", "sentence"),
    [
        ("", None, "there is no formula"),
        ("   ", None, "there is no formula"),
        ("x + foo", 4, "unknown name 'foo' at character 5: use θ₁, θ₂ (or x, y), pi, e or one of sin, cos"),
        ("1/2x", 3, "a factor follows a division"),
        ("x 2", 2, "the number 2 follows a factor"),
        ("1.2.3", 3, "the number .3 follows a factor"),
        ("sin x", 0, "sin lacks its argument"),
        ("2 + sin", 4, "sin lacks its argument"),
        ("sin()", 3, "nothing between the parentheses"),
        ("(x + (y)", 0, "this '(' has no matching ')'"),
        ("(x + 1))", 7, "this ')' has no matching '('"),
        ("x +", 3, "the formula ends too early"),
        ("x * / y", 4, "unexpected '/'"),
        ("x²^3", 2, "a second power follows"),
        ("x + 9^9^9^9", 7, "the result is too large"),
        ("1/0", 1, "the result is too large"),
        ("0/0", 1, "the result is not a real number"),
        ("x + log(-1)", 4, "the result is not a real number"),
        ("x*(-8)^(1/3)", 6, "the result is not a real number"),
        ("0^x", 1, "the base 0 is not positive"),
        ("1e999", 0, "the number 1e999 is too large"),
        ("x" * 301, 300, "the formula is too long"),
        ("(" * 100 + "x" + ")" * 100, 40, "nested more than 40 deep"),
        ("-" * 100 + "x", 40, "nested more than 40 deep"),
        ("x^" * 100 + "x", 81, "nested more than 40 deep"),
        ("__import__('os').system('true')", 0, "unknown name '__import__'"),
        ("x.real", 1, "unexpected character '.'"),
        ("x.__class__", 1, "unexpected character '.'"),
        ("lambda x: x", 0, "unknown name 'lambda'"),
        ("(x := 3)", 3, "unexpected character ':'"),
        ("x if y else 0", 2, "unknown name 'if'"),
        ("[x]", 0, r"unexpected character '['"),
        ("x; y", 1, "unexpected character ';'"),
        ("x = 3", 2, "unexpected character '='"),
        ("'x'", 0, "unexpected character"),
        ("exec(x)", 0, "unknown name 'exec'"),
        ("sin(x, y)", 5, "unexpected character ','"),
        ("٣x", 0, "unexpected character '٣'"),
        ("３x", 0, "unexpected character"),
        ("1_000", 1, "unknown name '_000'"),
        ("0x10", 1, "unknown name 'x10'"),
        ("x\0", 1, r"unexpected character '\x00'"),
        ("x + \u202ey", 4, "unexpected character"),
        ("ｘ", 0, "unexpected character"),
        ("t0", 0, "unknown name 't0'"),
        ("zero", 0, "unknown name 'zero'"),
        ("x + θ", 4, "unexpected character 'θ' at character 5: use numbers, θ₁, θ₂ (or x, y)"),
        ("theta", 0, "unknown name 'theta'"),
        ("theta3", 0, "unknown name 'theta3'"),
        ("θ12", 2, "the number 2 follows a factor"),
        ("theta11", 0, "unknown name 'theta11'"),
    ],
)
def test_errors_point_at_the_character(text, position, sentence):
    with pytest.raises(FormulaError) as caught:
        Landscape.from_formula(text)
    message = str(caught.value)
    assert caught.value.position == position
    assert sentence in message
    assert "\n" not in message
    assert len(message) < 250
    if position is not None:
        assert f"at character {position + 1}" in message


@pytest.mark.parametrize("thing", [None, 3, b"x", ["x"]])
def test_what_is_not_text_is_refused(thing):
    with pytest.raises(FormulaError, match="a formula must be text"):
        Landscape.from_formula(thing)


WORDS = ("**", "sin(", "exp(", "log(", "tan(", "sqrt(", "abs(", "pi", "²", "π", "√(", "θ₁", "x^y", "1/", "(x-x)", "^-")
TRAPS = ("1e308", "1e-308", "99999", "^^", " ", "__", "import", ".real", ":=", "\0", "\n")
PIECES = st.sampled_from([*"xye01239.()()^*/+-", *WORDS, *TRAPS])
hostile = st.one_of(
    st.lists(PIECES, max_size=120).map("".join),
    st.text(max_size=320),
    st.builds(
        lambda opening, inner, times: opening * times + inner + ")" * (times * opening.count("(")),
        st.sampled_from(["sin(", "exp(", "x^(", "(x+y)*(", "tan(y*", "2^-(", "-(", "log(1+", "x^y^("]),
        st.sampled_from(["x", "y^x", "x/y", "1e9", "9^9^9^9"]),
        st.integers(1, 60),
    ),
)


@settings(max_examples=Sweep.count(200, 6000))
@given(hostile)
def test_hostile_text_gives_a_landscape_or_a_sentence(text):
    loss, error = understood(text)
    if error is None:
        parts = (loss.value(X, Y), *loss.gradient(X, Y), *loss.hessian(X, Y))
        assert {np.shape(part) for part in parts} == {X.shape}
        only_arithmetic(loss.source)
    else:
        assert error.position is None or 0 <= error.position <= len(text)
        assert len(str(error)) < 250
        assert "\n" not in str(error)


def understood(text: str) -> tuple[Landscape | None, FormulaError | None]:
    try:
        return Landscape.from_formula(text), None
    except FormulaError as error:
        return None, error


def only_arithmetic(source: str) -> None:
    """The generated module holds three functions of assignments, arithmetic and elementary functions, and no more."""
    module = ast.parse(source)
    functions = [node for node in module.body if isinstance(node, ast.FunctionDef)]
    assert [function.name for function in functions] == ["value", "gradient", "hessian"]
    for node in module.body:
        assert isinstance(node, ast.FunctionDef) or (
            isinstance(node, ast.ImportFrom) and node.module == "landscapes.elementary"
        )
    allowed = (ast.Assign, ast.Return, ast.BinOp, ast.UnaryOp, ast.Call, ast.Name, ast.Constant, ast.Tuple)
    allowed += (ast.operator, ast.unaryop, ast.expr_context)
    for function in functions:
        for statement in function.body:
            for node in ast.walk(statement):
                assert isinstance(node, allowed)
                if isinstance(node, ast.Call):
                    assert node.func.id in elementary.__all__
                if isinstance(node, ast.Constant):
                    assert isinstance(node.value, float)


def test_the_longest_formulas_give_code_that_grows_with_their_length_only():
    short, long = (
        Landscape.from_formula("*".join(f"(x+{n}y)" for n in range(1, count + 1))).source for count in (9, 36)
    )
    assert long.count("\n") < 5 * short.count("\n")


@pytest.mark.parametrize(
    "text",
    [
        "xy" * 150,
        "sqrt(" + "xy" * 146 + ")",
        "(x+y)*" * 49 + "x",
        "+".join(f"sin({n}x)" for n in range(1, 34)),
        "/".join(["x", "y"] * 75),
        "x^y*" * 74 + "x",
        "sin(" * 40 + "x" + ")" * 40,
        "+".join(f"x^{n}.5" for n in range(1, 45)),
        "*".join(f"(x-{n})" for n in range(1, 43)),
    ],
)
def test_a_long_formula_takes_little_memory_on_a_large_batch(text):
    """Twelve arrays for the results and temporaries, and 8 MB for the pieces of the batch."""
    loss, points = Landscape.from_formula(text), np.meshgrid(np.linspace(-1, 1, 120), np.linspace(-1, 1, 120))
    peaks = []
    for function in (loss.value, loss.gradient, loss.hessian):
        tracemalloc.start()
        function(*points)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert max(peaks) < 12 * points[0].nbytes + 8e6


def test_a_large_batch_is_the_sum_of_its_pieces():
    loss = Landscape.from_formula("x^y + sin(3x)/y")
    x, y = np.linspace(0.1, 3.0, 30_000).reshape(3, 100, 100), np.linspace(0.5, 2.0, 100)
    for function in (loss.value, loss.gradient, loss.hessian):
        whole, part = np.array(function(x, y)), np.array(function(x[1, 7:9], y))
        np.testing.assert_array_equal(whole[..., 1, 7:9, :], part)


# An experiment may hold a formula

TYPED = Experiment(
    Formula("(1 - x*y)^2", ((-2.0, 2.0), (-1.0, 1.0))), (SAM(rho=1.0),), Points((-1.5,), (0.5,)), 0.01, 20
)


def test_an_experiment_on_a_formula_survives_json():
    assert Experiment.from_json(TYPED.to_json()) == TYPED
    assert json.loads(TYPED.to_json())["landscape"] == {
        "formula": "(1 - x*y)^2",
        "domain": [[-2.0, 2.0], [-1.0, 1.0]],
    }


def test_the_domain_of_a_formula_may_be_left_out():
    data = TYPED.to_dict() | {"landscape": {"formula": "x^2"}}
    assert Experiment.from_dict(data).landscape == Formula("x^2", ((-3.0, 3.0), (-3.0, 3.0)))


def test_an_experiment_on_a_formula_runs_the_formula():
    built_in = Experiment("banana", TYPED.optimizers, TYPED.starts, TYPED.learning_rate, TYPED.steps)
    assert_allclose(TYPED.run()[0].positions, built_in.run()[0].positions, rtol=1e-12)
    assert TYPED.loss().domain == ((-2.0, 2.0), (-1.0, 1.0))
    assert built_in.loss() is LANDSCAPES["banana"]


def test_equal_formulas_share_one_landscape_so_that_what_was_found_is_kept():
    assert TYPED.loss() is Experiment.from_json(TYPED.to_json()).loss()


@pytest.mark.parametrize(
    ("landscape", "sentence"),
    [
        ({"formula": "x +"}, "landscape.formula: the formula ends too early at character 4"),
        ({"formula": 3}, "landscape.formula must be text, not 3"),
        ({}, "landscape lacks the field formula"),
        ({"formula": "x", "colour": "red"}, "landscape has the unknown field 'colour'"),
        ({"formula": "x", "domain": 3}, "landscape.domain must be [[left, right], [bottom, top]], not 3"),
        ({"formula": "x", "domain": [[0, 1]]}, "landscape.domain must be [[left, right], [bottom, top]]"),
        ({"formula": "x", "domain": [[0, 1], [0, "a"]]}, "landscape.domain[1][1] must be a number"),
        ({"formula": "x", "domain": [[1, 1], [0, 1]]}, "landscape.domain[0] must be in ascending order"),
        ({"formula": "x", "domain": [[0, 1e9], [0, 1]]}, "landscape.domain[0][1] must be a number from"),
        (["banana"], "landscape must be one of banana"),
    ],
)
def test_a_bad_formula_in_an_experiment_names_its_field(landscape, sentence):
    with pytest.raises(ExperimentError) as caught:
        Experiment.from_dict(TYPED.to_dict() | {"landscape": landscape})
    assert sentence in str(caught.value)


@pytest.mark.parametrize(
    "formula", ["log(x)", "log(x) + y^2", "y*log(x-1)", "x^1.7 + y^2", "sqrt(x)", "log(sin(x))", "x^y", "y^x + log(y)"]
)
def test_where_a_loss_is_undefined_no_run_moves(formula: str) -> None:
    """Else a run from there would go on as if the loss had values: 1/x is the slope of log(x) only where x > 0."""
    loss = Landscape.from_formula(formula)
    x, y = np.random.default_rng(3).uniform(-3, 3, (2, 2000))
    undefined = np.isnan(loss.value(x, y))
    assert undefined.any()
    assert not undefined.all()
    for derivative in (*loss.gradient(x, y), *loss.hessian(x, y)):
        assert np.isfinite(derivative[~undefined]).all()
    assert np.isnan(np.array(loss.gradient(x, y))).any(axis=0)[undefined].all()
    ends = run(GD(), loss, [x, y], learning_rate=0.01, steps=1, keep="final").final
    assert (outcome(loss, ends[:, undefined]) == OUTCOMES.index("diverged")).all()
    assert np.isfinite(loss.value(*loss.start)), "the first run begins where there is a loss"


@pytest.mark.parametrize(
    ("text", "largest"),
    [("x^2 + y", 0.0), ("sin(x) + cos(x y)", 9.0), ("cos(1e10 x) + y", 3e10), ("sin(tan(1e12 y^2) x)", 9e12)],
)
def test_the_largest_angle_of_a_formula_is_found(text, largest):
    loss = Landscape.from_formula(text)
    corners = np.array([3.0, -3.0]), np.array([3.0, 3.0])
    assert largest_angle(loss.source, *corners) == pytest.approx(largest)
    assert bool(angle_note(loss.source, loss.domain)) == (largest > LARGEST_ANGLE)
