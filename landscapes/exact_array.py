"""Arrays on which NumPy's functions are the project's: for losses that run as they were written, and for autograd.

NumPy's own powers, exponentials and circular functions round differently from machine to machine, and for a batch other
than for its points. Where a loss cannot be written down as text, it is run on these arrays instead of plain ones.
"""

import logging
from typing import Any

import numpy as np
from autograd.extend import Box
from autograd.numpy.numpy_boxes import ArrayBox
from autograd.numpy.numpy_vspaces import ArrayVSpace

from landscapes import vector_math

log = logging.getLogger("samscape")

MAX_CHAIN = 64  # whole powers up to here are products

OWN = {getattr(np, name): getattr(vector_math, name) for name in vector_math.ULPS if name != "power"} | {
    np.sign: vector_math.sign,
    np.minimum: vector_math.minimum,
    np.maximum: vector_math.maximum,
}
POWERS = {np.power, np.float_power}
ROUNDED = {*OWN, *POWERS} - {np.sign, np.minimum, np.maximum}
FREE = {  # NumPy's alone, rounded as it likes
    getattr(np, name)
    for name in ("exp2", "log2", "log10", "cbrt", "arctan2", "arcsinh", "arccosh", "arctanh", "logaddexp", "logaddexp2")
}
_warned: set[str] = set()


class ExactArray(np.ndarray):
    """A float64 array; what NumPy and autograd compute from it is one too, in the arithmetic of `vector_math`.

    Powers are those of `landscapes.code.text`: products for small whole exponents that are plain numbers.
    """

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, out: Any = None, **options: Any) -> Any:
        if any(isinstance(one, Box) for one in inputs):
            return NotImplemented  # autograd takes it apart, and asks again
        bare = [one.view(np.ndarray) if isinstance(one, ExactArray) else one for one in inputs]
        plain = method == "__call__" and not options
        if plain and ufunc in POWERS:
            result = _power(bare[0], bare[1], varies=isinstance(inputs[1], ExactArray))
        elif plain and ufunc in OWN:
            result = OWN[ufunc](*(np.asarray(one, float) for one in bare))
        else:
            if ufunc in FREE or ufunc in ROUNDED or getattr(np, ufunc.__name__, None) is not ufunc:
                _warn(ufunc.__name__)
            result = getattr(ufunc, method)(*bare, **options)
        if out is not None:
            out[0].view(np.ndarray)[...] = result
            return out[0]
        return tuple(map(exact, result)) if isinstance(result, tuple) else exact(result)

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        return exact(super().__array_function__(func, types, args, kwargs))


ArrayBox.register(ExactArray)
ArrayVSpace.register(ExactArray)


def exact(value: Any) -> Any:
    """The value, in exact arithmetic if it is numbers of float64."""
    if isinstance(value, np.ndarray | np.float64) and value.dtype == np.float64:
        return np.asarray(value).view(ExactArray)
    return value


def _power(base: Any, exponent: Any, varies: bool) -> Any:
    if not varies and np.ndim(exponent) == 0:
        number = float(exponent)
        if number == 0.5:
            return np.sqrt(base)
        if number and abs(number) <= MAX_CHAIN and number == int(number):
            product = _chain(base, int(abs(number)))
            return product if number > 0 else 1.0 / product
    return vector_math.power(np.asarray(base, float), np.asarray(exponent, float))


def _chain(base: Any, times: int) -> Any:
    if times == 1:
        return base
    half = _chain(base, times // 2)
    return half * half * base if times % 2 else half * half


def _warn(name: str) -> None:
    if name not in _warned:
        _warned.add(name)
        log.warning(
            "A loss calls %s, which NumPy or its library rounds in its own way: the last bits may differ between "
            "machines; write it with landscapes.elementary",
            name,
        )
