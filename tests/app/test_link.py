"""Links: a state is written and read back bit for bit, and a bad key costs that key alone."""

import json
import math
import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.model.experiment_file import choices, load
from app.model.lineup import PAPER_KEYS, packed
from app.model.link import MAX_QUERY, defaults, keys, read, values_of, write
from app.model.own_loss import FIRST_FORMULA, OWN
from app.model.state import BACKGROUNDS, MODES, PHASES, State
from landscapes import LANDSCAPES
from landscapes.charts import CHARTS, TYPED
from optimizers import ASAM, GD, GSAM, SAM, Experiment, FisherSAM, Formula, MongeSAM
from optimizers.bases import BASES, Adam
from optimizers.charts import METRICS, STEPS
from optimizers.schedules import SHAPES
from optimizers.stability import CRITERIA
from optimizers.starts import Cloud, Grid, Points
from tests.rules import any_rule, made_of
from tests.sweep import Sweep

added_rules = st.lists(st.none() | any_rule, max_size=5).map(packed)
coordinates = st.floats(-1e6, 1e6)
choices_of_a_state = st.fixed_dictionaries(
    {},
    optional={
        "landscape": st.sampled_from([*LANDSCAPES, OWN]),
        "formula": st.sampled_from([FIRST_FORMULA, "x^2+3 y²", " θ₁ *\u00a0sin(θ₂)", "1e+3x−y"]),
        "left": st.floats(-40, -1),
        "right": st.floats(1, 40),
        "background": st.sampled_from(BACKGROUNDS),
        "anatomy": st.booleans(),
        "surface": st.booleans(),
        "panels": st.booleans(),
        "first": st.sampled_from(PAPER_KEYS),
        "second": st.sampled_from(PAPER_KEYS),
        "phase": st.sampled_from(PHASES),
        "stability_rule": st.sampled_from(PAPER_KEYS),
        "criterion": st.sampled_from(list(CRITERIA)),
        "chart": st.sampled_from([*CHARTS, TYPED]),
        "amount_stretch": st.floats(0.25, 4),
        "chart_theta1": st.sampled_from(["2φ₁ + 1", "phi1 + x*y", "phi1 - 3e+1 ϕ₂"]),
        "chart_metric": st.sampled_from(list(METRICS)),
        "chart_step": st.sampled_from(list(STEPS)),
        "optimizers": st.lists(st.sampled_from(PAPER_KEYS), unique=True),
        "added": added_rules,
        "rho": st.floats(0, 10),
        "base": st.sampled_from(list(BASES.values())).flatmap(made_of),
        "schedule": st.sampled_from(list(SHAPES)),
        "rho_schedule": st.sampled_from(list(SHAPES)),
        "noise": st.floats(0, 100),
        "noise_seed": st.integers(0, 2**32 - 1),
        "learning_rate": st.floats(1e-6, 10),
        "steps": st.integers(1, 5000),
        "mode": st.sampled_from(MODES),
        "x": coordinates,
        "y": coordinates,
        "size": st.integers(1, 100),
        "count": st.integers(1, 10_000),
        "seed": st.integers(0, 2**32 - 1),
        "centre_x": st.floats(-9e5, 9e5),
        "centre_y": st.floats(-9e5, 9e5),
        "half_width": st.floats(1e-3, 1e3),
        "eta_fisher_sam": st.floats(0, 100),
        "eta_asam": st.floats(0, 100),
        "step": st.integers(0, 5000),
        "stage": st.integers(0, 6),
        "figure_2": st.fixed_dictionaries(
            {
                "landscape": st.sampled_from(["sinc", "sinc-squared"]),
                "rho": st.tuples(st.floats(0, 2), st.floats(0, 2)),
                "learning_rate": st.floats(0.001, 0.5),
                "seed": st.integers(0, 2**32 - 1),
            }
        ),
        "zoom": st.tuples(st.floats(-40, -1), st.floats(1, 4), st.floats(-40, -1), st.floats(1, 40)),
    },
)


def bits(values: dict) -> dict:
    """-0.0 equals 0.0, but is another start."""
    return {
        name: bits(value) if name == "pinned" and value else value.hex() if isinstance(value, float) else value
        for name, value in values.items()
    }


@given(choices_of_a_state, st.none() | choices_of_a_state)
def test_a_link_keeps_every_bit(values, of_a):
    state = State(**values)
    state.pinned = None if of_a is None else State(**of_a).setting()
    reading = read(write(state))
    assert reading.ignored == ""
    assert bits(reading.values) == bits(values_of(state))


def test_added_rules_are_spelled_as_on_the_command_line():
    state = State(optimizers=["gd", "sam"], added=(SAM(0.3), None, GSAM(1.0, 0.2)), stability_rule="more-3")
    assert write(state) == "?v=1&opt=gd,sam,sam:rho=0.3,,gsam:rho=1:beta=0.2&stability=more-3,paper"
    assert read("?opt=gsam,sam,m-sam:rho=0.5").values == defaults("banana") | {
        "optimizers": ["sam"],
        "added": (GSAM(), MongeSAM(0.5)),
    }


def test_base_schedules_and_noise_are_spelled_as_the_flags_of_the_command_line():
    state = State(base=Adam(memory=0.8), schedule="cosine", rho_schedule="warm-up", noise=0.1, noise_seed=3)
    assert write(state) == (
        "?v=1&base=adam:memory=0.8:square_memory=0.999:floor=1e-08&noise=0.1&noise-seed=3&rho-schedule=warm-up"
        "&schedule=cosine"
    )
    assert read("?base=adam:memory=0.8").values["base"] == Adam(memory=0.8)
    assert "memory of adam must be a number" in read("?base=adam:memory=2").ignored


def test_every_choice_but_the_theme_stands_in_the_link():
    held = {name for names in keys().values() for name in names}
    assert held == set(State.param) - {"name", "dark", "pinned", "moment"}


def test_the_first_sight_has_no_query_and_a_landscape_s_first_sight_only_its_name():
    state = State()
    assert write(state) == ""
    state.choose_landscape("sinc")
    assert write(state) == "?v=1&loss=sinc"
    assert read("?loss=sinc").values == defaults("sinc")
    state.choose_landscape(OWN)
    assert write(state) == "?v=1&loss=formula"


def test_of_a_pinned_run_the_link_says_what_differs():
    state = State(rho=0.2, zoom=(-1.0, 1.0, -0.5, 0.5), step=12, anatomy=True)
    state.pinned = state.setting()
    assert write(state) == "?v=1&rho=0.2&view=-1,1,-0.5,0.5&anatomy=1&step=12&pinned=1"
    state.try_update(rho=0.3, optimizers=["gd", "asam"])
    assert write(state).endswith("&a.opt=gd,sam,m-sam&a.rho=0.2")
    assert read("?rho=0.3&a.rho=1").values["pinned"] == state.setting() | {
        "optimizers": ["gd", "sam", "m-sam"],
        "rho": 1,
    }


def test_a_link_is_short_and_readable():
    state = State(optimizers=["sam", "m-sam"], rho=0.2, learning_rate=0.05, y=0.75)
    assert write(state) == "?v=1&opt=sam,m-sam&rho=0.2&lr=0.05&start=-1.5,0.75"


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("?rho=abc", "Ignored in the link: rho=“abc” (expected a number from 0 to 10)."),
        ("?rho=nan", "Ignored in the link: rho=“nan” (expected a number from 0 to 10)."),
        ("?rho=11", "Ignored in the link: rho=“11” (expected a number from 0 to 10)."),
        ("?rho=", "Ignored in the link: rho=“” (expected a number from 0 to 10)."),
        ("?steps=1.5", "Ignored in the link: steps=“1.5” (expected a whole number from 1 to 5000)."),
        ("?start=1", "Ignored in the link: start=“1” (expected a number from -1000000 to 1000000 and a number "
         "from -1000000 to 1000000)."),
        ("?starts=all", "Ignored in the link: starts=“all” (expected one of one, grid, cloud)."),
        ("?opt=sam,adam", "Ignored in the link: opt=“sam,adam” (there is no optimizer 'adam')."),
        ("?opt=sam:rho=11",
         "Ignored in the link: opt=“sam:rho=11” (rho of sam must be a number from 0 to 10, not '11')."),
        ("?opt=gsam,usam,gsam,usam,gsam,usam", "Ignored in the link: opt=“gsam,usam,gsam,usam,gsam,usam” (expected "
         "at most 5 rules beside the paper’s, not 6)."),
        ("?diff=sam,more-2", "Ignored in the link: more-2 (no rule was added there)."),
        ("?colour=red", "Ignored in the link: “colour” (no such key)."),
        ("?view=1,0,0,1", "Ignored in the link: view=“1,0,0,1” (expected the left, right, bottom and top of a part of "
         "the plane)."),
        ("?step=-1", "Ignored in the link: step=“-1” (expected a whole number from 0 to 5000)."),
        ("?pinned=2", "Ignored in the link: pinned=“2” (expected 1)."),
        ("?v=2&rho=0.5", "The link was ignored: its version is “2”, but this program reads 1."),
        ("?" + "x" * MAX_QUERY, "The link was ignored: it has 15001 characters, but at most 15000 are read."),
        ("?a&b&c&d&e", "Ignored in the link: “a” (no such key); “b” (no such key); “c” (no such key); and 2 more."),
    ],
)  # fmt: skip
def test_a_bad_link_opens_the_default_and_says_what_was_ignored(query, sentence):
    assert read(query) == (defaults("banana"), sentence)


@pytest.mark.parametrize(
    ("query", "fault"),
    [
        ("?a.rho=-1", "a.rho=“-1” (expected a number from 0 to 10)"),
        ("?a.background=loss", "“a.background” (no such key)"),
        ("?a.formula=x%2B", "a.formula=“x+” ("),
        ("?a.loss=formula&a.formula=x&a.domain=3,2,1,0", "the formula and its domain of A (the domain must be"),
    ],
)
def test_a_bad_key_of_the_pinned_run_is_named(query, fault):
    values, ignored = read(query)
    assert ignored.startswith(f"Ignored in the link: {fault}")
    assert values["pinned"] in (None, State().setting())


def test_a_key_that_is_given_twice_is_reported():
    values, ignored = read("?rho=0.5&rho=0.7&a.rho=1&a.rho=2")
    assert values["rho"] == 0.7
    assert (
        ignored
        == "Ignored in the link: “rho” (given 2 times; the last counts); “a.rho” (given 2 times; the last counts)."
    )


def test_a_bad_key_leaves_the_others():
    values, ignored = read("?rho=0.5&lr=fast&start=2,3")
    assert values == defaults("banana") | {"rho": 0.5, "x": 2.0, "y": 3.0}
    assert "lr=“fast”" in ignored
    assert "rho" not in ignored


hostile_values = st.one_of(
    st.text(max_size=40),
    st.text(string.printable, max_size=40),
    st.floats().map(repr),
    st.integers().map(str),
    st.sampled_from(
        ["9" * 1500, "1e999", "-inf", "%00", "%ff%fe", "١", "<script>alert(1)</script>", "__import__('os')"]
    ),
)
hostile_queries = st.one_of(
    st.text(max_size=200),
    st.lists(
        st.tuples(st.sampled_from([*keys(), *("a." + key for key in keys()), "pinned", "v", "zz"]), hostile_values),
        max_size=12,
    ).map(lambda pairs: "?" + "&".join(f"{key}={value}" for key, value in pairs)),
)


@settings(max_examples=Sweep.count(100, 3000))
@given(hostile_queries)
def test_a_hostile_link_gives_a_valid_state_and_at_most_one_line(query):
    reading = read(query)
    state = State()
    assert state.try_update(**reading.values) is None
    assert values_of(state) == reading.values
    assert all(math.isfinite(value) for value in reading.values.values() if isinstance(value, float))
    assert reading.ignored.isprintable()
    assert len(reading.ignored) < 600


@given(choices_of_a_state)
def test_a_saved_state_is_loaded_with_the_same_bits(values):
    """In the order of the places, for a rule that was added may take a place of the paper's."""
    state, other = State(**values | {"optimizers": values.get("optimizers") or ["sam"]}), State()
    assert load(state.experiment.to_json(), other) is None
    one, two = (shown.experiment.to_dict() for shown in (state, other))
    for data in (one, two):
        data["optimizers"].sort(key=str)
    assert json.dumps(one) == json.dumps(two)


ONE = Points((-1.5,), (0.5,))


@pytest.mark.parametrize(
    ("experiment", "sentence"),
    [
        (Experiment("banana", (SAM(1.0), *map(SAM, range(6))), ONE, 0.01, 200), "has 6 rules beside the paper's"),
        (Experiment("banana", (GD(),), Points((1.0, 2.0), (0.0, 0.0)), 0.01, 200), "lists 2 starts"),
        (Experiment("banana", (GD(),), Grid(3, -1.0, 1.0, 0.0, 1.0), 0.01, 200), "fill [-1, 1] × [0, 1]"),
        (Experiment("banana", (GD(),), Cloud(10, 0, 1.0, -1.0, 1.0, -1.0), 0.01, 200), "fill [1, -1] × [1, -1]"),
        (Experiment("banana", (GD(),), Grid(500, -1.0, 1.0, -1.0, 1.0), 0.01, 200), "Starts per side is 500 in"),
        (Experiment("banana", (GD(),), ONE, 0.01, 90_000), "Steps is 90000 in"),
        (
            Experiment(Formula("x^2", ((0.0, 1e-4), (0.0, 1.0))), (GD(),), ONE, 0.01, 200),
            "The domain must be at least 0.002 wide",
        ),
    ],
)
def test_what_the_controls_cannot_show_is_refused_with_one_sentence_and_nothing_is_lost(experiment, sentence):
    state = State(rho=0.3, x=1.25)
    before = state.experiment
    refusal = load(experiment.to_json(), state)
    assert sentence in refusal
    assert refusal[0].isupper()
    assert refusal.count(".\n") == 0
    assert state.experiment == before


def test_rules_of_another_radius_or_class_are_added():
    rules = SAM(1.0), FisherSAM(0.5), MongeSAM(1.0), SAM(0.5), GSAM(0.3)
    values = choices(Experiment("banana", rules, ONE, 0.01, 200))
    assert (values["rho"], values["optimizers"]) == (1.0, ["sam", "m-sam"])
    assert values["added"] == (FisherSAM(0.5), SAM(0.5), GSAM(0.3))


def test_rules_may_differ_in_eta():
    values = choices(Experiment("banana", (FisherSAM(0.5, 2.0), ASAM(0.5, 3.0)), ONE, 0.01, 200))
    assert (values["rho"], values["eta_fisher_sam"], values["eta_asam"]) == (0.5, 2.0, 3.0)


@given(st.text(max_size=100))
def test_any_other_file_is_refused_with_one_sentence(text):
    state = State()
    before = state.experiment
    assert load(text, state).endswith(".")
    assert state.experiment == before


def test_a_link_that_needs_files_says_which_and_is_ignored():
    values, ignored = read("?v=1&loss=waves&with=mine.py&with=/etc/passwd&rho=2")
    assert values == defaults("banana")
    assert ignored == (
        "The link was ignored: it needs mine.py and /etc/passwd, which were not given; "
        "start the program with --with mine.py /etc/passwd."
    )
    assert read("?v=1&with=%1b[2J").ignored.startswith("The link was ignored: it needs �[2J, which was not given")
