"""How many columns make maps largest, against trying them all; and what hidden maps cost."""

from math import ceil

import pytest
from bokeh.plotting import figure

from app.views.map_grid import MapGrid, breakpoints


def side(columns: int, count: int, width: float) -> float:
    """The side of the squares, in a space of height 1."""
    return min(width / columns, 1 / ceil(count / columns))


@pytest.mark.parametrize("count", range(1, 20))
@pytest.mark.parametrize("width", [0.1, 0.37, 0.8, 1.01, 1.9, 2.3, 4.4, 9.7, 25.0])
def test_no_other_number_of_columns_makes_maps_larger(count: int, width: float) -> None:
    reached = [columns for columns, rows in breakpoints(count) if width >= columns / rows]
    assert side(max(reached, default=1), count, width) == max(side(c, count, width) for c in range(1, count + 1))


def test_a_hidden_map_has_no_axis_that_would_be_laid_out() -> None:
    """BokehJS compares the axes' extents with what they were given at each paint, which for a hidden figure is 0."""
    maps = [figure() for _ in range(3)]
    grid = MapGrid(maps, begun=True)
    for shown in (maps[:1], maps[1:], maps):
        grid.show(shown)
        for one in maps:
            assert [axis.visible for axis in one.axis] == [one in shown] * 2
