"""Without a browser its tests are left out, and one line says so; sweeps print a table of what they found."""

import os

import pytest
from hypothesis import settings

from optimizers.compiled import Pair, disk
from tests.sweep import WHOLE, Sweep, table
from tools.browser import HOW_TO_GET_A_BROWSER, find_chromium

LEFT_OUT = find_chromium() is None and os.environ.get("SAMSCAPE_REQUIRE_BROWSER") != "1"
# Neither a busy machine nor chance decides whether a short form passes; whole sweeps look elsewhere each time.
settings.register_profile("samscape", settings.get_profile("ci"), derandomize=not WHOLE)
settings.load_profile("samscape")
collect_ignore_glob = ["browser/test_*.py"] if LEFT_OUT else []


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tests marked `verify` run in `make verify` alone: they have no short form, or do elsewhere what others do."""
    if not WHOLE:
        left_out = [item for item in items if "verify" in item.keywords]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if "verify" not in item.keywords]


@pytest.fixture
def compiler() -> None:
    """For tests of what is compiled in the background; elsewhere only what a test waits for is compiled."""


@pytest.fixture(autouse=True)
def load_only(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the background kernels are loaded from disk, not compiled: nobody waits for them, and all others wait."""
    if "compiler" in request.fixturenames:
        return
    prepare = Pair.prepare

    def load(pair: Pair) -> None:
        if not pair._asked and (name := pair.write()) is not None and disk.compiled(name):
            prepare(pair)
        pair._asked = True

    monkeypatch.setattr(Pair, "prepare", load)


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
