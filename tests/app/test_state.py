"""What a visitor has chosen: always valid, whatever a browser sends, and enough to name the experiment."""

import math

import numpy as np
import pytest

from app.model.lineup import replaced
from app.model.link import read
from app.model.own_loss import OWN
from app.model.state import State
from landscapes import LANDSCAPES
from optimizers import GD, GSAM, OPTIMIZERS, SAM, NStepSAM
from optimizers.bases import Plain
from optimizers.hyperparameters import described
from optimizers.spelling import made
from optimizers.starts import Cloud, Grid, Points


def test_first_sight_is_the_papers_figure_1() -> None:
    gd, sam, monge = State().experiment.run()
    # facts of Figure 1: ends at step 200
    np.testing.assert_allclose(gd.final[:, 0], [-1.5458682, -0.6468637], atol=1e-6)
    np.testing.assert_allclose(sam.final[:, 0], [-0.0037459, -0.0027761], atol=1e-6)
    np.testing.assert_allclose(monge.final[:, 0], [-0.9454185, -0.9413082], atol=1e-6)


def test_rules_stand_in_the_catalogues_order_with_the_chosen_hyperparameters() -> None:
    state = State(optimizers=["asam", "sam"], rho=0.3, eta_asam=0.5)
    assert [(rule.key, rule.hyperparameters) for rule in state.rules()] == [
        ("sam", {"rho": 0.3}),
        ("asam", {"rho": 0.3, "eta": 0.5}),
    ]


@pytest.mark.parametrize("key", [key for key in OPTIMIZERS if key != "gd"])
def test_every_rule_of_the_catalogue_can_be_added(key: str) -> None:
    state, form = State(optimizers=[]), OPTIMIZERS[key]
    for name, limit in described(form).items():
        rule = made(form, {name: int(limit.high) if limit.whole else limit.high})
        assert state.try_update(added=(None, rule)) is None
        (entry,) = state.entries()
        assert (entry.place, entry.rule, entry.name[: len(form.name)]) == ("more-2", rule, form.name)
    assert state.experiment.optimizers == state.rules()


@pytest.mark.parametrize(
    "added",
    [
        [SAM(1.0)],
        (SAM(1.0), None),
        (SAM(1.0),) * 6,
        (GD(),),
        (SAM(-1.0),),
        (SAM(11.0),),
        (SAM(math.nan),),
        (SAM(True),),
        (SAM("1"),),
        (NStepSAM(ascent_steps=1.5),),
        (SAM,),
        ("sam",),
        (Plain(),),
    ],
)
def test_forged_rules_are_refused(added: object) -> None:
    state = State()
    assert state.try_update(added=added).startswith("Added rules must be at most 5 rules with hyperparameters within")
    assert state.added == ()


def test_rules_of_one_class_are_told_apart_by_what_differs() -> None:
    state = State(optimizers=["gd", "sam"], added=(SAM(0.3), GSAM(1.0, 0.2), None, GSAM(1.0, 0.4), SAM(0.3)))
    assert [(entry.place, entry.name, entry.short) for entry in state.entries()] == [
        ("gd", "GD", "GD"),
        ("sam", "SAM (ρ = 1)", "SAM ρ=1"),
        ("more-1", "SAM (ρ = 0.3)", "SAM ρ=0.3"),
        ("more-2", "GSAM (β = 0.2)", "GSAM β=0.2"),
        ("more-4", "GSAM (β = 0.4)", "GSAM β=0.4"),
        ("more-5", "SAM (ρ = 0.3) (2)", "SAM ρ=0.3 (2)"),
    ]


def test_a_rule_that_is_removed_leaves_the_others_at_their_places() -> None:
    state = State(added=(SAM(0.3), GSAM()), first="more-1", second="more-2", stability_rule="more-1")
    assert state.try_update(added=replaced(state.added, "more-1", None)) is None
    assert state.added == (None, GSAM())
    assert (state.first, state.second, state.stability_rule) == ("sam", "more-2", "sam")


def test_the_place_of_no_rule_is_refused() -> None:
    state = State()
    assert state.try_update(stability_rule="more-3") == "No rule was added at more-3."
    assert state.stability_rule == "sam"


def test_starts_are_a_point_a_grid_or_a_cloud() -> None:
    state = State(x=0.1, y=0.2, size=3, centre_x=1.0, centre_y=-1.0, half_width=2.0, count=7, seed=5)
    assert state.starts() == Points((0.1,), (0.2,))
    state.mode = "grid"
    assert state.starts() == Grid(3, -1.0, 3.0, -3.0, 1.0)
    state.mode = "cloud"
    assert state.starts() == Cloud(7, 5, -1.0, 3.0, -3.0, 1.0)


def test_the_default_grid_is_the_papers_figure_5() -> None:
    at = np.linspace(-3, 3, 10)
    np.testing.assert_array_equal(State(mode="grid").starts().positions(), np.reshape(np.meshgrid(at, at), (2, -1)))


FORGED = [
    ("rho", -1.0),
    ("rho", math.nan),
    ("rho", math.inf),
    ("rho", "1"),
    ("rho", None),
    ("rho", True),
    ("learning_rate", 0.0),
    ("learning_rate", 1e9),
    ("steps", 0),
    ("steps", 10**9),
    ("steps", 1.5),
    ("steps", True),
    ("size", 10**6),
    ("count", 10**7),
    ("seed", -1),
    ("x", 1e300),
    ("y", math.nan),
    ("half_width", 0.0),
    ("landscape", "nowhere"),
    ("optimizers", ["adam"]),
    ("optimizers", "sam"),
    ("mode", "two"),
]


@pytest.mark.parametrize(("name", "value"), FORGED)
def test_a_forged_value_is_refused_in_one_sentence_and_changes_nothing(name: str, value: object) -> None:
    state = State()
    before = state.param.values()
    refusal = state.try_update(**{name: value})
    assert refusal
    assert "\n" not in refusal
    assert state.param.values() == before


def test_values_are_taken_all_or_none() -> None:
    state = State()
    assert state.try_update(x=0.25, y=math.nan)
    assert state.x == -1.5
    assert state.try_update(x=0.25, y=0.5) is None
    assert (state.x, state.y) == (0.25, 0.5)


def test_a_refused_value_is_never_seen_by_a_watcher() -> None:
    state, seen = State(), []
    state.param.watch(lambda *events: seen.extend(event.new for event in events), ["x", "y"])
    state.try_update(x=1.0, y=math.inf)
    assert seen == []


@pytest.mark.parametrize("key", LANDSCAPES)
def test_choosing_a_landscape_moves_the_starts_into_its_domain(key: str) -> None:
    state = State(mode="grid")
    assert state.choose_landscape(key) is None
    (left, right), (bottom, top) = LANDSCAPES[key].domain
    assert (state.x, state.y) == LANDSCAPES[key].start
    low_x, high_x, low_y, high_y = state.box()
    assert low_x <= left
    assert right <= high_x
    assert low_y <= bottom
    assert top <= high_y


def test_an_unknown_landscape_is_refused() -> None:
    assert "nowhere" in State().choose_landscape("nowhere")


def test_reset_returns_to_first_sight_and_keeps_the_theme() -> None:
    state = State(dark=True, rho=0.5, mode="cloud", optimizers=[])
    state.reset()
    assert state.param.values() | {"name": ""} == State(dark=True).param.values() | {"name": ""}


def test_the_start_goes_where_a_new_loss_is_defined() -> None:
    state = State()
    assert state.choose_landscape(OWN) is None
    assert state.try_update(x=-1.5, y=0.5) is None
    assert state.try_update(formula="x^2 + y^2") is None
    assert (state.x, state.y) == (-1.5, 0.5), "it stays where it can"
    assert state.try_update(formula="log(x)") is None
    assert np.isfinite(state.landscape_object.value(state.x, state.y))
    assert state.try_update(formula="log(-x)", x=-2.0, y=0.0) is None
    assert (state.x, state.y) == (-2.0, 0.0)
    fresh = State(**read("?v=1&formula=log(x)").values)
    assert np.isfinite(fresh.landscape_object.value(fresh.x, fresh.y))


def test_what_is_new_is_shown_whole() -> None:
    zoom = (0.0, 1.0, 0.0, 1.0)
    for change in ({"landscape": "sinc"}, {"mode": "grid"}, {"landscape": OWN}):
        state = State(zoom=zoom)
        assert state.try_update(rho=0.5) is None
        assert state.zoom == zoom
        assert state.try_update(**change) is None
        assert state.zoom is None
    state = State()
    assert state.try_update(landscape="sinc", zoom=zoom) is None
    assert state.region == zoom, "a link to another landscape says its zoom"
    assert state.try_update(zoom=(0.0, 1.0, 0.0, 0.001)) is not None


def test_the_intro_compares_two_rules_and_the_laboratory_keeps_them() -> None:
    state = State(optimizers=["gd", "asam"], added=(SAM(0.3),), anatomy=True)
    assert state.choose_level("intro") is None
    assert (state.level, state.optimizers, state.added, state.anatomy) == ("intro", ["sam", "m-sam"], (), False)
    state.choose_level("full")
    assert (state.level, state.optimizers) == ("full", ["sam", "m-sam"])
    assert state.choose_level("expert") is not None
