"""The surface in words."""

from collections.abc import Iterator

from app.compute.loss_graph import graph
from app.model.state import State
from optimizers import SAM, MongeSAM

FLAT = "SAM’s disc ‖δ‖ ≤ ρ lies flat in the plane, whatever the loss."
TANGENT = (
    "Monge SAM’s disc has the same radius ρ, but lies on the tangent plane of the loss: its shadow on the plane is the "
    "ellipse δᵀGδ ≤ ρ² with G = I + ggᵀ and half-axes ρ/√(1 + ‖g‖²) along g and ρ across it."
)
CUT = "The surface is drawn up to ℓ = {}."


def sentences(state: State) -> Iterator[str]:
    """What is drawn, sentence by sentence."""
    forms = {type(entry.rule) for entry in state.entries()}
    if SAM in forms:
        yield FLAT
    if MongeSAM in forms:
        yield TANGENT
    top = graph(state.landscape_object, state.region).high
    yield CUT.format(f"{top:.3g}".replace("-", "−"))
