"""Every word for outcomes and motions is in the table of terms, under each of its names on the screen."""

import pytest

from app.compute.glossary import TERMS, glossary
from app.compute.outcome_words import MOTION_HEADS, OUTCOME_HEADS
from landscapes import LANDSCAPES
from optimizers.outcomes import MOTIONS, OUTCOMES


@pytest.mark.parametrize("landscape", LANDSCAPES.values(), ids=LANDSCAPES)
def test_every_word_of_the_tables_has_one_sentence(landscape) -> None:
    found = glossary(landscape)
    assert {*OUTCOMES, *MOTIONS, *OUTCOME_HEADS.values(), *MOTION_HEADS.values(), *TERMS} <= found.keys()
    assert all(name == name.lower() and said.endswith(".") and "{" not in said for name, said in found.items())
    assert f"{landscape.tolerance:.2g}" in found["saddle"]
