"""Your own loss: from what is typed to what is run, saved, linked and drawn; and the backgrounds of the plane."""

import string
from concurrent.futures import CancelledError

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.compute.backgrounds import Field, Sampler, sampled, scale_of
from app.compute.runs import Runner
from app.model.experiment_file import load
from app.model.link import defaults, read, values_of, write
from app.model.own_loss import FIRST_FORMULA, OWN
from app.model.state import BACKGROUNDS, State
from app.widgets.background_choice import LOSS, BackgroundChoice, legend
from app.widgets.formula_editor import FormulaEditor, pointed
from figures.loss_colours import SHADES, Scale
from landscapes import LANDSCAPES, Landscape
from landscapes.checkpoint import Supervisor, supervised
from optimizers import Formula, run
from optimizers.maps import cell_centres
from optimizers.python_code import python_code
from optimizers.sharpness import FIELDS, sharpness, trace, worst_case
from tests.sweep import Sweep

BOX = (-2.0, 1.0, -1.0, 2.0)


def own(formula: str = "sin(x)*cos(2y) + x^2/10", **values) -> State:
    state = State()
    assert state.choose_landscape(OWN) is None
    assert state.try_update(formula=formula, **values) is None
    return state


def test_what_is_typed_is_what_is_run() -> None:
    state = own("x^2 + 3y^2", left=-1.0, right=2.0, x=-1.5, y=0.5)
    typed = Landscape.from_formula("x^2 + 3y^2", ((-1.0, 2.0), (-3.0, 3.0)))
    for shown, rule in zip(Runner()(state), state.rules(), strict=True):
        expected = run(rule, typed, [[-1.5], [0.5]], learning_rate=0.01, steps=200)
        np.testing.assert_array_equal(shown.final, expected.final)


def test_the_loss_stays_one_object_until_it_changes() -> None:
    state = own()
    before = state.landscape_object
    state.rho = 0.3
    assert state.landscape_object is before
    state.try_update(formula="x^2 + y^2")
    assert state.landscape_object is not before


def test_it_begins_where_it_is_instructive_and_is_kept_when_another_landscape_is_looked_at() -> None:
    state = own("x^2 + y^2", left=-1.0, right=5.0)
    state.choose_landscape("sinc")
    state.choose_landscape(OWN)
    assert state.formula == "x^2 + y^2"
    assert (state.x, state.y) == state.landscape_object.start
    assert state.box() == (-1.0, 5.0, -3.0, 3.0)


REFUSED = [
    ({"formula": "x +"}, "at character 4"),
    ({"formula": "2*foo(x)"}, "unknown name 'foo' at character 3"),
    ({"formula": "__import__('os')"}, "at character 1"),
    ({"formula": "x" * 301}, "within 300 characters"),
    ({"formula": ""}, "There is no formula"),
    ({"formula": None}, "must be text"),
    ({"formula": "log(x - 20)"}, "no finite value"),
    ({"formula": "9e307*100"}, "too large at character 6"),
    ({"left": 3.5}, "at least 0.002 wide"),
    ({"left": 2.99, "right": 3.0}, "100 times"),
    ({"top": float("nan")}, "Domain θ₂ max must be a number"),
]


@pytest.mark.parametrize(("values", "words"), REFUSED)
def test_what_cannot_be_used_is_refused_in_one_sentence_and_changes_nothing(values: dict, words: str) -> None:
    state = own()
    before = state.param.values()
    refusal = state.try_update(**values)
    assert words.lower() in refusal.lower()
    assert refusal[0].isupper()
    assert refusal.endswith(".")
    assert "\n" not in refusal
    assert state.param.values() == before


@settings(max_examples=Sweep.count(100, 2000))
@given(st.one_of(st.text(max_size=60), st.text(string.printable, max_size=60), st.text("xy()+-*/^e.0 ", max_size=60)))
def test_any_text_gives_a_loss_or_one_line(text: str) -> None:
    state = State(landscape=OWN)
    refusal = state.try_update(formula=text)
    if refusal is None:
        assert state.landscape_object.value(np.zeros(3), np.zeros(3)).shape == (3,)
    else:
        assert state.formula == FIRST_FORMULA
        assert refusal.isprintable()


def test_a_link_to_it_is_the_formula() -> None:
    assert write(own("x^2+3y^2")) == "?v=1&formula=x^2%2B3y^2"
    assert write(own("x*y", top=4.0)).startswith("?v=1&formula=x*y&domain=-3,3,-3,4")


def test_a_plus_typed_into_the_address_is_a_plus() -> None:
    reading = read("?formula=x^2+y^2")
    assert reading.ignored == ""
    assert (reading.values["landscape"], reading.values["formula"]) == (OWN, "x^2+y^2")


@pytest.mark.parametrize("formula", ["x^2 + y", " 3·x²−θ₂ ", "log(1+9x^2)*cos(3y)", FIRST_FORMULA])
@pytest.mark.parametrize("landscape", [OWN, "banana", "sinc"])
def test_a_link_brings_it_back(formula: str, landscape: str) -> None:
    state = own(formula, bottom=-0.1 - 0.2)
    state.choose_landscape(landscape)
    reading = read(write(state))
    assert reading.ignored == ""
    assert reading.values == values_of(state)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("?formula=x+&rho=0.5", "formula=“x+” (the formula ends too early at character 3"),
        ("?loss=formula&formula=import os", "unknown name 'import' at character 1"),
        ("?formula=<script>alert(1)</script>", "unexpected character '<' at character 1"),
        ("?formula=" + "%28" * 200, "nested more than"),
        ("?formula=" + "9" * 400, "within 300 characters"),
        ("?formula=log(x-9)", "the formula and its domain (the loss has no finite value"),
        ("?formula=x&domain=3,2,1,0", "the formula and its domain (the domain must be at least 0.002 wide"),
    ],
)
def test_a_hostile_formula_in_a_link_opens_the_default_and_is_named(query: str, words: str) -> None:
    values, ignored = read(query)
    assert words in ignored
    assert ignored.isprintable()
    assert values == defaults("banana") | ({"rho": 0.5} if "rho" in query else {})


def test_a_saved_one_is_opened_bit_for_bit() -> None:
    state, other = own("x^2 + 3y^2", left=-0.1 - 0.2, rho=0.3), State()
    assert load(state.experiment.to_json(), other) is None
    assert other.experiment == state.experiment
    assert other.experiment.landscape == Formula("x^2 + 3y^2", ((-0.1 - 0.2, 3.0), (-3.0, 3.0)))


def test_the_copied_script_gives_the_same_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    state = own(steps=50)
    names: dict = {}
    exec(python_code(state.experiment), names)
    for scripted, shown in zip(names["trajectories"], Runner()(state), strict=True):
        np.testing.assert_array_equal(scripted.positions, shown.paths.positions)
    assert "GD" in capsys.readouterr().out


def test_a_caret_stands_below_the_character() -> None:
    text, caret = pointed("1 + $", 4).removeprefix("<pre aria-hidden='true'>").removesuffix("</pre>").split("\n")
    assert caret.index("^") == text.index("$")
    long = "x + " * 20 + "$" + " + y" * 20
    text, caret = pointed(long, long.index("$")).removeprefix("<pre aria-hidden='true'>").split("\n")
    assert text[caret.index("^")] == "$"
    assert len(text) < 40
    assert "<b" not in pointed("<b>", 0)
    assert pointed("log(x - 20)", None) == ""


def test_the_field_says_what_is_wrong_and_typesets_what_is_right() -> None:
    state = own("x^2")
    panel = FormulaEditor(state, None)
    panel.field.value = "x^2 + <b>"
    assert state.formula == "x^2"
    assert "character 7" in panel.error.object
    assert "<b>" not in panel.error.object
    panel.field.value = "x^2/(1 + y^2)"
    assert state.formula == "x^2/(1 + y^2)"
    assert panel.error.object == ""
    assert r"\frac{\theta_1^{2}}{1 + \theta_2^{2}}" in panel.typeset.object
    panel.field.value_input = "x^2/(1 + y^2) +"
    state.try_update(formula="x^2/(1 + y^4)")
    state.try_update(formula="x*y")
    assert panel.field.value == panel.field.value_input == "x*y"


def test_the_visible_region_becomes_the_domain() -> None:
    state = own()
    panel = FormulaEditor(state, lambda: (-1.23456, 4.0, 0.0, 2.0))
    panel._set_domain(None)
    assert state.landscape_object.domain == ((-1.235, 4.0), (0.0, 2.0))


def test_every_background_can_be_chosen() -> None:
    assert ("loss", *FIELDS) == BACKGROUNDS
    choice = BackgroundChoice(State())
    assert list(choice.select.options.values()) == list(BACKGROUNDS)
    assert next(iter(choice.select.options)) == LOSS


EXPECTED = {
    "sharpness": sharpness,
    "trace": trace,
    "rise-sam": lambda *at: worst_case(*at, 0.7).increase,
    "rise-m-sam": lambda *at: worst_case(*at, 0.7, ball="monge").increase,
    "attained-sam": lambda *at: worst_case(*at, 0.7).attained,
    "attained-m-sam": lambda *at: worst_case(*at, 0.7, ball="monge").attained,
}


def field(key: str, landscape: Landscape, rho: float, across: int) -> Field:
    asked = FIELDS[key], landscape, rho, BOX
    return Field(sampled(*asked, across), scale_of(*asked), coarse=False)


@pytest.mark.parametrize("key", FIELDS)
def test_a_background_is_the_field_at_the_centres_of_its_cells(key: str) -> None:
    shown = field(key, LANDSCAPES["banana"], 0.7, 30)
    at = np.meshgrid(cell_centres(-2.0, 1.0, 30), cell_centres(-1.0, 2.0, 30))
    expected = EXPECTED[key](LANDSCAPES["banana"], *at)
    np.testing.assert_array_equal(shown.values, expected)
    finite = np.isfinite(expected)
    order = np.argsort(expected[finite])
    assert (np.diff(shown.shades[finite][order].astype(int)) >= 0).all()


def test_a_share_is_shown_from_0_to_1() -> None:
    assert field("attained-sam", LANDSCAPES["banana"], 0.7, 10).scale == Scale(0.0, 1.0, 1.0)


@pytest.mark.parametrize("formula", ["3", "1/x", "log(x)", "exp(exp(x*y))"])
@pytest.mark.parametrize("key", FIELDS)
def test_a_background_without_spread_or_without_numbers_is_drawn(key: str, formula: str) -> None:
    shown = field(key, own(formula).landscape_object, 1.0, 8)
    assert shown.shades.shape == (8, 8)
    np.testing.assert_array_equal(shown.shades >= SHADES, np.isnan(shown.values))
    assert "NaN" not in legend(shown.scale, ["#000000", "#ffffff"], share=FIELDS[key].share, clipped=True)


@pytest.mark.parametrize("background", ["sharpness", "rise-sam"])
def test_the_numbers_of_a_scale_do_not_depend_on_what_else_the_window_shows(background: str) -> None:
    state = State(background=background)
    wide, tall = ((-5.0, 5.0, -3.0, 3.0), (-3.0, 3.0, -5.0, 5.0))
    assert Sampler()(state, wide).scale == Sampler()(state, tall).scale


def test_a_background_follows_rho_where_it_depends_on_it() -> None:
    state, sampler = State(background="rise-sam"), Sampler()
    before = sampler(state, BOX)
    assert sampler(state, BOX) is before
    state.rho = 0.25
    assert sampler(state, BOX).values.max() < before.values.max()
    state.background = "sharpness"
    before = sampler(state, BOX)
    state.rho = 0.5
    assert sampler(state, BOX) is before


class Stopped(Supervisor):
    """Stops the work at its first checkpoint."""

    def check(self, updates: int) -> None:
        raise CancelledError


def test_work_that_is_no_longer_wanted_is_given_up() -> None:
    with supervised(Stopped()), pytest.raises(CancelledError):
        sampled(FIELDS["rise-sam"], LANDSCAPES["banana"], 1.0, BOX, 30)


def test_a_scale_puts_numbers_to_its_colours() -> None:
    shown = legend(Scale(-2.0, 6.0, 1.0), ["#000000", "#ffffff"], share=False, clipped=True)
    assert all(f">{text}<" in shown for text in ("≤ −2", "2", "≥ 6"))
    assert ">50%<" in legend(Scale(0.0, 1.0, 1.0), ["#000000", "#ffffff"], share=True, clipped=True)


class Session:
    """Stands for Panel's state of a session and for its document."""

    def __init__(self) -> None:
        self.curdoc, self.ends = self, []

    def on_session_destroyed(self, callback) -> None:
        self.ends.append(callback)

    def add_timeout_callback(self, callback, milliseconds):
        return callback

    def remove_timeout_callback(self, callback) -> None:
        pass


def test_no_kernel_is_compiled_for_a_loss_that_the_page_has_left(monkeypatch) -> None:
    """Another formula, another domain, another landscape, and the page's end."""
    here, left = Session(), []
    monkeypatch.setattr("app.widgets.formula_editor.pn.state", here)
    monkeypatch.setattr("app.widgets.formula_editor.cancel", left.append)
    state = own("x^2 + y^2")
    FormulaEditor(state, None)
    shown = [state.landscape_object]
    for change in ({"formula": "x^2 + 2*y^2"}, {"left": -1.0}):
        assert state.try_update(**change) is None
        shown.append(state.landscape_object)
        assert left == shown[:-1]
    state.rho = 0.3
    assert left == shown[:-1]
    state.choose_landscape("sinc")
    assert left == shown
    state.choose_landscape(OWN)
    (end,) = here.ends
    end(None)
    assert left == [*shown, state.landscape_object]
