"""The figure tabs without a browser: sliders from parameters, columns from numbers, claims as words, files."""

import csv
import re
from importlib import import_module
from io import StringIO

import numpy as np
import panel_material_ui as pmui
import pytest
from numpy.testing import assert_array_equal

from app.browser.source_updates import SourceUpdates
from app.compute.claims_html import claims_html, number, numbers_html
from app.export.downloads import experiment_json
from app.export.figure_files import csv_file, picture_file
from app.model.derived import figure_name
from app.model.experiment_file import choices, load
from app.model.link import defaults, read, write
from app.model.state import State
from app.views.paper_figures import open_figure, picture1, picture2, picture3, picture4, picture5
from app.views.paper_figures.sliders import Sliders
from figures import FIGURES
from figures.record import Claim, Measurement, Parameter, complete, fixed, offered

PICTURES = {number: import_module(f"app.views.paper_figures.picture{number}") for number in FIGURES}


@pytest.fixture(scope="module")
def numbers() -> dict[int, object]:
    return {at: module.compute(fixed(module.PARAMETERS)) for at, module in FIGURES.items()}


# Sliders

RHO = Parameter("rho", "ρ", (0.2, 1.0), 0.0, 2.0, help="the two radii")
STEPS = Parameter("steps", "steps", 200, 1, 2000, "integer", help="number of steps")
RATE = Parameter("learning_rate", "α", 0.01, 0.001, 0.1, "log", help="learning rate")
LOSS = Parameter("landscape", "ℓ", "sinc", scale="choice", choices=("sinc", "sinc-squared"), help="the loss")


def sliders_of(*parameters: Parameter) -> tuple[Sliders, list[dict]]:
    """Sliders at the defaults, and what they were moved to; values that are not allowed are refused."""
    moved: list[dict] = []

    def take(values: dict) -> str | None:
        try:
            complete(parameters, values)
        except ValueError as error:
            return str(error)
        return moved.append(values)

    return Sliders(parameters, complete(parameters, {}), take), moved


@pytest.mark.parametrize("at", FIGURES)
def test_every_parameter_of_a_figure_has_its_sliders_at_the_papers_values(at: int) -> None:
    parameters = FIGURES[at].PARAMETERS
    sliders, _ = sliders_of(*parameters)
    assert len(sliders.controls) == sum(len(np.atleast_1d(one.default)) for one in parameters)


@pytest.mark.parametrize("at", FIGURES)
def test_every_tab_offers_the_radius(at: int) -> None:
    assert "rho" in {one.name for one in offered(FIGURES[at].PARAMETERS)}
    for one in FIGURES[at].PARAMETERS:
        assert one.on_screen is None or one.check(one.on_screen) == one.on_screen


def test_a_slider_has_its_parameters_bounds_and_words() -> None:
    (widget,) = sliders_of(STEPS)[0].controls
    assert (widget.start, widget.end, widget.value, widget.label) == (1, 2000, 200, "Number of steps")
    first, second = sliders_of(RHO)[0].controls
    assert (first.label, first.value, second.label, second.value) == ("ρ₁", 0.2, "ρ₂", 1.0)


def test_a_moved_slider_changes_its_own_entry() -> None:
    sliders, moved = sliders_of(RHO, STEPS)
    sliders.controls[1].value = 0.7
    sliders.controls[2].value = 20
    assert moved == [{"rho": (0.2, 0.7), "steps": 200}, {"rho": (0.2, 0.7), "steps": 20}]


def test_shown_values_are_no_change_of_the_visitors() -> None:
    sliders, moved = sliders_of(RHO, STEPS, RATE, LOSS)
    sliders.show({"rho": (0.5, 0.7), "steps": 20, "learning_rate": 0.05, "landscape": "sinc-squared"})
    shown = [sliders.controls[at].value for at in (0, 1, 2, 4)]
    assert (shown, moved) == ([0.5, 0.7, 20, "sinc-squared"], [])
    sliders.controls[0].value = 0.6
    assert moved == [{"rho": (0.6, 0.7), "steps": 20, "learning_rate": 0.05, "landscape": "sinc-squared"}]


def test_a_value_that_no_slider_can_have_is_refused() -> None:
    sliders, moved = sliders_of(RHO)
    widget = sliders.controls[0]
    widget.value = 77.0
    assert (widget.value, moved) == (0.2, [])


def test_a_logarithmic_parameter_has_a_logarithmic_slider() -> None:
    sliders, moved = sliders_of(RATE)
    (slider,) = sliders.controls[0].select(pmui.FloatSlider)
    assert (slider.start, slider.end, slider.value) == (-3, -1, -2)
    slider.value = np.log10(0.02)
    assert moved == [{"learning_rate": 0.02}]


@pytest.mark.parametrize("at", FIGURES)
def test_link_and_file_of_a_tab_hold_its_sliders_and_its_tab_shows_them(at: int) -> None:
    state, other, name = State(), State(), figure_name(at)
    tab = open_figure(at, state)
    sliders = [slider for slider in tab.content.select(pmui.FloatSlider) if "ρ" in slider.label]
    for slider in sliders:
        slider.value = 0.25
    chosen = getattr(state, name)
    assert set(np.atleast_1d(chosen["rho"])) == {0.25}
    assert write(state) == f"?v=1&figure-{at}=rho={','.join(['0.25'] * len(sliders))}"
    assert read(write(state)) == (defaults("banana") | {name: chosen}, "")
    assert load(experiment_json(state).decode(), other) is None
    assert getattr(other, name) == chosen
    assert open_figure(at, other).scene().numbers.values == tab.scene().numbers.values
    state.reset()
    assert tab.scene().numbers.values == FIGURES[at].compute(fixed(FIGURES[at].PARAMETERS)).values


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("rho=1", "rho takes 2 values, such as the paper's 0.2 1"),
        ("rho=1,3", "rho must be a number from 0 to 2, not 3.0"),
        ("rho=1,x", "rho must be a number from 0 to 2, not 'x'"),
        ("seed=1.5", "seed must be a whole number from 0 to 4294967295, not '1.5'"),
        ("landscape=banana", "landscape must be one of sinc, sinc-squared, not 'banana'"),
        ("samples=30", "expected landscape=…, rho=…, learning_rate=…, seed=…, not 'samples=30'"),
    ],
)
def test_a_link_with_values_that_a_figure_cannot_have_says_why_and_keeps_the_papers(text: str, reason: str) -> None:
    assert read(f"?figure-2={text}") == (
        defaults("banana"),
        f"Ignored in the link: figure-2=“{text}” ({reason}).",
    )


# Pictures


@pytest.mark.parametrize("at", FIGURES)
def test_a_picture_has_a_source_for_all_that_is_computed_and_for_nothing_else(at: int, numbers) -> None:
    sources = PICTURES[at].Picture(numbers[at], SourceUpdates()).sources
    columns = PICTURES[at].columns(numbers[at])
    assert {name: set(source.data) for name, source in sources.items()} == {
        name: set(values) for name, values in columns.items()
    }


@pytest.mark.parametrize("at", FIGURES)
def test_a_picture_wears_both_themes(at: int, numbers) -> None:
    picture = PICTURES[at].Picture(numbers[at], SourceUpdates())
    seen = []
    for dark in (False, True, False):
        picture.theme(dark)
        seen.append([(figure.background_fill_color, figure.border_fill_color) for figure in picture.figures])
    assert seen[0] == seen[2] != seen[1]


def test_figure_1_draws_arrows_from_the_perturbed_points_along_the_updates(numbers) -> None:
    shown = picture1.columns(numbers[1])
    for key, vector in numbers[1].arrows.items():
        outline = np.array([shown[f"arrow {key}"]["x"], shown[f"arrow {key}"]["y"]])
        tip = numbers[1].perturbed[key] + vector
        assert np.hypot(*(outline - tip[:, None])).min() < 1e-12


def test_an_arrow_without_length_is_not_drawn() -> None:
    assert np.isnan(picture1.arrow(np.zeros(2), np.zeros(2))).all()


def test_figure_2_is_empty_where_no_run_ends_and_darkest_where_most_do(numbers) -> None:
    heights = numbers[2].densities["sam", 0]
    shades = picture2.band_shades(heights, numbers[2].levels["sam", 0])
    rows, columns = np.unravel_index(heights.argmax(), heights.shape)
    scale = (shades.shape[0] - 1) / (heights.shape[0] - 1)
    assert shades[0, 0] == 0
    assert shades[round(rows * scale), round(columns * scale)] == shades.max() == 255


def test_figure_2_composes_the_computed_densities_of_the_distance(numbers) -> None:
    overlay = picture2.areas(picture2.radial(numbers[2], "m-sam", dark=False))
    for index, curve in enumerate(overlay.Curve):
        assert np.array_equal(curve.dimension_values(1), numbers[2].radial["m-sam", index])
    assert len(overlay.Area) == len(overlay.Curve) == 2


def test_figure_2_without_a_density_shows_nothing() -> None:
    assert not picture2.band_shades(np.zeros((5, 5)), np.empty(0)).any()


def test_figure_3_draws_the_computed_paths(numbers) -> None:
    shown = picture3.columns(numbers[3])["path m-sam 1"]
    assert np.array_equal([shown["x"], shown["y"]], numbers[3].paths["m-sam", 1])


def test_figure_4_is_white_where_the_eigenvalue_is_zero_and_redder_where_it_is_larger() -> None:
    shades = picture4.shade(np.array([-1e9, -100.0, -1.0, -0.05, 0.0, 0.05, 1.0, 100.0, 1e9]))
    assert (np.diff(shades.astype(int)) > 0).all()
    assert shades[[0, -1]].tolist() == [0, 255]
    assert abs(int(shades[4]) - 127.5) < 1


def test_figure_5_stars_are_the_last_positions(numbers) -> None:
    shown = picture5.columns(numbers[5])
    for key, positions in numbers[5].positions.items():
        assert np.array_equal([shown[f"ends {key}"]["x"], shown[f"ends {key}"]["y"]], positions[-1])


@pytest.mark.parametrize("at", FIGURES)
def test_a_tab_opens(at: int) -> None:
    assert open_figure(at, State()).__panel__() is not None


# Words


def test_a_claim_has_a_sign_words_and_its_numbers() -> None:
    holds = Claim("Water is wet.", True, (Measurement("wetness", 0.5, (0.41, 0.59), 0.48),))
    fails = Claim("1 < 0 & all", False, (Measurement("difference", -1.0),))
    html = claims_html([holds, fails])
    assert "✓" in html.split("</li>")[0]
    assert "Holds here" in html
    assert "<b>0.5</b> (95 %: 0.41 to 0.59; expected 0.48)" in html
    assert "✗" in html.split("</li>")[1]
    assert "1 &lt; 0 &amp; all" in html


def test_words_that_all_measurements_share_are_said_once() -> None:
    html = numbers_html(
        [Measurement("last loss, SAM, α₁", 2.0), Measurement("last loss, Monge SAM, α₁", 1.0)],
    )
    assert html == "Last loss, α₁: SAM <b>2</b> · Monge SAM <b>1</b>"


def test_many_measurements_of_two_rules_make_a_table() -> None:
    html = numbers_html([Measurement(f"area, {key}, ρ = {rho}", rho) for key in ("SAM", "M-SAM") for rho in (0, 1, 2)])
    assert html.startswith("Area: <table>")
    assert re.findall(r"<b>(\d)</b>", html) == ["0", "1", "2", "0", "1", "2"]


@pytest.mark.parametrize(("value", "text"), [(32, "32"), (0.0801, "0.0801"), (float("nan"), "nan"), (1e300, "1e+300")])
def test_a_number_is_written_to_a_few_digits(value: float, text: str) -> None:
    assert number(value) == text


@pytest.mark.parametrize("at", FIGURES)
def test_every_measurement_of_a_figure_is_shown(at: int, numbers) -> None:
    claims = FIGURES[at].claims(numbers[at])
    html = claims_html(claims)
    assert html.count("<b>") == sum(len(claim.measurements) for claim in claims)


# Files


@pytest.mark.parametrize(("kind", "start"), [("png", b"\x89PNG\r\n\x1a\n"), ("svg", b"<?xml"), ("pdf", b"%PDF-")])
def test_a_picture_is_a_file_of_its_kind(kind: str, start: bytes) -> None:
    assert picture_file(FIGURES[3], {}, kind).read().startswith(start)


@pytest.mark.parametrize("at", [1, 3])
def test_a_csv_holds_the_table_to_the_last_bit(at: int, numbers) -> None:
    rows = list(csv.DictReader(StringIO(csv_file(FIGURES[at], numbers[at]).read().decode())))
    for name, column in FIGURES[at].table(numbers[at]).items():
        assert np.array_equal(np.array([row[name] for row in rows]).astype(column.dtype), column)


@pytest.mark.parametrize("number", FIGURES)
def test_what_a_figure_shows_opens_in_explore(number: int) -> None:
    state = State(x=2.0, zoom=(0.0, 1.0, 0.0, 1.0))
    assert state.try_update(**choices(FIGURES[number].experiment())) is None
    assert state.experiment == FIGURES[number].experiment()


def test_explore_runs_the_very_starts_of_figures_2_and_5() -> None:
    two, five = (FIGURES[number].experiment().starts.positions() for number in (2, 5))
    assert_array_equal(two, FIGURES[2].compute({"resolution": 20}).starts)
    assert_array_equal(five, FIGURES[5].compute({"steps": 1}).starts)
