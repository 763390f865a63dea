"""Rules on a landscape as one ES module, which computes in a page what NumPy computes here, to the last bit."""

import json
from collections.abc import Callable, Iterable
from dataclasses import fields
from pathlib import Path

from landscapes.code.exact import Exact, plain
from landscapes.code.javascript import Program, script
from landscapes.code.values import FLOAT, Known, Name
from landscapes.landscape import Landscape
from optimizers.compiled.source import Unsupported, part_of, write
from optimizers.rules import Rule
from optimizers.step import step

RUNS = Path(__file__).with_name("runs.mjs")


def program(rules: Iterable[type[Rule]], landscape: Landscape) -> str:
    """The text of an ES module with the loss and the rules' runs on it.

    It exports `value(x, y)`, `gradient(x, y)` → [∂ℓ/∂x, ∂ℓ/∂y], and `rules`: by the key of each

    - `hyperparameters`: the names of what it takes besides starts and steps, the learning rate first;
    - `run(xs, ys, …hyperparameters, steps)` → the positions, a Float64Array of shape (steps + 1, 2, n) as those of a
      `Trajectory`;
    - `ends(xs, ys, …hyperparameters, steps)` → the last two, shape (2, 2, n); without a step both are the start.

    Starts are arrays of n numbers; a hyperparameter is one number for all of them.

    Raises:
        Unsupported: where JavaScript might not give NumPy's bits, or where there is no text to translate.
    """
    rules = list(rules)
    gradient = part_of(landscape, "gradient")
    if gradient is None:
        reason = landscape.derivatives.reason if landscape.derivatives is not None else "it has no closed form"
        raise Unsupported(f"autograd makes the gradient: {reason}")
    text = write((step, gradient, _value_of(landscape), *(rule.ascent for rule in rules)))
    try:
        return _module(Program(text.body), rules, *text.names)
    except RecursionError:
        raise Unsupported("it is nested too deeply") from None


def _module(made: Program, rules: list[type[Rule]], step: str, gradient: str, value: str, *ascents: str) -> str:
    names = [f"export const value={made.function(value, [FLOAT, FLOAT]).name}"]
    names.append(f"export const gradient={made.function(gradient, [FLOAT, FLOAT]).name}")
    entries = []
    for rule, ascent in zip(rules, ascents, strict=True):
        taken = ["learning_rate", *(item.name for item in fields(rule))]
        functions, radius = [Known(Name(gradient)), Known(Name(ascent))], [] if len(taken) > 1 else [Known(0.0)]
        stepped = made.function(step, [*functions, FLOAT, FLOAT, *(FLOAT for _ in taken), *radius])
        values = ",".join(f"h{n}" for n, _ in enumerate(taken))
        runs = script(RUNS).removeprefix("const runs = ").replace("VALUES", values)
        entries.append(f"{json.dumps(rule.key)}:{{hyperparameters:{json.dumps(taken)},...({runs})({stepped.name})}}")
    return "\n".join([made.text, *names, f"export const rules={{{','.join(entries)}}}", ""])


def _value_of(landscape: Landscape) -> Callable:
    """The value that is called; for a formula, that of its source."""
    if isinstance(landscape.value, Exact):
        return plain(landscape.value)
    return part_of(landscape, "value") or landscape.value
