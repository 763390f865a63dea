"""The loss along δ, of every step of the run whose anatomy is shown."""

import numpy as np

from app.browser.source_updates import SourceUpdates
from app.compute.runs import Runs
from app.compute.scene import Scene
from app.layers.step_anatomy import COLUMNS, dissected, middle
from app.model.lineup import PLACES

TIMES = np.linspace(-1.5, 1.5, 31)  # of δ; 0 and 1, which are θ and θ + δ, are among them


class StepSlice:
    """Feeds a source a rule; `app/widgets/step_slice.mjs` draws it."""

    def __init__(self, updates: SourceUpdates) -> None:
        for place in PLACES:
            updates.source(f"slice {place}", "numbers")

    def draw(self, scene: Scene, updates: SourceUpdates) -> None:
        state, runs = scene.state, scene.seen("paths", "ends")
        known = {run.entry.place: run for run in runs} if state.anatomy else {}
        for place in PLACES:
            if place in known:
                run, at = known[place], middle(state, runs[0])
                updates.put(f"slice {place}", lambda run, at: {"numbers": sliced(run, at).ravel()}, run, at)
            else:
                updates.clear(f"slice {place}")

    def theme(self, dark: bool) -> None:
        """Its colours are those of the card."""


def sliced(run: Runs, at: int) -> np.ndarray:
    """ℓ(θ + t δ) for each t of `TIMES` at every step of one run, shape (len(TIMES), steps + 1), float32."""
    numbers = dict(zip(COLUMNS, dissected(run, at), strict=True))
    with np.errstate(all="ignore"):
        along = (numbers[name] + TIMES[:, None] * numbers[f"d{name}"] for name in "xy")
        return np.asarray(run.paths.landscape.value(*along)).astype(np.float32)
