"""Downloads of the map views: files that hold what `optimizers.maps` gives, and pictures of it."""

import csv
from io import BytesIO, StringIO

import numpy as np
import pytest
from matplotlib.figure import Figure
from numpy.testing import assert_allclose, assert_array_equal

from app.compute.destinations import DestinationQuery, destination_codes, difference_codes
from app.compute.phase_colours import LOSS, SHOWN
from app.compute.phase_diagram import phase_query
from app.compute.runs import runs_of
from app.compute.stability import TICKS, StabilityQuery, shades
from app.export.map_pictures import destinations_picture, phase_picture, stability_picture
from app.export.map_tables import destination_numbers, phase_numbers, stability_numbers, to_bytes
from app.model.box import domain, pixels
from app.model.lineup import entries
from app.model.state import DOMINANT, State
from app.views.file_buttons import Contents, file_stem, render_file
from figures.style import OUTCOME_COLOURS
from landscapes import LANDSCAPES
from optimizers import SAM, Experiment, MongeSAM
from optimizers.maps import destination_map, phase_diagram
from optimizers.outcomes import MOTIONS, OUTCOMES
from optimizers.spelling import spelled
from optimizers.stability import CRITERIA, exact_stability

banana = LANDSCAPES["banana"]
BOX = (-3.0, 3.0, -2.0, 2.0)
RULES = (SAM(1.0), MongeSAM(1.0))
ENTRIES = tuple(entries({"sam": SAM(1.0), "m-sam": MongeSAM(1.0)}).values())


def arrays(file: bytes) -> dict[str, np.ndarray]:
    return dict(np.load(BytesIO(file)))


def rows(file: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(file.decode())))


@pytest.fixture(scope="module")
def destination_query() -> DestinationQuery:
    return DestinationQuery(ENTRIES, banana, 0.01, 200, BOX)


@pytest.fixture(scope="module")
def experiment() -> Experiment:
    return State(optimizers=["sam", "m-sam"]).experiment


def expected_map(rule):
    return destination_map(rule, banana, learning_rate=0.01, steps=200, window=domain(BOX), resolution=pixels(BOX, 40))


def test_a_destination_file_is_the_maps(destination_query, experiment):
    results = destination_numbers(experiment, destination_query.answer(40))
    held = arrays(to_bytes(results, "npz"))
    assert held["optimizers"].tolist() == ["sam:rho=1", "m-sam:rho=1"]
    assert Experiment.from_json(held["experiment"].item()) == experiment
    for index, rule in enumerate(RULES):
        expected = expected_map(rule)
        assert_array_equal(held["outcome"][index], expected.outcome)
        assert_array_equal(held["motion"][index], expected.motion)
        assert dict(zip(held["outcome_names"], held["shares"][index], strict=True)) == expected.shares
        assert_array_equal(held["x"], expected.x)
        assert_array_equal(held["y"], expected.y)


def test_a_destination_table_counts_every_start_once(destination_query, experiment):
    table = rows(to_bytes(destination_numbers(experiment, destination_query.answer(40)), "csv"))
    for rule in RULES:
        expected = expected_map(rule)
        for place, where in enumerate(OUTCOMES):
            for pace, how in enumerate(MOTIONS):
                (row,) = (
                    r for r in table if (r["optimizer"], r["outcome"], r["motion"]) == (spelled(rule), where, how)
                )
                number = np.count_nonzero((expected.outcome == place) & (expected.motion == pace))
                assert int(row["starts"]) == number
                assert float(row["share"]) == number / expected.outcome.size


def test_a_phase_file_is_the_diagram(experiment):
    question = phase_query(State(optimizers=["sam", "m-sam"]))
    diagram = question.answer(6)
    starts = question.starts.positions()
    results = phase_numbers(experiment, starts, diagram)
    held, table = arrays(to_bytes(results, "npz")), rows(to_bytes(results, "csv"))
    again = phase_diagram(RULES, banana, held["start"], rho=held["rho"], learning_rate=held["learning_rate"], steps=200)
    assert_array_equal(held["counts"], again.counts)
    assert_array_equal(held["loss"], again.loss)
    assert len(table) == 2 * 6 * 6
    row = table[6 * 6 + 2 * 6 + 4]  # of M-SAM, the third ρ and the fifth α
    assert (row["optimizer"], float(row["rho"]), float(row["learning_rate"])) == (
        "m-sam",
        again.rho[2],
        again.learning_rate[4],
    )
    for name in OUTCOMES:
        assert float(row[f"share_{name.replace(' ', '_')}"]) == again.share(name)[1, 2, 4]
    assert_allclose(float(row["loss"]), again.loss[1, 2, 4], rtol=0)


def test_a_stability_file_holds_theory_and_simulation(experiment):
    question = StabilityQuery("exact", SAM(1.0), banana, 0.01, 200, BOX)
    results = stability_numbers(experiment, CRITERIA[question.criterion].symbol, question.answer(40))
    held, table = arrays(to_bytes(results, "npz")), rows(to_bytes(results, "csv"))
    expected = expected_map(SAM(1.0))
    value = exact_stability(SAM(1.0), banana, *np.meshgrid(expected.x, expected.y)).smaller
    assert held["criterion"] == "λ₂ of J"
    assert_array_equal(held["value"], value)
    assert_array_equal(held["outcome"], expected.outcome)
    last = table[-1]
    assert (float(last["x"]), float(last["y"]), float(last["value"])) == (expected.x[-1], expected.y[-1], value[-1, -1])
    assert last["outcome"] == OUTCOMES[expected.outcome[-1, -1]]


def images(figure: Figure) -> list[np.ndarray]:
    return [np.asarray(axes.images[0].get_array()) for axes in figure.axes if axes.images]


def titles(figure: Figure) -> str:
    return " ".join([figure.get_suptitle(), *(axes.get_title() for axes in figure.axes)])


def test_a_picture_of_destinations_has_every_rule_and_the_difference(destination_query):
    state, maps = State(optimizers=["sam", "m-sam"]), destination_query.answer(40)
    figure = destinations_picture(destination_query, maps, ENTRIES, state.entries(), runs_of(state))
    shown = images(figure)
    assert len(shown) == 3
    for image, codes in zip(
        shown,
        [destination_codes(maps["sam"]), destination_codes(maps["m-sam"]), difference_codes(*maps.values())],
        strict=True,
    ):
        assert_array_equal(image, codes)
    for part in ("Banana", "200 steps", "ρ = 1", "α = 0.01", f"saddle {maps['sam'].shares['saddle']:.1%}", "differ"):
        assert part in titles(figure)
    assert [text.get_text() for text in figure.legends[0].get_texts()] == list(OUTCOME_COLOURS)
    assert {(axes.get_xlabel(), axes.get_ylabel()) for axes in figure.axes} == {("θ₁", "θ₂")}


@pytest.mark.parametrize("what", SHOWN.values())
def test_a_picture_of_the_phase_diagram_names_axes_and_scale(what):
    state = State(optimizers=["sam", "m-sam"], phase=what)
    question = phase_query(state)
    diagram = question.answer(6)
    figure = phase_picture(diagram, state, question.entries)
    panels, bars = figure.axes[:2], figure.axes[2:]
    assert [(axes.get_title(), axes.get_xlabel(), axes.get_ylabel()) for axes in panels] == [
        ("SAM", "α", "ρ"),
        ("M-SAM", "α", "ρ"),
    ]
    if what == DOMINANT:
        assert not bars
        assert [text.get_text() for text in figure.legends[0].get_texts()] == list(OUTCOMES)
        for image, one in zip(images(figure), diagram.counts, strict=True):
            np.testing.assert_array_equal(image, one.argmax(axis=-1))
    else:
        assert len(bars[0].get_yticklabels()) == 2
    assert "100 starts" in titles(figure)
    assert ("loss" in titles(figure)) == (what == LOSS)


def test_the_papers_setting_is_marked_on_the_banana_alone():
    marked = {}
    for key in ("banana", "sinc"):
        state = State(landscape=key, optimizers=["sam"])
        figure = phase_picture(phase_query(state).answer(2), state, phase_query(state).entries)
        marked[key] = (
            [line.get_marker() for line in figure.axes[0].lines].count("o"),
            "the paper" in figure._supxlabel.get_text(),
        )
    assert marked == {"banana": (2, True), "sinc": (0, False)}


def test_a_picture_of_stability_has_figure_4s_colours():
    question = StabilityQuery("exact", SAM(1.0), banana, 0.01, 200, BOX)
    found, state = question.answer(40), State()
    figure = stability_picture(question, found, runs_of(state, [state.lineup["sam"]])[0])
    assert_array_equal(images(figure)[0], shades(found.value))
    assert "λ₂ of J for SAM" in titles(figure)
    assert len(figure.axes[1].get_yticks()) == len(TICKS)


@pytest.mark.parametrize(("kind", "begins"), [("png", b"\x89PNG"), ("svg", b"<?xml"), ("npz", b"PK"), ("csv", b"opt")])
def test_every_kind_of_file_is_made(destination_query, experiment, kind, begins):
    maps = destination_query.answer(10)
    contents = Contents(
        "map",
        lambda: destinations_picture(destination_query, maps, ENTRIES, ENTRIES[:1], []),
        lambda: destination_numbers(experiment, maps),
    )
    assert render_file(contents, kind).startswith(begins)


def test_a_name_says_what_is_in_the_file():
    assert file_stem("phase", State(), "rho", "learning_rate") == "samscape-phase-banana-rho-1-learning-rate-0.01"
