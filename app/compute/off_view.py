"""How many runs ended out of view, by the edge that they left by, and where that is written."""

from collections.abc import Sequence

import numpy as np

from app.compute.runs import Runs
from app.model.box import Box

EDGES = ("left", "right", "bottom", "top", "diverged")


def count(runs: Sequence[Runs], view: Box) -> dict[str, int]:
    """Ends to the left, right, bottom and top of the view, and ends that are not finite."""
    ends = np.concatenate([np.empty((2, 0)), *(run.final for run in runs)], axis=1)
    with np.errstate(invalid="ignore"):
        codes = edge_at(ends[0], ends[1], *view).astype(int)
    return dict(zip(EDGES, np.bincount(codes, minlength=len(EDGES) + 1)[1:].tolist(), strict=True))


def edge_at(x, y, left, right, bottom, top):
    """The number of the edge by which an end left the view, from 1 as in EDGES; 0 for one that is seen."""
    above = np.where(y < bottom, 3.0, np.where(y > top, 4.0, 0.0))
    seen = np.where(x < left, 1.0, np.where(x > right, 2.0, above))
    return np.where((x - x == 0) & (y - y == 0), seen, 5.0)


def edge_columns(counts, view):
    """Columns of what is written at the edges; the page executes this text, too."""
    left, right, bottom, top = view
    x, y = (left + right) / 2, (bottom + top) / 2
    places = [
        ["left", left, y, "◂ ", "", "left", "middle", 8, 0],
        ["right", right, y, "", " ▸", "right", "middle", -8, 0],
        ["bottom", x, bottom, "▾ ", "", "center", "bottom", 0, -8],
        ["top", x, top, "▴ ", "", "center", "top", 0, 8],
        ["diverged", left, top, "", " diverged", "left", "top", 8, 8],
    ]
    columns: dict = {"x": [], "y": [], "text": [], "align": [], "baseline": [], "dx": [], "dy": []}
    for edge, at_x, at_y, before, after, align, baseline, dx, dy in places:
        if counts[edge] > 0:
            columns["x"].append(at_x)
            columns["y"].append(at_y)
            columns["text"].append(before + str(counts[edge]) + after)
            columns["align"].append(align)
            columns["baseline"].append(baseline)
            columns["dx"].append(dx)
            columns["dy"].append(dy)
    return columns
