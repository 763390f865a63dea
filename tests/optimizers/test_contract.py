"""A rule or a loss that the engine would misunderstand is refused in one sentence rather than run."""

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np
import pytest

from landscapes import LANDSCAPES, Landscape
from landscapes.elementary import log
from optimizers import ASAM, SAM, Rule, contract, explain, run
from optimizers.anatomy import anatomy
from optimizers.elementwise import check_direction, check_landscape
from optimizers.maps import destination_map, destinations, phase_diagram
from optimizers.outcomes import OUTCOMES, density, follow, interval, motion, nearest, outcome, shares
from optimizers.stability import exact_stability, stability
from tests.catalogue import every_landscape, every_rule, rule

banana = LANDSCAPES["banana"]


@dataclass(frozen=True)
class Named(Rule):
    radius: float
    key, name, metric = "named", "Named", "I"

    @staticmethod
    def ascent(x, y, gx, gy):
        return gx, gy


class Initialised(Rule):
    key, name, metric = "initialised", "Initialised", "I"

    def __init__(self, rho):
        object.__setattr__(self, "rho", rho)

    ascent = staticmethod(SAM.ascent)


class Undecorated(Rule):
    rho: float = 1.0
    key, name, metric = "undecorated", "Undecorated", "I"
    ascent = staticmethod(SAM.ascent)


@dataclass(frozen=True)
class Late(Rule):
    eta: float
    rho: float
    key, name, metric = "late", "Late", "I"
    ascent = staticmethod(ASAM.ascent)


@dataclass(frozen=True)
class TooFew(Rule):
    rho: float
    eta: float = 1.0
    key, name, metric = "too-few", "Too few", "I"
    ascent = staticmethod(SAM.ascent)


@dataclass(frozen=True)
class TooMany(Rule):
    rho: float
    key, name, metric = "too-many", "Too many", "I"
    ascent = staticmethod(ASAM.ascent)


@dataclass(frozen=True)
class NotStatic(Rule):
    rho: float
    key, name, metric = "not-static", "Not static", "I"

    def ascent(x, y, gx, gy):
        return gx, gy


@dataclass(frozen=True)
class Without(Rule):
    rho: float
    key, name, metric = "without", "Without", "I"


class Inherited(SAM):
    """A variant of SAM in two lines, with a number it works out once."""

    key, name = "inherited", "Inherited"

    @cached_property
    def twice(self) -> float:
        return 2 * self.rho


@pytest.mark.parametrize(
    ("own", "sentence"),
    [
        (Named(1.0), "the first field of Named must be its radius and be named rho, not radius"),
        (Initialised(1.0), "Initialised keeps rho outside its fields, where no run sees it: declare its hyperparam"),
        (Undecorated(), r"Undecorated declares rho, but is no dataclass: write @dataclass\(frozen=True\) above it"),
        (Late(1.0, 1.0), "the first field of Late must be its radius and be named rho, not eta"),
        (
            TooFew(1.0),
            r"the ascent of TooFew must be a static method that takes \(x, y, gx, gy, eta\), not \(x, y, gx, ",
        ),
        (TooMany(1.0), r"the ascent of TooMany must be .* takes \(x, y, gx, gy\), not \(x, y, gx, gy, eta\)"),
        (NotStatic(1.0), "the ascent of NotStatic must be a static method"),
        (Without(1.0), "Without has no direction and no ascent: define"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Rule) else "",
)
def test_a_rule_that_would_run_as_another_is_refused(own, sentence):
    for _ in range(2):  # a refusal is not remembered as a pass
        with pytest.raises(ValueError, match=sentence) as caught:
            run(own, banana, [-1.5, 0.5], learning_rate=0.01, steps=3)
        assert "\n" not in str(caught.value)


def test_a_rule_may_inherit_and_remember():
    own = Inherited(1.0)
    assert own.twice == 2.0
    ends = [run(each, banana, [-1.5, 0.5], learning_rate=0.01, steps=50).final for each in (own, SAM(1.0))]
    np.testing.assert_array_equal(*ends)


@pytest.mark.parametrize(
    ("rule", "landscape", "sentence"),
    [
        (SAM, banana, r"rule must be made with its hyperparameters, as in SAM\(rho=…\), not the class SAM"),
        ("sam", banana, r"rule must be a Rule, such as SAM\(rho=1.0\), not 'sam'"),
        (SAM(1.0), "banana", r"landscape must be a Landscape, such as LANDSCAPES\['banana'\], not 'banana'"),
        (SAM(1.0), lambda x, y: x, "landscape must be a Landscape, .*, not <function"),
    ],
)
def test_what_is_no_rule_and_no_landscape_is_said(rule, landscape, sentence):
    with pytest.raises(TypeError, match=sentence):
        run(rule, landscape, [-1.5, 0.5], learning_rate=0.01, steps=3)


def squares(x, y):
    return x**2 + y**2


ENDED = run(SAM(1.0), banana, [-1.5, 0.5], learning_rate=0.01, steps=3)


@dataclass(frozen=True)
class Single(Rule):
    rho: float
    key, name = "single", "Single"

    @staticmethod
    def ascent(x, y, gx, gy):
        return gx


@dataclass(frozen=True)
class Summed(Rule):
    rho: float
    key, name = "summed", "Summed"

    @staticmethod
    def ascent(x, y, gx, gy):
        return gx / (gx**2 + gy**2).sum(), gy


@dataclass(frozen=True)
class Half(Rule):
    rho: float
    key, name = "half", "Half"

    @staticmethod
    def direction(loss, x, y, rho):
        return loss.gradient(x + rho, y)[0]


@dataclass(frozen=True)
class Forgetful(Rule):
    rho: float
    key, name = "forgetful", "Forgetful"
    state: ClassVar = {"vx": 0.0, "vy": 0.0}

    @staticmethod
    def direction(loss, x, y, vx, vy, rho):
        return loss.gradient(x, y)


@pytest.mark.parametrize(
    ("chosen", "sentence"),
    [
        (Single(1.0), "the ascent of Single must be a pair, the components of v = G⁻¹g, not array"),
        (Summed(1.0), "the ascent of Summed must act on each point alone, .*: does it sum over the batch"),
        (Half(1.0), "the direction of Half must be 2 arrays, dx, dy, not array"),
        (Forgetful(1.0), "the direction of Forgetful must be 4 arrays, dx, dy, vx, vy, not"),
    ],
)
def test_a_rule_whose_batch_is_not_its_points_is_refused(chosen, sentence):
    """Two starts are as many as two components: what is unpacked wrongly would give numbers."""
    for _ in range(2):
        with pytest.raises(ValueError, match=sentence) as caught:
            run(chosen, banana, [[1.0, 2.0], [3.0, 4.0]], learning_rate=0.01, steps=3)
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("landscape", "sentence"),
    [
        (Landscape(lambda x, y: (x**2 + y**2).sum()), "the value .* act on each point alone, .* does it sum over"),
        (Landscape(lambda x, y: (x**2 + y**2).mean()), "the value .* act on each point alone"),
        (Landscape(lambda x, y: squares(x, y) - (x**2).max()), "the value .* act on each point alone"),
        (Landscape(lambda x, y: np.array([x, y])), r"the value .* must have the shape of x, \(3,\), not \(2, 3\)"),
        (Landscape(lambda x, y: np.stack([x, y], axis=-1)), r"must have the shape of x, \(3,\), not \(3, 2\)"),
        (
            Landscape(lambda x, y: x + y if x > 0 else y),
            "the value .* must take arrays of any one shape, but raised Val",
        ),
        (Landscape(lambda x: x), "the value .* must take arrays of any one shape, but raised TypeError"),
        (Landscape(squares, lambda x, y: 2 * x), "the gradient .* must be a pair, ∂ℓ/∂x and ∂ℓ/∂y, not array"),
        (Landscape(squares, lambda x, y: (x, y, x)), "the gradient .* must be a pair"),
        (Landscape(squares, lambda x, y: np.stack([x, y], axis=-1)), "the gradient .* must be a pair"),
        (Landscape(squares, lambda x, y: (2 * x.sum(), 2 * y)), "the gradient .* act on each point alone"),
        (Landscape(squares, lambda x, y: (2 * x[:1], 2 * y[:2])), "the gradient .* act on each point alone"),
        (Landscape(lambda x, y: np.sort(x) + y), "the value .* act on each point alone"),
        (Landscape(lambda x, y: x + 1j * y), "the value .* must be real, not complex"),
        (
            Landscape(squares, lambda x, y: (x, y), lambda x, y: (x, y)),
            "the hessian .* must be three arrays, ∂²ℓ/∂x², ∂²ℓ/∂x∂y and ∂²ℓ/∂y², not",
        ),
        (
            Landscape(squares, lambda x, y: (2 * x, y[:2])),
            r"the gradient .* must have the shape of x, \(3,\), not \(2,\)",
        ),
    ],
)
def test_a_loss_whose_batch_is_not_its_points_is_refused(landscape, sentence):
    for _ in range(2):
        with pytest.raises(ValueError, match=sentence) as caught:
            run(SAM(1.0), landscape, [[1.0, 2.0], [3.0, 4.0]], learning_rate=0.01, steps=3)
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "landscape",
    [
        Landscape(lambda x, y: 5.0, lambda x, y: (0.0, 0.0)),
        Landscape(squares, lambda x, y: np.array([2 * x, 2 * y])),
        Landscape(squares, lambda x, y: [2 * x, 2 * y]),
        Landscape.from_formula("log(x) + y^2"),
        Landscape(lambda x, y: log(-1.0 - x * x) + y),
    ],
    ids=["constant", "one array of two", "a list", "undefined on a half", "never defined"],
)
def test_what_does_act_on_each_point_alone_is_run(landscape):
    run(SAM(1.0), landscape, [[1.0, 2.0], [3.0, 4.0]], learning_rate=0.01, steps=3)


def test_rule_and_landscape_are_checked_once(monkeypatch):
    calls = []
    landscape = Landscape(squares, lambda x, y: calls.append(x.shape) or (2 * x, 2 * y))
    contract.check(SAM(1.0), banana)  # its direction asks a landscape too
    for _ in range(5):
        contract.check(SAM(1.0), landscape)
    assert calls == [(3,), (1,), (1,), (1,), (64,), (12,)]  # a batch, its points, places to compare
    monkeypatch.setattr(contract, "_check_form", lambda rule: pytest.fail("checked again"))
    contract.check(SAM(2.0), landscape)


@every_rule
@every_landscape
def test_the_catalogue_passes(key, landscape):
    contract._check_form(rule(key))
    check_landscape(landscape, ("value", "gradient", "hessian"))
    check_direction(rule(key), landscape)
    contract.check(rule(key), landscape)


@pytest.mark.parametrize(
    ("call", "error", "sentence"),
    [
        (lambda: stability(SAM(-1.0), banana, 1.0, 2.0), ValueError, "rho must be finite and at least 0, not -1.0"),
        (lambda: exact_stability(SAM("1"), banana, 1.0, 2.0), TypeError, "rho must be real numbers, not text"),
        (lambda: stability(Named(1.0), banana, 1.0, 2.0), ValueError, "be named rho, not radius"),
        (lambda: anatomy(SAM(-1.0), banana, [1.0, 2.0], 0.1), ValueError, "rho must be finite and at least 0"),
        (lambda: anatomy(SAM(1.0), "banana", [1.0, 2.0], 0.1), TypeError, "landscape must be a Landscape"),
        (
            lambda: outcome(banana, np.ones((5, 2))),
            ValueError,
            r"ends must have shape \(2, \*batch\), .*, not \(5, 2\)",
        ),
        (lambda: outcome(banana, [[1j], [2.0]]), TypeError, "ends must be real numbers, not complex numbers"),
        (lambda: stability("sam", banana, 1.0, 2.0), TypeError, "rule must be a Rule, .*, not 'sam'"),
        (lambda: exact_stability("sam", banana, 1.0, 2.0), TypeError, "rule must be a Rule, .*, not 'sam'"),
        (lambda: explain("sam", banana), TypeError, "rule must be a Rule, such as SAM .*, not 'sam'"),
        (lambda: explain(SAM, "banana"), TypeError, "landscape must be a Landscape"),
        (lambda: nearest(banana, [1.0, 2.0, 3.0]), ValueError, r"end must have shape \(2, \*batch\)"),
        (lambda: nearest(banana, np.ones((2, 3))), ValueError, r"end must be one point \(x, y\), not 3 of them"),
        (lambda: nearest(banana, [1j, 2.0]), TypeError, "end must be real numbers, not complex"),
        (lambda: shares(np.array([9]), OUTCOMES), ValueError, "codes must be from 0 to 6, .*, not 9"),
        (lambda: density("a", [1.0]), TypeError, "values must be real numbers, not text"),
        (lambda: density([1.0, 2.0], "a"), TypeError, "at must be real numbers, not text"),
        (lambda: motion(ENDED, -1.0), ValueError, "the tolerance must be a positive length, not -1.0"),
        (lambda: follow(ENDED, "a"), ValueError, "the tolerance must be a positive length, not 'a'"),
        (lambda: outcome(banana, ENDED.final, np.inf), ValueError, "the tolerance must be a positive length, not inf"),
        (lambda: interval(5, 3), ValueError, "count must be from 0 to total, and total at least 1, not 5 out of 3"),
        (lambda: interval(-1, 3), ValueError, "count must be from 0 to total"),
        (lambda: interval(0, 0), ValueError, "total at least 1"),
        (lambda: Landscape(3), TypeError, r"value must be a function of \(x, y\), not 3"),
        (lambda: Landscape(squares, 3), TypeError, r"gradient must be a function of \(x, y\), not 3"),
        (lambda: Landscape(squares, None, "h"), TypeError, r"hessian must be a function of \(x, y\), not 'h'"),
        (
            lambda: phase_diagram([SAM(1.0)], banana, [1.0, 2.0], rho=[1.0], learning_rate=[0.1], steps=1).share(
                "sadle"
            ),
            ValueError,
            "there is no outcome 'sadle'; there are flat minimum, minimum, saddle",
        ),
        (
            lambda: destination_map(SAM(1.0), banana, learning_rate=0.1, steps=1, window=(-3, 3, -3, 3)),
            ValueError,
            r"a window is \(\(left, right\), \(bottom, top\)\) .*, not \(-3, 3, -3, 3\)",
        ),
        (
            lambda: destinations(SAM(1.0), banana, np.ones((5, 2)), learning_rate=0.1, steps=1),
            ValueError,
            r"starts must have shape \(2, \*batch\), x and y first, not \(5, 2\); transpose",
        ),
    ],
)
def test_other_functions_say_what_is_wrong_in_a_sentence(call, error, sentence):
    with pytest.raises(error, match=sentence) as caught:
        call()
    assert "\n" not in str(caught.value)
