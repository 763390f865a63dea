"""The words for where runs end and how they move, and what each means, with the landscape's tolerance."""

from html import escape

from landscapes import Landscape
from optimizers.motions import AHEAD, FEW, LONGEST

PLACES = {
    "flat minimum": "at a flat minimum",
    "minimum": "at a minimum",
    "saddle": "at the saddle",
    "maximum": "at a maximum",
    "degenerate": "at a degenerate point",
    "elsewhere": "at no stationary point",
}
WAYS = {
    "settled": "at rest",
    "2-cycle": "on a 2-cycle",
    "longer cycle": "on a longer cycle",
    "drifting": "drifting",
    "chaotic": "in chaotic motion",
    "moving": "still moving",
}
HEADS = {
    "flat minimum": "flat",
    "minimum": "min.",
    "maximum": "max.",
    "degenerate": "deg.",
    "elsewhere": "else",
    "diverged": "div.",
}
PACES = {
    "settled": "rest",
    "2-cycle": "2-cyc.",
    "longer cycle": "n-cyc.",
    "drifting": "drift",
    "chaotic": "chaos",
    "moving": "move",
}


def definitions(landscape: Landscape) -> str:
    """What every word of the table means, as HTML that opens on a click."""
    near = f"{landscape.tolerance:.2g}"
    items = "".join(f"<dt>{escape(word)}</dt><dd>{escape(text.format(near=near))}</dd>" for word, text in MEANINGS)
    return f"<details><summary>What these words mean: “at” is within {near}</summary><dl>{items}</dl></details>"


MEANINGS = (
    (
        "minimum, saddle, maximum (min., max.)",
        "within {near}, this landscape’s tolerance, of a point where ∇ℓ = 0, listed or found from the end by Newton’s "
        "method.",
    ),
    ("flat minimum (flat)", "one of least λ_max, where the minima differ in it by more than 5 %."),
    ("degenerate (deg.)", "∇ℓ = 0, but the loss around does not tell of which kind."),
    (
        "elsewhere (else)",
        "no such point within {near}. Held: it stays there all the same, as SAM can. On its way: it does not.",
    ),
    ("diverged (div.)", "no finite number any more."),
    (
        "at rest",
        f"the next {AHEAD:,} steps leave it within {{near}} of where it is, and what is left of the way as well.",
    ),
    (
        "n-cycle",
        f"every n-th position, n = 2 … {LONGEST}, is the same but for rounding, or closes up on a stable cycle, within "
        "{near}.",
    ),
    ("chaotic (chaos)", "neighbours part exponentially: a positive Lyapunov exponent, by the step’s exact Jacobian."),
    ("drifting (drift)", "it comes back nearly, but a little further on each time, or creeps."),
    (
        "moving (move)",
        f"none of these. Of maps and of more than {FEW} starts, five steps more tell only rest, 2-cycle or moving.",
    ),
)
