"""The words for outcomes and motions on screen, and their definitions, with the landscape's tolerance.

They are those of `OUTCOMES` and `MOTIONS`, as in CSV, NPZ and the command line; table heads abbreviate them.
"""

from html import escape

from app.compute.price import followable
from landscapes import Landscape
from landscapes.kinks import may_kink
from landscapes.search import resolution
from optimizers.rounds import AHEAD, MAX_PERIOD

OUTCOME_PHRASES = {
    "flat minimum": "at a flat minimum",
    "minimum": "at a minimum",
    "saddle": "at a saddle",
    "maximum": "at a maximum",
    "degenerate": "at a degenerate point",
    "elsewhere": "elsewhere",
}
MOTION_PHRASES = {
    "settled": "settled",
    "2-cycle": "on a 2-cycle",
    "longer cycle": "on a longer cycle",
    "drifting": "drifting",
    "chaotic": "chaotic",
    "moving": "moving",
}
OUTCOME_HEADS = {
    "flat minimum": "flat",
    "minimum": "min.",
    "maximum": "max.",
    "degenerate": "deg.",
    "elsewhere": "else",
    "diverged": "div.",
}
MOTION_HEADS = {
    "settled": "settl.",
    "2-cycle": "2-cyc.",
    "longer cycle": "n-cyc.",
    "drifting": "drift.",
    "chaotic": "chaot.",
    "moving": "mov.",
}


def definitions(landscape: Landscape) -> str:
    """The definition of every word of the table, as HTML that opens on a click."""
    items = "".join(f"<dt>{escape(words)}</dt><dd>{escape(text)}</dd>" for words, text in meanings(landscape))
    near = f"{landscape.tolerance:.2g}"
    return f"<details><summary>Definitions (“at” means within {near})</summary><dl>{items}</dl></details>"


def meanings(landscape: Landscape) -> list[tuple[str, str]]:
    """`MEANINGS` with the numbers of a landscape."""
    most = f"{followable(landscape):,}".replace(",", "\u202f")
    known = {"near": f"{landscape.tolerance:.2g}", "followed": most, "sought": sought(landscape)}
    return [(words, text.format(**known)) for words, text in MEANINGS]


def sought(landscape: Landscape) -> str:
    """How the stationary points of a landscape are known."""
    if landscape.known_stationary is not None:
        return LISTED
    found = SEARCHED.format(n=resolution(landscape))
    return f"{found} {CUSPS}" if may_kink(landscape) else found


LISTED = "Those in the domain are listed; others are looked for from the final position."
SEARCHED = (
    "They are looked for from a {n}×{n} grid over the domain and from the final position: one that lies between the "
    "nodes in a well narrower than their distance, and at which no run ends, can be missing."
)
CUSPS = (
    "Of a curve of minima along which ∇ℓ or ∇²ℓ has no bound, such as the axes of √|θ₁θ₂|, only some points, or none, "
    "are found: a run that ends on it can be called elsewhere."
)

MEANINGS = (
    (
        "minimum, saddle, maximum (min., max.)",
        "within {near}, this landscape’s tolerance, of a point where ∇ℓ = 0, or where ∇ℓ jumps and 0 lies between its "
        "values, as at the minimum of |θ₁|. {sought}",
    ),
    ("flat minimum (flat)", "a minimum of smallest λ_max, where the minima differ in it by more than 5 %."),
    ("degenerate (deg.)", "∇ℓ = 0, but the loss nearby does not decide which kind."),
    (
        "elsewhere (else)",
        "no such point is found within {near}. Held: the run stays there all the same, as SAM can. On its way: it does "
        "not.",
    ),
    ("diverged (div.)", "the position is no longer finite."),
    (
        "settled (settl.)",
        f"the run stays within {{near}} for the next {AHEAD:,} steps and, by extrapolation, after them; under Adam and "
        "RMSProp it can leave later, when their mean of past squared gradients has faded.",
    ),
    (
        "2-cycle (2-cyc.), longer cycle (n-cyc.)",
        f"every n-th position, n = 2 … {MAX_PERIOD}, is the same up to rounding, or converges to a stable cycle, "
        "within {near}.",
    ),
    (
        "chaotic (chaot.)",
        "nearby runs separate exponentially: a positive Lyapunov exponent, by the step’s exact Jacobian.",
    ),
    ("drifting (drift.)", "the run nearly repeats itself, shifted a little each time, or creeps."),
    (
        "moving (mov.)",
        "none of these. In maps, for more than {followed} starts, and until the runs have been followed, five further "
        "steps distinguish only settled, 2-cycle and moving.",
    ),
)
