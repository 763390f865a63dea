"""The graph of the loss: a mesh cut off at its top, paths on it, and Monge SAM's disc on the tangent plane."""

from io import BytesIO

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from app.browser.source_updates import Columns, SourceUpdates
from app.compute.loss_graph import NODES, cut, graph, on_surface
from app.compute.runs import runs_of
from app.compute.scene import Scene
from app.export.surface_files import surface_npz, surface_picture
from app.layers.loss_graph import LossGraph, path_columns
from app.layers.rule_groups import CODES, STARTS
from app.layers.step_anatomy import COLUMNS, dissected
from app.model.state import State
from app.views.explore import Explore
from app.widgets.surface_plot import BUNDLE, library
from landscapes import LANDSCAPES, Landscape
from tests.claims.anatomy import script
from tests.claims.dialogs import share_dialog

banana = LANDSCAPES["banana"]
BOX = (-3.0, 3.0, -2.0, 2.0)


def area(points: np.ndarray, triangles: np.ndarray) -> float:
    """Of the triangles' shadows on the plane."""
    (ax, bx, cx), (ay, by, cy) = points[0][triangles], points[1][triangles]
    return float(np.abs((bx - ax) * (cy - ay) - (cx - ax) * (by - ay)).sum() / 2)


def test_a_mesh_is_cut_at_a_height() -> None:
    slope = Landscape(lambda x, y: x)  # the part below z = 0.6 of [-3, 3] × [-2, 2] is 3.6 wide
    x, y = np.meshgrid(np.linspace(-3, 3, 8), np.linspace(-2, 2, 6))
    at = np.arange(48).reshape(6, 8)
    squares = [at[:-1, :-1], at[:-1, 1:], at[1:, :-1]], [at[:-1, 1:], at[1:, 1:], at[1:, :-1]]
    triangles = np.concatenate([np.stack([part.ravel() for part in three]) for three in squares], axis=1)
    points = np.stack([x.ravel(), y.ravel(), slope.value(x, y).ravel()])
    below, kept = cut(points, triangles, 0.6)
    assert area(below, kept) == pytest.approx(3.6 * 4)
    assert below[2].max() <= 0.6 + 1e-12
    assert area(*cut(points, triangles, 3.0)) == pytest.approx(24)
    assert cut(points, triangles, -4.0)[1].size == 0


def test_the_graph_is_the_loss_below_its_top() -> None:
    found = graph(banana, BOX)
    x, y, z, shade = found.points
    inside = z < found.high - 1e-9
    assert_allclose(z[inside], banana.value(x[inside], y[inside]), atol=1e-12)
    assert (z <= found.high + 1e-12).all()
    assert found.low < 1e-2
    assert (shade.min() >= 0, shade.max() <= 1) == (True, True)
    assert len(np.unique(x[inside])) == NODES
    nowhere = Landscape.from_formula("sqrt(theta1 - 2.5)")
    assert np.isfinite(graph(nowhere, BOX).points).all()


def test_lines_lie_above_the_surface_and_end_where_it_does() -> None:
    found = graph(banana, BOX)
    x, y, z = on_surface(banana, found, BOX, np.array([[1.0, 3.5, -3.0], [1.0, 0.0, 2.0]]))
    assert z[0] == pytest.approx(found.lift)
    assert np.isnan([x[1], y[1], z[1], z[2]]).all()


def test_monge_sams_disc_is_a_circle_on_the_tangent_plane_whose_shadow_is_the_ellipse() -> None:
    disc = script("app/widgets/surface_plot.mjs", "disc")
    state = State(steps=20, rho=0.8, optimizers=["gd", "sam", "m-sam", "fisher-sam"])
    runs = {run.entry.place: run for run in runs_of(state)}
    part = dict(zip(COLUMNS, dissected(runs["m-sam"], 0)[:, 7].tolist(), strict=True))
    point = runs["m-sam"].paths.positions[7, :, 0]
    centre = np.array([*point, banana.value(*point)])
    found = disc("disc", part, centre[2], True, -1.0)
    offset = np.array(found["lying"]) - centre
    assert_allclose(np.linalg.norm(offset, axis=1), 0.8, rtol=1e-5)
    g = np.array(banana.gradient(*point))
    assert_allclose(offset[:, 2], offset[:, :2] @ g, atol=1e-5)
    shadow = np.array(found["shadow"])
    assert (shadow[:, 2] == -1).all()
    assert_allclose(shadow[:, :2] - point, offset[:, :2], atol=1e-12)
    assert_allclose(np.einsum("ni,ij,nj->n", offset[:, :2], np.eye(2) + np.outer(g, g), offset[:, :2]), 0.64, rtol=1e-5)
    part = dict(zip(COLUMNS, dissected(runs["sam"], 0)[:, 7].tolist(), strict=True))
    flat = disc("disc", part, 1.0, False, -1.0)
    assert flat["shadow"] is None
    assert_allclose(np.hypot(*(np.array(flat["lying"])[:, :2] - [part["x"], part["y"]]).T), 0.8, rtol=1e-5)
    assert {z for _, _, z in flat["lying"]} == {-1.0}


def test_sets_paths_and_points_are_traces_of_their_rules() -> None:
    moving = script("app/widgets/surface_plot.mjs", "moving")
    runs = tuple(runs_of(State(steps=10)))
    sources = {
        "surface": {"floor": [-1.0], "lift": [0.0], "high": [5.0], "box": [list(BOX)]},
        "surface paths": as_lists(path_columns(banana, BOX, runs, 0)),
    }
    parts = [None] * len(CODES)
    for run in runs:
        numbers = dissected(run, 0)[:, 0].tolist()
        parts[CODES[run.entry.place]] = dict(zip(COLUMNS, numbers, strict=True))
    colours = {str(code): f"#{code:06}" for code in CODES.values()}
    *others, points = moving("moving", sources, 10, 0, parts, colours)
    sam, monge = (colours[str(CODES[place])] for place in ("sam", "m-sam"))
    assert [one["color"] for one in others if one["type"] == "mesh3d"] == [sam, monge]
    paths = [one for one in others if one["type"] == "scatter3d"][-3:]
    for run, drawn in zip(runs, paths, strict=True):
        assert_allclose([drawn["x"][0], drawn["x"][-1]], run.paths.positions[[0, -1], 0, 0], atol=6 / 400)
    ends = [run.final[0, 0] for run in runs]
    assert_allclose(points["x"], [-1.5, *ends], rtol=1e-6)
    assert points["marker"]["color"][0] == colours[str(CODES[STARTS])]
    unseen = {**sources, "surface paths": sources["surface paths"] | {"zs": [[None] * 11] * 3}}
    traces = moving("moving", unseen, 10, 0, parts, colours)
    assert [one["color"] for one in traces if one["type"] == "mesh3d"] == [sam], "its point is above what is drawn"
    assert moving("moving", {**sources, "surface paths": as_lists(path_columns(banana, BOX, (), 0))}, 0, 0, [], colours)


def test_a_path_is_drawn_without_the_points_that_fall_together() -> None:
    thinned = script("app/widgets/surface_plot.mjs", "thinned")
    x = [0.0, 0.01, 1.0, 1.01, 2.0, 3.0, 2.0, 3.0, 2.0, None]
    assert thinned("thinned", [x, [0.0] * 10, [0.0] * 10], [0.1, 0.1, 0.1])[0] == [0.0, 1.0, 2.0, 3.0, None]


def as_lists(columns: Columns) -> dict[str, list]:
    return {
        name: [one.tolist() if isinstance(one, np.ndarray) else one for one in column]
        for name, column in columns.items()
    }


def test_nothing_is_sent_of_a_surface_that_is_not_shown() -> None:
    updates = SourceUpdates()
    layer = LossGraph(updates)
    state = State(steps=10)
    scene = Scene(state, BOX, tuple(runs_of(state)))
    layer.draw(scene, updates)
    assert updates.take() == {}
    state.try_update(surface=True)
    layer.draw(scene, updates)
    surface = updates.take()["surface"]
    assert max(surface["i"][0]) < len(surface["x"][0])
    assert surface["box"] == [list(state.region)]


def test_the_library_comes_with_panel() -> None:
    assert (BUNDLE / library().rpartition("/")[2]).exists()


def test_showing_the_surface_leaves_the_layout_beside_a_lesson() -> None:
    state = State()
    view = Explore(state)
    view.content.css_classes = [*view.content.css_classes, "beside-lesson"]
    for surface in (True, False):
        state.try_update(surface=surface)
        view._frame()
        assert "beside-lesson" in view.content.css_classes
        assert ("with-surface" in view.content.css_classes) == surface


def test_its_file_holds_the_mesh_the_paths_on_it_and_the_discs() -> None:
    state = State(steps=10, rho=0.8, step=3, x=-1.0, y=0.6)
    found = np.load(BytesIO(surface_npz(state)))
    runs = list(runs_of(state))
    x, y, z = found["vertices"]
    uncut = z < found["top"] - 1e-9
    assert uncut.sum() > 500
    assert_allclose(z[uncut], banana.value(x[uncut], y[uncut]), rtol=1e-12, atol=1e-12)
    assert found["triangles"].max() < x.size
    assert [*found["optimizers"]] == ["gd", "sam:rho=0.8", "m-sam:rho=0.8"]
    assert np.isnan(found["rims"][0]).all(), "GD looks in no set"
    for run, path, rim, shadow in zip(runs, found["paths"], found["rims"], found["shadows"], strict=True):
        positions = run.paths.positions[:, :, 0].T
        seen = np.isfinite(path[2])
        assert_array_equal(path[:2, seen], positions[:, seen])
        assert_allclose(path[2, seen], banana.value(*positions[:, seen]), rtol=1e-9, atol=1e-12)
        if run.entry.place == "m-sam":
            centre = positions[:, 3]
            offset = rim - [*centre[:, None], [banana.value(*centre)]]
            assert_allclose(np.linalg.norm(offset, axis=0), 0.8, rtol=1e-9)
            assert_allclose(offset[2], np.array(banana.gradient(*centre)) @ offset[:2], atol=1e-9)
            assert_array_equal(shadow[:2], rim[:2])
        if run.entry.place == "sam":
            assert_allclose(np.hypot(*(rim[:2] - positions[:, [3]])), 0.8, rtol=1e-9)
            assert (rim[2] == found["floor"]).all()


@pytest.mark.parametrize(
    "chosen", [{"mode": "grid", "size": 3}, {"optimizers": []}, {"learning_rate": 10.0, "x": 3.0, "y": 3.0}]
)
def test_its_picture_can_be_made_of_every_state(chosen: dict) -> None:
    state = State(steps=10, **chosen)
    figure = surface_picture(state)
    (axes,) = figure.axes
    labels = [line.get_label() for line in axes.lines]
    assert [one for one in labels if not one.startswith("_")] == ["GD", "SAM", "M-SAM"][: len(state.optimizers)]
    assert axes.get_zlabel() == "ℓ"


def test_it_is_offered_as_files_while_it_is_shown() -> None:
    state = State()
    dialog = share_dialog(state)
    for surface in (False, True, False):
        state.try_update(surface=surface)
        dialog._open(None)
        assert dialog._surface.visible == surface
