"""The text of a rule on a landscape, which NumPy executes on arrays and Numba compiles for a kernel."""

import linecache
import weakref
from collections.abc import Callable
from typing import Any

from landscapes.code.exact import plain
from landscapes.code.read import Unsupported
from landscapes.code.text import ATOMS, ON_BITS, Text, write
from landscapes.landscape import Landscape

__all__ = ["ATOMS", "ON_BITS", "Text", "Unsupported", "gradient_of", "source_of", "write"]


def gradient_of(landscape: Landscape) -> Callable | None:
    """The gradient to write down: from the landscape's source or its value's where there is one, its closed form, or
    None."""
    text = source_of(landscape)
    if text is None:
        return plain(landscape.gradient) if landscape.closed_form else None
    filename = f"<landscape {id(landscape)}>"
    if filename not in linecache.cache:
        weakref.finalize(landscape, linecache.cache.pop, filename, None)
    linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)
    namespace: dict[str, Any] = {}
    exec(compile(text, filename, "exec"), namespace)
    return namespace["gradient"]


def source_of(landscape: Landscape) -> str | None:
    """The text of the module that defines the landscape's gradient, where it has one."""
    if landscape.derivatives is not None:
        return landscape.derivatives.source
    return landscape.source
