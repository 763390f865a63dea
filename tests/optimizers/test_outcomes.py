"""Where runs are and whether they move: two questions."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.testing import assert_allclose, assert_array_equal
from scipy.stats import binomtest, gaussian_kde, norm

from landscapes import LANDSCAPES, Landscape
from optimizers import ASAM, GD, SAM, FisherSAM, MongeSAM, outcomes, run
from optimizers.outcomes import MOTIONS, OUTCOMES, density, follow, interval, motion, outcome, shares
from tests.catalogue import every_landscape, every_rule, rule

banana = LANDSCAPES["banana"]
GRID = np.array(np.meshgrid(np.linspace(-3, 3, 10), np.linspace(-3, 3, 10))).reshape(2, -1)


def where(points) -> list[str]:
    return [OUTCOMES[code] for code in np.ravel(outcome(banana, np.array(points, float)))]


@pytest.mark.parametrize(
    ("point", "expected"),
    [
        ((1.0, 1.0), "flat minimum"),
        ((-1.05, -1.05), "flat minimum"),
        ((2.0, 0.5), "minimum"),
        ((2.0, 0.45), "minimum"),
        ((0.05, -0.05), "saddle"),
        ((0.0, 1.5), "elsewhere"),
        ((np.inf, 0.0), "diverged"),
        ((0.0, -np.inf), "diverged"),
        ((1.0, np.nan), "diverged"),
    ],
)
def test_places_on_the_banana(point, expected):
    assert where(point) == [expected]


@pytest.mark.parametrize(("offset", "expected"), [(0.0999, "saddle"), (0.1001, "elsewhere")])
def test_a_place_reaches_a_tenth_far(offset, expected):
    assert where((0.0, offset)) == [expected]


@given(hnp.arrays(float, st.integers(1, 50).map(lambda n: (2, n))))
def test_every_point_has_one_outcome_and_shares_add_up_to_one(points):
    codes = outcome(banana, points)
    assert codes.shape == points.shape[1:]
    assert_allclose(sum(shares(codes, OUTCOMES).values()), 1.0, rtol=1e-12)
    assert_array_equal(codes == OUTCOMES.index("diverged"), ~np.isfinite(points).all(axis=0))


@every_landscape
@every_rule
def test_a_million_to_one_start_is_counted_not_hidden(key, landscape):
    """Diverged runs are counted in both fields, and no warning escapes."""
    runs = run(rule(key), landscape, np.array([[1e200, 0.3, np.nan], [1e200, 0.4, 0.0]]), learning_rate=0.1, steps=20)
    where_to, moves = outcome(landscape, runs.final), motion(runs)
    assert_array_equal(where_to == OUTCOMES.index("diverged"), ~np.isfinite(runs.final).all(axis=0))
    assert (moves[~np.isfinite(runs.final).all(axis=0)] == MOTIONS.index("moving")).all()


@pytest.mark.parametrize(
    ("chosen", "place", "moves"),
    [
        (GD(), "minimum", "settled"),
        (SAM(1.0), "saddle", "2-cycle"),  # a tiny one: at the saddle and not at rest
        (MongeSAM(1.0), "flat minimum", "longer cycle"),  # 0.08 from (-1, -1)
    ],
)
def test_figure_1_is_at_a_place_and_not_at_rest(chosen, place, moves):
    runs = run(chosen, banana, [-1.5, 0.5], learning_rate=0.01, steps=200)
    assert where(runs.final) == [place]
    assert MOTIONS[follow(runs).codes] == moves


@pytest.mark.parametrize(
    ("chosen", "saddle", "flat"),
    [(GD(), 10, 10), (SAM(1.0), 32, 68), (MongeSAM(1.0), 16, 84), (FisherSAM(1.0), 16, 84), (ASAM(1.0), 10, 10)],
)
def test_figure_5_counts(chosen, saddle, flat):
    """Ends of 100 runs of 200 steps within 0.1 of the saddle and of ±(1, 1), measured from the published figure."""
    found = where(run(chosen, banana, GRID, learning_rate=0.01, steps=200).final)
    assert (found.count("saddle"), found.count("flat minimum")) == (saddle, flat)


def test_nearly_all_runs_of_figure_5_still_move():
    for chosen in (SAM(1.0), MongeSAM(1.0), FisherSAM(1.0), ASAM(1.0)):
        runs = run(chosen, banana, GRID, learning_rate=0.01, steps=200)
        assert shares(motion(runs), MOTIONS)["settled"] <= 0.02  # the two starts on (1, 1), (-1, -1) with g = 0


def test_motion_of_known_maps():
    """On ℓ = x²/2 an update is x ← (1 - α) x: it settles, flips for ever, or runs off."""
    bowl = Landscape(lambda x, y: (x**2 + y**2) / 2)
    runs = run(GD(), bowl, np.ones((2, 3)), learning_rate=[0.5, 2.0, 2.5], steps=30)
    assert [MOTIONS[code] for code in motion(runs)] == ["settled", "2-cycle", "moving"]


@pytest.mark.parametrize(("count", "total"), [(0, 10), (5, 10), (157, 200), (200, 200)])
def test_interval_is_wilsons(count, total):
    assert_allclose(interval(count, total), binomtest(count, total).proportion_ci(method="wilson"), atol=1e-12)
    assert norm.ppf(0.975) == outcomes.NORMAL_975


def test_density_has_half_of_scotts_bandwidth_and_unit_mass():
    values = np.random.default_rng(0).normal(size=50)
    at = np.linspace(-8, 8, 4001)
    expected = gaussian_kde(values, bw_method=0.5 * 50 ** (-1 / 5))(at)
    assert_allclose(density(values, at), expected)
    assert_allclose(np.trapezoid(density(values, at), at), 1.0, rtol=1e-6)


@pytest.mark.parametrize("values", [[], [1.0], [2.0, 2.0], [np.nan, np.inf, 1.0]])
def test_density_of_values_without_spread_is_zero(values):
    assert_array_equal(density(values, np.linspace(-1, 3, 5)), np.zeros(5))
