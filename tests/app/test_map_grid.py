"""How many columns make maps largest, against trying them all."""

from math import ceil

import pytest

from app.views.map_grid import breakpoints


def side(columns: int, count: int, width: float) -> float:
    """The side of the squares, in a space of height 1."""
    return min(width / columns, 1 / ceil(count / columns))


@pytest.mark.parametrize("count", range(1, 20))
@pytest.mark.parametrize("width", [0.1, 0.37, 0.8, 1.01, 1.9, 2.3, 4.4, 9.7, 25.0])
def test_no_other_number_of_columns_makes_maps_larger(count: int, width: float) -> None:
    reached = [columns for columns, rows in breakpoints(count) if width >= columns / rows]
    assert side(max(reached, default=1), count, width) == max(side(c, count, width) for c in range(1, count + 1))
