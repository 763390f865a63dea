"""The text of a rule on a landscape, which NumPy executes on arrays and Numba compiles for a kernel."""

import weakref
from collections.abc import Callable
from typing import Any

from landscapes.code.exact import Exact, plain
from landscapes.code.module import execute
from landscapes.code.read import Unsupported
from landscapes.code.text import ATOMS, ON_BITS, Text, write
from landscapes.landscape import Landscape

__all__ = ["ATOMS", "ON_BITS", "Text", "Unsupported", "part_of", "parts_of", "source_of", "write"]


# what the text of a landscape defines, because all rules ask for it
_executed: weakref.WeakKeyDictionary[Landscape, tuple[str, dict[str, Any]]] = weakref.WeakKeyDictionary()


def part_of(landscape: Landscape, name: str) -> Callable | None:
    """The value, the gradient or the Hessian to write down: from the landscape's source or its value's where there is
    one, its closed form, or None."""
    text = source_of(landscape)
    if text is None:
        derived = name == "hessian" and not isinstance(landscape.hessian, Exact)
        return None if derived or not landscape.closed_form else plain(getattr(landscape, name))
    known = _executed.get(landscape)
    if known is None or known[0] != text:
        known = _executed[landscape] = text, execute(text, "landscape")
    return known[1].get(name)


def parts_of(landscape: Landscape) -> Callable[[str], Callable]:
    """The parts of a landscape as `write` asks for them.

    Raises:
        Unsupported: when a part is asked for that cannot be written down.
    """

    def part(name: str) -> Callable:
        found = part_of(landscape, name)
        if found is None:
            reason = landscape.derivatives.reason if landscape.derivatives is not None else "it has no closed form"
            refusal = Unsupported(f"autograd makes the {name}: {reason}")
            refusal.place = ""  # the reason holds it, and it is none in the rule
            raise refusal
        return found

    return part


def source_of(landscape: Landscape) -> str | None:
    """The text of the module that defines the landscape's gradient, where it has one."""
    if landscape.derivatives is not None:
        return landscape.derivatives.source
    return landscape.source
