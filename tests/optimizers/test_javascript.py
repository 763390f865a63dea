"""What JavaScript computes from the text of rules and landscapes: NumPy's numbers, to the last bit."""

import re
from dataclasses import dataclass
from functools import partial
from itertools import cycle

import numpy as np
import pytest

from landscapes import LANDSCAPES, Landscape, elementary, vector_math
from landscapes.code.javascript import CALLED, SCRIPT, Program
from landscapes.code.read import Unsupported
from landscapes.code.text import write
from landscapes.code.values import FLOAT
from landscapes.elementary import abs, sqrt, where
from landscapes.saddle import family
from optimizers import OPTIMIZERS, Rule, compiled, run
from optimizers.compiled.javascript import program
from tests.bits import EDGE, FAR, components, same_bits, starts
from tests.catalogue import every_landscape
from tests.formulas import ALL, random_losses
from tests.javascript import KEYS, QuickJS, agrees, deno

RULES = [OPTIMIZERS[key] for key in KEYS]
OF_TWO = ("hypot", "maximum", "minimum", "power")


@pytest.fixture
def engine(sweep, tmp_path):
    """QuickJS; V8 for whole sweeps, which is faster by far."""
    if not sweep.whole:
        yield QuickJS()
    else:
        with deno(tmp_path) as found:
            yield found


@every_landscape
def test_runs_have_the_bits_of_numpy(engine, landscape, sweep):
    points = starts(sweep.count(50, 1000))[:, :: sweep.count(3, 1)]  # every edge is met in both coordinates
    compared = agrees(engine, landscape, points, sweep.count(5, 200))
    sweep.report(f"JavaScript gives NumPy's bits: every rule on {landscape.key}", compared, "none differs")


def test_random_formulas_have_the_bits_of_numpy(engine, sweep):
    points, steps = starts(1000)[:, :: sweep.count(50, 2)], sweep.count(3, 60)
    compared = 0
    for nth, text in enumerate(ALL):
        keys = KEYS if sweep.whole else KEYS[nth :: len(ALL)]
        compared += agrees(engine, Landscape.from_formula(text), points, steps, keys=keys)
    for loss, key in zip(random_losses(15, sweep.count(5, 60)), cycle(KEYS), strict=False):
        compared += agrees(engine, loss, points, steps, keys=[key])
    sweep.report("JavaScript gives NumPy's bits: random formulas, the rules in turn", compared, "none differs")


STEEP = 1.5


@pytest.mark.parametrize(
    "loss",
    [
        family(3.0),
        Landscape(lambda x, y: STEEP * x**2.5 * y + np.sin(x) ** 3),
        Landscape(lambda x, y: x**4 - y, lambda x, y: (4 * x**3, -1.0), lambda x, y: (12 * x**2, 0.0, 0.0)),
    ],
    ids=["closure", "value alone", "a constant derivative"],
)
def test_a_loss_of_ones_own_has_the_bits_of_numpy(loss, sweep):
    agrees(QuickJS(), loss, starts(50), sweep.count(2, 5), keys=KEYS if sweep.whole else KEYS[::3])


@dataclass(frozen=True)
class Own(Rule):
    """A rule whose hyperparameters have names that JavaScript keeps for itself."""

    rho: float
    new: float = 0.5
    key, name, metric = 'own "rule"', "Own", "I"

    @staticmethod
    def ascent(x, y, gx, gy, new):
        from landscapes.elementary import log

        shrink = new / (1 + log(1 + gx * gx + gy * gy))
        return shrink * gx, shrink * gy


@pytest.mark.parametrize("steps", [0, 1, 7])
def test_a_rule_of_ones_own_has_the_bits_of_numpy(steps):
    engine, points = QuickJS(), starts(50)
    engine.load(program([Own], LANDSCAPES["banana"]))
    with compiled.numpy_only():
        reference = run(Own(0.3), LANDSCAPES["banana"], points, learning_rate=0.1, steps=steps)
    same_bits(engine.run(Own.key, points, [0.1, 0.3, 0.5], steps), reference.positions)
    same_bits(engine.run(Own.key, points, [0.1, 0.3, 0.5], steps, "ends"), [reference.previous, reference.final])


TIES = np.array(
    [0.5, 1.5, 2.5, 0.49999999999999994, 0.7, 2.0**51 + 0.5, 2.0**52 - 0.5, 2.0**52 + 1, 2.0**53 + 2, 1e300]
)
SPECIAL = np.hstack([EDGE, TIES, -TIES, np.arange(-5.0, 5.0, 0.25), 2.0 ** np.arange(-1074.0, 1024.0, 7.0)])
PAIRS = np.hstack([[SPECIAL, SPECIAL[::-1]], FAR])


def translated(*functions) -> tuple[str, tuple]:
    """A module that exports functions of (x, y) as f0, f1, …, and the same functions on arrays."""
    text = write(functions)
    made = Program(text.body)
    names = [made.function(name, [FLOAT, FLOAT]).name for name in text.names]
    exports = [f"export const f{n}={name}" for n, name in enumerate(names)]
    return "\n".join([made.text, *exports, ""]), text.on_arrays()


def says_the_same(text: str, functions: tuple, points: np.ndarray) -> None:
    engine = QuickJS()
    engine.load(text)
    for n, function in enumerate(functions):
        with np.errstate(all="ignore"):
            wanted = components(function(*points), points.shape[1:])
        same_bits(engine.each(f"f{n}", *points).T, wanted)


def atoms(x, y):
    return abs(x), sqrt(x), np.rint(x), np.floor(x), np.ceil(x), where(x < y, x, y), where(x, 1.0, 2.0), where(y, x, y)


def of_bits(x, y):
    return vector_math.exponent(x), vector_math.mantissa(x), vector_math.power_of_two(y)


def of_words(x, y):
    low, high = vector_math.low_word(x), vector_math.high_word(y)
    return low, high, vector_math.exclusive_or(low, high)


def test_atoms_have_the_bits_of_numpy():
    says_the_same(*translated(atoms), PAIRS)


def test_what_looks_at_bits_has_the_bits_of_numpy():
    bits = np.random.default_rng(5).integers(2**64, size=2046, dtype=np.uint64).view(float)
    points = [np.where(np.isnan(bits), 1.0, bits), np.arange(-1022.0, 1024.0)]
    says_the_same(*translated(of_bits), np.hstack([points, PAIRS]))
    says_the_same(*translated(of_words), np.array([points[0][:1023], points[0][1023:]]))


def test_nothing_that_a_text_may_call_is_left_out():
    assert set(re.findall(r"\$(\w+)(?:,| =| })", SCRIPT.read_text("utf-8"))) >= CALLED


@pytest.mark.parametrize("name", sorted(set(elementary.__all__) - {"where"}))
def test_an_elementary_function_has_the_bits_of_numpy(name):
    function = getattr(elementary, name)
    one = (lambda x, y: function(x, y)) if name in OF_TWO else (lambda x, y: function(x))
    says_the_same(*translated(one), np.hstack([starts(300), PAIRS]))


CONSTANTS = (3.0, -2.0, 0.5)
WHOLE, HUGE = 3, 10**400


def polynomial(coefficients, x):
    total = coefficients[-1]
    for n in range(1, len(coefficients)):
        total = coefficients[len(coefficients) - 1 - n] + x * total
    return total


def reserved(x, y):
    new, var = x + y, x - y
    function = new * var
    arguments, Infinity = -function, -function
    Math, θ = 0.0 - (-Infinity), +arguments - -3.0
    return function - Math, θ / (new - (var - 1.0)), new / (var / 2.0)


def exchanged(x, y):
    x, y = y, x
    for part in (x, y, x):
        y = y * 0.5 - part
    x -= y
    both = (x, y)
    return both[1], both[-2], len(both) * x


def chosen(x, y):
    inside = (x > -1.0) & (x < 1.0) | ~(y == y)
    either = where(inside, y > 0.5, x != y)
    count = where(either, 1, WHOLE)
    return (
        where(either ^ inside, 1.0, -0.0),
        count * x,
        count / 2,
        where(either, inside, x),
        inside * y,
        where(1 < 2, x, y),
    )


def known(x, y):
    return -0.0, 2**WHOLE * 1e999, x + (1 - 1 * WHOLE) / 7, sqrt(2) * x, np.log(2) + np.exp(1) * np.sin(1.0) - y**-2


def first_of(function, x, *others):
    return function(*others, x)[0]


def passed(x, y):
    return first_of(exchanged, x, y), polynomial(CONSTANTS, x), polynomial((x, -0.0, y), y), nothing(x, 1, y)


def nothing(x, *rest):
    """Functions of one name for several kinds of arguments."""
    for turn in range(2):
        for one in rest:
            x = x * one + turn
    return x


@pytest.mark.parametrize("function", [reserved, exchanged, chosen, known, passed])
def test_the_language_of_texts_has_the_bits_of_numpy(function):
    says_the_same(*translated(function), PAIRS)


def branching(x, y):
    return x if 1 < 2 else y


def looping(x, y):
    while False:
        x = y
    return x


def long(x, y):
    for _ in range(10**5):
        x = x * y
    return x


def outside(x, y):
    return (x, y)[2]


def none(x, y):
    x = x * y


REFUSED = {
    "whole numbers": lambda x, y: where(x < y, 1, 2) * 3,
    "-where": lambda x, y: -where(x < y, 0, 1) * x,
    "truth values": lambda x, y: ((x < y) + (y < x)) * x,
    "-(x < y)": lambda x, y: -(x < y) * x,
    "abs(x < y)": lambda x, y: abs(x < y) * x,
    "x < y < 1.0": lambda x, y: x < y < 1.0,
    "x < y and y < x": lambda x, y: x < y and y < x,
    "not x": lambda x, y: not x,
    "9007199254740993 is no number": lambda x, y: x * (2**53 + 1),
    "is too large": lambda x, y: x + 1.5 * HUGE,
    "x is no tuple": lambda x, y: x[0],
    "None": lambda x, y: x * None,
    "a tuple or a function stands": lambda x, y: (x, y) * x,
    "is called with other arguments": lambda x, y: polynomial(x),
    "x if 1 < 2 else y": branching,
    "while": looping,
    "more than": long,
    r"(x, y)[2]": outside,
    "returns nothing": none,
}


@pytest.mark.parametrize("reason", REFUSED)
def test_what_might_differ_is_refused(reason):
    with pytest.raises(Unsupported, match=re.escape(reason)):
        translated(REFUSED[reason])


def test_a_loss_that_autograd_differentiates_is_refused():
    with pytest.raises(Unsupported, match="autograd"):
        program(RULES, Landscape(lambda x, y: where(x < y, x * x, y * y)))


# What is put in place of what, where.
MUTANTS = {
    "rint to the larger half": (atoms, "$rint = (x) => {", "$rint = (x) => {\nreturn Math.round(x)"),
    "rint without the sign of zero": (atoms, "-whole : x)", "-whole : 0)"),
    "rint of halves to odd": (atoms, "whole = size +", "whole = 1 + size +"),
    "floor towards zero": (atoms, "floor: $floor", "trunc: $floor"),
    "NaN is no condition": (atoms, "(x!=0?", "(x?"),
    "no logic of truth values": (chosen, "!(y==y)", "(y==y)"),
    "-0 is 0": (chosen, ":-0)", ":0)"),
    "bits moved by one less": (of_bits, "<< 20", "<< 19"),
    "bits of the lower half": (of_bits, "$bits[1] >> 20", "$bits[0] >> 20"),
    "exponent's sign": (of_bits, ">> 20", ">>> 20"),
    "half of a bit": (of_bits, "0.5 * shifted", "shifted"),
    "a bit of the mantissa": (of_bits, "0xfffff", "0x7ffff"),
    "contracted": ("banana", "2*(x*y-1)", "2*x*y-2"),
    "another order": ("banana", "1+gx*gx+gy*gy", "1+(gx*gx+gy*gy)"),
    "a reciprocal": ("banana", "gx/(1+eta*gx*gx)", "gx*(1/(1+eta*gx*gx))"),
    "no smallest number": ("banana", "+2.2250738585072014e-308", ""),
    "0 times infinity": ("banana", "(rho==0?ex:dx)", "dx"),
    "a nearly equal constant": ("sinc", ".3333333333333333+", ".33333333333333337+"),
    "a rest left out": ("sinc", "+rest*(1-.5*square)", ""),
    "the step before": ("saddle", "positions.copyWithin(0, 2 * n)\nfor", "for"),
    "one step less": ("saddle", "next < positions.length", "next < positions.length - 2 * n"),
}


@pytest.mark.parametrize("mutant", MUTANTS)
def test_a_program_that_is_not_quite_the_same_is_noticed(mutant):
    where_to, old, new = MUTANTS[mutant]
    if isinstance(where_to, str):
        text = program(RULES, LANDSCAPES[where_to])
        check = partial(agrees, QuickJS(), LANDSCAPES[where_to], starts(50), 10)
    else:
        text, functions = translated(where_to)
        check = partial(says_the_same, functions=functions, points=PAIRS)
    assert old in text
    with pytest.raises(AssertionError):
        check(text=text.replace(old, new))


WORD = re.compile(r"[A-Za-z_$][\w$]*?(?=[\d$]*\b|\W)|[^\w\s]")


def test_of_a_typed_formula_nothing_but_its_tree_is_in_the_program():
    """Its program has no word, and no sign, that the program of all functions and operators does not have."""
    all_of_it = {word for text in ("x", *ALL) for word in WORD.findall(program(RULES, Landscape.from_formula(text)))}
    for loss in random_losses(3, 3):
        assert set(WORD.findall(program(RULES, loss))) <= all_of_it
