"""The sweeps' own machinery."""

import os
import subprocess
import sys

import pytest

from tests.paths import ROOT


@pytest.mark.verify
def test_what_is_marked_verify_runs_in_make_verify(sweep) -> None:
    assert sweep.whole
    sweep.report("a sweep reports what it found", sweep.count(0, 1))


@pytest.mark.parametrize(("verify", "said"), [("0", "1 deselected"), ("1", "| a sweep reports what it found | 1 |")])
def test_a_sweep_is_short_in_make_test_and_whole_in_make_verify(verify: str, said: str) -> None:
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "no:cacheprovider",
        f"{__file__}::test_what_is_marked_verify_runs_in_make_verify",
    ]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, env=os.environ | {"SAMSCAPE_VERIFY": verify}
    )
    assert said in done.stdout, done.stdout
