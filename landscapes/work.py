"""How much a search for stationary points may take, and what an evaluation of the derivatives takes."""

from functools import lru_cache
from typing import TYPE_CHECKING

from landscapes.code.count import text_operations

if TYPE_CHECKING:
    from landscapes.landscape import Landscape

WORK = 200_000_000  # elementary operations that a search may take
UNKNOWN = 500  # operations of a gradient and a Hessian whose text is not known


@lru_cache(maxsize=64)
def operations(landscape: "Landscape") -> int:
    """Elementary operations of a gradient and a Hessian at one point, counted in the landscape's text."""
    source = landscape.source if landscape.derivatives is None else landscape.derivatives.source
    if source is None:
        return UNKNOWN
    counted = text_operations(source)
    return counted["gradient"] + counted.get("hessian", counted["gradient"])
