"""The one table of colours, dashes and names, for Matplotlib and Bokeh alike."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import RLock
from typing import TYPE_CHECKING

from landscapes.checkpoint import idle
from optimizers.rules import GD, OPTIMIZERS, PAPER

if TYPE_CHECKING:
    from matplotlib.colors import Normalize
    from matplotlib.typing import RcKeyType

MORE = ("more-1", "more-2", "more-3", "more-4", "more-5")  # places of rules beside the paper's

# The paper's five, and five that are at least 16 apart (CIE76) from them and from each other, for the colour-blind too.
# The paper's own are as near as 7.6 then: their dashes tell them apart.
COLOURS = {
    "gd": "#FBC15E",
    "sam": "#348ABD",
    "m-sam": "#E24A33",
    "fisher-sam": "#8EBA42",
    "asam": "#988ED5",
    "more-1": "#33CCBB",
    "more-2": "#A0208C",
    "more-3": "#4444FF",
    "more-4": "#6E5656",
    "more-5": "#A81000",
}
# Lengths of dashes and gaps in pixels of a line DASHED_WIDTH wide; no two are the same line shifted.
DASHES: dict[str, tuple[int, ...]] = {
    "gd": (2, 4),
    "sam": (7, 4),
    "m-sam": (),
    "fisher-sam": (7, 4, 2, 4),
    "asam": (2, 3, 2, 3, 12, 3),
    "more-1": (16, 4),
    "more-2": (2, 8),
    "more-3": (12, 3, 5, 3),
    "more-4": (5, 2, 5, 9),
    "more-5": (20, 3, 2, 3),
}
DASHED_WIDTH = 3
NAMES = {rule.key: rule.name for rule in PAPER}
SHORT = {rule.key: rule.short or rule.name for rule in PAPER}

START = "#808080"
EDGE = "#000000"
MAXIMUM = "#FF0000"
PANEL = "#E5E5E5"
DIVERGING = "RdBu_r"
RHO_COLOURS = ("#008000", "#800080")
RHO_MAPS = ("Greens", "Purples")

# Where runs end, in the order of `optimizers.outcomes.OUTCOMES`: at least 16 apart (CIE76) from each other and 13 from
# the paper's rules, whose paths lie on them, for the colour-blind too; no rule's colour means a place.
OUTCOME_COLOURS = {
    "flat minimum": "#0A724E",
    "minimum": "#7DF6CE",
    "saddle": "#7A1E5C",
    "maximum": "#F4BAFC",
    "degenerate": "#3B2A1A",
    "elsewhere": "#B4BAC3",
    "diverged": "#FFFFBC",
}

LINE = 2.5  # points, for a path that is to be seen from the back row

# Fonts are those that Matplotlib brings along.
RC: "dict[RcKeyType, object]" = {
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 15,
    "mathtext.fontset": "cm",
    "axes.titlesize": 24,
    "axes.titlepad": 10,
    "axes.labelsize": 18,
    "xtick.labelsize": 17,
    "ytick.labelsize": 17,
    "legend.fontsize": 15,
    "legend.facecolor": PANEL,
    "legend.framealpha": 0.8,
    # Type 42 and paths show the same type on every machine; the salt gives the same ids each time
    "svg.hashsalt": "SAMscape",
    "svg.fonttype": "path",
    "pdf.fonttype": 42,
}


def short(key: str) -> str:
    """A rule's name in tight places: checkboxes, titles, table heads."""
    return OPTIMIZERS[key].short or OPTIMIZERS[key].name


def in_sentence(key: str) -> str:
    """A rule's name in a sentence; gradient descent alone is abbreviated there."""
    return short(key) if key == GD.key else OPTIMIZERS[key].name


def linestyle(key: str) -> str | tuple[int, tuple[float, ...]]:
    """A rule's dashes for Matplotlib, which scales them with the line's width."""
    lengths = DASHES[key]
    return (0, tuple(length / DASHED_WIDTH for length in lengths)) if lengths else "-"


_drawing = RLock()


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Matplotlib's settings are the process's: a thread that draws waits, out of turn, for another that does."""
    with idle():
        _drawing.acquire()
    try:
        yield
    finally:
        _drawing.release()


@contextmanager
def published() -> Iterator[None]:
    """Matplotlib's settings while a figure is drawn: the paper's `ggplot` style with type large enough for print."""
    import matplotlib
    from matplotlib import style

    with _one_at_a_time(), matplotlib.rc_context():
        matplotlib.rcdefaults()
        style.use("ggplot")
        matplotlib.rcParams.update(RC)
        yield


def stability_norm() -> "Normalize":
    """Figure 4's colours: linear to |λ| = 0.1, logarithmic beyond, white at 0; read off the published picture."""
    from matplotlib.colors import SymLogNorm

    return SymLogNorm(linthresh=0.1, linscale=1.0, base=10, vmin=-2000.0, vmax=2000.0)
