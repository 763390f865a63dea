"""The lines of the step's card, as the browser writes them, against the step computed anew."""

import json
import re
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np
import quickjs

from app.browser.javascript import module
from app.compute.step_words import described
from app.layers.step_anatomy import ARROW, COLUMNS, dissected
from landscapes import LANDSCAPES, Landscape
from optimizers import OPTIMIZERS, Rule, run
from tests.claims.metric import metric
from tests.claims.row import Found, Row, scattered
from tests.paths import ROOT

STEPS = 4
RATE = 0.003
STEEPEST = 1e6
NUMBER = r"−?\d+(?:\.\d+)?(?:e[+−]?\d+)?|not finite"


class Step(NamedTuple):
    """One step of a rule with its card's lines; the arrays are those of the run itself."""

    rule: Rule
    landscape: Landscape
    lines: list[str]
    number: int
    point: np.ndarray
    next: np.ndarray
    state: np.ndarray


@cache
def script(path: str, *names: str) -> Callable[..., Any]:
    """Functions of a module of the page, called by name."""
    context = quickjs.Context()
    context.module(f"{module(Path(ROOT / path))}\nglobalThis.called = {{ {', '.join(names)} }}")
    context.eval("globalThis.answer = (name, args) => JSON.stringify(called[name](...JSON.parse(args)))")
    return lambda name, *args: json.loads(context.get("answer")(name, json.dumps(args)))


def card(name: str, *args: Any) -> Any:
    return script("app/widgets/step_equations.mjs", "equations", "legend")(name, *args)


@cache
def steps(number: int) -> list[Step]:
    """Steps of every rule on every landscape, and what the card says of them."""
    found = []
    for landscape in list(LANDSCAPES.values())[: 1 if number == 1 else None]:
        for form in OPTIMIZERS.values():
            chosen = form() if form.key in {"gd"} or form.ascent is None else form(rho=0.7)
            for x, y in scattered(landscape, number, seed=5).T:
                kept = run(chosen, landscape, [[x], [y]], learning_rate=RATE, steps=STEPS + 1, keep="states")
                numbers = dissected(SimpleNamespace(paths=kept), 0)
                for at in (0, STEPS):
                    if not np.hypot(*landscape.gradient(*kept.positions[at, :, 0])) < STEEPEST:
                        continue  # G is singular but for rounding
                    values = dict(zip(COLUMNS, map(sent, numbers[:, at]), strict=True))
                    rho = float(chosen.hyperparameters.get("rho", 0.0))
                    lines = [text for _, text in card("equations", described(form), at, values, rho, RATE)]
                    here = kept.positions[at, :, 0], kept.positions[at + 1, :, 0], kept.states[at, :, 0]
                    found.append(Step(chosen, landscape, list(map(plain, lines)), at, *here))
    return found


def sent(value: np.float32) -> float | None:
    return float(value) if np.isfinite(value) else None


def plain(html: str) -> str:
    superscripts = html.replace("<sup>−1</sup>", "⁻¹").replace("<sup>2</sup>", "²")
    return re.sub(r"<[^>]*>", "", superscripts)


def left_out(line: str) -> str:
    """A line without its numbers."""
    line = re.sub(rf"\(({NUMBER}), ({NUMBER})\)", "…", line)
    return re.sub(
        rf"(?<=step )\d+|(?<== )({NUMBER})(?= v)|(?<=∕ )({NUMBER})|(?<=‖ = )({NUMBER})|(?<=− )({NUMBER})", "…", line
    )


def numbers_of(line: str) -> list[float]:
    """The numbers of a line, in its order, but for those of G⁻¹."""
    return [
        np.nan if text == "not finite" else float(text.replace("−", "-"))
        for text in re.findall(rf"(?<![\w₀-₉])(?:{NUMBER})", re.sub(r"diag\(.*?\)(?:²|⁻¹)|\(I \+ ggᵀ\)⁻¹", "", line))
    ]


def expected(step: Step, sentence: str) -> list[float]:
    """The numbers that a line must hold, computed anew: of rules with a metric from G, of others from what they ask."""
    rule, loss, (x, y) = step.rule, step.landscape, step.point
    g = np.array(loss.gradient(x, y), float)
    rho = float(rule.hyperparameters.get("rho", 0.0))
    if rule.ascent is None:
        asked = farthest(step)
        delta, there = asked - step.point, np.array(loss.gradient(*asked), float)
    else:
        v = np.linalg.solve(metric(rule.key, np.array([x]), np.array([y]), g[:, None])[..., 0], g)
        delta = 0 * g if rule.key == "gd" or not g.any() else rho * v / np.sqrt(g @ v)
        there = np.array(loss.gradient(*(step.point + delta)), float)
    direction = (step.point - step.next) / RATE
    match sentence.split(" =")[0]:
        case "θ":
            return [*step.point, step.number]
        case "g":
            return [*g, float(np.hypot(*g))]
        case "v":
            return [*v] if sentence.endswith("…") else []
        case "δ":
            return [rho, float(np.sqrt(g @ v)), *delta]
        case "∇ℓ(θ + δ)":
            return [*there]
        case "θ′":
            return [RATE, *(direction if rule.ascent is None else there), *step.next]
        case "farthest point at which it takes a gradient: θ + δ":
            return [*(step.point + delta), *delta]
        case "direction d":
            return [*direction]
    return []


def farthest(step: Step) -> np.ndarray:
    """The first of the farthest points at which a rule asks a loss, which notes them, for a gradient."""
    asked: list[np.ndarray] = []

    class Noting:
        value, hessian = step.landscape.value, step.landscape.hessian

        @staticmethod
        def gradient(x, y):
            asked.append(np.array([x, y], float))
            return step.landscape.gradient(x, y)

    step.rule.direction(Noting, *step.point, *step.state, *step.rule.hyperparameters.values())
    far = np.array([float(np.hypot(*(one - step.point))) for one in asked])
    return asked[int(np.flatnonzero(far >= far.max() * (1 - 1e-9))[0])]


def line(sentence: str, sweep) -> Found:
    """Each number of the line is that of the step, to the digits that are shown."""
    cases = 0
    for step in steps(sweep.count(1, 6)):
        for one in step.lines:
            if left_out(one) != sentence:
                continue
            shown, right = numbers_of(one), expected(step, sentence)
            assert len(shown) == len(right), (one, right)
            for number, value in zip(shown, right, strict=True):
                assert abs(number - value) <= 6e-4 + 6e-3 * abs(value), (step.rule.key, step.landscape.key, one, right)
            cases += 1
    assert cases
    return cases, ""


def arrow(sweep) -> Found:
    """The arrow that is drawn ends so much of the gradient below the perturbed point, or as far as it is seen."""
    drawn_step = script("app/layers/step_anatomy.mjs", "drawnStep")
    cases = 0
    for scale in (ARROW, ARROW / 10):
        part = dict.fromkeys(COLUMNS, 0.0) | {
            "x": 1.0,
            "y": 2.0,
            "dx": 0.5,
            "hx": 3.0,
            "hy": -4.0,
            "xx": 0.5,
            "yy": 0.5,
        }
        for pixel, length in ((0.0001, 5 * scale), (0.1, 4.0)):
            drawn = drawn_step("drawnStep", [part], scale, pixel, True)["arrows"]
            tip = drawn["xs"][0][3], drawn["ys"][0][3]
            assert np.allclose(tip, (1.5 - 0.6 * length, 2.0 + 0.8 * length))
            said = card("legend", described(OPTIMIZERS["sam"]), part, {"scale": scale, "least": 40 * pixel})
            assert numbers_of(said) == [-scale, 5 * scale][: 1 if length < 4 else 2]
            cases += 1
    assert card("legend", described(OPTIMIZERS["gd"]), part, {"scale": ARROW, "least": 0}) == ""
    return cases, ""


LINES = (
    "θ = … at step …",
    "g = ∇ℓ(θ) = …, ‖g‖ = …",
    "v = g",
    "v = (I + ggᵀ)⁻¹g = …",
    "v = diag(1 + η gᵢ²)⁻¹g = …",
    "v = diag(|θᵢ| + η)²g = …",
    "δ = ρ v ∕ √(gᵀv) = … v ∕ … = …",
    "∇ℓ(θ + δ) = …",
    "θ′ = θ − α ∇ℓ(θ + δ) = θ − … … = …",
    "θ′ = θ − α g = θ − … … = …",
    "This rule is given by its direction d: no ellipse is drawn.",
    "farthest point at which it takes a gradient: θ + δ = …, δ = …",
    "direction d = …",
    "θ′ = θ − α d = θ − … … = …",
)
LONGER = ("", ", drawn longer than its length …")
ROWS = [
    *(Row("Anatomy", sentence, partial(line, sentence)) for sentence in LINES),
    *(Row("Anatomy, legend", f"Arrow: −… ∇ℓ(θ + δ){longer}", arrow) for longer in LONGER),
]


def shown() -> set[str]:
    """The lines of the cards of all rules, without their numbers."""
    legends = {
        re.sub(
            r"[\d.]+", "…", card("legend", described(form), {"hx": 1.0, "hy": 0.0}, {"scale": ARROW, "least": least})
        )
        for form in OPTIMIZERS.values()
        for least in (0.0, 1.0)
    }
    return {left_out(one) for step in steps(1) for one in step.lines} | legends - {""}
