"""What commands say on any terminal, and their exit codes when the output is no good."""

import os
import subprocess
import sys

import pytest

from figures import __main__ as figures
from optimizers import __main__ as command
from tests.paths import ROOT

ASCII = {"LC_ALL": "C", "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


def started(*arguments: str, **settings) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=ROOT,
        env=os.environ | settings.pop("environment", {}),
        stderr=subprocess.PIPE,
        check=False,
        **settings,
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param("optimizers list", b"rho 0 to 10", marks=pytest.mark.verify),
        ("optimizers run --help", b"rho of the optimizers that have one"),
        pytest.param(
            "optimizers run --formula x*y^2 --steps 1 --optimizer gd --quiet", b"gd", marks=pytest.mark.verify
        ),
    ],
)
def test_greek_is_spelled_where_the_terminal_has_none(arguments, said):
    done = started(*arguments.split(), environment=ASCII, stdout=subprocess.PIPE)
    assert (done.returncode, done.stderr) == (0, b"")
    assert said in done.stdout


def test_a_complaint_is_spelled_too():
    done = started("optimizers", "run", "--formula", "x*μ", environment=ASCII, stdout=subprocess.PIPE)
    assert done.returncode == 2
    assert b"mu" in done.stderr
    assert b"Traceback" not in done.stderr


full = pytest.mark.skipif(not os.path.exists("/dev/full"), reason="/dev/full is Linux's")


@full
@pytest.mark.parametrize(
    "arguments",
    [
        "optimizers list",
        pytest.param("optimizers --help", marks=pytest.mark.verify),
        pytest.param("optimizers run --quiet --steps 1 --optimizer gd", marks=pytest.mark.verify),
        "figures --help",
        "app --help",
        pytest.param("app --version", marks=pytest.mark.verify),
    ],
)
def test_an_output_that_takes_nothing_gets_a_sentence(arguments):
    with open("/dev/full", "w") as nowhere:
        done = started(*arguments.split(), stdout=nowhere)
    assert done.returncode == 1
    (sentence,) = done.stderr.decode().splitlines()
    assert "output could not be printed: No space left on device" in sentence


def test_whoever_reads_no_more_gets_no_complaint():
    reader, writer = os.pipe()
    os.close(reader)
    done = started("optimizers", "list", stdout=writer)
    os.close(writer)
    assert (done.returncode, done.stderr) == (141, b"")


@pytest.mark.parametrize(
    ("main", "place", "arguments"),
    [(command.main, (command, "COMMANDS"), ["run"]), (figures.main, (figures, "_make"), ["1", "--out"])],
)
def test_too_little_memory_gets_one_sentence(monkeypatch, capsys, tmp_path, main, place, arguments):
    def greedy(*_):
        raise MemoryError

    monkeypatch.setattr(*place, greedy if place[1] == "_make" else {"run": greedy})
    if arguments[-1] == "--out":
        arguments = [*arguments, str(tmp_path)]
    assert main(arguments) == 1
    assert "not enough memory" in capsys.readouterr().err.splitlines()[-1]
