"""What is said of where two destination maps differ, and of the backgrounds."""

import re
from functools import partial

import numpy as np

from app.compute.destination_summary import difference_in_a_title, difference_in_words
from landscapes import LANDSCAPES
from optimizers import SAM, FisherSAM, MongeSAM
from optimizers.anatomy import anatomy
from optimizers.maps import destination_map, difference
from optimizers.outcomes import OUTCOMES
from optimizers.sharpness import FIELDS, worst_case
from tests.claims.row import Found, Row, ends, scattered

banana, rastrigin = LANDSCAPES["banana"], LANDSCAPES["rastrigin"]
RADII = (0.01, 0.3, 1.0, 5.0)


def same_kind(sweep) -> Found:
    """Where no kind differs the sentence says kinds, for places may: on Rastrigin with ρ = 0.1."""
    rules = MongeSAM(0.1), FisherSAM(0.1)
    side = sweep.count(60, 300)
    first, second = (
        destination_map(one, rastrigin, learning_rate=0.002, steps=200, resolution=(side, side)) for one in rules
    )
    seen = difference(first, second)
    assert not seen.differs.any()
    assert difference_in_words("Monge SAM", "Fisher SAM", seen) == SAME_KIND.replace("…", "Monge SAM", 1).replace(
        "…", "Fisher SAM", 1
    )
    starts = np.array(np.meshgrid(first.x, first.y))
    one, other = (ends(chosen, rastrigin, starts, 0.002, 200) for chosen in rules)
    apart = int((np.hypot(*(one - other)) > 0.5).sum())
    assert apart > 0
    return side**2, f"{apart} starts end at other places of the same kind"


def other_kinds(sweep) -> Found:
    first, second = (
        destination_map(chosen, banana, learning_rate=0.01, steps=200, resolution=(sweep.count(40, 200),) * 2)
        for chosen in (SAM(1.0), MongeSAM(1.0))
    )
    seen = difference(first, second)
    differs = first.outcome != second.outcome
    pairs = np.stack([first.outcome[differs], second.outcome[differs]])
    (before, after), number = max(
        (
            (tuple(pair), int((pairs == np.array(pair)[:, None]).all(axis=0).sum()))
            for pair in np.unique(pairs, axis=1).T
        ),
        key=lambda item: item[1],
    )
    said = difference_in_words("SAM", "Monge SAM", seen)
    assert numbers_left_out(said) == OTHER_KINDS
    assert f"{differs.mean():.1%}" in said
    assert f"{OUTCOMES[before]} under SAM but {OUTCOMES[after]} under Monge SAM ({number / differs.size:.1%})" in said
    assert f"{differs.mean():.1%}" in difference_in_a_title("SAM", "M-SAM", seen)
    return differs.size, f"{differs.mean():.1%} differ"


def numbers_left_out(sentence: str) -> str:
    """The pattern of a sentence about two rules."""
    kinds = "|".join(OUTCOMES)
    sentence = re.sub(r"\d+\.\d%", "…", sentence)
    sentence = re.sub(
        rf"often ({kinds}) under (.*) but ({kinds}) under (.*) \(", "often … under … but … under … (", sentence
    )
    return re.sub(r"^(.*?) and (.*?) have", "… and … have", sentence)


SAME_KIND = "… and … have the same outcome from every start of this map."
OTHER_KINDS = "… and … have different outcomes from … of the starts, most often … under … but … under … (…)."


def share_attained(key: str, sweep) -> Found:
    """The rise that the rule's own δ brings over the greatest in its ball, never more than 1."""
    ball, form = {"attained-sam": ("euclidean", SAM), "attained-m-sam": ("monge", MongeSAM)}[key]
    cases, least = 0, np.inf
    for landscape in list(LANDSCAPES.values())[:: sweep.count(4, 1)]:
        points = scattered(landscape, sweep.count(20, 1000))
        for rho in sweep.count((1.0,), RADII):
            shown = FIELDS[key].values(landscape, *points, rho)
            found = worst_case(landscape, *points, rho, ball=ball)
            taken = anatomy(form(rho), landscape, points, 0.1)
            rise = landscape.value(*taken.perturbed) - landscape.value(*points)
            up = found.increase > 0
            assert np.allclose(shown[up], (rise / found.increase)[up], rtol=1e-9, atol=1e-9)
            assert (shown[up] <= 1).all()
            least, cases = min(least, float(shown[up].min())), cases + points.shape[1]
    return cases, f"{least:.3g} at the least, shown as 0"


def rise(key: str, sweep) -> Found:
    """What `worst_case` finds, which `test_sharpness` holds against brute force."""
    ball = {"rise-sam": "euclidean", "rise-m-sam": "monge"}[key]
    points = scattered(banana, 50)
    shown = FIELDS[key].values(banana, *points, 0.7)
    assert np.array_equal(shown, worst_case(banana, *points, 0.7, ball=ball).increase)
    return 50, ""


ROWS = [
    Row("Destinations", SAME_KIND, same_kind),
    Row("Destinations", OTHER_KINDS, other_kinds),
    Row("Backgrounds", "Rise in SAM’s ball", partial(rise, "rise-sam")),
    Row("Backgrounds", "Rise in Monge ball", partial(rise, "rise-m-sam")),
    Row("Backgrounds", "Share SAM attains", partial(share_attained, "attained-sam")),
    Row("Backgrounds", "Share M-SAM attains", partial(share_attained, "attained-m-sam")),
]
# quantities, which claim nothing
DEFINITIONS = {"Sharpness λₘₐₓ", "Trace of ∇²ℓ"}


def shown() -> set[str]:
    """All words about maps, and the list of backgrounds."""
    return {SAME_KIND, OTHER_KINDS} | {kind.name for kind in FIELDS.values()}
