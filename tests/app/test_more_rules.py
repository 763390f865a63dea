"""What the drawer offers, what it adds, and the sliders of what was added."""

from dataclasses import dataclass

import panel as pn
import pytest

from app.compute.stability_summary import claims
from app.model.state import State
from app.theme import dash
from app.views.explore import Explore
from app.views.maps.stability import _query
from app.widgets.added_rules import AddedRules
from app.widgets.number_slider import scale_of
from app.widgets.rule_drawer import RuleDrawer, addable, another, described_rule
from optimizers import GD, GSAM, OPTIMIZERS, SAM, Rule
from optimizers.bases import BASES
from optimizers.hyperparameters import default, described
from optimizers.rules import PAPER


@dataclass(frozen=True)
class Compared(Rule):
    """Its name is no HTML."""

    rho: float
    key, name = "compared", "A <i>B</i>"

    @staticmethod
    def direction(loss, x, y, rho):
        return loss.gradient(x + rho, y)


def test_a_rules_name_is_shown_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(OPTIMIZERS, "compared", Compared)
    state = State(added=(Compared(0.1),), stability_rule="more-1", criterion="exact", steps=5)
    view = Explore(state)
    texts = [str(pane.object) for pane in view.content.select(pn.pane.HTML)]
    texts.append(claims(query := _query(state), query.answer(3)))
    assert any("A &lt;i&gt;B&lt;/i&gt;" in text for text in texts)
    assert not any("<i>B" in text for text in texts)


def test_the_drawer_offers_every_rule_in_which_two_can_differ_and_the_papers_last() -> None:
    forms = addable()
    assert set(forms) == set(OPTIMIZERS.values()) - {GD}
    assert forms[-4:] == [form for form in PAPER if form is not GD]
    assert all(described_rule(form)["purpose"] for form in forms)


def test_a_rule_that_would_lie_on_top_of_another_is_added_with_half_its_radius() -> None:
    assert another(GSAM, [SAM(1.0)]) == GSAM()
    assert another(SAM, [SAM(1.0), SAM(0.5)]) == SAM(0.25)


def test_the_drawer_adds_up_to_five_and_takes_no_forged_pick() -> None:
    state = State()
    drawer = RuleDrawer(state)
    drawer._open()
    for number in range(7):
        drawer._list.picked = {"key": "gsam", "number": number}
    assert len(state.added) == 5
    before = state.added
    for forged in ({"key": "adam"}, {"key": 3}, {"place": "sam"}, {"place": "more-9"}, {}):
        drawer._list.picked = forged
    assert state.added == before
    drawer._list.picked = {"place": "more-2"}
    assert state.added[1] is None
    drawer.sync()
    assert [one["place"] for one in drawer._list.added] == ["more-1", "more-3", "more-4", "more-5"]
    assert all(f"stroke-dasharray='{dash(one['place'])}'" in one["line"] for one in drawer._list.added)


def test_a_rule_has_a_control_for_each_of_its_hyperparameters() -> None:
    state = State(added=(None, GSAM(1.0, 0.3)))
    cards = AddedRules(state, lambda refusal: refusal)
    card = cards._cards["more-2"]
    assert list(card._shows) == ["rho", "beta"]
    assert card._take_value("beta", 0.7) is None
    assert state.added == (None, GSAM(1.0, 0.7))
    assert "must be at most 5 rules" in card._take_value("beta", 11.0)
    assert state.added == (None, GSAM(1.0, 0.7))


@pytest.mark.parametrize("form", [*OPTIMIZERS.values(), *BASES.values()], ids=lambda form: form.__name__)
def test_a_slider_reaches_the_limits_and_the_default(form: type) -> None:
    for name, limit in described(form).items():
        scale, value = scale_of(limit, default(form, name)), default(form, name)
        assert scale.value(scale.position(scale.high)) == pytest.approx(limit.high, rel=5e-3)
        assert scale.value(scale.position(scale.low)) == (0 if scale.zero else pytest.approx(limit.low))
        assert scale.value(scale.position(value)) == pytest.approx(value, rel=5e-3)
