"""The elementary functions against mpmath: as exact as they are said to be, and with the limits of IEEE 754."""

import math

import mpmath
import numpy as np
import pytest

from landscapes import vector_math
from landscapes.vector_math import ULPS

EXACT = {"arctan": mpmath.atan, "arcsin": mpmath.asin, "arccos": mpmath.acos, "power": mpmath.power}
SPECIAL = [0.0, 1.0, 2.0, 0.5, 3.0, 2.5, 1 / 3, 7.0, 2.0**53, 2.0**53 + 2, 1e24, 1e30, 1e300, 1e-300, 5e-324, np.inf]
SPECIAL += [1 - 2**-53, 1 + 2**-52]


def errors(name: str, *arguments: np.ndarray) -> np.ndarray:
    """Errors in units in the last place of the exact results."""
    exact = EXACT.get(name) or getattr(mpmath, name)
    with np.errstate(all="ignore"), mpmath.workprec(160):
        found = getattr(vector_math, name)(*arguments)
        return np.array([error(one, exact(*map(float, at))) for one, *at in zip(found, *arguments, strict=True)])


def error(found: float, exact: mpmath.mpf) -> float:
    nearest = float(exact)
    if math.isinf(nearest):
        return 0.0 if found == nearest else math.inf
    return float(abs(mpmath.mpf(float(found)) - exact) / math.ulp(nearest))


def spread(generator: np.random.Generator, low: float, high: float, count: int) -> np.ndarray:
    """Numbers of either sign, spread over their powers of ten."""
    return generator.choice([-1.0, 1.0], count) * 10.0 ** generator.uniform(low, high, count)


def beside(generator: np.random.Generator, places: list[float], count: int) -> np.ndarray:
    """Numbers near places, at all distances."""
    return generator.choice(places, count) * (1.0 + spread(generator, -16, -1, count))


def arguments(name: str, generator: np.random.Generator, count: int) -> list[tuple[np.ndarray, ...]]:
    """Where the function is hardest: near zeros, near the seams of its pieces, near the limits of its range."""
    uniform, half_turns = generator.uniform, np.arange(1, 700_000) * (np.pi / 2)
    many_turns = generator.integers(700_000, 2**29, count) * (np.pi / 2)
    match name:
        case "sin" | "cos" | "tan":
            reaches = [spread(generator, -300, 9, count), uniform(-10, 10, count), beside(generator, half_turns, count)]
            reaches += [spread(generator, 6, 9, count), many_turns, np.nextafter(many_turns, 0)]
        case "exp":
            reaches = [uniform(-708, 709, count), uniform(-1, 1, count), uniform(-745, -708, count)]
        case "log":
            reaches = [uniform(0.5, 2, count), 10.0 ** uniform(-323, 308, count), beside(generator, [1, 2**0.5], count)]
        case "log1p":
            reaches = [uniform(-0.999, 1, count), spread(generator, -300, -0.01, count), 10.0 ** uniform(0, 308, count)]
        case "arctan":
            seams = [0.4375, 0.6875, 1.1875, 2.4375, 0.42978164908245414]
            reaches = [uniform(-3, 3, count), spread(generator, -300, 300, count), beside(generator, seams, count)]
        case "arcsin" | "arccos":
            reaches = [uniform(-1, 1, count), spread(generator, -300, -0.01, count)]
        case "hypot":
            x, scale = generator.standard_normal(count), 10.0 ** uniform(-290, 290, count)
            return [(x * scale, generator.standard_normal(count) * scale), (x, spread(generator, -20, 20, count))]
        case "power":
            x, large = np.exp(uniform(-3, 3, count)), 10.0 ** uniform(-300, 300, count)
            near = 1.0 + spread(generator, -15, -3, count)
            return [
                (x, uniform(-200, 200, count)),
                (large, uniform(-745, 709, count) / np.log(large)),
                (near, uniform(-700, 700, count) / np.log(near)),
                (x, generator.choice([0.5, 1 / 3, 2.5, 1.7, -0.7, 100.0], count)),
                (5e-324 * generator.integers(1, 10**6, count), uniform(-1, 1, count)),
            ]
        case _:  # expm1 and the hyperbolic functions
            reaches = [spread(generator, -300, 0, count), uniform(-2, 2, count), uniform(-700, 700, count)]
    return [(reach,) for reach in reaches]


@pytest.mark.parametrize("name", ULPS)
def test_functions_are_as_exact_as_they_are_said_to_be(name, sweep):
    worst, place, tried = 0.0, (), 0
    for where in arguments(name, np.random.default_rng(6), sweep.count(400, 100_000)):
        found = errors(name, *where)
        at, tried = int(found.argmax()), tried + found.size
        if found[at] >= worst:
            worst, place = found[at], tuple(float(argument[at]) for argument in where)
    sweep.report(f"{name} is within {ULPS[name]} units in the last place", tried, f"{worst:.3f} at {place}")
    assert worst <= ULPS[name], place


@pytest.mark.parametrize("name", ["sin", "cos"])
def test_far_out_sin_and_cos_err_by_no_more_than_their_argument(name):
    x = 10.0 ** np.random.default_rng(7).uniform(9, 308, 3000)
    with mpmath.workprec(1200):
        exact = np.array([float(getattr(mpmath, name)(mpmath.mpf(float(at)))) for at in x])
    got = getattr(vector_math, name)(x)
    assert (np.abs(got) <= 1).all()
    assert (np.abs(got - exact) <= np.finfo(float).eps * x).all()
    with np.errstate(invalid="ignore"):
        assert np.isnan(getattr(vector_math, name)(np.array([np.inf, -np.inf, np.nan]))).all()


@pytest.mark.parametrize("name", sorted(set(ULPS) - {"sin", "cos", "hypot", "power"}))
def test_limits_are_those_of_numpy(name):
    x = np.array([0.0, -0.0, np.inf, -np.inf, np.nan, -1.0, 1.0, 1e4, -1e4, 800.0, -800.0])
    with np.errstate(all="ignore"):
        np.testing.assert_allclose(getattr(vector_math, name)(x), getattr(np, name)(x), rtol=1e-13)


def test_zeros_infinities_and_signs_of_powers_are_those_of_ieee_754():
    """C's pow, which Python calls where it does not raise, follows it."""
    for x in [*SPECIAL, *(-one for one in SPECIAL), np.nan]:
        for y in [*SPECIAL, *(-one for one in SPECIAL), np.nan]:
            with np.errstate(all="ignore"):
                found = float(vector_math.power(np.float64(x), np.float64(y)))
                want = pow_of_c(x, y)
            assert found == pytest.approx(want, rel=3e-16, abs=5e-324, nan_ok=True), (x, y)
            assert math.isnan(want) or math.copysign(1, found) == math.copysign(1, want), (x, y)


def pow_of_c(x: float, y: float) -> float:
    odd = math.isfinite(y) and y == math.floor(y) and y % 2 == 1
    try:
        return math.pow(x, y)
    except OverflowError:
        return -math.inf if x < 0 and odd else math.inf
    except ValueError:
        return math.copysign(math.inf, x if odd else 1.0) if x == 0 else math.nan


@pytest.mark.parametrize("name", ["minimum", "maximum"])
def test_the_smaller_and_the_larger_are_those_of_numpy(name):
    x, y = (part.ravel() for part in np.meshgrid([1.0, -2.0, 0.0, np.inf, -np.inf, np.nan], [3.0, -2.0, 0.0, np.nan]))
    np.testing.assert_array_equal(getattr(vector_math, name)(x, y), getattr(np, name)(x, y))


@pytest.mark.parametrize(
    "x", [(0.0, -0.0), (np.inf, 1.0), (1.0, -np.inf), (1e308, 1e308), (5e-324, 0.0), (np.nan, 1.0)]
)
def test_hypot_has_no_limits_of_range_but_its_own(x):
    with np.errstate(all="ignore"):
        np.testing.assert_allclose(vector_math.hypot(*map(np.float64, x)), np.hypot(*x), rtol=1e-15)
