"""Without a browser its tests are left out, and one line says so."""

import os

import pytest

from benchmarks.browser import HOW_TO_GET_A_BROWSER, find_chromium

LEFT_OUT = find_chromium() is None and os.environ.get("SAMSCAPE_REQUIRE_BROWSER") != "1"
collect_ignore_glob = ["browser/test_*.py"] if LEFT_OUT else []


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if LEFT_OUT:
        terminalreporter.write_line(f"The browser tests were left out, for want of a browser: {HOW_TO_GET_A_BROWSER}.")
