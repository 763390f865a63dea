"""Rounded shares add up to the whole, and none is a unit off."""

from hypothesis import given
from hypothesis import strategies as st

from optimizers.percentages import rounded

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
