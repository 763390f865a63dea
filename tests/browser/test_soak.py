"""A while of anything a visitor may do: nothing complains, nothing piles up, and who leaves is forgotten."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from benchmarks.browser import Server
from benchmarks.soak import faults, soak, watched_server

SECONDS = 12.0
OTHERS = 2
MOST_MEMORY = 900.0  # MB; a server that has opened every view once has about half of it


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Server]:
    server = watched_server(tmp_path / "log", forget=1.0)
    try:
        server.wait()
        yield server
    finally:
        server.stop()


def test_nothing_piles_up_in_use(browser: Browser, watched: Server) -> None:
    record = soak(browser, watched, SECONDS, OTHERS, seed=1, say=print)
    assert faults(record) == []
    assert record.at_work.sessions > OTHERS
    assert record.at_end.sessions <= 1
    assert max(memory for _, memory in record.memory) < MOST_MEMORY
