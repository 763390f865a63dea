"""The graph of the loss: a mesh cut off at its top, paths on it, and Monge SAM's disc on the tangent plane."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from app.compute.loss_graph import NODES, cut, discs, graph, on_surface
from app.compute.runs import runs_of
from app.layers.loss_graph import LYING, disc_columns, path_columns, point_columns, surface_columns
from app.model.state import State
from app.widgets.surface_plot import BUNDLE, library
from landscapes import LANDSCAPES, Landscape

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
    state = State(steps=20, rho=0.8, optimizers=["gd", "sam", "m-sam", "fisher-sam"])
    runs = runs_of(state)
    found = {one.place: one for one in discs(banana, graph(banana, BOX), runs, 7)}
    assert set(found) == {"sam", "m-sam", "fisher-sam"}
    disc = found["m-sam"]
    point = next(run for run in runs if run.entry.place == "m-sam").paths.positions[7, :, 0]
    assert_allclose(disc.centre, [*point, banana.value(*point)])
    offset = disc.lying - disc.centre[:, None]
    assert_allclose(np.linalg.norm(offset, axis=0), 0.8, rtol=1e-9)
    g = np.array(banana.gradient(*point))
    assert_allclose(offset[2], g @ offset[:2], atol=1e-12)
    shadow = disc.shadow[:2] - point[:, None]
    assert_allclose(shadow, offset[:2], atol=1e-12)
    assert_allclose(np.einsum("in,ij,jn->n", shadow, np.eye(2) + np.outer(g, g), shadow), 0.64, rtol=1e-9)
    across = np.hypot(*shadow)
    assert across.max() == pytest.approx(0.8, rel=1e-3)
    assert across.min() == pytest.approx(0.8 / np.sqrt(1 + g @ g), rel=1e-2)
    flat = found["sam"]
    assert_allclose(np.hypot(*(flat.lying[:2] - flat.centre[:2, None])), 0.8, rtol=1e-9)
    assert np.ptp(flat.lying[2]) == 0


def test_sources_hold_what_is_drawn() -> None:
    state = State(steps=10, optimizers=["sam", "m-sam"])
    runs = tuple(runs_of(state))
    points = point_columns(banana, BOX, runs, 4)
    assert len(points["rule"]) == 3
    assert_allclose([points["x"][2], points["y"][2]], runs[1].paths.positions[4, :, 0], rtol=1e-6)
    assert [len(line) for line in path_columns(banana, BOX, runs)["xs"]] == [11, 11]
    assert disc_columns(banana, BOX, runs, None)["kind"].count(LYING) == 2
    surface = surface_columns(banana, BOX)
    assert max(surface["i"][0]) < len(surface["x"][0])
    assert point_columns(banana, BOX, (), None)["rule"] == []


def test_the_library_comes_with_panel() -> None:
    assert (BUNDLE / library().rpartition("/")[2]).exists()
