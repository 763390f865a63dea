"""A minute of anything a visitor may do: nothing complains, nothing piles up, and who leaves is forgotten."""

from subprocess import Popen


def test_nothing_piles_up_in_use(soak: Popen) -> None:
    said, _ = soak.communicate(timeout=240)
    assert soak.returncode == 0, said
    assert "1 minutes, one session and 2 others" in said
