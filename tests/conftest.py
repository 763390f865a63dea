"""Without a browser its tests are left out, and one line says so; sweeps print a table of what they found."""

import os

import pytest
from hypothesis import settings

from tests.sweep import WHOLE, Sweep, table
from tools.browser import HOW_TO_GET_A_BROWSER, find_chromium

LEFT_OUT = find_chromium() is None and os.environ.get("SAMSCAPE_REQUIRE_BROWSER") != "1"
# Neither a busy machine nor chance decides whether a short form passes; whole sweeps look elsewhere each time.
settings.register_profile("samscape", settings.get_profile("ci"), derandomize=not WHOLE)
settings.load_profile("samscape")
collect_ignore_glob = ["browser/test_*.py"] if LEFT_OUT else []


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tests marked `verify` have no short form: they run in `make verify` alone."""
    if not WHOLE:
        left_out = [item for item in items if "verify" in item.keywords]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if "verify" not in item.keywords]


@pytest.fixture
def sweep() -> Sweep:
    """`sweep.count(short, whole)` tells how much to try, `sweep.report(…)` adds a row to the table."""
    return Sweep()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if WHOLE and Sweep.rows:
        terminalreporter.section("what the sweeps found")
        for line in table(Sweep.rows):
            terminalreporter.write_line(line)
    if LEFT_OUT:
        terminalreporter.write_line(f"The browser tests were left out, for want of a browser: {HOW_TO_GET_A_BROWSER}.")
