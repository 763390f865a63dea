"""Phase diagrams: what is coloured, and by which scale."""

from typing import NamedTuple

import numpy as np
from bokeh.palettes import Viridis256

from figures.style import OUTCOME_COLOURS
from optimizers.maps import PhaseDiagram

NOTHING = 255  # code of a cell without a value
COLOURS = (*Viridis256[:NOTHING], OUTCOME_COLOURS["elsewhere"])  # by code
LOSS = "final loss"
MOST_DIVERGED = "grey: half or more diverged"
SHOWN = {
    "at the saddle": "saddle",
    "at flat minima": "flat minimum",
    "at other minima": "minimum",
    "at a maximum": "maximum",
    "diverged": "diverged",
    "mean final loss": LOSS,
}


class Scale(NamedTuple):
    """Values of the first and the last colour, and how values are told.

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
            return f"{10**self.low:.1g}", f"{10**self.high:.1g}"
        return f"{self.low:.0%}", f"{self.high:.0%}"


def values(diagram: PhaseDiagram, shown: str) -> np.ndarray:
    """What is coloured, shape (rules, ρ, α): a share, or how far the mean final loss lies above the least.

    Where half of the runs diverged there is none, for the mean of the others would pass for a success.
    """
    if shown != LOSS:
        return diagram.share(shown)
    least = diagram.landscape.minimum
    with np.errstate(all="ignore"):
        kept = np.isfinite(diagram.loss) & (diagram.share("diverged") < 0.5)
        loss = np.where(kept, diagram.loss, np.nan)
        if least is None:
            least = np.nanmin(loss) if np.isfinite(loss).any() else 0.0
        return np.maximum(loss - least, 0.0)


def scale(value: np.ndarray, shown: str) -> Scale:
    """Shares from 0 to 1; losses by decades between the first and the last percentile."""
    if shown != LOSS:
        return Scale(0.0, 1.0, False)
    seen = value[np.isfinite(value) & (value > 1e-12)]
    low, high = np.log10(np.percentile(seen, [1, 99])) if seen.size else (0.0, 1.0)
    return Scale(float(low), float(high), True)


def said(shown: str) -> str:
    """What a number of the diagram is."""
    return "mean final loss above the least" if shown == LOSS else f"share of the runs: {label(shown)}"


def label(shown: str) -> str:
    """What is coloured, in the words of its button."""
    return next(words for words, one in SHOWN.items() if one == shown)


def legend(colours: Scale) -> str:
    """The scale as a strip of colours between its ends, as HTML."""
    low, high = colours.ends()
    strip = ", ".join(COLOURS[:NOTHING:16])
    return f"<span>{low}<i style='background: linear-gradient(90deg, {strip})'></i>{high}</span>"
