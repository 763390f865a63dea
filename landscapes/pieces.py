"""Functions of a large batch, a piece at a time: what they make in between stays small, in the processor's cache."""

from collections.abc import Callable

import numpy as np

from landscapes.checkpoint import checkpoint

PIECE = 8192  # numbers


def in_pieces(function: Callable, x, y):
    """function(x, y), elementwise on arrays that broadcast: an array, or a tuple of them, in the shape of the batch.

    A batch of one piece is passed on as it is. The results for a larger one are made of those of its pieces.
    """
    if max(np.size(x), np.size(y)) <= PIECE and np.broadcast(x, y).size <= PIECE:
        return function(x, y)
    x, y = np.broadcast_arrays(x, y)
    shape, flat = x.shape, (x.reshape(-1), y.reshape(-1))
    results: list[np.ndarray] = []
    single = True
    for first in range(0, x.size, PIECE):
        piece = slice(first, first + PIECE)
        found = function(*(part[piece] for part in flat))
        checkpoint()
        single = not isinstance(found, tuple)
        found = (found,) if single else found
        if not results:
            results = [np.empty(x.size) for _ in found]
        for result, part in zip(results, found, strict=True):
            result[piece] = part
    shaped = tuple(result.reshape(shape) for result in results)
    return shaped[0] if single else shaped
