"""Rules on a landscape as one ES module, which computes in a page what NumPy computes here, to the last bit."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from pathlib import Path
from types import MappingProxyType

from landscapes.code.exact import Exact, plain
from landscapes.code.javascript import Program, script
from landscapes.code.text import LOSS
from landscapes.code.values import FLOAT, Value
from landscapes.landscape import Landscape
from optimizers.compiled.source import Unsupported, part_of, parts_of, write
from optimizers.rules import Rule
from optimizers.step import Step, step_of

RUNS = Path(__file__).with_name("runs.mjs")


def program(
    rules: Iterable[type[Rule]], landscape: Landscape, more: Mapping[str, Callable] = MappingProxyType({})
) -> str:
    """The text of an ES module with the loss and the rules' runs on it.

    It exports `value(x, y)`, `gradient(x, y)` → [∂ℓ/∂x, ∂ℓ/∂y], and `rules`: by the key of each

    - `hyperparameters`: the names of what it takes besides starts and steps, the learning rate first;
    - `run(xs, ys, …hyperparameters, steps)` → the positions, a Float64Array of shape (steps + 1, 2, n) as those of a
      `Trajectory`;
    - `ends(xs, ys, …hyperparameters, steps)` → the last two, shape (2, 2, n); without a step both are the start;
    - `begin(n)` → the state before the first step, a list of arrays. A run that is given it as a last argument leaves
      in it the state at its end, with which it can be continued.

    Starts are arrays of n numbers; a hyperparameter is one number for all of them.

    Args:
        rules, landscape: what is translated.
        more: plain functions of numbers that are exported too, by these names; written for this loss where their first
            argument is `loss`.

    Raises:
        Unsupported: where JavaScript might not give NumPy's bits, or where there is no text to translate.
    """
    rules = list(rules)
    steps, part = [step_of(rule) for rule in rules], parts_of(landscape)
    functions = [function for step in steps for function in step.functions]
    text = write((part("gradient"), _value_of(landscape), *functions, *more.values()), part)
    gradient, value, *names = text.names
    names, others = names[: len(functions)], names[len(functions) :]
    stepping = zip(steps, names[::2], names[1::2], strict=True)
    # no name of a text is like these, because they end in an underscore and a number
    bodies = [step.text(direction, update, name=f"step{n}") for n, (step, direction, update) in enumerate(stepping)]
    try:
        made = Program("\n\n".join([text.body, *bodies]))
        exports = []
        for name, written, function in zip(more, others, more.values(), strict=True):
            taken: list[Value] = [FLOAT for _ in _numbers_of(function)]
            exports.append(f"export const {name}={made.function(written, taken).name}")
        return "\n".join([_module(made, rules, steps, gradient, value), *exports, ""])
    except RecursionError:
        raise Unsupported("it is nested too deeply") from None


def _numbers_of(function: Callable) -> Iterable[str]:
    """The names of the numbers that a function takes, without the loss that it may be written for."""
    code = function.__code__
    return [name for name in code.co_varnames[: code.co_argcount] if name != LOSS]


def _module(made: Program, rules: list[type[Rule]], steps: list[Step], gradient: str, value: str) -> str:
    names = [f"export const value={made.function(value, [FLOAT, FLOAT]).name}"]
    names.append(f"export const gradient={made.function(gradient, [FLOAT, FLOAT]).name}")
    entries = []
    for n, (rule, step) in enumerate(zip(rules, steps, strict=True)):
        taken = ["learning_rate", *(item.name for item in fields(rule))]
        stepped = made.function(f"step{n}", [FLOAT] * (2 + step.state + step.hyperparameters))
        runs, begin = _runs(taken, step.state), _begin(rule)
        entries.append(
            f"{json.dumps(rule.key)}:{{hyperparameters:{json.dumps(taken)},...({runs})({stepped.name},{begin})}}"
        )
    return "\n".join([made.text, *names, f"export const rules={{{','.join(entries)}}}", ""])


def _runs(taken: list[str], state: int) -> str:
    """The runs of a rule with these hyperparameters and so many components of its state."""
    rate, *others = (f"h{n}" for n, _ in enumerate(taken))
    kept = [f"kept[{n}][i]" for n in range(state)]
    places = {
        "_VALUES": ",".join([rate, *others]),
        "ORDERED": ",".join([*others, rate]),
        "STATE(kept, i), ": "".join(f"{one}," for one in kept),
        "KEEP(kept, after, i)": ";".join(f"{one}=after[{n}]" for n, one in enumerate(kept, 2)),
    }
    text = script(RUNS).removeprefix("const runs = ")
    for place, written in places.items():
        text = text.replace(place, written)
    return text


def _begin(rule: type[Rule]) -> str:
    """A function of the number of runs: an array for each component of the state, as it is before the first step."""
    return f"(n)=>{json.dumps(list(rule.state.values()))}.map((first)=>new Float64Array(n).fill(first))"


def _value_of(landscape: Landscape) -> Callable:
    """The value that is called; for a formula, that of its source."""
    if isinstance(landscape.value, Exact):
        return plain(landscape.value)
    return part_of(landscape, "value") or landscape.value
