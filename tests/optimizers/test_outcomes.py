"""Where runs are and whether they move: two questions."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.testing import assert_allclose, assert_array_equal
from scipy.stats import binomtest, gaussian_kde, norm

from landscapes import LANDSCAPES, Landscape
from optimizers import ASAM, GD, SAM, FisherSAM, HeavyBall, MongeSAM, Nesterov, motions, outcomes, run
from optimizers.outcomes import MOTIONS, OUTCOMES, density, follow, interval, motion, nearest, outcome, shares
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


def test_the_tolerance_is_the_landscapes_or_an_argument():
    point = np.array([0.0, 0.15])
    assert OUTCOMES[outcome(banana, point)] == "elsewhere"
    assert OUTCOMES[outcome(banana, point, tolerance=0.2)] == "saddle"
    many = np.tile(point[:, None], 5000)
    assert_array_equal(outcome(banana, many, 0.2), np.full(5000, OUTCOMES.index("saddle")))
    creeping = run(GD(), banana, [-1.5, 0.5], learning_rate=0.01, steps=60)
    assert MOTIONS[motion(creeping)] == "moving"
    assert MOTIONS[motion(creeping, tolerance=100.0)] == MOTIONS[follow(creeping, tolerance=100.0).codes] == "settled"


@pytest.mark.parametrize("where_to", [(4.975, -0.995), (0.0, 2.985), (-7.96, 11.94)])
def test_a_minimum_outside_the_domain_is_one(where_to):
    rastrigin = LANDSCAPES["rastrigin"]
    end = run(GD(), rastrigin, where_to, learning_rate=0.002, steps=300).final
    assert OUTCOMES[outcome(rastrigin, end)] == "minimum"
    assert OUTCOMES[outcome(rastrigin, end + 0.2)] == "elsewhere"


def test_a_map_of_rastrigin_is_no_rectangle():
    """From every start GD ends at a minimum, of which the listed ones lie in the domain alone."""
    starts = np.array(np.meshgrid(np.linspace(-6.1, 6.1, 40), np.linspace(-6.1, 6.1, 40)))
    ends = run(GD(), LANDSCAPES["rastrigin"], starts, learning_rate=0.002, steps=300, keep="final").final
    assert shares(outcome(LANDSCAPES["rastrigin"], ends), OUTCOMES)["minimum"] == 1.0


def test_rings_and_rows_of_minima_go_on_beyond_the_domain():
    sinc, row = LANDSCAPES["sinc"], Landscape.from_formula("sin(x) + y^2")
    end = run(GD(), sinc, [16.0, 0.0], learning_rate=0.05, steps=2000, keep="final").final
    assert OUTCOMES[outcome(sinc, end)] == "minimum"
    ends = run(GD(), row, GRID, learning_rate=0.1, steps=400, keep="final").final
    assert shares(outcome(row, ends), OUTCOMES)["minimum"] == 1.0


def test_where_no_stationary_point_is_an_end_is_elsewhere():
    slope = Landscape.from_formula("exp(-x) + y^2")
    ends = run(GD(), slope, GRID[:, ::9], learning_rate=0.1, steps=400)
    assert shares(outcome(slope, ends.final), OUTCOMES)["elsewhere"] == 1.0
    assert shares(follow(ends).codes, MOTIONS)["settled"] == 0.0
    assert nearest(slope, ends.final[:, 0]) is None


PLAIN = "(1 - x*y)^2"


@pytest.mark.parametrize("key", ["gd", "sam"])
def test_a_loss_in_other_units_has_the_same_outcomes_and_motion(key, sweep):
    """x → s x with ρ → s ρ and α → s² α, and ℓ → c ℓ with α → α / c: exactly the same for powers of two."""
    powers, number = (-30, 20, -7, -1, 3, 9)[: sweep.count(2, 6)], sweep.count(12, 200)
    starts = np.random.default_rng(0).uniform(-3, 3, (2, number))
    starts[:, :2] = [-1.0, 1.0], [1.0, 1.0]  # on its way to the saddle, and at a flat minimum
    first = _codes(key, PLAIN, starts, 1.0, 1.0)
    for scale in (2.0**power for power in powers):
        wide = _codes(key, f"(1 - x/{scale!r}*(y/{scale!r}))^2", starts, scale, scale**2)
        loud = _codes(key, f"{scale!r}*(1 - x*y)^2", starts, 1.0, 1.0 / scale)
        for other in (wide, loud):
            for one, same in zip(first, other, strict=True):
                assert_array_equal(one, same)
    assert len({*first[0]}) > 1
    assert len({*first[1]}) > 1
    sweep.report(f"outcomes and motion of {key} do not depend on the units", 2 * len(powers) * number, "none differs")


def _codes(key, formula, starts, scale, rate):
    loss = Landscape.from_formula(formula, ((-3 * scale, 3 * scale),) * 2)
    chosen = GD() if key == "gd" else SAM(scale)
    runs = run(chosen, loss, starts * scale, learning_rate=0.01 * rate, steps=200)
    followed = follow(runs)
    return outcome(loss, runs.final), motion(runs), followed.codes, followed.period


@pytest.mark.parametrize(
    ("formula", "half", "learning_rate"),
    [("(1-10000*x*y)^2", 0.03, 1e-6), ("0.001*(1-x*y)^2", 3.0, 10.0), ("(1-x*y/10000)^2", 300.0, 100.0)],
)
def test_no_scale_makes_a_start_an_end(formula, half, learning_rate):
    loss = Landscape.from_formula(formula, ((-half, half), (-half, half)))
    begun, ended = (run(GD(), loss, GRID * half / 3, learning_rate=learning_rate, steps=steps) for steps in (1, 200))
    assert shares(outcome(loss, begun.final), OUTCOMES)["elsewhere"] == 0.9
    assert shares(outcome(loss, ended.final), OUTCOMES)["elsewhere"] == 0.0
    assert shares(motion(begun), MOTIONS)["moving"] >= 0.9
    assert shares(motion(ended), MOTIONS)["settled"] == 0.9  # the rest are on their way to the saddle


@pytest.mark.parametrize("tolerance", [0.0, -0.1, np.nan, np.inf])
def test_a_tolerance_that_is_no_length_is_refused(tolerance):
    with pytest.raises(ValueError, match="the tolerance must be a positive length, not"):
        outcome(banana, np.zeros(2), tolerance)


def test_a_crawl_is_no_rest():
    """An update that a thousand steps do not make visible, on the way to a minimum 1.1 away."""
    loss = Landscape.from_formula("0.001*(1-x*y)^2")
    crawling = run(GD(), loss, [-1.5, 0.5], learning_rate=0.01, steps=1)
    assert 1000 * np.hypot(*(crawling.final - crawling.previous)) < loss.tolerance
    assert MOTIONS[motion(crawling)] == "moving"
    assert MOTIONS[follow(crawling).codes] == "drifting"


def test_a_plateau_holds_a_run_at_no_stationary_point():
    loss = Landscape.from_formula("1 - exp(-5*(x^2 + y^2))")
    still = run(GD(), loss, [2.9, 2.9], learning_rate=0.1, steps=100)
    assert OUTCOMES[outcome(loss, still.final)] == "elsewhere"
    assert MOTIONS[follow(still).codes] == "settled"


@pytest.mark.parametrize(
    ("chosen", "codes"),
    [
        (SAM(1.0), {"settled": 2, "2-cycle": 32, "chaotic": 66}),
        (MongeSAM(1.0), {"settled": 2, "2-cycle": 16, "longer cycle": 82}),
        (GD(), {"settled": 100}),
    ],
)
def test_motion_on_figure_5s_grid_after_20000_steps(chosen, codes):
    """SAM's runs at the flat minima have a positive Lyapunov exponent, Monge SAM's are on cycles of 14 steps."""
    runs = run(chosen, banana, GRID, learning_rate=0.01, steps=20_000, keep="final")
    followed = follow(runs)
    assert {name: number for name, number in zip(MOTIONS, np.bincount(followed.codes), strict=False) if number} == codes
    further = run(chosen, banana, runs.final, learning_rate=0.01, steps=2000).positions
    for period in {*followed.period} - {0}:
        cycle = further[:, :, followed.period == period]
        assert_allclose(cycle[period::period], cycle[:-period:period], rtol=0, atol=1e-4)
    chaotic = followed.codes == MOTIONS.index("chaotic")
    assert (followed.exponent[chaotic] > 0.002).all()
    if chaotic.any():  # two runs that began 1e-9 apart part by that exponent
        start = runs.final[:, chaotic]
        one, other = (
            run(chosen, banana, begin, learning_rate=0.01, steps=2000).final for begin in (start, start + 1e-9)
        )
        rate = np.log(np.hypot(*(one - other)) / np.hypot(1e-9, 1e-9)) / 2000
        assert_allclose(np.median(rate), np.median(followed.exponent[chaotic]), rtol=0.15)


def test_a_batch_is_followed_as_its_runs_are(monkeypatch):
    x, y = np.random.default_rng(3).uniform(-3, 3, (2, 24))
    rate = np.linspace(0.005, 0.02, 24)
    runs = run(SAM(np.linspace(0.5, 1.0, 24)), banana, [x, y], learning_rate=rate, steps=100, keep="final")
    reports = []
    monkeypatch.setattr(motions, "TOGETHER", 7)
    few = follow(runs, progress=lambda done, total: reports.append((done, total)))
    assert reports == [(7, 24), (14, 24), (21, 24), (24, 24)]
    monkeypatch.setattr(motions, "TOGETHER", 24)
    for one, other in zip(few, follow(runs), strict=True):
        assert_array_equal(one, other)


def test_chaos_is_measured_for_all_runs_of_a_large_batch():
    starts = np.stack(np.meshgrid(np.linspace(-3, 3, 25), np.linspace(-3, 3, 25)))
    followed = follow(run(SAM(1.0), banana, starts, learning_rate=0.01, steps=200, keep="final"))
    share = shares(followed.codes, MOTIONS)
    assert share["chaotic"] > 0.6
    assert share["drifting"] < 0.02
    assert (np.isfinite(followed.exponent) == (followed.period == 0)).all()


def test_as_many_runs_are_followed_as_take_seconds():
    assert motions.followable_runs(0) == motions.followable_runs(10) == motions.MOST_FOLLOWED
    assert motions.FEWEST_FOLLOWED < motions.followable_runs(200) < 200
    assert motions.followable_runs(1e9) == motions.FEWEST_FOLLOWED


def test_what_still_grows_is_called_no_two_cycle_by_few_steps():
    """After 200 steps SAM's hops at the saddle still grow; followed, they end on a 2-cycle within the tolerance."""
    runs = run(SAM(1.0), banana, [-1.5, 0.5], learning_rate=0.01, steps=200)
    later = run(SAM(1.0), banana, [-1.5, 0.5], learning_rate=0.01, steps=600)
    hop, later_hop = (np.hypot(*(one.final - one.previous)) for one in (runs, later))
    assert later_hop > 2 * hop
    assert [MOTIONS[motion(one)] for one in (runs, later)] == ["moving", "2-cycle"]
    followed = follow(runs)
    assert (MOTIONS[followed.codes], followed.period) == ("2-cycle", 2)


def test_what_drifts_while_it_jumps_to_and_fro_is_called_no_two_cycle_by_few_steps():
    """SAM moves along the sharp valley from hop to hop, so slowly that two hops close within the tolerance."""
    loss = LANDSCAPES["sharp-flat"]
    (left, right), (bottom, top) = loss.domain
    starts = np.random.default_rng(0).uniform((left, bottom), (right, top), (40, 2)).T
    runs = run(SAM(0.3), loss, starts, learning_rate=0.01, steps=200)
    cycles, followed = motion(runs) == MOTIONS.index("2-cycle"), follow(runs)
    assert np.count_nonzero(followed.codes == MOTIONS.index("drifting")) > 10
    assert {MOTIONS[code] for code in followed.codes[cycles]} <= {"2-cycle"}


@pytest.mark.parametrize("base", [HeavyBall(), Nesterov()], ids=lambda base: base.key)
def test_what_swings_past_its_goal_has_not_settled(base):
    """A run with momentum crosses the minimum fast, goes farther than the tolerance, and comes back."""
    loss = Landscape.from_formula("y^2 + x^2/2 - cos(4x)")
    starts = np.random.default_rng(0).uniform(-3, 3, (2, 200))
    runs = run(GD(), loss, starts, learning_rate=0.03, steps=20, base=base)
    way = np.hypot(*np.moveaxis(motions.further(runs, 1000).positions - runs.final, 1, 0)).max(axis=0)
    period = follow(runs).period
    assert np.count_nonzero(way > loss.tolerance) > 100
    assert not np.any((period == 1) & (way > loss.tolerance))


def test_a_run_held_elsewhere_says_how_far_from_what():
    """SAM rests a step of ρ from the sharp minimum: a fixed point that is not stationary."""
    loss = LANDSCAPES["sharp-flat"]
    held = run(SAM(1.0), loss, [1.6, 0.9], learning_rate=0.01, steps=4000)
    assert OUTCOMES[outcome(loss, held.final)] == "elsewhere"
    found = nearest(loss, held.final)
    assert found is not None
    assert found.distance > loss.tolerance


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


def test_rounds_that_differ_in_their_last_bits_are_one():
    """LookSAM's 10-cycles on Himmelblau's function come back to the same bits after up to 60 steps only."""
    starts = np.random.default_rng(1).uniform(-5, 5, (2, 40))
    ended = run(rule("looksam", 0.05), LANDSCAPES["himmelblau"], starts, learning_rate=0.03, steps=500)
    found = follow(ended)
    assert {10} == {*found.period[found.codes == MOTIONS.index("longer cycle")]}


@pytest.mark.parametrize(
    ("formula", "rule", "expected"),
    [
        ("abs(x - 0.37) + y^2", GD(), "minimum"),
        ("abs(x - 0.37) + abs(y)", MongeSAM(rho=1.0), "minimum"),
        ("abs(x - 4.2) + y^2", GD(), "minimum"),  # outside the domain
        ("abs(abs(x - 0.3) - 1) + y^2", SAM(rho=1.0), "saddle"),  # on the ridge between two minima
    ],
)
def test_runs_that_end_at_a_kink_are_at_a_stationary_point(formula, rule, expected):
    loss = Landscape.from_formula(formula)
    path = run(rule, loss, GRID, learning_rate=0.01, steps=900)
    assert {OUTCOMES[code] for code in outcome(loss, path.final)} == {expected}
    assert {MOTIONS[code] for code in motion(path)} == {"2-cycle"}
