"""Rounded shares add up to the whole, and none is a unit off."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimizers.percentages import percents, rounded

COUNTS = st.lists(st.integers(0, 10**6), min_size=1, max_size=12)


@given(COUNTS, st.sampled_from([100, 1000, 10_000]))
def test_rounded_shares_add_up_and_are_within_a_unit(counts: list[int], units: int) -> None:
    parts, total = rounded(counts, units), sum(counts)
    if total == 0:
        assert parts == [0] * len(counts)
        return
    for count, part in zip(counts, parts, strict=True):
        assert abs(part * total - units * count) < total
        assert part == 0 or 2 * units * count >= total
    unprinted = sum(count for count in counts if 2 * units * count < total)
    assert units - 1 - units * unprinted / total <= sum(parts) <= units
    if not unprinted:
        assert sum(parts) == units


@given(COUNTS)
def test_a_larger_count_never_has_the_smaller_share(counts: list[int]) -> None:
    ordered = sorted(counts, reverse=True)
    assert rounded(ordered, 100) == sorted(rounded(ordered, 100), reverse=True)


@given(COUNTS, st.integers(0, 2))
def test_percentages_are_within_a_unit_and_tell_some_from_none_and_all(counts: list[int], decimals: int) -> None:
    total, unit = sum(counts), 10**-decimals
    for count, text in zip(counts, percents(counts, decimals), strict=True):
        share = 100 * count / max(total, 1)
        if text[0] == "<":
            assert 0 < share < float(text[1:]) == unit
        elif text[0] == ">":
            assert 100 > share > float(text[1:]) == pytest.approx(100 - unit)
        else:
            assert abs(share - float(text)) < unit
            assert (float(text) == 0) == (count == 0)
            assert (float(text) == 100) == (count == total > 0)
            assert len(text.partition(".")[2]) == decimals
