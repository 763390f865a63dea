"""The surface of the loss as files: a picture in space by Matplotlib, and its mesh, paths and discs as numbers."""

from io import BytesIO
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from app.compute.loss_graph import Graph, graph, on_surface
from app.compute.runs import Runs, runs_of
from app.export.map_sheet import TEXT, TITLE, setting
from app.layers.step_anatomy import COLUMNS, dissected, middle
from app.model.state import State
from app.theme import LIGHT, colour
from figures.run_picture import label
from figures.style import EDGE, LINE, START, linestyle, published
from optimizers import MongeSAM
from optimizers.cli import export
from optimizers.spelling import spelled

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SIZE = (9.0, 7.0)  # inches
ELEVATION, AZIMUTH = 26.0, -129.0  # degrees, from where the page shows it first
TALL = 0.7  # height of the box over its width
CORNERS = 181  # of a rim, the first once more at the end
OPACITY = 0.6  # of the mesh, so that what lies below is seen
FLOOR_ORDER, MESH_ORDER, DISC_ORDER, PATH_ORDER, END_ORDER = range(1, 6)


class Disc(NamedTuple):
    """The set in which a rule looks at a step.

    Attributes:
        rim: shape (3, CORNERS): on the tangent plane z = ℓ + g·δ for Monge SAM, else on the floor.
        shadow: the same on the floor.
        point: shape (3,), that of the step, or below it on the floor where the surface is cut off.
    """

    rim: np.ndarray
    shadow: np.ndarray
    point: np.ndarray


def surface_picture(state: State) -> "Figure":
    """The mesh in the colours of the loss, one path of each rule on it, and the discs at the step that is shown."""
    from matplotlib.colors import LinearSegmentedColormap
    from matplotlib.figure import Figure
    from mpl_toolkits.mplot3d.art3d import Poly3DCollection  # type: ignore[import-untyped]

    drawn, runs, at = _shown(state)
    left, right, bottom, top = state.region
    figure = Figure(figsize=SIZE, layout="constrained")
    axes = figure.add_subplot(projection="3d", computed_zorder=False)
    axes.view_init(ELEVATION, AZIMUTH)
    axes.set_box_aspect((1, (top - bottom) / (right - left), TALL))
    axes.set(xlim=(left, right), ylim=(bottom, top), zlim=(drawn.floor, drawn.high))
    heat = LinearSegmentedColormap.from_list("loss", list(LIGHT.heat))
    shades = drawn.points[3][drawn.triangles].mean(axis=0)
    axes.add_collection3d(
        Poly3DCollection(
            drawn.points[:3, drawn.triangles].T,
            facecolors=heat(shades, alpha=OPACITY),
            linewidths=0,
            zorder=MESH_ORDER,
        )
    )
    for run in runs:
        own = colour(run.entry.place)
        if (disc := disc_of(state, drawn, run, at)) is not None:
            axes.plot(*disc.shadow, color=own, linewidth=2, zorder=MESH_ORDER)
            axes.plot(*np.stack([disc.point, [*disc.point[:2], drawn.floor]]).T, color=own, zorder=FLOOR_ORDER)
            flat = Poly3DCollection([disc.rim.T], facecolors=own, alpha=0.4, linewidths=0)
            flat.set_zorder(DISC_ORDER if _on_tangent(run) else FLOOR_ORDER)
            axes.add_collection3d(flat)
            axes.plot(*disc.rim, color=own, linewidth=2, zorder=DISC_ORDER if _on_tangent(run) else FLOOR_ORDER)
        path = _path(state, drawn, run, at)
        named = label(run.entry.place, run.entry.rule)
        style = linestyle(run.entry.place)
        axes.plot(*path, color=own, linewidth=LINE, linestyle=style, zorder=PATH_ORDER, label=named)
        axes.plot(*path[:, -1:], "*", color=own, markeredgecolor=EDGE, markersize=15, zorder=END_ORDER)
        axes.plot(*path[:, :1], "o", color=START, markeredgecolor=EDGE, markersize=7, zorder=END_ORDER)
    axes.set_facecolor("white")
    axes.tick_params(labelsize=TEXT)
    for name, text in (("x", "θ₁"), ("y", "θ₂"), ("z", "ℓ")):
        getattr(axes, f"set_{name}label")(text, fontsize=TEXT + 2, labelpad=10)
    shared = {"ρ": state.rho, "α": state.learning_rate}
    figure.suptitle(setting(state.landscape_object, state.steps, shared), fontsize=TITLE)
    if runs:
        figure.legend(loc="outside lower center", ncols=5, frameon=False, fontsize=TEXT)
    return figure


def surface_npz(state: State) -> bytes:
    """The mesh (θ₁, θ₂, ℓ and its triangles), and of each rule the path on it, the disc and its shadow."""
    drawn, runs, at = _shown(state)
    discs = [disc_of(state, drawn, run, at) for run in runs]
    none = np.full((3, CORNERS), np.nan)
    arrays = {
        "experiment": np.array(state.experiment.to_json()),
        "optimizers": np.array([spelled(run.entry.rule) for run in runs]),
        "box": np.array(state.region),
        "step": np.array(state.step or 0),
        "vertices": drawn.points[:3],
        "triangles": drawn.triangles,
        "floor": np.array(drawn.floor),
        "top": np.array(drawn.high),
        "paths": np.array([_path(state, drawn, run, at) - [[0.0], [0.0], [drawn.lift]] for run in runs]),
        "rims": np.array([none if disc is None else disc.rim for disc in discs]),
        "shadows": np.array([none if disc is None else disc.shadow for disc in discs]),
    }
    file = BytesIO()
    export.WRITERS[".npz"](file, export.Results({}, arrays, {}))
    return file.getvalue()


def surface_png(state: State) -> bytes:
    """The surface, for a slide."""
    return _picture(state, "png")


def surface_svg(state: State) -> bytes:
    """The surface, for print."""
    return _picture(state, "svg")


def disc_of(state: State, drawn: Graph, run: Runs, at: int) -> Disc | None:
    """The set of one rule at the step that is shown, at the first one where whole runs are; None without a set."""
    part = dict(zip(COLUMNS, dissected(run, at)[:, min(state.step or 0, run.paths.steps)], strict=True))
    point, root = np.array([part["x"], part["y"]]), np.array([[part["xx"], part["xy"]], [part["xy"], part["yy"]]])
    if not (np.isfinite(root).all() and root.any()):
        return None
    angles = np.linspace(0.0, 2 * np.pi, CORNERS)
    offset = root @ np.stack([np.cos(angles), np.sin(angles)])
    *_, height = on_surface(state.landscape_object, drawn, state.region, point[:, None])[:, 0]
    loss, floor = height - drawn.lift, np.full(CORNERS, drawn.floor)
    shadow = np.stack([*(point[:, None] + offset), floor])
    if not _on_tangent(run):
        return Disc(shadow, shadow, np.array([*point, loss if np.isfinite(loss) else drawn.floor]))
    if not np.isfinite(loss):  # its point is above the part that is drawn
        return None
    rise = part["gx"] * offset[0] + part["gy"] * offset[1]
    return Disc(np.stack([*shadow[:2], loss + rise]), shadow, np.array([*point, loss]))


def _shown(state: State) -> tuple[Graph, list[Runs], int]:
    """The mesh, the runs, and the number of the start that is shown."""
    runs = list(runs_of(state))
    return graph(state.landscape_object, state.region), runs, middle(state, runs[0]) if runs else 0


def _path(state: State, drawn: Graph, run: Runs, at: int) -> np.ndarray:
    """Positions just above the surface, shape (3, steps + 1), NaN outside of what is drawn."""
    return on_surface(state.landscape_object, drawn, state.region, run.paths.positions[:, :, at].T)


def _on_tangent(run: Runs) -> bool:
    return isinstance(run.entry.rule, MongeSAM)


def _picture(state: State, kind: str) -> bytes:
    with published():
        file = BytesIO()
        metadata = {"Date": None} if kind == "svg" else None
        surface_picture(state).savefig(file, format=kind, dpi=150, bbox_inches="tight", metadata=metadata)
    return file.getvalue()
