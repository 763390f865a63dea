"""Phase diagrams: which quantity is coloured, and by which scale. A new outcome is included automatically."""

from html import escape
from typing import NamedTuple

import numpy as np
from bokeh.palettes import Viridis256

from app.model.state import DOMINANT, LOSS, PHASES
from figures.style import OUTCOME_COLOURS
from optimizers.maps import PhaseDiagram
from optimizers.outcomes import OUTCOMES
from optimizers.percentages import percents

NOTHING = 255  # code of a cell without a value
COLOURS = (*Viridis256[:NOTHING], OUTCOME_COLOURS["elsewhere"])  # by code
MAX_DIVERGED = "grey: half or more diverged"
LABELS = {DOMINANT: "most frequent outcome", LOSS: "mean final loss"}
SHOWN = {LABELS.get(shown, shown).capitalize(): shown for shown in PHASES}


class Scale(NamedTuple):
    """Values of the first and the last colour, and how values are formatted.

    Attributes:
        low, high: of the value, or of its decimal logarithm.
        logarithmic: whether colours go by decades.
    """

    low: float
    high: float
    logarithmic: bool

    def codes(self, value: np.ndarray) -> np.ndarray:
        """uint8: 0 to 254 from low to high, 255 where there is no value."""
        with np.errstate(all="ignore"):
            place = np.log10(value) if self.logarithmic else value
            fraction = np.clip((place - self.low) / max(self.high - self.low, 1e-12), 0.0, 1.0)
        return np.where(np.isnan(value), NOTHING, np.nan_to_num(fraction) * (NOTHING - 1)).astype(np.uint8)

    def ends(self) -> tuple[str, str]:
        """The first and the last colour's value in words."""
        if self.logarithmic:
            return f"{10**self.low:g}", f"{10**self.high:g}"
        return f"{self.low:.0%}", f"{self.high:.0%}"


def dominant(diagram: PhaseDiagram) -> np.ndarray:
    """The most frequent outcome, uint8, shape (rules, ρ, α), indices into OUTCOMES; of equals the first."""
    return diagram.counts.argmax(axis=-1).astype(np.uint8)


def least(diagram: PhaseDiagram) -> float:
    """The reference of final losses: the landscape's minimum, or the lowest mean of the diagram."""
    if diagram.landscape.minimum is not None:
        return diagram.landscape.minimum
    loss = _kept(diagram)
    return float(np.nanmin(loss)) if np.isfinite(loss).any() else 0.0


def values(diagram: PhaseDiagram, shown: str, above: float | None = None) -> np.ndarray:
    """The number of each cell, shape (rules, ρ, α): a share, or how far the mean final loss lies above the least.

    Where half of the runs diverged the loss is NaN, because the mean of the others would look like a success.

    Args:
        shown: an outcome, or DOMINANT for the share of the most frequent one, or LOSS.
        above: the least loss; the diagram's own where it is not given.
    """
    if shown == LOSS:
        with np.errstate(all="ignore"):
            return np.maximum(_kept(diagram) - (least(diagram) if above is None else above), 0.0)
    return diagram.counts.max(axis=-1) / diagram.runs if shown == DOMINANT else diagram.share(shown)


def _kept(diagram: PhaseDiagram) -> np.ndarray:
    return np.where(np.isfinite(diagram.loss) & (diagram.share("diverged") < 0.5), diagram.loss, np.nan)


def scale(value: np.ndarray, shown: str) -> Scale:
    """Shares from 0 to 1; losses by decades, from the power of ten below the 1st percentile to that above the 99th."""
    if shown != LOSS:
        return Scale(0.0, 1.0, False)
    seen = value[np.isfinite(value) & (value > 1e-12)]
    low, high = np.log10(np.percentile(seen, [1, 99])) if seen.size else (0.0, 1.0)
    first = float(np.floor(low))
    return Scale(first, max(float(np.ceil(high)), first + 1.0), True)


def codes(diagram: PhaseDiagram, shown: str) -> np.ndarray:
    """The colour of each cell, uint8, shape (rules, ρ, α)."""
    if shown == DOMINANT:
        return dominant(diagram)
    value = values(diagram, shown)
    return scale(value, shown).codes(value)


def colours(shown: str) -> tuple[str, ...]:
    """The colour of each code."""
    return tuple(OUTCOME_COLOURS[name] for name in OUTCOMES) if shown == DOMINANT else COLOURS


def quantity_label(shown: str) -> str:
    """What a number of the diagram is."""
    if shown == LOSS:
        return "mean final loss above the lowest"
    return "share of the runs" + ("" if shown == DOMINANT else f": {shown}")


def cross_in_words(cross: PhaseDiagram, shown: str, above: float) -> str:
    """The number of a diagram of one rule at one setting."""
    if shown == LOSS:
        value = float(values(cross, shown, above)[0, 0, 0])
        return "half or more diverged" if np.isnan(value) else f"{value:.2g}"
    name = OUTCOMES[dominant(cross)[0, 0, 0]] if shown == DOMINANT else shown
    return f"{name} {percents(cross.counts[0, 0, 0].tolist(), 0)[OUTCOMES.index(name)]}%"


def legend(diagram: PhaseDiagram, shown: str) -> str:
    """The colours and what they stand for, as HTML."""
    if shown == DOMINANT:
        return "".join(
            f"<span><i class='box' style='background: {colour}'></i>{escape(name)}</span>"
            for name, colour in zip(OUTCOMES, colours(shown), strict=True)
        )
    low, high = scale(values(diagram, shown), shown).ends()
    strip = ", ".join(COLOURS[:NOTHING:16])
    return f"<span>{low}<i style='background: linear-gradient(90deg, {strip})'></i>{high}</span>"
