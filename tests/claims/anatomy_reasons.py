"""The card's sentence on why a step goes where it goes, against the loss along δ and along the run's own steps."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from types import SimpleNamespace

import numpy as np

from app.compute.step_words import described
from app.layers.step_anatomy import COLUMNS, dissected
from landscapes import LANDSCAPES, Landscape
from optimizers import OPTIMIZERS, run
from tests.claims.anatomy import plain, script, sent
from tests.claims.row import Found, Row, scattered

STEPS = (0, 1, 3, 10, 40)
RADII = (0.05, 0.7)
SHORT = ("himmelblau",)  # of which every sentence is said
NEAR_ENDS = np.geomspace(1e-8, 1e-3, 21)
ALONG = np.concatenate([NEAR_ENDS, np.linspace(0.001, 0.999, 999), 1 - NEAR_ENDS])  # parts of a way, without its ends


@dataclass(frozen=True)
class Case:
    """A sentence, and the step that it is shown of: three positions of a run, the gradient at the first, and δ."""

    said: str
    landscape: Landscape
    points: np.ndarray
    rate: float
    gradient: np.ndarray
    delta: np.ndarray

    @property
    def step(self) -> np.ndarray:
        return self.points[1] - self.points[0]

    def losses(self, way: np.ndarray) -> tuple[float, float, np.ndarray]:
        """ℓ at θ, at the end of a way from there, and between them."""
        begin, end = self.landscape.value(*np.transpose([self.points[0], self.points[0] + way]))
        return begin, end, self.landscape.value(*(self.points[0][:, None] + way[:, None] * ALONG))


@cache
def cases(number: int, *keys: str) -> list[Case]:
    """What the card says of steps of every rule on these landscapes, from so many starts each."""
    found, call = [], script("app/widgets/step_reason.mjs", "reason")
    for landscape in [LANDSCAPES[key] for key in keys]:
        starts, rate = scattered(landscape, number, seed=11), landscape.learning_rate
        for form in OPTIMIZERS.values():
            plain_form = form.key == "gd" or form.ascent is None
            for rule in [form()] if plain_form else [form(rho=radius) for radius in RADII]:
                kept = run(rule, landscape, starts, learning_rate=rate, steps=max(STEPS) + 2)
                for start in range(number):
                    numbers = dissected(SimpleNamespace(paths=kept), start)
                    for at in STEPS:
                        here, following = (
                            dict(zip(COLUMNS, map(sent, numbers[:, k]), strict=True)) for k in (at, at + 1)
                        )
                        said = plain(call("reason", described(form) | {"course": ""}, here, following))
                        if said != "":
                            points = kept.positions[at : at + 3, :, start]
                            gradient = np.array(landscape.gradient(*points[0]), float)
                            found.append(Case(said, landscape, points, rate, gradient, numbers[6:8, at]))
    return found


def sentence(said: str) -> str:
    """A sentence without its numbers."""
    return re.sub(r"\d[\d.]*(e[+−-]\d+)?(?=°| %| times)", "…", said)


def crest(case: Case) -> None:
    begin, end, between = case.losses(case.delta)
    assert between.max() > max(begin, end)
    assert case.gradient @ case.delta > 0 > -case.gradient @ case.delta
    assert case.step @ case.delta > 0


def valley(case: Case) -> None:
    begin, end, between = case.losses(case.step)
    assert between.min() < min(begin, end)
    assert case.gradient @ case.step < 0 < np.array(case.landscape.gradient(*case.points[1]), float) @ case.step
    assert (case.points[2] - case.points[1]) @ case.step < 0


def compared(case: Case) -> None:
    """The angle, the length and the difference that are told are those of the run's own step and of GD's."""
    taken, downhill = -case.step / case.rate, case.gradient
    sizes = np.hypot(*taken), np.hypot(*downhill)
    angle = np.degrees(np.arccos(np.clip(taken @ downhill / np.prod(sizes), -1, 1)))
    exact = 1e-6 + 1e-14 * np.hypot(*case.points[0]) / np.hypot(*case.step)
    for text in re.findall(r"([\d.]+)°", case.said):
        assert abs(float(text) - angle) <= 0.5 + 100 * exact
    for text in re.findall(r"([\d.e+-]+) times", case.said):
        assert abs(float(text) / (sizes[0] / sizes[1]) - 1) <= 0.006 + exact
    for text in re.findall(r"([\d.]+) %", case.said):
        off = np.hypot(*(taken - downhill)) / sizes[1]
        assert abs(float(text) - 100 * off) <= 0.05 + 100 * exact
        assert off <= 0.06
    if "up the slope" in case.said:
        assert case.step @ downhill > 0


def straight(case: Case) -> None:
    assert case.step @ case.gradient < 0
    across = case.step @ np.array([-case.gradient[1], case.gradient[0]])
    assert abs(across) <= 1e-6 * np.hypot(*case.step) * np.hypot(*case.gradient)


TABLE: dict[str, Callable[[Case], None]] = {
    "δ crosses a crest: ℓ rises from θ and falls before θ + δ, where the gradient points back, so the step goes "
    "toward the crest, not away from it.": crest,
    "The step crosses a valley: along it ℓ falls at θ and rises at θ′, so the next step points back.": valley,
    "The step goes straight down the slope at θ.": straight,
} | {
    f"{what} {said}": compared
    for what in ("∇ℓ(θ + δ)", "d")
    for said in (
        "is turned by …° from g, more than a right angle: at θ the step leads up the slope.",
        "differs by only … % from g: the step is nearly that of GD.",
        "is turned by …° from g and … times as long: so is the step, compared with that of GD.",
    )
}


def holds(template: str, sweep) -> Found:
    """The sentence is true wherever it is shown."""
    found = [case for case in cases(3, *sweep.count(SHORT, tuple(LANDSCAPES))) if sentence(case.said) == template]
    assert found
    for case in found:
        TABLE[template](case)
    return len(found), ""


ROWS = [Row("Anatomy, reason", template, partial(holds, template)) for template in TABLE]


def shown() -> set[str]:
    """The sentences, without their numbers."""
    return {sentence(case.said) for case in cases(3, *SHORT)}
