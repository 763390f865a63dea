"""Every term of the tables and controls in one sentence: a single table, of which words for outcomes are a part."""

import re

from app.compute.outcome_words import MOTION_HEADS, OUTCOME_HEADS, meanings
from landscapes import Landscape

TERMS: dict[str, str] = {
    "outcome": "Where a run is after its last step: at which kind of stationary point, or elsewhere.",
    "motion": "Whether a run still moves at its last step: settled, on a cycle, drifting, chaotic or moving.",
    "rule": "How a step is made from the loss: the point at which it takes the gradient, and what it makes of it.",
    "radius ρ": "ρ, the length of SAM’s perturbation δ: how far a rule looks uphill before it takes the gradient.",
    "learning rate α": "α, the factor of a step: θ ← θ − α d.",
    "steps": "How many times a rule is applied to the start.",
    "θ₁, θ₂": "The two parameters at the last step.",
    "ℓ": "The loss at the last step.",
    "λmax": "λ_max, the greatest eigenvalue of the Hessian ∇²ℓ at the last step: its sharpness; flat is small.",
    "loss above the minimum": "ℓ − ℓ_min, on a logarithmic axis.",
    "aᵨ": "A_ρ, the paper’s matrix of stability: the Jacobian of ∇ℓ(θ + δ) with ρ̃ held fixed.",
    "ρ̃": "ρ divided by the gradient’s length in the rule’s metric, so that δ = ρ̃ G⁻¹g.",
    "expected": "What the paper’s own parameters are known to give; it is shown for those alone.",
    "% of runs": "The share of all starts, in per cent, whose runs have this outcome or motion.",
    "criterion": "What says whether a point is stable: the paper’s A_ρ, or the exact Jacobian.",
    "aᵨ (paper)": "λ₂, the smaller eigenvalue of A_ρ, in which ρ̃ is held fixed; it says stable where positive.",
    "exact jacobian": "λ₂ of the Jacobian of the direction, nothing held fixed; it says stable where positive.",
    "exact, discrete steps": "(1 − max|1 − αμ|)/α, μ the exact Jacobian’s eigenvalues; it says stable where positive.",
    "quantity": "What the colour of a cell shows: a share of the runs, or their mean final loss.",
    "difference of": "The two rules whose outcomes the last map compares, start by start.",
    "chart": "θ = ψ(φ): the coordinates φ in which the same loss is written.",
    "metric": "In which lengths the perturbation is measured: native to φ, or those of θ carried over to φ.",
    "step": "One application of a rule, θ ← θ − α d; in a chart, in the Euclidean metric of φ or in that of θ.",
    "‖j δφ − δ‖ / ‖δ‖": "How far the perturbation found in φ, carried to θ by J, is from θ’s own, as a share of that.",
    "‖ψ(φ + δφ) − θ − δ‖": "The distance between the perturbed point found in φ, mapped to θ, and θ’s own.",
    "end θ": "Where the run in φ ends, mapped to θ.",
    "order in ρ": "The power of ρ with which the distance of both perturbed points shrinks.",
    "g·j δφ": "The rise of the loss to first order along the perturbation that was found in φ.",
    "in θ itself": "The outcome of the same rule run in θ.",
    "paths apart": "The greatest distance, step by step, of the path from φ and that of θ itself.",
    "background": "What the plane’s colours show: the loss, its sharpness, or how far it rises within a ball.",
    "anatomy": "One step broken down: δ, the perturbed point, the gradient there, and the step.",
}
ABBREVIATED = re.compile(r" \([^)]*\)")
NAMES = {"flat min.": "flat minimum", "n-cycle": "longer cycle"} | {
    head: word for word, head in (OUTCOME_HEADS | MOTION_HEADS).items()
}


def glossary(landscape: Landscape) -> dict[str, str]:
    """The sentence of each term, by its name on the screen in small letters, and of each abbreviation."""
    found = dict(TERMS)
    for names, said in meanings(landscape):
        for word in ABBREVIATED.sub("", names).split(", "):
            found[word] = f"{word[:1].upper()}{word[1:]}: {said}"
    return found | {name: found[word] for name, word in NAMES.items()}
