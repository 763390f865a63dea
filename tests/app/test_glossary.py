"""Every term that stands on a tab is in the table of terms, under each of its names on the screen."""

import re

import pytest

from app.compute.coordinates_words import HEADS, subscripted
from app.compute.glossary import TERMS, glossary
from app.compute.outcome_words import MOTION_HEADS, OUTCOME_HEADS
from app.model.state import State
from landscapes import LANDSCAPES
from optimizers.outcomes import MOTIONS, OUTCOMES
from optimizers.stability import CRITERIA

LABELLED = {
    "Explore": ("rho", "learning_rate", "steps", "background"),
    "Destinations": ("rho", "learning_rate", "steps", "first"),
    "Phase diagram": ("steps", "phase"),
    "Stability": ("rho", "learning_rate", "steps", "stability_rule", "criterion"),
    "Coordinates": ("rho", "learning_rate", "steps", "chart", "chart_metric", "chart_step"),
}
WRITTEN = {
    "Stability": [one.name for one in CRITERIA.values()],
    "Coordinates": [re.sub("<[^>]*>", "", subscripted(head)) for head in HEADS],
}


@pytest.mark.parametrize("landscape", LANDSCAPES.values(), ids=LANDSCAPES)
def test_every_word_of_the_tables_has_one_sentence(landscape) -> None:
    found = glossary(landscape)
    assert {*OUTCOMES, *MOTIONS, *OUTCOME_HEADS.values(), *MOTION_HEADS.values(), *TERMS} <= found.keys()
    assert all(name == name.lower() and said.endswith(".") and "{" not in said for name, said in found.items())
    assert f"{landscape.tolerance:.2g}" in found["saddle"]


@pytest.mark.parametrize("tab", LABELLED)
def test_every_control_and_head_of_a_tab_has_its_sentence(tab: str) -> None:
    names = [State.param[name].label for name in LABELLED[tab]] + WRITTEN.get(tab, [])
    assert {name.lower() for name in names} <= glossary(LANDSCAPES["banana"]).keys()
