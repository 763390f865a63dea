"""Stationary points that a landscape does not list and a page does not find, as data."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import numpy as np

from app.export.live.setup import searchable
from landscapes import Landscape
from landscapes.kinds import trust
from landscapes.landscape import Domain
from landscapes.near import near
from landscapes.search import find
from landscapes.stationary import StationarySet, ToRing, cloud, ring

BEYOND = 3  # times the domain's sides, in which they are listed
SAME_RADIUS = 1e-6


@cache
def further(landscape: Landscape) -> tuple[StationarySet, ...]:
    """The unlisted stationary points in and around the domain, by their kinds; where a page searches, singular ones."""
    found = find(replace(landscape, domain=around(landscape), known_stationary=None))
    rings = any(isinstance(one.distance, ToRing) for one in landscape.stationary)
    curves = [one.points for one in found if one.connected and rings]  # all of them are rings then
    points = [one.points for one in found if not (one.connected and rings)]
    return (*_kinds(landscape, points), *_rings(landscape, curves))


def around(landscape: Landscape) -> Domain:
    """The domain, its sides three times as long."""
    (left, right), (bottom, top) = landscape.domain
    x, y = (BEYOND - 1) * (right - left) / 2, (BEYOND - 1) * (top - bottom) / 2
    return (left - x, right + x), (bottom - y, top + y)


def _kinds(landscape: Landscape, parts: list[np.ndarray]) -> Iterator[StationarySet]:
    points, kinds = _unlisted(landscape, parts)
    for kind in np.unique(kinds):
        if kind:
            yield cloud(kind, points[:, kinds == kind], connected=False)


def _rings(landscape: Landscape, parts: list[np.ndarray]) -> Iterator[StationarySet]:
    points, kinds = _unlisted(landscape, parts)
    radii = np.sqrt((points**2).sum(axis=0))
    for radius, kind in sorted(set(zip((radii / SAME_RADIUS).round(), kinds, strict=True))):
        if kind:
            yield ring(kind, float(radius * SAME_RADIUS))


def _unlisted(landscape: Landscape, parts: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """The points at which nothing is listed, and their kinds; "" where Newton's method finds none from there."""
    points = np.concatenate([np.zeros((2, 0)), *parts], axis=1)
    known = np.full(points.shape[1], False)
    for one in landscape.stationary:
        known |= one.distance(*points) <= landscape.tolerance
    if searchable(landscape):
        known |= trust(landscape, *points)[0]
    points = points[:, ~known]
    return points, near(landscape, points[0], points[1], landscape.tolerance)
