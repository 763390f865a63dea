"""The functions that formulas are written with.

Each is one name that all readers of a formula understand. NumPy evaluates it, in the arithmetic of
`landscapes.vector_math`: the same bits for an array as for its numbers one by one, on every machine. autograd
differentiates it, and the compiled engine puts the same arithmetic into its kernels. A landscape that takes its
functions from here is written once.
"""

from collections.abc import Callable, Sequence
from functools import wraps

import numpy as np
from autograd.extend import defvjp, notrace_primitive, primitive
from autograd.numpy import abs, sqrt, where
from autograd.numpy.numpy_vjps import unbroadcast_f

from landscapes import vector_math
from landscapes.exact_array import ExactArray, exact

__all__ = [
    "abs",
    "arccos",
    "arcsin",
    "arctan",
    "cos",
    "cosh",
    "exp",
    "expm1",
    "hypot",
    "log",
    "log1p",
    "maximum",
    "minimum",
    "power",
    "sign",
    "sin",
    "sinh",
    "sqrt",
    "tan",
    "tanh",
    "where",
]

TILE = 8192  # numbers whose intermediate results stay in the processor's cache


def _elementary(function: Callable) -> Callable:
    """The function for numbers and for arrays of any shape, differentiable by autograd."""

    @wraps(function)
    def on_arrays(*arguments):
        arrays: Sequence[np.ndarray] = [np.asarray(argument, float) for argument in arguments]
        if len(arrays) > 1:
            arrays = np.broadcast_arrays(*arrays)
        shape = arrays[0].shape
        flat = [array.reshape(-1) for array in arrays]
        result = np.empty(flat[0].size)
        with np.errstate(all="ignore"):
            for first in range(0, result.size, TILE):
                tile = slice(first, first + TILE)
                result[tile] = function(*(array[tile] for array in flat))
        shaped = result.reshape(shape)
        return exact(shaped) if any(isinstance(argument, ExactArray) for argument in arguments) else shaped[()]

    return primitive(on_arrays)


sin = _elementary(vector_math.sin)
cos = _elementary(vector_math.cos)
tan = _elementary(vector_math.tan)
exp = _elementary(vector_math.exp)
expm1 = _elementary(vector_math.expm1)
log = _elementary(vector_math.log)
log1p = _elementary(vector_math.log1p)
sinh = _elementary(vector_math.sinh)
cosh = _elementary(vector_math.cosh)
tanh = _elementary(vector_math.tanh)
arcsin = _elementary(vector_math.arcsin)
arccos = _elementary(vector_math.arccos)
arctan = _elementary(vector_math.arctan)
hypot = _elementary(vector_math.hypot)
power = _elementary(vector_math.power)
sign = _elementary(vector_math.sign)
minimum = _elementary(vector_math.minimum)
maximum = _elementary(vector_math.maximum)

low_word = notrace_primitive(vector_math.low_word)
high_word = notrace_primitive(vector_math.high_word)

defvjp(sin, lambda f, x: lambda g: g * cos(x))
defvjp(cos, lambda f, x: lambda g: -g * sin(x))
defvjp(tan, lambda f, x: lambda g: g / (cos(x) * cos(x)))
defvjp(exp, lambda f, x: lambda g: g * f)
defvjp(expm1, lambda f, x: lambda g: g * (f + 1.0))
defvjp(log, lambda f, x: lambda g: g / x)
defvjp(log1p, lambda f, x: lambda g: g / (1.0 + x))
defvjp(sinh, lambda f, x: lambda g: g * cosh(x))
defvjp(cosh, lambda f, x: lambda g: g * sinh(x))
defvjp(tanh, lambda f, x: lambda g: g / (cosh(x) * cosh(x)))
defvjp(arcsin, lambda f, x: lambda g: g / sqrt((1.0 - x) * (1.0 + x)))
defvjp(arccos, lambda f, x: lambda g: -g / sqrt((1.0 - x) * (1.0 + x)))
defvjp(arctan, lambda f, x: lambda g: g / (1.0 + x * x))
defvjp(sign, lambda f, x: lambda g: 0.0 * g)


def _defvjp_of_two(function: Callable, by_first: Callable, by_second: Callable) -> None:
    defvjp(
        function,
        lambda f, x, y: unbroadcast_f(x, lambda g: g * by_first(f, x, y)),
        lambda f, x, y: unbroadcast_f(y, lambda g: g * by_second(f, x, y)),
    )


_defvjp_of_two(hypot, lambda f, x, y: x / f, lambda f, x, y: y / f)
_defvjp_of_two(power, lambda f, x, y: y * power(x, y - 1.0), lambda f, x, y: f * log(where(x == 0.0, 1.0, x)))
_defvjp_of_two(minimum, lambda f, x, y: where(x < y, 1.0, 0.0), lambda f, x, y: where(x < y, 0.0, 1.0))
_defvjp_of_two(maximum, lambda f, x, y: where(x > y, 1.0, 0.0), lambda f, x, y: where(x > y, 0.0, 1.0))
