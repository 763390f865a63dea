"""A raster settles whole cells, and says of every point what measuring its distances says."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from landscapes import LANDSCAPES, Landscape
from landscapes.raster import OPEN, rasterise
from landscapes.stationary import first_within
from tests.catalogue import every_landscape

RADIUS = 0.1


def points_round(landscape: Landscape, seed: int) -> np.ndarray:
    """Points all over the domain and beyond, a crowd at the edge of every stationary set, and no numbers at all."""
    rng = np.random.default_rng(seed)
    (left, right), (bottom, top) = landscape.domain
    low, high = np.array([[left], [bottom]]), np.array([[right], [top]])
    anywhere = low + (1.2 * rng.random((2, 20_000)) - 0.1) * (high - low)
    angle = rng.random(4000) * 2 * np.pi
    away = (RADIUS + rng.normal(scale=1e-3, size=4000)) * np.array([np.cos(angle), np.sin(angle)])
    edges = [
        stationary.points[:, rng.integers(stationary.points.shape[1], size=4000)] + away
        for stationary in landscape.stationary
    ]
    corners = np.array([[left, right, left, right], [bottom, bottom, top, top]])
    awkward = np.array([[np.nan, 0.0, np.inf, 1e200, -1e308, 0.0], [0.0, np.nan, -np.inf, 1e200, 1.0, 0.0]])
    return np.hstack([anywhere, *edges, corners, awkward])


@every_landscape
def test_a_raster_says_what_the_distances_say(landscape):
    raster = rasterise(landscape.stationary, RADIUS, landscape.domain)
    points = points_round(landscape, seed=0)
    assert_array_equal(raster.first_within(*points), first_within(landscape.stationary, *points, RADIUS))


@pytest.mark.parametrize("half_width", [1e-3, 1.0, 1e3])
def test_a_raster_of_found_points_at_any_scale(half_width):
    """Cells far smaller and far larger than the radius; the stationary points are found, not listed."""
    bowl = Landscape(
        value=lambda x, y: x * x + 2.0 * y * y, domain=((-half_width, half_width), (-2 * half_width, 2 * half_width))
    )
    raster = rasterise(bowl.stationary, RADIUS, bowl.domain)
    points = np.hstack([points_round(bowl, seed=1), np.random.default_rng(2).normal(scale=RADIUS, size=(2, 5000))])
    assert_array_equal(raster.first_within(*points), first_within(bowl.stationary, *points, RADIUS))


@every_landscape
def test_most_cells_are_settled(landscape):
    raster = rasterise(landscape.stationary, RADIUS, landscape.domain)
    assert (raster.codes[1:-1, 1:-1] == OPEN).mean() < 0.05


def test_the_distance_to_the_hyperbola():
    """A point at distance d along the curve's normal, which is (y, x), on either side and far out along the arms."""
    rng = np.random.default_rng(3)
    t = np.exp(rng.uniform(-6, 6, 5000)) * rng.choice([-1.0, 1.0], 5000)
    distance = rng.uniform(-0.5, 0.5, 5000)
    normal = np.array([1 / t, t]) / np.hypot(1 / t, t)
    x, y = np.array([t, 1 / t]) + distance * normal
    hyperbola = LANDSCAPES["banana"].stationary[1]
    np.testing.assert_allclose(hyperbola.distance(x, y), np.abs(distance), rtol=0, atol=1e-13)
