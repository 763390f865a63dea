"""Cost: how many elementary operations a run takes, known before it is done.

The unit is one addition for one run in a compiled kernel. What is counted is the text that the kernel is compiled from,
so that a sine costs what its polynomial does, and a formula what its derivatives do; division and square root weigh
what they were measured to take in kernels. A rule or a landscape of which no kernel can be made is run by NumPy, whose
every operation passes through memory, and weighs more.
"""

from collections.abc import Callable
from dataclasses import fields
from functools import lru_cache
from weakref import WeakKeyDictionary

import numpy as np

from landscapes import Landscape
from landscapes.code.count import text_operations
from landscapes.code.exact import plain
from optimizers.compiled import pair, source
from optimizers.rules import Rule
from optimizers.step import step

HESSIAN = 4  # gradients that a Hessian takes
NUMPY = 16  # an operation of NumPy's, which reads and writes memory, in operations of a kernel
DERIVED = 6  # operations of autograd's gradient for each of a value: two derivatives, forth and back
CALL = 8  # what a function of NumPy's takes, in its additions

_gradients: WeakKeyDictionary[Landscape, int] = WeakKeyDictionary()


def operations(rule: Rule | type[Rule], landscape: Landscape, runs: int, steps: int) -> int:
    """Elementary operations of `runs` runs of `steps` updates θ ← θ - α ∇ℓ(θ + δ).

    It depends neither on the hyperparameters nor on whether the kernel is ready, and runs nothing, but for the value of
    a landscape that has only autograd's derivatives: once, at one point.

    Example:
        >>> from landscapes import LANDSCAPES
        >>> from optimizers import SAM
        >>> one = operations(SAM, LANDSCAPES["banana"], 1, 1)
        >>> operations(SAM, LANDSCAPES["banana"], 1000, 200) == 200_000 * one
        True
    """
    return runs * steps * update_operations(rule, landscape)


def update_operations(rule: Rule | type[Rule], landscape: Landscape) -> int:
    """Elementary operations of one update: two gradients, the rule's ascent and the step itself."""
    own, ascent = _kept(step, 5), _kept(rule.ascent, 4 + max(len(fields(rule)) - 1, 0))
    engine = 1 if pair(rule, landscape).compilable else NUMPY
    return engine * (own + ascent + 2 * gradient_operations(landscape))


def gradient_operations(landscape: Landscape) -> int:
    """Elementary operations of ∇ℓ at one point."""
    if landscape not in _gradients:
        gradient = source.part_of(landscape, "gradient")
        if gradient is None:
            _gradients[landscape] = DERIVED * function_operations(plain(landscape.value), 2)
        else:
            _gradients[landscape] = function_operations(gradient, 2)
    return _gradients[landscape]


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
