"""The figures' claims: the tick beside each is what the sentence says of the numbers beside it."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from figures import FIGURES
from landscapes import LANDSCAPES
from tests.claims.figure_settings import anywhere, computed
from tests.claims.row import Found

banana = LANDSCAPES["banana"]


def pattern(number: int, sentence: str) -> str:
    """The sentence; Figure 2's without the values of ρ, which are the sliders'."""
    return re.sub(r"ρ = \d+(\.\d+)?(e[+-]?\d+)?", "ρ = …", sentence) if number == 2 else sentence


Saying = Callable[[list[float], list[str], Any], bool]
CLAIMS: dict[int, dict[str, Saying]] = {
    1: {
        "SAM's Euclidean ball bounds Monge SAM's perturbation from above.": lambda m, names, v: m[1] <= m[0],
        "SAM is caught by the saddle, within 0.3 of (0, 0), and Monge SAM is not.": lambda m, names, v: (
            m[0] <= 0.3 < m[1]
        ),
        "Monge SAM reaches low losses like GD, at most 0.2; at the saddle the loss is 1.": lambda m, names, v: (
            m[0] <= 0.2 and m[1] <= 0.2 and banana.value(0.0, 0.0) == 1
        ),
        "Monge SAM comes within 0.3 of the flattest minimum, (-1, -1), and GD does not.": lambda m, names, v: (
            m[0] <= 0.3 < m[1]
        ),
    },
    2: {
        "The maximum attracts SAM from more starts with ρ = … than with ρ = ….": lambda m, names, v: m[1] > m[0],
        "SAM descends into the ring of minima from more starts with ρ = … than with ρ = ….": lambda m, names, v: (
            m[0] > m[1]
        ),
        "The maximum attracts Monge SAM too from more starts with ρ = … than with ρ = ….": lambda m, names, v: (
            m[1] > m[0]
        ),
        "With ρ = … the maximum attracts Monge SAM from fewer starts than SAM.": lambda m, names, v: m[1] < m[0],
    },
    3: {
        "Monge SAM ends at a lower loss than SAM at both learning rates.": lambda m, names, v: (
            m[2] < m[0] and m[3] < m[1]
        ),
        "At α₁ SAM moves away from its start, and Monge SAM comes closer to the minimum.": lambda m, names, v: (
            abs(m[1]) < abs(v["start"]) < abs(m[0])
        ),
        "At α₂ both move away from the start, and Monge SAM ends lower.": lambda m, names, v: (
            abs(v["start"]) < abs(m[1]) < abs(m[0])
        ),
        "The larger learning rate moves Monge SAM's end less than SAM's.": lambda m, names, v: abs(m[1]) < abs(m[0]),
    },
    4: {
        "λ₁ is positive everywhere in the view.": lambda m, names, v: min(m) == 1,
        "For ρ = 0, gradient descent, the saddle is not stable.": lambda m, names, v: max(m) == 0,
        "For ρ > 0 the saddle is stable, and Monge SAM's region round it is smaller than SAM's.": lambda m, names, v: (
            all(0 < monge < sam for sam, monge in _with_radius(m, names))
        ),
        "For ρ > 0 Monge SAM's region near the flat minima is larger than SAM's.": lambda m, names, v: all(
            monge > sam for sam, monge in _with_radius(m, names)
        ),
    },
    5: {
        "Of each rule some runs end at the flattest points of the valley.": lambda m, names, v: min(m) > 0,
        "More runs of SAM end at the saddle than of any other rule.": lambda m, names, v: m[0] > max(m[1:]),
        "Monge SAM and Fisher SAM end at the same kind of place from at least 95 of 100 starts.": lambda m, names, v: (
            m[0] <= 5
        ),
        "Most runs of ASAM end at minima other than the flattest.": lambda m, names, v: m[2] > 50,
        "All runs have settled by the last step.": lambda m, names, v: max(m) == 0,
    },
}


def _with_radius(measured: list[float], names: list[str]) -> Iterator[tuple[float, float]]:
    for sam, monge, name in zip(measured[::2], measured[1::2], names[::2], strict=True):
        if not name.endswith("ρ = 0"):
            yield sam, monge


def ticks(number: int, sentence: str, sweep) -> Found:
    """At every setting the tick agrees with what the sentence says of the numbers told beside it."""
    module, cases, held = FIGURES[number], 0, 0
    for values in anywhere(number, sweep.count(3, 200)):
        shown = computed(number, values)
        for claim in module.claims(shown):
            if pattern(number, claim.sentence) == sentence:
                measured = [one.value for one in claim.measurements]
                said = CLAIMS[number][sentence](measured, [one.name for one in claim.measurements], shown.values)
                assert claim.holds == bool(said), (values, claim)
                cases, held = cases + 1, held + claim.holds
    assert cases
    return cases, f"holds at {held} of them"
