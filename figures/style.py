"""The one table of colours, dashes and names, for Matplotlib and Bokeh alike."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import RLock
from typing import TYPE_CHECKING

from landscapes.checkpoint import idle

if TYPE_CHECKING:
    from matplotlib.colors import Normalize
    from matplotlib.typing import RcKeyType

COLOURS = {
    "gd": "#FBC15E",
    "sam": "#348ABD",
    "m-sam": "#E24A33",
    "fisher-sam": "#8EBA42",
    "asam": "#988ED5",
}
DASHES = {"gd": "dotted", "sam": "dashed", "m-sam": "solid", "fisher-sam": "dotdash", "asam": "dashdot"}
NAMES = {
    "gd": "Gradient descent",
    "sam": "SAM",
    "m-sam": "Monge SAM",
    "fisher-sam": "Fisher SAM",
    "asam": "ASAM",
}
SHORT = {"gd": "GD", "sam": "SAM", "m-sam": "M-SAM", "fisher-sam": "Fisher SAM", "asam": "ASAM"}

START = "#808080"
EDGE = "#000000"
MAXIMUM = "#FF0000"
PANEL = "#E5E5E5"
DIVERGING = "RdBu_r"
RHO_COLOURS = ("#008000", "#800080")
RHO_MAPS = ("Greens", "Purples")

# Where runs end, in the order of `optimizers.outcomes.OUTCOMES`: Okabe and Ito's colours, which the colour-blind can
# distinguish, on light and dark backgrounds.
OUTCOME_COLOURS = {
    "flat minimum": "#009E73",
    "minimum": "#56B4E9",
    "saddle": "#D55E00",
    "maximum": "#CC79A7",
    "degenerate": "#0072B2",
    "elsewhere": "#B4BAC3",
    "diverged": "#F0E442",
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
