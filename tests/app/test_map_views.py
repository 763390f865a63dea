"""What the map views show, without a browser: codes, colours, borders, words, and work that is superseded."""

import re
import threading
from types import SimpleNamespace

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from app.browser.background_work import LatestTaskRunner
from app.browser.source_updates import SourceUpdates
from app.compute.answer import Answer
from app.compute.borders import outline, outlined
from app.compute.destination_summary import (
    all_in_words,
    covered,
    difference_in_a_title,
    difference_in_words,
    in_a_title,
    in_words,
    percent,
)
from app.compute.destinations import (
    DestinationQuery,
    code_labels,
    destination_codes,
    difference_codes,
    difference_colours,
    difference_labels,
)
from app.compute.outcome_words import OUTCOME_HEADS
from app.compute.parts import in_parts
from app.compute.phase_colours import NOTHING, SHOWN, colours, cross_in_words, least, scale, values
from app.compute.phase_colours import codes as shade_codes
from app.compute.phase_diagram import (
    LEARNING_RATE,
    MAX_STARTS,
    RHO,
    centre,
    decades,
    index,
    phase_query,
    radius,
    setting_query,
    settings,
    starts_in_words,
    subsample,
)
from app.compute.price import LEAST, PREVIEW, criterion_price
from app.compute.scene import Scene
from app.compute.stability import StabilityQuery, shades
from app.compute.stability_summary import sentence as stability_sentence
from app.compute.stability_summary import tally
from app.layers.map_viewport import MapViewport
from app.model.box import domain, pixels
from app.model.course import Course
from app.model.lineup import entries
from app.model.link import write
from app.model.state import DOMINANT, LOSS, MAX_CLOUD_COUNT, State
from app.views.maps.coarse_then_fine import CoarseThenFine
from app.views.maps.stability import left_out
from figures import figure4
from figures.loss_colours import SHADES
from figures.style import OUTCOME_COLOURS, stability_norm
from landscapes import LANDSCAPES, Landscape
from optimizers import GD, GSAM, LLQRSAM, SAM, Adam, HeavyBall, MongeSAM, Schedule, run
from optimizers.bases import PLAIN
from optimizers.cli.table import share_table
from optimizers.maps import destination_map, difference, phase_diagram
from optimizers.outcomes import MOTIONS, OUTCOMES, outcome
from optimizers.percentages import percents
from optimizers.stability import CRITERIA, Stability, contraction, exact_stability, stability

banana = LANDSCAPES["banana"]
ENTRIES = tuple(entries({"sam": SAM(1.0), "m-sam": MongeSAM(1.0)}).values())
BOX = (-3.0, 3.0, -2.0, 2.0)  # of a zoom that is no square


@pytest.fixture(scope="module")
def two_maps():
    return DestinationQuery(ENTRIES, banana, 0.01, 200, BOX).answer(40)


def test_pixels_are_square():
    columns, rows = pixels(BOX, 500)
    assert_allclose(6 / columns, 4 / rows, rtol=2e-3)
    assert_allclose(columns * rows, 500**2, rtol=2e-3)


def gone_to(window: MapViewport, box) -> None:
    """What the browser reports when a visitor pans, zooms, or (None) resets."""
    (report,) = window.x_range.js_property_callbacks["change:start"]
    report.args["moves"].data = {"box": [box], "number": [len(window.log)]}
    window.log.append(box)


@pytest.fixture
def opened():
    """A window on the plane, and what is sent to it."""
    updates, state = SourceUpdates(), State()
    window = MapViewport(updates, state)
    window.log = []

    def sent():
        window.draw(Scene(state, state.region), updates)
        return updates.take().get("view")

    assert sent()["zoom"] == [None]
    return window, state, sent


def test_maps_cover_the_domain_until_a_visitor_zooms(opened):
    window, state, sent = opened
    assert domain(state.region) == banana.domain
    gone_to(window, [-1.00004, 2, 0, 3])
    assert state.zoom == state.region == (-1.0, 2.0, 0.0, 3.0)
    assert sent() is None, "the visitor is there already"
    assert "view=-1,2,0,3" in write(state)
    gone_to(window, None)
    assert domain(state.region) == banana.domain


def test_a_window_goes_where_another_view_or_a_link_went(opened):
    window, state, sent = opened
    assert state.try_update(zoom=(-1.0, 1.0, -2.0, 0.0)) is None
    assert sent()["zoom"] == [(-1.0, 1.0, -2.0, 0.0)]
    gone_to(window, [0.0, 1.0, 0.0, 1.0])
    assert state.try_update(zoom=(-1.0, 1.0, -2.0, 0.0)) is None
    assert sent()["zoom"] == [(-1.0, 1.0, -2.0, 0.0)], "back undoes, although the same was sent before"
    assert state.choose_landscape("sinc") is None
    home = sent()
    assert ((*home["left"], *home["right"]), (*home["bottom"], *home["top"])) == LANDSCAPES["sinc"].domain
    assert home["zoom"] == [None]


@pytest.mark.parametrize(
    "box", [["a", 1, 0, 1], [1.0, 0.0, 0.0, 1.0], [0.0, 1.0], [float("nan"), 1.0, 0.0, 1.0], [0, 1e-12, 0, 1], 3]
)
def test_window_that_is_none_is_undone_on_the_screen(opened, box):
    window, state, sent = opened
    gone_to(window, box)
    assert state.zoom is None
    assert sent()["zoom"] == [None]


def test_border_of_a_disc_is_its_circle():
    x, y = np.meshgrid(*2 * [(np.arange(200) + 0.5) / 100 - 1])
    border = outline(np.hypot(x, y) < 0.5, (-1, 1, -1, 1))
    radius = np.hypot(border["x"], border["y"])
    assert_allclose(radius[np.isfinite(radius)], 0.5, atol=0.015)
    assert np.isnan(radius).sum() == 1


def test_region_without_pixels_has_no_border():
    assert outline(np.zeros((4, 5), bool), BOX)["x"].size == 0


def test_code_of_a_pixel_is_its_outcome_and_motion(two_maps):
    one = two_maps["sam"]
    labels = np.array(code_labels())[destination_codes(one)]
    saddle = one.outcome == OUTCOMES.index("saddle")
    cycling = one.motion == MOTIONS.index("2-cycle")
    assert_array_equal(labels == "ends at a saddle, on a 2-cycle", saddle & cycling)
    assert (saddle & cycling).any()


def test_difference_shows_the_second_rules_outcome_where_the_rules_differ(two_maps):
    first, second = two_maps["sam"], two_maps["m-sam"]
    codes = difference_codes(first, second)
    shown = np.array(difference_colours("same"))[codes]
    assert_array_equal(shown != "same", difference(first, second).differs)
    for place, colour in OUTCOME_COLOURS.items():
        assert (second.outcome[shown == colour] == OUTCOMES.index(place)).all()
    rescued = "SAM: saddle<br>M-SAM: flat minimum"
    assert_array_equal(
        np.array(difference_labels("SAM", "M-SAM"))[codes] == rescued,
        (first.outcome == OUTCOMES.index("saddle")) & (second.outcome == OUTCOMES.index("flat minimum")),
    )


def test_every_outcome_has_a_colour_of_its_own():
    assert tuple(OUTCOME_COLOURS) == OUTCOMES
    assert len(set(OUTCOME_COLOURS.values())) == len(OUTCOMES)


def test_words_name_what_happens(two_maps):
    seen = {"saddle": 0.25, "minimum": 0.7, "diverged": 0.0, "elsewhere": 0.05}
    assert in_words(seen) == "minimum 70.0%, saddle 25.0%, elsewhere 5.0%"
    assert in_a_title("SAM", seen) == f"SAM: {OUTCOME_HEADS['minimum']} 70.0%, saddle 25.0%"
    first, second = two_maps["sam"], two_maps["m-sam"]
    seen = difference(first, second)
    sentence = difference_in_words("SAM", "Monge SAM", seen)
    assert f"{seen.share:.1%}" in sentence
    assert difference_in_a_title("SAM", "M-SAM", seen) == f"M-SAM vs SAM: {seen.share:.1%} differ"
    assert "saddle under SAM but flat minimum under Monge SAM" in sentence
    assert "the same outcome from every start" in difference_in_words("SAM", "SAM", difference(first, first))


def test_some_are_never_called_none_and_not_all_never_all():
    assert [percent(share) for share in (0.0, 1e-6, 0.0004, 0.25, 0.9996, 1 - 1e-6, 1.0)] == [
        "0.0%", "<0.1%", "<0.1%", "25.0%", ">99.9%", ">99.9%", "100.0%",
    ]  # fmt: skip
    counts = [0, 1, 49, 51, 9949, 9950, 9951, 9999, 10_000]
    assert [percents([count, 10_000 - count], 0)[0] for count in counts] == [
        "0", "<1", "<1", "1", "99", ">99", ">99", ">99", "100",
    ]  # fmt: skip


def test_shares_that_are_printed_together_add_up_to_100():
    thirds = {"saddle": 1 / 3, "minimum": 1 / 3, "elsewhere": 1 / 3}
    assert in_words(thirds) == "saddle 33.4%, minimum 33.3%, elsewhere 33.3%"
    assert in_words(thirds, coarse=True) == "saddle ≈ 34%, minimum ≈ 33%, elsewhere ≈ 33%"
    assert percents([1, 1, 1, 0, 0, 0], 0) == ["34", "33", "33", "0", "0", "0"]
    table = share_table({"gd": (thirds, {"settled": 2 / 3, "moving": 1 / 3 - 1e-7, "chaotic": 1e-7})})
    assert [cell for cell in table.split() if "%" in cell] == [
        "33.34%", "33.33%", "33.33%", "66.67%", "33.33%", "<0.01%",
    ]  # fmt: skip


def test_field_holds_theory_and_simulation_at_the_same_pixels():
    rule = SAM(0.5)
    for name, form in CRITERIA.items():
        seen = StabilityQuery(name, rule, banana, 0.01, 100, BOX).answer(30)
        expected = destination_map(
            rule, banana, learning_rate=0.01, steps=100, window=domain(BOX), resolution=pixels(BOX, 30)
        )
        assert_array_equal(seen.ends.outcome, expected.outcome)
        assert seen.value.shape == seen.singular.shape == expected.outcome.shape
        eigenvalues = form.eigenvalues(rule, banana, expected.x, expected.y[:, None], 0.01, PLAIN)
        assert_array_equal(seen.value, form.value(eigenvalues, 0.01))


def test_the_criterion_is_of_the_step_of_the_base_optimizer():
    course = Course(Adam(0.5, 0.8), Schedule("cosine"))
    found = StabilityQuery("steps", SAM(0.5), banana, 0.01, 5, BOX, course=course).answer(9)
    expected = exact_stability(SAM(0.5), banana, found.ends.x, found.ends.y[:, None], 0.01, course.base)
    assert_array_equal(found.value, contraction(expected, 0.01))
    assert "α cosine" in left_out(course)
    assert "Adam" not in left_out(course)
    assert left_out(Course(Adam())) == ""


def test_a_state_is_in_the_price_of_a_criterion():
    """In units of the plain step's: its matrix is larger, and a period has many."""
    rules = ((SAM(0.5), HeavyBall()), (SAM(0.5), Adam()), (LLQRSAM(), Adam()))
    plain = criterion_price(SAM(0.5), banana, 100, PLAIN)
    prices = [criterion_price(rule, banana, 100, base) / plain for rule, base in rules]
    assert prices == sorted(prices)
    assert prices[0] > 5
    assert prices[-1] > 100


def test_forms_are_the_papers_and_the_exact_one():
    paper, exact, _ = CRITERIA.values()
    x, y = np.array([0.3, -0.8]), np.array([0.2, 1.1])
    assert_array_equal(
        paper.value(paper.eigenvalues(SAM(0.5), banana, x, y, 0.01, PLAIN), 0.01),
        stability(SAM(0.5), banana, x, y).smaller,
    )
    assert_array_equal(
        exact.value(exact.eigenvalues(SAM(0.5), banana, x, y, 0.01, PLAIN), 0.01),
        exact_stability(SAM(0.5), banana, x, y).smaller,
    )


def test_update_contracts_where_both_factors_are_below_one():
    """ℓ = x²/2 + 3y²/2 has μ = 1 and 3: under GD |1 - αμ| < 1 for both just where α < 2/3."""
    bowl = Landscape(value=lambda x, y: 0.5 * x**2 + 1.5 * y**2)
    eigenvalues = exact_stability(GD(), bowl, np.float64(1.0), np.float64(1.0))
    rates = np.array([1e-9, 0.5, 0.66, 0.67, 1.0])
    assert_allclose(contraction(eigenvalues, rates), [1.0, 1.0, 0.02 / 0.66, -0.01 / 0.67, -1.0], rtol=1e-6)


def test_contraction_of_a_rotation_counts_the_imaginary_part():
    """μ = 1 ± 2i: |1 - αμ|² = (1 - α)² + 4α², below 1 just where α < 2/5."""
    spiral = Stability(np.array(1.0), np.array(1.0), np.array(2.0), np.array(False), np.array(False))
    assert (np.sign(contraction(spiral, np.array([0.39, 0.41]))) == [1, -1]).all()


def test_shades_are_figure_4s_colours_and_split_at_zero():
    value = np.array([[-2000.0, -1.0, -1e-3, 0.0, 1e-3, 1.0, 2000.0, np.nan, np.inf, -np.inf]])
    (codes,) = shades(value)
    (value,) = value
    assert ((codes >= SHADES / 2) == (np.nan_to_num(value, nan=1.0) >= 0)).all()
    assert_allclose((codes[:7] + 0.5) / SHADES, stability_norm()(value[:7]), atol=1 / SHADES)
    assert_array_equal(codes >= SHADES, np.isnan(value))


def test_paper_form_over_figure_4s_view_is_figure_4():
    numbers = figure4.compute({"resolution": 40})
    seen = StabilityQuery(next(iter(CRITERIA)), SAM(0.6), banana, 0.01, 1, (-2.0, 2.0, -2.0, 2.0)).answer(40)
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
    points = subsample(phase_query(state).starts)
    assert_allclose(np.unique(points[0]), np.linspace(-3, 3, 10))
    assert points.shape == (2, 100)
    assert state.try_update(mode="cloud", count=1234) is None
    assert subsample(phase_query(state).starts).shape[1] <= 100


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
    refiner = LatestTaskRunner(lambda token, result: taken.append((token, result)), loop, idle=0.0)

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
    refiner = LatestTaskRunner(lambda token, result: waiting.set(), loop, idle=1e6)
    refiner.request("first", lambda cancelled: None, at_once=True)
    assert waiting.wait(10)


def test_refiner_does_the_same_work_once():
    done, loop = [], Loop()
    refiner = LatestTaskRunner(lambda token, result: done.append(token), loop, idle=0.0)
    refiner.request("same", lambda cancelled: None)
    assert loop.came.wait(10)
    refiner.request("same", lambda cancelled: done.append("again"))
    refiner.request("other", lambda cancelled: None)
    while "other" not in done:
        assert loop.came.wait(10)
    assert done == ["same", "other"]


def test_cancelled_work_learns_of_it():
    learned, started = threading.Event(), threading.Event()
    refiner = LatestTaskRunner(lambda token, result: pytest.fail("was cancelled"), Loop(), idle=0.0)

    def work(cancelled):
        started.set()
        while not cancelled():
            pass
        learned.set()

    refiner.request("long", work)
    assert started.wait(10)
    refiner.cancel()
    assert learned.wait(10)


@pytest.mark.parametrize("landscape", ["banana", "rastrigin"])
def test_the_shares_of_a_phase_diagram_add_up_to_1(landscape):
    """Whatever outcomes there are: on the banana at ρ = 1.66, α = 0.03 most of SAM's runs are at no named place."""
    state = State(landscape=landscape, optimizers=["sam", "m-sam"])
    diagram = phase_query(state).answer(8)
    shares = [values(diagram, shown) for shown in SHOWN.values() if shown not in {DOMINANT, LOSS}]
    assert set(OUTCOMES) < set(SHOWN.values())
    assert_allclose(sum(shares), 1.0, rtol=1e-12)
    assert_array_equal(values(diagram, DOMINANT), np.max(shares, axis=0))
    named = np.array(list(OUTCOMES))[shade_codes(diagram, DOMINANT)]
    for name, share in zip(OUTCOMES, shares, strict=True):
        assert_array_equal(share[named == name], np.max(shares, axis=0)[named == name])
    assert len(colours(DOMINANT)) == len(OUTCOMES)


def test_the_number_at_the_cross_is_of_the_setting_itself():
    """ρ = 1.3, α = 0.01 is not the centre of any cell: what the cell's centre gives is not shown for it."""
    state = State(mode="cloud", count=400, rho=1.3, optimizers=["sam"])
    question = setting_query(state)
    (cross,) = question.answer(MAX_CLOUD_COUNT)
    ends = run(SAM(1.3), banana, state.starts().positions(), learning_rate=0.01, steps=200, keep="final").final
    share = (outcome(banana, ends) == OUTCOMES.index("saddle")).mean()
    assert cross.runs == 400
    assert cross_in_words(cross, "saddle", least(cross)) == f"saddle {share:.0%}"
    centre_rho, centre_rate = centre(np.log10(1.3), RHO, 64), centre(-2.0, LEARNING_RATE, 64)
    assert (centre_rho, centre_rate) != (1.3, 0.01)
    assert question.answer(MAX_STARTS)[0].runs == 100


def test_rules_that_differ_in_rho_alone_share_a_diagram_with_a_mark_for_each():
    state = State(optimizers=["gd", "sam"], added=(SAM(0.3), GSAM(0.5, 0.2), GSAM(2.0, 0.4)))
    shown = phase_query(state).entries
    assert [(entry.place, entry.name) for entry in shown] == [
        ("gd", "GD"),
        ("sam", "SAM"),
        ("more-2", "GSAM (β = 0.2)"),
        ("more-3", "GSAM (β = 0.4)"),
    ]
    assert [[one["rho"] for one in settings(state, entry)] for entry in shown] == [[1.0], [1.0, 0.3], [0.5], [2.0]]
    for entry, cross in zip(state.entries(), setting_query(state).answer(9), strict=True):
        assert (cross.rules, cross.rho.tolist()) == ((entry.rule,), [radius(entry.rule)])


def test_a_phase_diagram_says_how_many_starts_it_has():
    one, cloud, grid = State(), State(mode="cloud", count=1234), State(mode="grid", size=5)
    assert starts_in_words(one).startswith(
        f"{subsample(phase_query(one).starts).shape[1]} starts, a grid over [−3, 3] × [−3, 3]"
    )
    assert starts_in_words(cloud) == f"{subsample(phase_query(cloud).starts).shape[1]} of the 1,234 starts"
    assert starts_in_words(grid) == "the 25 starts"


def test_a_mean_loss_where_most_diverged_is_not_shown():
    state = State(rho=2.0, learning_rate=1.0, optimizers=["sam"])
    (cross,) = setting_query(state).answer(MAX_STARTS)
    assert cross_in_words(cross, LOSS, 0.0) == "half or more diverged"


class Slow:
    """A question whose fine answer reports its progress, and waits until it is let go."""

    def __init__(self, each: float = 0.0) -> None:
        self.release, self.sizes, self.each = threading.Event(), [], each

    def price(self, size):
        return self.each * size**2

    def answer(self, size, cancelled=None, progress=None):
        self.sizes.append(size)
        if progress is not None:
            progress(3, 4)
            self.release.wait(10)
        return size * 10


class Session:
    """Stands for the document of a session."""

    session_context = None

    def __init__(self) -> None:
        self.came = threading.Event()

    def add_next_tick_callback(self, callback):
        callback()
        self.came.set()


@pytest.fixture
def session(monkeypatch):
    session = Session()
    monkeypatch.setattr(
        "app.browser.background_work.pn.state", SimpleNamespace(curdoc=session, on_session_destroyed=lambda _: None)
    )
    monkeypatch.setattr("app.browser.job.LONG", -1.0)
    monkeypatch.setattr("app.browser.job.PROGRESS_INTERVAL", -1.0)
    return session


def summary(answer: Answer) -> tuple:
    return answer.size, answer.found, answer.coarse, answer.done


def test_what_is_coarse_says_so_and_how_far_the_fine_one_is(session):
    question, redrawn = Slow(), []
    stages = CoarseThenFine(2, 5, lambda: redrawn.append(True))
    first = stages(question)
    assert (first.found, first.coarse) == (20, True)
    assert session.came.wait(10)
    assert summary(stages(question)) == (2, 20, True, 0.75)
    session.came.clear()
    question.release.set()
    assert session.came.wait(10)
    assert summary(stages(question)) == (5, 50, False, None)
    assert len(redrawn) == 2
    assert sorted(question.sizes) == [2, 5]


def test_what_a_frame_does_not_afford_is_coarser_or_comes_later(session):
    expensive = Slow(each=PREVIEW / LEAST**2)
    expensive.release.set()
    assert CoarseThenFine(100, 500, lambda: None)(expensive).size == LEAST
    more_expensive, shown = Slow(each=2 * PREVIEW / LEAST**2), []
    stages = CoarseThenFine(100, 500, lambda: shown.append(stages(more_expensive)))
    assert summary(stages(more_expensive))[:3] == (0, None, True)
    more_expensive.release.set()
    while not any(answer.size == 500 for answer in shown):
        assert session.came.wait(10)
        session.came.clear()
    assert {answer.size for answer in shown if answer.found} == {100, 500}
    assert more_expensive.sizes == [100, 500]


def test_a_small_question_is_answered_whole_at_once(session):
    question = Slow()
    assert summary(CoarseThenFine(2, 5, lambda: None, whole=True)(question)) == (5, 50, False, None)
    assert question.sizes == [5]


def test_reports_of_parts_are_reports_of_the_whole():
    reports = []
    for part in range(2):
        for done in (1, 2):
            in_parts(lambda *one: reports.append(one), part, 2)(done, 2)
    assert reports == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert in_parts(None, 0, 2) is None


def test_the_work_for_a_map_is_reported_to_its_end():
    reports = []
    for question in (
        DestinationQuery(tuple(entries({"gd": GD(), "sam": SAM(1.0)}).values()), banana, 0.01, 20, BOX),
        StabilityQuery("exact", SAM(1.0), banana, 0.01, 20, BOX),
    ):
        question.answer(20, progress=lambda done, total: reports.append(done / total))
        assert reports[-1] == 1.0
        assert reports == sorted(reports)
        reports.clear()


def test_a_coarse_map_is_not_labelled_as_a_fine_one(two_maps):
    shares, seen = two_maps["sam"].shares, difference(two_maps["sam"], two_maps["m-sam"])
    for coarse, fine in (
        (in_a_title("SAM", shares, True), in_a_title("SAM", shares)),
        (difference_in_a_title("SAM", "M-SAM", seen, True), difference_in_a_title("SAM", "M-SAM", seen)),
        (all_in_words(two_maps, {"sam": "SAM"}, 200, True), all_in_words(two_maps, {"sam": "SAM"}, 200)),
    ):
        assert "coarse" in coarse.lower()
        assert "≈" in coarse
        assert not re.search(r"\d\.\d%", coarse)
        assert "coarse" not in fine.lower()
        assert "≈" not in fine


def test_words_say_of_which_starts_shares_are():
    assert covered((-3.0, 3.0, -3.0, 3.0), banana) == "the domain [−3, 3] × [−3, 3]"
    assert covered(BOX, banana) == "the zoom [−3, 3] × [−2, 2]"
    question = StabilityQuery("exact", SAM(1.0), banana, 0.01, 20, BOX)
    assert covered(BOX, banana) in stability_sentence(question, tally(question, question.answer(20)))


def test_maps_are_of_the_runs_with_base_schedules_and_noise():
    state = State(optimizers=["sam"], base=Adam(), schedule="cosine", noise=0.2, steps=30, learning_rate=0.05)
    course = state.course
    settings = {"learning_rate": 0.05, "steps": 30, **course.settings}
    entry = state.lineup["sam"]
    shown = DestinationQuery((entry,), banana, 0.05, 30, BOX, course).answer(12)["sam"]
    starts = np.array(np.meshgrid(shown.x, shown.y))
    assert_array_equal(shown.final, run(SAM(1.0), banana, starts, keep="final", **settings).final)
    (cross,) = setting_query(state).answer(100)
    ends = run(SAM(1.0), banana, subsample(setting_query(state).starts), keep="final", **settings).final
    assert_array_equal(cross.counts[0, 0, 0], np.bincount(outcome(banana, ends), minlength=len(OUTCOMES)))
    field = StabilityQuery("exact", SAM(1.0), banana, 0.05, 30, BOX, course=course).answer(12)
    assert_array_equal(field.ends.outcome, shown.outcome)


@pytest.mark.parametrize("coarse", [False, True])
def test_a_title_is_no_longer_than_three_maps_side_by_side_have_room_for(coarse):
    """At 1280 pixels, counted in letters; what is longer would be cut at both ends."""
    for name in ("Monge SAM", "Fisher SAM", "ASAM"):
        assert len(in_a_title(name, {"flat minimum": 0.554, "saddle": 0.446}, coarse)) <= 40
