"""Cost: how many elementary operations a run takes, known before it is done.

The unit is one addition for one run in a compiled kernel. What is counted is the text that the kernel is compiled from,
so that a sine costs what its polynomial does, and a formula what its derivatives do; division and square root weigh
what they were measured to take in kernels. A rule or a landscape of which no kernel can be made is run by NumPy, whose
every operation passes through memory, and weighs more.
"""

from collections.abc import Callable
from functools import lru_cache, partial
from weakref import WeakKeyDictionary

import numpy as np

from landscapes import Landscape
from landscapes.code.count import text_operations
from landscapes.code.exact import plain
from landscapes.code.text import PARTS
from optimizers.bases import PLAIN, Base
from optimizers.compiled import pair, source
from optimizers.rules import Rule
from optimizers.step import Step, step_of

HESSIAN = 4  # gradients that a Hessian takes
NUMPY = 16  # an operation of NumPy's, which reads and writes memory, in operations of a kernel
DERIVED = {"value": 1, "gradient": 6, "hessian": 18}  # operations of autograd's for each of a value: forward and back
CALL = 8  # what a function of NumPy's takes, in its additions

_parts: WeakKeyDictionary[Landscape, dict[str, int]] = WeakKeyDictionary()


def operations(
    rule: Rule | type[Rule], landscape: Landscape, runs: int, steps: int, base: Base | type[Base] = PLAIN
) -> int:
    """Elementary operations of `runs` runs of `steps` updates.

    It depends neither on the hyperparameters nor on whether the kernel is ready, and runs nothing, but for the value of
    a landscape that has only autograd's derivatives: once, at one point.

    Example:
        >>> from landscapes import LANDSCAPES
        >>> from optimizers import SAM
        >>> one = operations(SAM, LANDSCAPES["banana"], 1, 1)
        >>> operations(SAM, LANDSCAPES["banana"], 1000, 200) == 200_000 * one
        True
    """
    return runs * steps * update_operations(rule, landscape, base)


def update_operations(rule: Rule | type[Rule], landscape: Landscape, base: Base | type[Base] = PLAIN) -> int:
    """Elementary operations of one update: the rule's direction, with all that it asks of the loss, and the step."""
    form = step_of(rule, base)
    engine = 1 if pair(rule, landscape, base).compilable else NUMPY
    return engine * (
        _direction_operations(form, landscape) + _kept(form.update, 5 + form.base_state + form.base_values)
    )


def _direction_operations(form: Step, landscape: Landscape) -> int:
    try:
        text = _direction_text(form.direction)
    except source.Unsupported:
        return CALL * observed_operations(partial(form.direction, landscape), 2 + form.rule_state + form.values)
    asked = {name: part_operations(landscape, name) for name in PARTS if f"{name}(" in text.body}
    return _counted(text.body, text.names[0], tuple(asked.items()))


@lru_cache(maxsize=256)
def _counted(body: str, name: str, asked: tuple[tuple[str, int], ...]) -> int:
    """Operations of a function in a text, kept because every frame asks for those of its rules."""
    return text_operations(body, dict(asked))[name]


@lru_cache(maxsize=256)
def _direction_text(direction: Callable) -> source.Text:
    """With the names of what it asks of the loss where a kernel has that itself."""
    return source.write([direction], lambda name: name)


def gradient_operations(landscape: Landscape) -> int:
    """Elementary operations of ∇ℓ at one point."""
    return part_operations(landscape, "gradient")


def part_operations(landscape: Landscape, name: str) -> int:
    """Elementary operations of the value, the gradient or the Hessian at one point."""
    known = _parts.setdefault(landscape, {})
    if name not in known:
        part = source.part_of(landscape, name)
        if part is None:
            known[name] = DERIVED[name] * function_operations(plain(landscape.value), 2)
        else:
            known[name] = function_operations(part, 2)
    return known[name]


def function_operations(function: Callable, arguments: int) -> int:
    """Elementary operations of a function of components, counted in its text; observed where it cannot be read."""
    try:
        text = source.write([function])
    except source.Unsupported:
        return CALL * observed_operations(function, arguments)
    return text_operations(text.body)[text.names[0]]


_kept = lru_cache(maxsize=64)(function_operations)  # of rules, which are few


def observed_operations(function: Callable, arguments: int) -> int:
    """How many operations NumPy performs when the function is called once, at one point."""
    seen = 0

    class Observed(np.ndarray):
        def __array_ufunc__(self, ufunc, method, *inputs, **options):
            return counted(getattr(ufunc, method), inputs, options)

        def __array_function__(self, called, types, inputs, options):
            return counted(called, inputs, options)

    def counted(called: Callable, inputs: tuple, options: dict):
        nonlocal seen
        seen += 1
        result = called(*(part.view(np.ndarray) if isinstance(part, Observed) else part for part in inputs), **options)
        return np.asarray(result).view(Observed)

    with np.errstate(all="ignore"):
        function(*(np.full(1, 0.5).view(Observed) for _ in range(arguments)))
    return max(seen, 1)
