"""Whatever a visitor types, follows or opens ends in a value or in one sentence; none of it hangs or is run."""

import random

import pytest

from tests.robustness.hostile import KINDS, Harm, Kind, meet
from tests.sweep import Sweep

NUMBER = {"formulas": (75, 2000), "links": (150, 10_000), "files": (150, 10_000)}  # in `make test`, in `make verify`


@pytest.mark.parametrize("name", KINDS)
def test_hostile_text_ends_in_a_value_or_in_one_sentence(name: str, sweep: Sweep) -> None:
    chance = random.Random(1)
    outcomes = [meet(KINDS[name], KINDS[name].make(chance)) for _ in range(sweep.count(*NUMBER[name]))]
    refused = sum(outcome.sentence is not None for outcome in outcomes)
    assert 0 < refused < len(outcomes)
    slowest = max(outcomes, key=lambda outcome: outcome.seconds)
    worst = f"{slowest.seconds:.2f} s of processor time for {slowest.text[:60]!r}"
    sweep.report(f"hostile {name} end in a value or in one sentence ({refused:,} refused)", len(outcomes), worst)


def _runs_it(text: str) -> None:
    eval(text)


def _writes(text: str) -> None:
    with open(text, "w"):
        pass


@pytest.mark.parametrize(
    ("use", "text", "harm"),
    [
        (_runs_it, "1 + 1", "exec of <string>"),
        (_writes, "/nowhere/at/all", "FileNotFoundError"),
        (_writes, "{}/file", "open"),
        (lambda text: 1 / 0, "x", "ZeroDivisionError"),
        (lambda text: "two\nlines", "x", "no sentence"),
        (lambda text: "", "x", "no sentence"),
    ],
)
def test_harm_is_noticed(use, text: str, harm: str, tmp_path) -> None:
    kind = Kind(make=lambda chance: text, use=use)
    with pytest.raises(Harm, match=harm):
        meet(kind, text.format(tmp_path))
