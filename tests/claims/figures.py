"""What the figures' tabs and records say: notes, claims and captions."""

from collections.abc import Callable
from functools import partial
from typing import Any

from figures import FIGURES, figure2
from tests.claims import figure4_notes, figure_notes
from tests.claims.figure_settings import anywhere, computed, settings
from tests.claims.figure_ticks import CLAIMS, pattern, ticks
from tests.claims.row import Row


def always(values) -> bool:
    return True


def published(number: int, *apart_from: str) -> Callable[[dict[str, Any]], bool]:
    defaults = {one.name: one.default for one in FIGURES[number].PARAMETERS if one.name not in apart_from}
    return lambda values: all(values[name] == value for name, value in defaults.items())


def some_rho(low: float, high: float) -> Callable[[dict[str, Any]], bool]:
    return lambda values: any(low <= rho <= high for rho in values["rho"])


# number of the figure, the note, where it holds and is shown, what computes it
NOTES = (
    (
        1,
        "SAM and Monge SAM have not settled after these 200 steps: SAM still oscillates by 0.01 across the "
        "saddle, and Monge SAM moves by 0.007 a step, 0.08 away from (-1, -1).",
        published(1),
        figure_notes.figure1_unsettled,
    ),
    (
        1,
        "With this learning rate and so many steps all claims hold for ρ from 0.88 to 1.46: below, SAM gets past the "
        "saddle; above, Monge SAM does not reach (-1, -1).",
        published(1, "rho"),
        figure_notes.figure1_contrast,
    ),
    (
        2,
        "The paper's caption says 5 sin(r²)/r², but the ring of minima of its picture lies at r = 4.49, as that of "
        "5 sin(r)/r does. Both are available.",
        always,
        figure_notes.figure2_formula,
    ),
    (
        2,
        "The “unit square” of the starts is [-1, 1]²; from [-0.5, 0.5]² both rules would end at the maximum with ρ = 1 "
        "from 98 % of the starts or more.",
        published(2, "landscape", "samples", "seed", "resolution"),
        figure_notes.figure2_square,
    ),
    (
        2,
        "The picture's densities are narrower than those of 200 starts, and as wide as those of 2000, with half of "
        "Scott's bandwidth as here: the sample is the cause.",
        published(2, "samples", "seed", "resolution"),
        figure_notes.figure2_width,
    ),
    (
        2,
        "In the limit of small α the maximum attracts all starts with r < ρ to SAM, and to Monge SAM those with "
        "r √(1 + ‖∇ℓ‖²) < ρ.",
        always,
        figure_notes.figure2_basin,
    ),
    (
        3,
        "What the paper calls divergence is a 2-cycle farther out than |θ₀|: nothing diverges to infinity. SAM's "
        "2-cycle has |θ| = αρ/(1 - α).",
        always,
        figure_notes.figure3_cycle,
    ),
    (
        3,
        "With the published ρ, α₁, α₂ and steps all claims hold for starts with 0.439 ≤ |θ₀| ≤ 0.565; the picture's is "
        "0.5.",
        published(3, "start"),
        figure_notes.figure3_starts,
    ),
    (
        4,
        "Aᵨ takes ρ̃ for a constant and drops its derivative ∂ρ̃/∂θ, which the exact Jacobian has.",
        always,
        figure4_notes.frozen,
    ),
    (
        4,
        "For ρ from 0.5 to 1.3 the exact Jacobian has an eigenvalue with negative real part on most of the red.",
        some_rho(0.5, 1.3),
        figure4_notes.inexact,
    ),
    (
        4,
        "Red is no basin of attraction: the matrix is that of one point, which a run leaves.",
        always,
        figure4_notes.no_basin,
    ),
    (
        4,
        "For ρ from 0.65 to 1, Aᵨ calls the flat minima unstable (λ₂ < 0 within 0.1 of them), although most of Figure "
        "5's runs of SAM and Monge SAM end there.",
        some_rho(0.65, 1.0),
        figure4_notes.flat_minima,
    ),
    (
        4,
        "From ρ = 0.6 on Monge SAM's region near the flat minima is not larger than SAM's.",
        some_rho(0.6, 2.0),
        figure4_notes.not_larger,
    ),
    (
        4,
        "ρ̃ is infinite where the gradient is exactly zero; there the eigenvalue of the Hessian itself is shown.",
        always,
        figure4_notes.zero_gradient,
    ),
    (
        5,
        "“Runs to convergence” is 200 steps in the published picture. Nearly all these runs still move by more than "
        "0.001 a step then, and after 20 000 steps too.",
        published(5),
        figure_notes.figure5_unsettled,
    ),
    (
        5,
        "Most of ASAM's runs are at the flattest minima after 20 000 steps.",
        published(5),
        figure_notes.figure5_later,
    ),
    (
        5,
        "The paper leaves Fisher SAM's η open; η = 1, the diagonal of the Monge metric, gives its picture. ASAM's is "
        "0.01.",
        always,
        figure_notes.figure5_eta,
    ),
)
ROWS = [Row(f"Figure {number}, note", note, check) for number, note, _, check in NOTES] + [
    Row(f"Figure {number}, claim", sentence, partial(ticks, number, sentence))
    for number, sayings in CLAIMS.items()
    for sentence in sayings
]
DEFINITIONS = {module.CAPTION for module in FIGURES.values()} | {figure2.SAMPLE}


def shown() -> set[str]:
    """All that the figures say, at many settings."""
    notes = {note for number, module in FIGURES.items() for values in settings(number) for note in module.notes(values)}
    claims = {
        pattern(number, claim.sentence)
        for number, module in FIGURES.items()
        for values in anywhere(number, 3)
        for claim in module.claims(computed(number, values))
    }
    return {module.CAPTION for module in FIGURES.values()} | notes | claims
