"""The search for stationary points: what it finds, of which kind, in which units, and what it may cost."""

import threading
from math import pi

import numpy as np
import pytest
from numpy.testing import assert_allclose

from landscapes import LANDSCAPES, Landscape
from landscapes.checkpoint import Supervisor, supervised
from landscapes.near import near
from landscapes.search import FINEST, NEWTON_STEPS, resolution
from landscapes.work import WORK, operations
from tests.stationary_table import TABLE, Known

DEEP = "sqrt(" + "xy" * 146 + ")"


@pytest.mark.parametrize("known", TABLE, ids=lambda known: known.formula)
def test_what_is_known_is_found_and_nothing_else(known: Known):
    loss = Landscape.from_formula(known.formula, known.domain)
    found = loss.stationary
    assert {one.kind for one in found} == {*known.points, *known.curves}
    for kind, expected in known.points.items():
        points = np.concatenate([one.points for one in found if one.kind == kind], axis=1)
        assert points.shape[1] == len(expected)
        order = np.lexsort(points.round(6)[::-1])
        assert_allclose(points[:, order].T, sorted(expected), atol=2e-3 * loss.side)
    for kind, level in known.curves.items():
        for one in found:
            if one.kind == kind:
                assert_allclose(level(*one.points), 0.0, atol=2e-3)


@pytest.mark.parametrize("known", TABLE, ids=lambda known: known.formula)
def test_a_rotated_loss_has_the_rotated_points(known: Known, sweep):
    for angle in (0.37, pi / 4, 1.1, 2.5, 4.0)[: sweep.count(1, 5)]:
        loss = Landscape.from_formula(known.rotated(angle), known.domain)
        cos, sin = np.cos(angle), np.sin(angle)
        corners = np.abs(loss.domain).min()  # the rotated domain is another one: what both have in common counts
        found = {}
        for one in loss.stationary:
            back = np.stack([cos * one.points[0] + sin * one.points[1], cos * one.points[1] - sin * one.points[0]])
            if (inside := back[:, np.hypot(*back) < corners]).size:
                found[one.kind] = np.concatenate([found.get(one.kind, back[:, :0]), inside], axis=1)
        if known.fades:
            found.pop("degenerate", None)
        points = {kind: [point for point in some if np.hypot(*point) < corners] for kind, some in known.points.items()}
        assert {*found} == {*(kind for kind, some in points.items() if some), *known.curves}, angle
        for kind, here in found.items():
            if kind in points:
                away = np.hypot(*(here[:, :, None] - np.array(points[kind]).T[:, None]))
                assert here.shape[1] == len(points[kind])
                assert away.min(axis=1).max() < 2e-3 * loss.side
            else:
                assert_allclose(known.curves[kind](*here), 0.0, atol=2e-3)


def test_the_table_is_long_enough_to_mean_something():
    assert len({known.formula for known in TABLE}) == len(TABLE) >= 40


@pytest.mark.parametrize("scale", [2.0**-20, 2.0**13])
@pytest.mark.parametrize(
    "formula", ["(1 - (x/{s})*(y/{s}))^2", "(x/{s})^2 - (y/{s})^4", "1 - exp(-5*((x/{s})^2 + (y/{s})^2))"]
)
def test_a_loss_in_other_units_has_the_same_points_in_those_units(formula, scale):
    one = Landscape.from_formula(formula.format(s=1.0)).stationary
    other = Landscape.from_formula(formula.format(s=scale), ((-3 * scale, 3 * scale),) * 2).stationary
    assert [each.kind for each in one] == [each.kind for each in other]
    for first, second in zip(one, other, strict=True):
        assert_allclose(second.points, first.points * scale, rtol=0, atol=1e-9 * scale)


def test_the_search_is_bounded_in_operations():
    evaluations = []

    def counted(formula: str) -> tuple[Landscape, int]:
        loss = Landscape.from_formula(formula)
        hessian = loss.hessian

        def counting(x, y):
            evaluations.append(np.size(x))
            return hessian(x, y)

        evaluations.clear()
        object.__setattr__(loss, "hessian", counting)
        _ = loss.stationary
        return loss, sum(evaluations)

    for formula in (DEEP, "(1 - x*y)^2", "5", "(y - x^2)^4"):
        loss, number = counted(formula)
        assert 0 < number * operations(loss) <= 2 * WORK, formula
    deep = Landscape.from_formula(DEEP)
    assert operations(deep) > 1000
    assert resolution(deep) < FINEST
    assert resolution(deep) ** 2 * NEWTON_STEPS * operations(deep) <= WORK
    assert resolution(Landscape.from_formula("x^2")) == FINEST


def test_near_is_asked_of_each_point_for_itself():
    rastrigin = LANDSCAPES["rastrigin"]
    x, y = np.random.default_rng(0).uniform(3, 6, (2, 400))
    together = near(rastrigin, x, y, 0.1)
    assert {*together} >= {"", "minimum", "saddle", "maximum"}
    for index in range(0, 400, 9):
        assert near(rastrigin, x[index : index + 1], y[index : index + 1], 0.1) == together[index]


def test_near_finds_a_curve_that_newtons_method_runs_along():
    crossed = Landscape.from_formula("(0.6*x + 0.8*y)^2*(0.8*x - 0.6*y)^2")
    along = np.linspace(4.0, 9.0, 30)
    off = np.geomspace(1e-9, 0.03, 30)
    assert {*near(crossed, 0.6 * along + 0.8 * off, 0.8 * along - 0.6 * off, 0.1)} == {"minimum"}


def test_the_tolerance_is_a_part_of_the_domain_or_chosen():
    assert {landscape.tolerance for landscape in LANDSCAPES.values()} == {0.1}
    assert Landscape.from_formula("x^2 + y^2").tolerance == 0.1
    assert Landscape.from_formula("x^2 + y^2", ((0.0, 12.0), (0.0, 600.0))).tolerance == 0.2
    assert Landscape(lambda x, y: x * y, tolerance=0.03).tolerance == 0.03
    for wrong in (0.0, -1.0, np.nan, np.inf):
        with pytest.raises(ValueError, match="tolerance must be a positive length"):
            Landscape(lambda x, y: x * y, tolerance=wrong)


def test_a_search_that_pauses_at_a_checkpoint_does_not_hold_up_another():
    paused, other_done = threading.Event(), threading.Event()

    class Pauses(Supervisor):
        def check(self, updates: int) -> None:
            paused.set()
            other_done.wait(10.0)

    def pausing() -> None:
        with supervised(Pauses()):
            _ = Landscape.from_formula("sin(x*y) + y^2").stationary

    def other() -> None:
        paused.wait(10.0)
        _ = Landscape.from_formula("cos(x*y) + x^2").stationary
        other_done.set()

    threads = [threading.Thread(target=work, daemon=True) for work in (pausing, other)]
    for thread in threads:
        thread.start()
    assert other_done.wait(8.0)
    assert paused.is_set()
    for thread in threads:
        thread.join()


def test_what_newton_finds_on_a_listed_set_is_of_the_kind_listed(monkeypatch) -> None:
    monkeypatch.setattr("landscapes.near.classify", None)  # which would cost a map more than its runs
    x, y = np.array([[1.05, 1.03], [0.5, 2.1], [0.05, -0.04]]).T
    assert near(LANDSCAPES["banana"], x, y, 0.2).tolist() == ["flat minimum", "minimum", "saddle"]
