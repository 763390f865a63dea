"""Half a minute of anything a visitor may do: nothing complains, nothing piles up, and who leaves is forgotten."""

import re
from subprocess import Popen

OTHERS = 2  # as the soak was started
MAX_MEMORY = 900  # MB; a server that has opened every view once has about half of it


def test_nothing_piles_up_in_use(soak: Popen) -> None:
    said, _ = soak.communicate(timeout=240)
    assert soak.returncode == 0, said
    assert f"0.5 minutes, one session and {OTHERS} others" in said
    most = re.search(r"memory at the beginning, most, .* \| \d+ MB, (\d+) MB", said)
    assert int(most[1]) < MAX_MEMORY
    alive = re.search(r"sessions alive: .* \| (\d+), (\d+) \|", said)
    assert int(alive[1]) > OTHERS
    assert int(alive[2]) <= 1
