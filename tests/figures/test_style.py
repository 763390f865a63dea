"""Ten rules that can be distinguished: colours simulated as the colour-blind see them, dashes, names."""

from itertools import combinations

import numpy as np
import pytest

from figures import style
from optimizers.rules import PAPER

# Machado, Oliveira and Fernandes (2009), "A physiologically-based model for simulation of color vision deficiency",
# severity 1, on linear RGB
SIGHT = {
    "full": np.eye(3),
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
}
XYZ = np.array([[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.072175], [0.0193339, 0.119192, 0.9503041]])
LEAST = 16.0  # CIE76; 2.3 is just noticeable side by side
LEAST_OF_PLACES = 13.0
LEAST_OF_THE_PAPER = 7.5  # SAM and ASAM under protanopia


def lab(colour: str, sight: str) -> np.ndarray:
    """CIE L*a*b* of a colour as it is seen."""
    rgb = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    x, y, z = XYZ @ np.clip(np.array(SIGHT[sight]) @ linear, 0, 1) / XYZ.sum(axis=1)
    fx, fy, fz = (np.cbrt(v) if v > 216 / 24389 else (24389 / 27 * v + 16) / 116 for v in (x, y, z))
    return np.array([116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)])


def test_white_stays_white() -> None:
    for sight, matrix in SIGHT.items():
        np.testing.assert_allclose(np.sum(matrix, axis=1), 1.0, atol=2e-6, err_msg=sight)


@pytest.mark.parametrize("sight", SIGHT)
def test_colours_are_distinguished_whatever_the_sight(sight: str) -> None:
    seen = {key: lab(colour, sight) for key, colour in style.COLOURS.items()}
    for one, two in combinations(seen, 2):
        own = one in style.NAMES and two in style.NAMES
        assert np.linalg.norm(seen[one] - seen[two]) > (LEAST_OF_THE_PAPER if own else LEAST), (one, two)


@pytest.mark.parametrize("sight", SIGHT)
def test_places_have_colours_of_their_own_apart_from_the_papers_rules(sight: str) -> None:
    places = {place: lab(colour, sight) for place, colour in style.OUTCOME_COLOURS.items()}
    for one, two in combinations(places, 2):
        assert np.linalg.norm(places[one] - places[two]) > LEAST, (one, two)
    for place, seen in places.items():
        for rule in style.NAMES:
            assert np.linalg.norm(seen - lab(style.COLOURS[rule], sight)) > LEAST_OF_PLACES, (place, rule)


def test_added_rules_are_seen_on_light_and_on_dark_pages() -> None:
    for key in style.MORE:
        lightness = lab(style.COLOURS[key], "full")[0]
        assert 34 < lightness < 80


def test_dashes_are_distinguished_wherever_a_line_begins() -> None:
    def turns(lengths: tuple[int, ...]) -> set[tuple[int, ...]]:
        return {lengths[n:] + lengths[:n] for n in range(0, len(lengths), 2)} or {()}

    for one, two in combinations(style.DASHES.values(), 2):
        assert two not in turns(one)
    assert all(len(lengths) % 2 == 0 for lengths in style.DASHES.values())


def test_ten_rules_have_a_colour_and_dashes_and_the_papers_their_names() -> None:
    paper = [form.key for form in PAPER]
    assert list(style.COLOURS) == list(style.DASHES) == [*paper, *style.MORE]
    assert list(style.NAMES) == list(style.SHORT) == paper
    for entries in (style.COLOURS, style.DASHES, style.NAMES, style.SHORT):
        assert len(set(entries.values())) == len(entries)


def test_matplotlib_draws_the_same_dashes() -> None:
    assert style.linestyle("m-sam") == "-"
    offset, lengths = style.linestyle("sam")
    assert (offset, tuple(length * style.DASHED_WIDTH for length in lengths)) == (0, style.DASHES["sam"])
