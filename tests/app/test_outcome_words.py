"""The words of the outcome table: what they mean, by which tolerance, and what becomes of runs much later."""

from concurrent.futures import CancelledError
from types import SimpleNamespace

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from app.compute import more_steps
from app.compute.motion import followed, with_motions
from app.compute.outcome_summary import outcomes_in_words, sentence, table
from app.compute.outcome_words import (
    MEANINGS,
    MOTION_HEADS,
    MOTION_PHRASES,
    OUTCOME_HEADS,
    OUTCOME_PHRASES,
    definitions,
)
from app.compute.price import followable
from app.compute.runs import Runner, Runs
from app.model.own_loss import OWN
from app.model.state import State
from app.theme import LIGHT
from app.widgets import motion_follower
from landscapes import LANDSCAPES, Landscape
from optimizers.outcomes import MOTIONS, OUTCOMES


def followed_runs(**values) -> list[Runs]:
    return with_motions(Runner()(State(**values)))


def test_every_outcome_and_motion_has_a_word():
    assert {*OUTCOME_PHRASES, "diverged"} == {*OUTCOMES}
    assert {*MOTION_PHRASES} == {*MOTION_HEADS} == {*MOTIONS}
    assert {*OUTCOME_HEADS} <= {*OUTCOMES}


def test_every_word_of_the_table_is_defined():
    defined = " ".join(word for word, _ in MEANINGS)
    for word in (*OUTCOMES, *OUTCOME_HEADS.values(), *MOTIONS, *MOTION_HEADS.values()):
        assert word in defined, word


@pytest.mark.parametrize("landscape", [*LANDSCAPES.values(), Landscape.from_formula("x*y", ((0, 0.03), (0, 6)))])
def test_the_definitions_name_the_tolerance_of_the_landscape(landscape):
    html = definitions(landscape)
    assert html.count(f"{landscape.tolerance:.2g}") >= 4
    assert "{" not in html


def test_a_cycle_is_named_by_its_period():
    runs = followed_runs()
    assert "Monge SAM is at a flat minimum, on a 14-cycle" in sentence(State(), runs)
    html = table(runs, LIGHT)
    assert "<small>14-cycle</small>" in html
    assert "<small>2-cycle</small>" in html
    at_the_saddle = "<td class='number end'>1</td><td class='number end'>2</td>"  # ℓ and λ_max there
    assert at_the_saddle in html


def test_elsewhere_is_held_or_on_its_way():
    (held,) = followed_runs(landscape="sharp-flat", optimizers=["sam"], x=1.6, y=0.9, steps=4000)
    (coming,) = followed_runs(optimizers=["gd"], x=-1.0, y=0.6, steps=20)
    assert OUTCOMES[held.outcome[0]] == OUTCOMES[coming.outcome[0]] == "elsewhere"
    (pass_,) = (one.points[:, 0] for one in LANDSCAPES["sharp-flat"].stationary if one.kind == "saddle")
    distance = np.hypot(*(held.final[:, 0] - pass_))
    assert f"held {distance:.2g} from a saddle" in table([held], LIGHT)
    assert "on its way" in table([coming], LIGHT)
    assert "on its way" in outcomes_in_words(20, [coming])


def test_a_degenerate_point_is_called_so():
    (run,) = followed_runs(landscape=OWN, formula="1000000000000 + x^4 + y^4", optimizers=["gd"], x=0.05, y=0.0)
    assert "<td>degenerate <small>" in table([run], LIGHT)
    assert "at a degenerate point" in outcomes_in_words(200, [run])


def test_chaos_and_long_cycles_are_found_of_many_runs_too():
    html = table(followed_runs(optimizers=["sam", "m-sam"], mode="grid"), LIGHT)
    for head in (">chaot.<", ">n-cyc.<", ">2-cyc.<"):
        assert head in html


def test_the_definitions_say_of_how_many_runs_motion_is_found():
    assert "for more than 1\u202f000 starts" in definitions(LANDSCAPES["banana"])
    expensive = Landscape.from_formula("xy" * 150)
    assert f"for more than {followable(expensive)} starts" in definitions(expensive)
    assert followable(expensive) < 1000


def test_following_runs_says_how_far_it_is_until_it_is_done(monkeypatch):
    refiner = SimpleNamespace(share=0.5, request=lambda token, work: None)
    monkeypatch.setattr(motion_follower, "of_session", lambda take, progress: refiner)
    follower = motion_follower.MotionFollower(lambda: None, lambda: None)
    runs = Runner()(State(optimizers=["sam"], mode="grid", size=4))
    assert follower.words == ""
    assert follower(runs)[0].period is None
    assert follower.words == "Following the runs to see how they move … 50 %"
    follower._take(None, followed(runs))
    assert follower(runs)[0].period is not None
    assert follower.words == ""


def test_of_many_runs_only_what_occurs_has_a_column():
    html = table(Runner()(State(optimizers=["sam"], mode="grid")), LIGHT)
    assert ">2-cyc.<" in html
    assert ">chaot.<" not in html


def test_much_later_is_what_so_many_steps_give():
    runs = Runner()(State(optimizers=["sam", "asam"], mode="grid", size=4, steps=50))
    answer = more_steps.continued(runs, 50, lambda: False)
    assert answer.steps == 5000
    long = Runner()(State(optimizers=["sam", "asam"], mode="grid", size=4, steps=5000))
    for run, same in zip(answer.runs, long, strict=True):
        assert_array_equal(run.final, same.final)
        assert_array_equal(run.outcome, same.outcome)
    assert outcomes_in_words(answer.steps, answer.runs).startswith(
        "After 5\u202f000 steps from 16 starts, at a saddle: SAM"
    )


def test_much_later_stops_when_its_time_is_over_and_says_when(monkeypatch):
    monkeypatch.setattr(more_steps, "TIMEOUT", 0.0)
    runs = Runner()(State(optimizers=["sam"], steps=50))
    assert more_steps.continued(runs, 50, lambda: False).steps == 50
    monkeypatch.setattr(more_steps, "TIMEOUT", 20.0)
    with pytest.raises(CancelledError):
        more_steps.continued(runs, 50, lambda: True)
