"""Runs are known by the whole question that was asked: whatever decides the numbers decides what is drawn."""

import gc
from collections.abc import Iterator
from itertools import combinations, product
from typing import Any

import numpy as np
import param
import pytest
from numpy.testing import assert_array_equal

from app.browser.source_updates import SourceUpdates
from app.compute.runs import SHARED, Runner, RunQuestion, question, questions
from app.compute.scene import Scene
from app.layers.loss_curve import LossCurve
from app.layers.marginals import Marginals
from app.layers.trajectories import Trajectories
from app.model.course import BaseOptimizer
from app.model.derived import hyperparameter_name
from app.model.experiment_file import load
from app.model.figure_values import FigureValues
from app.model.lineup import PAPER_KEYS, AddedRules
from app.model.link import read
from app.model.moment import Moment
from app.model.own_loss import OWN
from app.model.parameters import FormulaText
from app.model.state import MODES, State, experiment_parameters
from optimizers import GSAM, Adam, run
from tests.figure_values import with_other_radii

ALL = list(PAPER_KEYS)
CONTEXTS = [{"landscape": loss, "mode": mode, "size": 2, "count": 3} for loss, mode in product(("banana", OWN), MODES)]
CONTEXTS = (*CONTEXTS, {"noise": 0.1})


def other(name: str, value: Any) -> Any:
    """Another valid value of a parameter of the state."""
    parameter = State.param[name]
    match parameter:
        case FormulaText():
            return f"{value} + x"
        case param.Integer():
            return value + 1
        case param.Number():
            return value + 0.125 if value + 0.125 <= parameter.bounds[1] else value - 0.125
        case BaseOptimizer():
            return Adam()
        case FigureValues():
            return with_other_radii(value)
        case AddedRules():
            return (*value, GSAM())
        case param.ListSelector():
            return [one for one in parameter.objects if one not in value[:1]]
        case param.Selector():
            return next(one for one in parameter.objects if one != value)
        case _:
            raise TypeError(f"no other value of {name} is known")


def asked(state: State) -> tuple[RunQuestion, ...]:
    return tuple(question(state, entry) for entry in state.entries())


def changes(name: str) -> Iterator[tuple[State, State]]:
    """The state before and after one parameter changed, for every kind of starts and of landscape."""
    for context in CONTEXTS:
        before, after = (State(**{"optimizers": ALL} | context) for _ in range(2))
        if after.try_update(**{name: other(name, getattr(before, name))}) is None:
            yield before, after


@pytest.mark.parametrize("name", sorted(experiment_parameters()))
def test_what_decides_the_numbers_decides_the_question(name: str) -> None:
    """The experiment that is saved is the measure: where it changes, so do the questions, and only there."""
    changed = []
    for before, after in changes(name):
        same = before.experiment == after.experiment
        assert same == (asked(before) == asked(after))
        changed.append(not same)
    assert any(changed)


def test_what_decides_no_number_changes_no_question() -> None:
    """Of the parameters that are left, none may change a position."""
    examples = {"zoom": (0.0, 1.0, 0.0, 1.0), "step": 3, "pinned": State().setting(), "moment": Moment("saddle")}
    for name in set(State.param) - experiment_parameters() - {"name"}:
        value = getattr(State(), name)
        after = State(**{name: not value if isinstance(value, bool) else examples.get(name) or other(name, value)})
        assert after.experiment == State().experiment
        assert asked(after) == asked(State())


@pytest.mark.parametrize(("one", "two"), list(combinations(ALL, 2)))
def test_rules_of_equal_hyperparameters_are_two_questions(one: str, two: str) -> None:
    state = State(**{hyperparameter_name("fisher-sam", "eta"): 0.5, hyperparameter_name("asam", "eta"): 0.5})
    first, second = (question(state, state.lineup[key]) for key in (one, two))
    assert first != second
    assert len({first, second, question(state, state.lineup[one])}) == 2


def test_an_answer_is_of_its_question_alone() -> None:
    state = State(mode="grid", size=3)
    for shown in Runner()(state):
        rule, landscape, starts, learning_rate, steps = (
            getattr(shown.question, name) for name in ("rule", "landscape", "starts", "learning_rate", "steps")
        )
        expected = run(rule, landscape, starts.positions(), learning_rate=learning_rate, steps=steps)
        assert_array_equal(shown.paths.positions, expected.positions)
        assert shown.entry.rule == rule


def test_one_rule_runs_once() -> None:
    runner, state = Runner(), State()
    (first,) = runner(state, [state.lineup["asam"]])
    assert runner(state, [state.lineup["asam"]])[0] is first
    assert questions([first]) == (question(state, state.lineup["asam"]),)


class Stage:
    """The plots that draw runs, without a page."""

    def __init__(self, state: State) -> None:
        from bokeh.plotting import figure

        self.state, self.updates, self.runner = state, SourceUpdates(), Runner()
        plane = figure()
        self.curve, self.marginals = LossCurve(self.updates, state), Marginals(self.updates, plane)
        self.paths = Trajectories(self.updates, plane)

    def sent(self) -> dict[str, Any]:
        runs, view = self.runner(self.state), (-3.0, 3.0, -2.0, 2.0)
        for layer in (self.paths, self.marginals, self.curve):
            layer.draw(Scene(self.state, view, tuple(runs)), self.updates)
        return dict(self.updates.take())


DRAWN = ("paths", "ends", "tags", "marginal 0", "marginal 1", "losses")


def test_another_rule_with_the_same_settings_is_drawn_anew() -> None:
    """A link with SAM alone, then a file with Monge SAM alone, and back: all within one frame each."""
    state = State()
    assert state.try_update(**read("?v=1&opt=sam").values) is None
    stage = Stage(state)
    sam = stage.sent()
    assert load(State(optimizers=["m-sam"]).experiment.to_json(), state) is None
    monge = stage.sent()
    assert state.try_update(**read("?v=1&opt=sam").values) is None
    back = stage.sent()
    for name in DRAWN:
        assert name in monge
        assert str(monge[name]) != str(sam[name])
        assert str(back[name]) == str(sam[name])
    end = np.array([back["ends"]["x"], back["ends"]["y"]])
    np.testing.assert_allclose(end[:, 0], [-0.0037459, -0.0027761], atol=1e-6)  # Figure 1, SAM


class Finished:
    """Has computed all, before the view has drawn it."""

    done = 0

    def __init__(self, take) -> None:
        self._take = take

    def request(self, token, work, *, at_once=False) -> None:
        self._take(token, {one: one.answer() for one in token})

    def cancel(self) -> None:
        pass


def test_progress_may_be_asked_for_when_all_is_there_but_not_yet_drawn() -> None:
    runner = Runner(Finished)
    state = State(landscape="formula", formula="x^2 + 3y^2 + 0.123456x", optimizers=["sam"], mode="cloud", count=10_000)
    state.steps = 5000
    runner(state)
    assert runner.partial.progress == 0.99


class Waiting(Finished):
    """Computes nothing."""

    def request(self, token, work, *, at_once=False) -> None:
        pass


def test_what_another_session_holds_is_shown_at_once_and_by_nobody_kept() -> None:
    """A page with a typed loss is reloaded: the runs are there before its own background work begins."""
    state = State(landscape="formula", formula="sin(x)*cos(2y) + x^2/10 + 0.123457x", optimizers=["gd", "sam"])
    later = Runner(Waiting)
    assert all(one.pending for one in later(state))
    first = Runner()(state)  # computes all at once
    assert [one is same for one, same in zip(later(state.copy()), first, strict=True)] == [True, True]
    assert later.partial is None
    asked = questions(first)
    del later, first
    gc.collect()
    assert not any(one in SHARED for one in asked)
