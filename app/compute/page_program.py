"""What a page runs rules with by itself, and makes columns of them, in the words of this process's own texts."""

from collections.abc import Callable, Iterable
from typing import Any

from app.compute import off_view, path_thinning
from landscapes import Landscape
from landscapes.code.read import Unsupported
from optimizers import Rule
from optimizers.compiled.javascript import program
from optimizers.outcomes import bandwidth, bump, bump_area

DENSITY: dict[str, Callable] = {"bandwidth": bandwidth, "bump": bump, "bump_area": bump_area}
FORMULAS: dict[str, Callable] = {**path_thinning.FORMULAS, "edge_at": off_view.edge_at, **DENSITY}


def page_program(rules: Iterable[type[Rule]], landscape: Landscape, job: Any = None) -> str:
    """A module with the rules on the landscape; empty where that has no form in JavaScript."""
    try:
        return program(rules, landscape, FORMULAS)
    except Unsupported:
        return ""
