"""A minute of anything a visitor may do: nothing complains, nothing piles up, and who leaves is forgotten."""

import re
import subprocess
import sys

import pytest

from tests.paths import ROOT

OTHERS = 2
MAX_MEMORY = 900  # MB; a server that has opened every view once has about half of it


@pytest.mark.verify  # and not beside the other tests: pages open too slowly then
def test_nothing_piles_up_in_use() -> None:
    command = [sys.executable, "-m", "benchmarks.soak", "--minutes", "1", "--others", str(OTHERS), "--seed", "1"]
    soak = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=300)
    said = soak.stdout
    assert soak.returncode == 0, said
    assert f"1 minutes, one session and {OTHERS} others" in said
    most = re.search(r"memory at the beginning, most, .* \| \d+ MB, (\d+) MB", said)
    assert int(most[1]) < MAX_MEMORY
    alive = re.search(r"sessions alive: .* \| (\d+), (\d+) \|", said)
    assert int(alive[1]) > OTHERS
    assert int(alive[2]) <= 1
