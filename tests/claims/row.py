"""A row of the table, and what its checks have in common."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from html import unescape

import numpy as np

from landscapes import Landscape
from optimizers import Rule, run
from tests.sweep import Sweep

Found = tuple[int, str]  # how many cases were tried, and the worst of them in words


@dataclass(frozen=True)
class Row:
    """A sentence, word by word, and its check.

    Attributes:
        where: it is shown.
        sentence: as it stands on screen.
        check: asserts the sentence over the domain and the sliders' range.
    """

    where: str
    sentence: str
    check: Callable[[Sweep], Found]


def grid(landscape: Landscape, number: int) -> np.ndarray:
    """Points over the domain, its edges among them, shape (2, number²)."""
    (left, right), (bottom, top) = landscape.domain
    return np.array(np.meshgrid(np.linspace(left, right, number), np.linspace(bottom, top, number))).reshape(2, -1)


def scattered(landscape: Landscape, number: int, seed: int = 0) -> np.ndarray:
    """Random points of the domain, shape (2, number)."""
    (left, right), (bottom, top) = landscape.domain
    return np.random.default_rng(seed).uniform((left, bottom), (right, top), (number, 2)).T


def ends(rule: Rule, landscape: Landscape, starts: np.ndarray, learning_rate, steps: int) -> np.ndarray:
    """Where runs are after so many steps, in the shape of the starts."""
    return run(rule, landscape, starts, learning_rate=learning_rate, steps=steps, keep="final").final


def distance(points: np.ndarray, *places: tuple[float, float]) -> np.ndarray:
    """To the nearest of the places, infinite for points that are not finite."""
    with np.errstate(all="ignore"):
        nearest = np.min([np.hypot(points[0] - x, points[1] - y) for x, y in places], axis=0)
    return np.where(np.isfinite(nearest), nearest, np.inf)


def plain(html: str) -> str:
    """The text of HTML, without drawings."""
    return unescape(re.sub(r"<[^>]*>", "", re.sub("<svg.*?</svg>", "", html))).strip()
