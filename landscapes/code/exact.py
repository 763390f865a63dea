"""A landscape's function in the project's own arithmetic: a batch gets the bits of its points, and of a kernel."""

from collections.abc import Callable
from functools import update_wrapper
from typing import Any

import numpy as np
from autograd.extend import Box

from landscapes.code.read import Unsupported
from landscapes.code.text import Text, write
from landscapes.exact_array import exact
from landscapes.pieces import in_pieces

ONE = np.float64(1.0)


class Exact:
    """A function of (x, y) that runs its own text, in which powers and elementary functions are the project's.

    Where that cannot be written down, the function itself is run, on arrays of this arithmetic. Under autograd it is
    the function itself, without a change.
    """

    __wrapped__: Callable

    def __init__(self, function: Callable) -> None:
        update_wrapper(self, function)
        self._known: tuple[Callable, Text | None] | None = None

    def __call__(self, x, y):
        if isinstance(x, Box) or isinstance(y, Box):
            return self.__wrapped__(x, y)
        function, text = self._known or self._written()
        if text is None:
            return function(x, y)
        if not text.current:
            function, text = self._written()
        with np.errstate(all="ignore"):
            return in_pieces(function, ONE * x, ONE * y)  # NumPy's arithmetic for plain numbers: 1/0 is no error

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__ | {"_known": None}

    def _on_exact_arrays(self, x, y):
        with np.errstate(all="ignore"):
            found = self.__wrapped__(exact(np.array(x, float)), exact(np.array(y, float)))  # copies: it may change them
        return tuple(map(np.asarray, found)) if isinstance(found, tuple) else np.asarray(found)

    def _written(self) -> tuple[Callable, Text | None]:
        try:
            text = write([self.__wrapped__])
            self._known = text.on_arrays()[0], text
        except Unsupported:
            self._known = self._on_exact_arrays, None
        return self._known


def plain(function: Callable) -> Callable:
    """The function as it was given."""
    return function.__wrapped__ if isinstance(function, Exact) else function
