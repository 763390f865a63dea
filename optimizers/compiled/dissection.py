"""The anatomy of steps in a page: an ES module for rules on a landscape, of the text that `optimizers.anatomy` runs."""

import json
from collections.abc import Iterable
from dataclasses import fields
from pathlib import Path

from landscapes.code.javascript import Program, script
from landscapes.code.values import FLOAT
from landscapes.landscape import Landscape
from optimizers.anatomy import SAME
from optimizers.compiled.source import parts_of, write
from optimizers.rules import Rule, perturbation
from optimizers.step import step_of

SCRIPT = Path(__file__).with_name("dissection.mjs")
WATCHED = "watched"  # the gradient, which notes where it was taken

# what `dissect` gives of a step, in this order
QUANTITIES = ("gx", "gy", "vx", "vy", "dx", "dy", "hx", "hy", "nx", "ny", "xx", "xy", "yy", "sx", "sy")


def dissection(rules: Iterable[type[Rule]], landscape: Landscape) -> str:
    """The text of an ES module that dissects steps as `optimizers.anatomy.anatomy` does.

    It exports `dissect`: by the key of each rule

    - `begin`: its state before the first step, a list;
    - `step(x, y, state, …hyperparameters)` → {numbers, state}: those named in QUANTITIES, and the state after the step.
      The hyperparameters are those of `optimizers.compiled.javascript.program`, the learning rate first.

    Raises:
        Unsupported: as `program`.
    """
    rules, part = list(rules), parts_of(landscape)
    steps = [step_of(rule) for rule in rules]
    functions = [part("gradient"), perturbation]
    for rule, step in zip(rules, steps, strict=True):
        functions += step.functions
        functions += [function for function in (rule.ascent, rule.inverse_root) if function is not None]
    text = write(functions, lambda name: WATCHED if name == "gradient" else part(name))
    gradient, perturbed, *names = text.names
    bodies = [f"@jit\ndef {WATCHED}(x, y):\n    gx, gy = {gradient}(x, y)\n    return gx, gy\n"]
    remaining = iter(names)
    for n, (rule, step) in enumerate(zip(rules, steps, strict=True)):
        direction, update = next(remaining), next(remaining)
        ascent = next(remaining) if rule.ascent is not None else None
        root = next(remaining) if rule.inverse_root is not None else None
        bodies.append(step.text(direction, update, name=f"step{n}"))
        bodies.append(_text(n, rule, direction, perturbed, ascent, root))
    return _module(Program("\n\n".join([text.body, *bodies])), rules)


def _text(n: int, rule: type[Rule], direction: str, perturbed: str, ascent: str | None, root: str | None) -> str:
    """A rule's dissection: g, θ′, d and the state after the step; with a metric v, δ, ∇ℓ(θ + δ) and the root, too."""
    values = [item.name for item in fields(rule)]
    before, after = ([f"{letter}{index}" for index, _ in enumerate(rule.state)] for letter in "st")
    names = [f"h{index}" for index, _ in enumerate(values)]
    rho = names[values.index("rho")] if "rho" in values else "0.0"
    others = ", ".join(["x", "y", "gx", "gy", *(name for name in names if name != rho)])
    taken = ", ".join(["x", "y", *before, *names])
    lines = [
        f"def dissect{n}({taken}, rate):",
        f"gx, gy = {WATCHED}(x, y)",
        f"{', '.join(['sx', 'sy', *after])} = {direction}({taken})",
        f"{', '.join(['nx', 'ny', *after])} = step{n}({taken}, rate)",
    ]
    found = ["gx", "gy", "nx", "ny", "sx", "sy", *after]
    if ascent is not None:
        lines += [
            f"vx, vy = {ascent}({others})",
            f"dx, dy = {perturbed}(gx, gy, vx, vy, {rho})",
            f"hx, hy = {WATCHED}(x + dx, y + dy)",
        ]
        found += ["vx", "vy", "dx", "dy", "hx", "hy"]
    if ascent is not None and root is not None:
        lines.append(f"xx, xy, yy = {root}({others})")
        found += [f"{rho} * xx", f"{rho} * xy", f"{rho} * yy"]
    return "@jit\n" + "\n    ".join([*lines, f"return {', '.join(found)}"]) + "\n"


def _module(made: Program, rules: list[type[Rule]]) -> str:
    gradient = made.function(WATCHED, [FLOAT, FLOAT]).name
    entries = []
    for n, rule in enumerate(rules):
        numbers = made.function(f"dissect{n}", [FLOAT] * (len(rule.state) + len(fields(rule)) + 3)).name
        begin, direction = json.dumps([*rule.state.values()]), "true" if rule.ascent is None else "false"
        entries.append(f"{json.dumps(rule.key)}:dissected({numbers},{direction},{begin})")
    head = f"function {gradient}(x,y){{"
    watched = made.text.replace(head, f"{head}looked.push(x,y);")
    driver = script(SCRIPT).replace("SAME", repr(SAME)).replace("GRADIENT", gradient)
    return "\n".join([watched, driver, f"export const dissect={{{','.join(entries)}}}", ""])
