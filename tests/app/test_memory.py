"""What is freed goes back to the system."""

import re
from pathlib import Path

import pytest

from app.browser.memory import glibc, trim_heap

BLOCK, BLOCKS = 60_000, 2_000  # bytes, small enough to come from the heap; 120 MB in all
KEPT = 20  # every so manieth stays, and what is freed lies between


def resident() -> float:
    """Memory of this process, MB."""
    return int(re.search(r"VmRSS:\s+(\d+) kB", Path("/proc/self/status").read_text(encoding="ascii"))[1]) / 1024


@pytest.mark.skipif(glibc() is None, reason="only glibc keeps what was freed")
def test_memory_between_what_is_still_used_is_given_back() -> None:
    blocks = [bytes(BLOCK) for _ in range(BLOCKS)]
    all_used = resident()
    still_used = blocks[::KEPT]
    del blocks
    trim_heap()
    assert resident() < all_used - 0.7 * BLOCK * BLOCKS / 2**20
    assert len(still_used) == BLOCKS // KEPT
