"""What the map views show, without a browser: codes, colours, borders, words, and work that is superseded."""

import threading

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from app.browser.background_work import Refiner
from app.browser.map_viewport import Window, domain, pixels
from app.browser.source_updates import Frame
from app.compute.borders import outline, outlined
from app.compute.destination_summary import difference_in_a_title, difference_in_words, in_a_title, in_words
from app.compute.destinations import Fates, fate_codes, fates, pair_codes, pair_colours, pairs
from app.compute.phase_colours import NOTHING, scale, values
from app.compute.phase_diagram import LEARNING_RATE, RHO, asked, centre, decades, index, some
from app.compute.stability import FORMS, Theory, shades
from app.model.state import State
from app.outcome_words import HEADS
from figures import figure4
from figures.style import OUTCOME_COLOURS, stability_norm
from landscapes import LANDSCAPES, Landscape
from optimizers import GD, SAM, MongeSAM
from optimizers.maps import destination_map, difference, phase_diagram
from optimizers.outcomes import MOTIONS, OUTCOMES
from optimizers.stability import Stability, contraction, exact_stability, stability

banana = LANDSCAPES["banana"]
BOX = (-3.0, 3.0, -2.0, 2.0)


@pytest.fixture(scope="module")
def two_maps():
    return Fates((SAM(1.0), MongeSAM(1.0)), banana, 0.01, 200, BOX).answer(40)


def test_pixels_are_square():
    columns, rows = pixels(BOX, 500)
    assert_allclose(6 / columns, 4 / rows, rtol=2e-3)
    assert_allclose(columns * rows, 500**2, rtol=2e-3)


def test_window_is_the_domain_until_the_browser_tells_what_it_shows():
    frame, state, told = Frame(), State(), []
    window = Window(frame, state)
    window.on_change(lambda: told.append(window.box))
    assert domain(window.box) == banana.domain
    assert not window.placed
    (seen,) = window.x_range.js_property_callbacks["change:start"]
    seen.args["seen"].data = {"box": [-1.0, 2.0, 0.0, 3.0]}
    assert window.placed
    assert told == [(-1.0, 2.0, 0.0, 3.0)]


@pytest.mark.parametrize("box", [["a", 1, 0, 1], [1.0, 0.0, 0.0, 1.0], [0.0, 1.0], [float("nan"), 1.0, 0.0, 1.0]])
def test_window_that_is_none_is_not_drawn(box):
    window = Window(Frame(), State())
    window.x_range.js_property_callbacks["change:start"][0].args["seen"].data = {"box": box}
    assert window.box is None


def test_border_of_a_disc_is_its_circle():
    x, y = np.meshgrid(*2 * [(np.arange(200) + 0.5) / 100 - 1])
    border = outline(np.hypot(x, y) < 0.5, (-1, 1, -1, 1))
    radius = np.hypot(border["x"], border["y"])
    assert_allclose(radius[np.isfinite(radius)], 0.5, atol=0.015)
    assert np.isnan(radius).sum() == 1


def test_region_without_pixels_has_no_border():
    assert outline(np.zeros((4, 5), bool), BOX)["x"].size == 0


def test_code_of_a_pixel_tells_its_fate(two_maps):
    one = two_maps["sam"]
    told = np.array(fates())[fate_codes(one)]
    saddle = one.outcome == OUTCOMES.index("saddle")
    cycling = one.motion == MOTIONS.index("2-cycle")
    assert_array_equal(told == "ends at the saddle, on a 2-cycle", saddle & cycling)
    assert (saddle & cycling).any()


def test_difference_shows_the_second_rules_outcome_where_the_rules_differ(two_maps):
    first, second = two_maps["sam"], two_maps["m-sam"]
    codes = pair_codes(first, second)
    shown = np.array(pair_colours("same"))[codes]
    assert_array_equal(shown != "same", difference(first, second).differs)
    for place, colour in OUTCOME_COLOURS.items():
        assert (second.outcome[shown == colour] == OUTCOMES.index(place)).all()
    rescued = "SAM: saddle<br>M-SAM: flat minimum"
    assert_array_equal(
        np.array(pairs("sam", "m-sam"))[codes] == rescued,
        (first.outcome == OUTCOMES.index("saddle")) & (second.outcome == OUTCOMES.index("flat minimum")),
    )


def test_every_outcome_has_a_colour_of_its_own():
    assert tuple(OUTCOME_COLOURS) == OUTCOMES
    assert len(set(OUTCOME_COLOURS.values())) == len(OUTCOMES)


def test_words_name_what_happens(two_maps):
    seen = {"saddle": 0.25, "minimum": 0.7, "diverged": 0.0, "elsewhere": 0.05}
    assert in_words(seen) == "minimum 70.0%, saddle 25.0%, elsewhere 5.0%"
    assert in_a_title(seen) == f"{HEADS['minimum']} 70.0%, saddle 25.0%"
    first, second = two_maps["sam"], two_maps["m-sam"]
    seen = difference(first, second)
    sentence = difference_in_words("sam", "m-sam", seen)
    assert f"{seen.share:.1%}" in sentence
    assert difference_in_a_title("sam", "m-sam", seen) == f"M-SAM vs SAM: {seen.share:.1%} differ"
    assert "saddle under SAM but flat minimum under M-SAM" in sentence
    assert "of the same kind from every start" in difference_in_words("sam", "sam", difference(first, first))


def test_field_holds_theory_and_simulation_at_the_same_pixels():
    rule = SAM(0.5)
    for name, form in FORMS.items():
        seen = Theory(name, rule, banana, 0.01, 100, BOX).answer(30)
        expected = destination_map(
            rule, banana, learning_rate=0.01, steps=100, window=banana.domain, resolution=pixels(BOX, 30)
        )
        assert_array_equal(seen.ends.outcome, expected.outcome)
        assert seen.value.shape == seen.singular.shape == expected.outcome.shape
        eigenvalues = form.eigenvalues(rule, banana, expected.x, expected.y[:, None])
        assert_array_equal(seen.value, form.value(eigenvalues, 0.01))


def test_forms_are_the_papers_and_the_exact_one():
    paper, exact, _ = FORMS.values()
    x, y = np.array([0.3, -0.8]), np.array([0.2, 1.1])
    assert_array_equal(
        paper.value(paper.eigenvalues(SAM(0.5), banana, x, y), 0.01), stability(SAM(0.5), banana, x, y).smaller
    )
    assert_array_equal(
        exact.value(exact.eigenvalues(SAM(0.5), banana, x, y), 0.01), exact_stability(SAM(0.5), banana, x, y).smaller
    )


def test_update_contracts_where_both_factors_are_below_one():
    """ℓ = x²/2 + 3y²/2 has μ = 1 and 3: under GD |1 - αμ| < 1 for both just where α < 2/3."""
    bowl = Landscape(value=lambda x, y: 0.5 * x**2 + 1.5 * y**2)
    eigenvalues = exact_stability(GD(), bowl, np.float64(1.0), np.float64(1.0))
    rates = np.array([1e-9, 0.5, 0.66, 0.67, 1.0])
    assert_allclose(contraction(eigenvalues, rates), [1.0, 1.0, 0.02 / 0.66, -0.01 / 0.67, -1.0], rtol=1e-6)


def test_contraction_of_a_rotation_counts_the_imaginary_part():
    """μ = 1 ± 2i: |1 - αμ|² = (1 - α)² + 4α², below 1 just where α < 2/5."""
    spiral = Stability(np.array(1.0), np.array(1.0), np.array(2.0), np.array(False))
    assert (np.sign(contraction(spiral, np.array([0.39, 0.41]))) == [1, -1]).all()


def test_shades_are_figure_4s_colours_and_split_at_zero():
    value = np.array([-2000.0, -1.0, -1e-3, 0.0, 1e-3, 1.0, 2000.0, np.nan, np.inf, -np.inf])
    codes = shades(value)
    assert ((codes >= 128) == (np.nan_to_num(value) >= 0)).all()
    assert_allclose((codes[:7] + 0.5) / 256, stability_norm()(value[:7]), atol=1 / 256)


def test_paper_form_over_figure_4s_view_is_figure_4():
    numbers = figure4.compute({"resolution": 40})
    seen = Theory(next(iter(FORMS)), SAM(0.6), banana, 0.01, 1, (-2.0, 2.0, -2.0, 2.0)).answer(40)
    assert_allclose(seen.value, numbers.smaller["sam", numbers.values["rho"].index(0.6)], rtol=1e-9, atol=1e-9)


def test_border_is_the_saddles_where_there_is_one():
    assert outlined(banana) == "saddle"
    assert outlined(LANDSCAPES["sinc"]) == "maximum"
    assert outlined(LANDSCAPES["paraboloid"]) in {"flat minimum", "elsewhere"}


def test_click_takes_the_cell_that_was_hit():
    grid = decades(RHO, 32)
    for number, value in enumerate(grid):
        assert index(np.log10(value), RHO, 32) == number
        assert_allclose(centre(np.log10(value), RHO, 32), value, rtol=5e-3)
    assert centre(-99.0, LEARNING_RATE, 32) == centre(LEARNING_RATE[0], LEARNING_RATE, 32)


def test_cell_has_figure_5s_starts_when_the_session_has_one_and_a_hundred_at_most():
    state = State()
    points = some(asked(state).starts)
    assert_allclose(np.unique(points[0]), np.linspace(-3, 3, 10))
    assert points.shape == (2, 100)
    assert state.accept(mode="cloud", count=1234) is None
    assert some(asked(state).starts).shape[1] <= 100


def test_colours_of_a_phase_diagram():
    diagram = phase_diagram(
        (SAM(1.0),),
        banana,
        [[3.0, 2.5], [3.0, 2.0]],
        rho=decades(RHO, 6),
        learning_rate=decades(LEARNING_RATE, 6),
        steps=100,
    )
    share = values(diagram, "saddle")
    assert_array_equal(share, diagram.share("saddle"))
    assert_array_equal(scale(share, "saddle").codes(share), (share * 254).astype(np.uint8))
    loss = values(diagram, "final loss")
    codes = scale(loss, "final loss").codes(loss)
    diverged = diagram.share("diverged") >= 0.5  # what the other runs came to would pass for a success
    assert diverged.any()
    assert_array_equal(codes == NOTHING, diverged)
    order = np.argsort(loss[~diverged])
    assert (np.diff(codes[~diverged][order].astype(int)) >= 0).all()


class Loop:
    """Stands for the session's event loop: takes callbacks from any thread, and says when one came."""

    def __init__(self) -> None:
        self.came = threading.Event()

    def __call__(self, callback) -> None:
        callback()
        self.came.set()


def test_refiner_shows_the_newest_request_only():
    taken, release = [], threading.Event()
    loop = Loop()
    refiner = Refiner(lambda token, result: taken.append((token, result)), loop, idle=0.0)

    def slow(cancelled):
        release.wait(10)
        return "old"

    refiner.request("old", slow)
    refiner.request("new", lambda cancelled: "new")
    release.set()
    while not taken:
        assert loop.came.wait(10)
    assert taken == [("new", "new")]


def test_refiner_need_not_wait_where_no_hand_is():
    loop, waiting = Loop(), threading.Event()
    refiner = Refiner(lambda token, result: waiting.set(), loop, idle=1e6)
    refiner.request("first", lambda cancelled: None, at_once=True)
    assert waiting.wait(10)


def test_refiner_does_the_same_work_once():
    done, loop = [], Loop()
    refiner = Refiner(lambda token, result: done.append(token), loop, idle=0.0)
    refiner.request("same", lambda cancelled: None)
    assert loop.came.wait(10)
    refiner.request("same", lambda cancelled: done.append("again"))
    refiner.request("other", lambda cancelled: None)
    while "other" not in done:
        assert loop.came.wait(10)
    assert done == ["same", "other"]


def test_cancelled_work_learns_of_it():
    learned, started = threading.Event(), threading.Event()
    refiner = Refiner(lambda token, result: pytest.fail("was cancelled"), Loop(), idle=0.0)

    def work(cancelled):
        started.set()
        while not cancelled():
            pass
        learned.set()

    refiner.request("long", work)
    assert started.wait(10)
    refiner.cancel()
    assert learned.wait(10)
