"""What a page computes with: rules on a landscape as JavaScript, and the words of what came of them."""

from collections.abc import Callable, Iterable, Mapping
from functools import cache

from app.browser.javascript import expression
from app.browser.view_code import view_code
from app.compute.outcome_text import CONSTANTS, FUNCTIONS
from app.compute.page_program import DENSITY
from landscapes import Landscape
from optimizers import Rule
from optimizers.compiled.dissection import dissection
from optimizers.compiled.javascript import program
from optimizers.rounds import stays
from optimizers.sharpness import sharpest


def page_code(rules: Iterable[type[Rule]], landscape: Landscape, formulas: Mapping[str, Callable]) -> str:
    """Definitions of `program`, `dissect` and `words`.

    Args:
        rules, landscape: what is run.
        formulas: that tell outcomes, by the names under which `program` has them.

    Raises:
        Unsupported: where that has no form in JavaScript.
    """
    rules = list(rules)
    made = expression(program(rules, landscape, {"stays": stays, "sharpest": sharpest, **DENSITY, **formulas}))
    dissected = expression(dissection(rules, landscape))
    return "\n".join([f"const program = {made}", f"const {{ dissect }} = {dissected}", f"const words = {words()}", ""])


@cache
def words() -> str:
    """What tells outcomes."""
    return view_code(FUNCTIONS, CONSTANTS)
