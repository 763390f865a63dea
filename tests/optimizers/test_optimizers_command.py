"""`python -m optimizers`: an experiment in, files out, and exit codes that scripts can trust."""

import csv
import json
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from figures import figure5
from landscapes import LANDSCAPES
from optimizers import GSAM, SAM, Adam, Experiment, MongeSAM
from optimizers.__main__ import main
from optimizers.cli.experiment import experiment
from optimizers.cli.flags import parser
from optimizers.experiment import Formula
from optimizers.maps import destination_map, phase_diagram
from optimizers.outcomes import MOTIONS, OUTCOMES, follow, outcome
from optimizers.spelling import spelled
from optimizers.starts import Cloud, Points
from tests.paths import ROOT


@pytest.fixture
def succeed(capsys):
    """Runs a command that must succeed; returns what it printed."""

    def run(*arguments) -> str:
        code = main([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        assert (code, err) == (0, "")
        return out

    return run


@pytest.fixture
def refuse(capsys):
    """Runs a command that must be refused with one sentence; returns the sentence."""

    def run(*arguments) -> str:
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as exit:
            code = exit.code
        out, err = capsys.readouterr()
        assert (code, out) == (2, "")
        assert err.count("\n") == 1
        assert "Traceback" not in err
        return err

    return run


def test_the_printed_table_is_figure_5(succeed):
    """With nothing asked: its grid, its setting, and a line that says so."""
    described, *lines = succeed("run", "--quiet").splitlines()
    assert described == "banana: 10 × 10 starts over [-3, 3] × [-3, 3], 200 steps with learning rate 0.01"
    shown = np.array(np.meshgrid(figure5.GRID, figure5.GRID)).reshape(2, -1)
    assert_array_equal(experiment(parser().parse_args(["run"])).starts.positions(), shown)
    assert lines[0].split() == ["optimizer", *" ".join((*OUTCOMES, *MOTIONS)).split()]
    table = {
        line.split()[0].split(":")[0]: [cell for cell in line.split() if cell.endswith("%")] for line in lines[1:-1]
    }
    assert "within 0.1 of it" in lines[-1]
    flat_and_saddle = {key: (cells[0], cells[2]) for key, cells in table.items()}
    assert flat_and_saddle == {
        "gd": ("10.00%", "10.00%"),
        "sam": ("68.00%", "32.00%"),
        "m-sam": ("84.00%", "16.00%"),
        "fisher-sam": ("84.00%", "16.00%"),
        "asam": ("10.00%", "10.00%"),
    }


def test_npz_holds_the_runs_and_the_experiment_that_gives_them_again(succeed, tmp_path):
    asked = Experiment("sinc", (SAM(0.7), MongeSAM(0.3)), Cloud(50, 3, -1.0, 1.0, -1.0, 1.0), 0.05, 30)
    saved, out = tmp_path / "experiment.json", tmp_path / "runs.npz"
    saved.write_text(asked.to_json())
    succeed("run", "--experiment", saved, "--out", out, "--quiet")
    with np.load(out) as file:
        again = Experiment.from_json(str(file["experiment"]))
        assert again == asked
        assert_array_equal(file["start"], asked.starts.positions())
        for index, runs in enumerate(again.run()):
            np.testing.assert_allclose(file["final"][index], runs.final, rtol=1e-12)
            assert_array_equal(file["outcome"][index], outcome(LANDSCAPES["sinc"], runs.final))
            assert_array_equal(file["motion"][index], follow(runs).codes)
            np.testing.assert_allclose(file["loss"][index], LANDSCAPES["sinc"].value(*runs.final), rtol=1e-12)
        assert tuple(file["outcome_names"]) == OUTCOMES
        assert tuple(file["motion_names"]) == MOTIONS
        assert list(file["optimizers"]) == ["sam:rho=0.7", "m-sam:rho=0.3"]


def test_csv_holds_a_row_for_each_run(succeed, tmp_path):
    out = tmp_path / "runs.csv"
    succeed("run", "--optimizer", "gd", "sam", "--start", -1.5, 0.5, "--start", 1e3, 1e3, "--out", out, "--quiet")
    with out.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["optimizer"] for row in rows] == ["gd", "gd", "sam:rho=1", "sam:rho=1"]
    assert [row["outcome"] for row in rows] == ["minimum", "diverged", "saddle", "diverged"]
    assert [row["motion"] for row in rows] == ["settled", "moving", "2-cycle", "moving"]
    assert (float(rows[2]["start_x"]), float(rows[2]["start_y"])) == (-1.5, 0.5)
    # Figure 1: SAM ends at the saddle
    assert float(rows[2]["final_x"]) == pytest.approx(-0.0037459, abs=1e-6)
    assert float(rows[2]["loss"]) == pytest.approx(1.0, abs=1e-4)


def test_json_is_strict_and_says_null_for_what_diverged(succeed, tmp_path):
    out = tmp_path / "runs.json"
    succeed("run", "--optimizer", "gd", "--start", -1.5, 0.5, "--start", 1e3, 1e3, "--out", out, "--quiet")
    data = json.loads(out.read_text(), parse_constant=pytest.fail)
    assert Experiment.from_dict(data["experiment"]).starts == Points((-1.5, 1e3), (0.5, 1e3))
    assert data["columns"]["final_x"][1] is None
    assert data["columns"]["outcome"] == ["minimum", "diverged"]
    assert data["shares"]["gd"]["outcome"]["diverged"] == 0.5


@pytest.mark.parametrize("suffix", ["npz", "csv", "json"])
def test_the_same_request_makes_the_same_bytes(succeed, tmp_path, suffix):
    first, second = tmp_path / f"first.{suffix}", tmp_path / f"second.{suffix}"
    for out in (first, second):
        succeed("run", "--cloud", 20, "--seed", 7, "--steps", 20, "--out", out, "--quiet")
    assert first.read_bytes() == second.read_bytes()
    assert sorted(tmp_path.iterdir()) == [first, second]


def test_a_map_file_is_the_destination_map(succeed, tmp_path):
    out = tmp_path / "map.npz"
    succeed(
        "map",
        "--optimizer",
        "m-sam",
        "--rho",
        0.8,
        "--window",
        -2,
        2,
        -1,
        1,
        "--resolution",
        30,
        "--out",
        out,
        "--quiet",
    )
    here = destination_map(
        MongeSAM(0.8), LANDSCAPES["banana"], learning_rate=0.01, steps=200, window=((-2, 2), (-1, 1)), resolution=30
    )
    with np.load(out) as file:
        for name in ("outcome", "motion", "final"):
            assert_array_equal(file[name][0], getattr(here, name))
        for name in ("x", "y", "window"):
            assert_array_equal(file[name], getattr(here, name))


def test_a_phase_file_is_the_phase_diagram(succeed, tmp_path):
    out = tmp_path / "phase.npz"
    printed = succeed(
        "phase", "--optimizer", "gd", "sam", "--grid", 5, "--steps", 50, "--rho-range", 0, 2,
        "--learning-rate-range", 0.01, 1, "--resolution", 4, "--out", out, "--quiet",
    )  # fmt: skip
    described, *lines = printed.splitlines()
    assert described == (
        "banana: 4 × 4 cells of ρ 0 to 2, each of 5 × 5 starts over [-3, 3] × [-3, 3], "
        "50 steps with learning rate 0.01 to 1"
    )
    assert [line.split()[0] for line in lines[:-1]] == ["optimizer", "gd", "sam"]
    with np.load(out) as file:
        assert_array_equal(file["rho"], [0.25, 0.75, 1.25, 1.75])
        np.testing.assert_allclose(np.diff(np.log10(file["learning_rate"])), 0.5)
        chosen = Experiment.from_json(str(file["experiment"]))
        diagram = phase_diagram(
            chosen.optimizers, LANDSCAPES["banana"], chosen.starts.positions(), rho=file["rho"],
            learning_rate=file["learning_rate"], steps=50,
        )  # fmt: skip
        assert_array_equal(file["counts"], diagram.counts)
        assert_array_equal(file["loss"], diagram.loss)
        assert file["runs"] == 25


def test_flags_go_over_the_file(succeed, tmp_path):
    saved, out = tmp_path / "experiment.json", tmp_path / "runs.json"
    saved.write_text(Experiment("sinc", (SAM(0.7),), Cloud(9, 3, -1.0, 1.0, -1.0, 1.0), 0.05, 30).to_json())
    succeed("run", "--experiment", saved, "--rho", 0.2, "--steps", 3, "--seed", 5, "--out", out, "--quiet")
    asked = Experiment.from_dict(json.loads(out.read_text())["experiment"])
    assert asked == Experiment("sinc", (SAM(0.2),), Cloud(9, 5, -1.0, 1.0, -1.0, 1.0), 0.05, 3)


def test_a_formula_is_a_landscape(succeed, tmp_path):
    out = tmp_path / "runs.csv"
    succeed("run", "--formula", "x^2 + 3y^2", "--optimizer", "gd", "--learning-rate", 0.1, "--out", out, "--quiet")
    with out.open(newline="") as file:
        assert {row["outcome"] for row in csv.DictReader(file)} == {"minimum"}


ON_ITS_DOMAIN = "on [0, 10] × [0, 10]"
FAR = "(x - 5)^2 + 2*(y - 5)^2"


@pytest.mark.parametrize(
    ("command", "flags", "described"),
    [
        ("run", "--window 0 10 0 10", f"{ON_ITS_DOMAIN}: 10 × 10 starts over [0, 10] × [0, 10]"),
        ("run", "--domain 0 10 0 10", f"{ON_ITS_DOMAIN}: 10 × 10 starts over [0, 10] × [0, 10]"),
        (
            "run",
            "--domain 0 10 0 10 --window 1 2 1 2 --grid 3",
            f"{ON_ITS_DOMAIN}: 3 × 3 starts over [1, 2] × [1, 2]",
        ),
        (
            "run",
            "--window 0 10 0 10 --cloud 9",
            f"{ON_ITS_DOMAIN}: 9 random starts (seed 0) over [0, 10] × [0, 10]",
        ),
        ("run", "--domain 0 10 0 10 --start 1 1", f"{ON_ITS_DOMAIN}: 1 start, 100 steps with learning rate 0.1"),
        ("map", "--window 0 10 0 10 --resolution 5", f"{ON_ITS_DOMAIN}: 5 × 5 pixels of [0, 10] × [0, 10]"),
        ("map", "--domain 0 10 0 10 --resolution 5", f"{ON_ITS_DOMAIN}: 5 × 5 pixels of [0, 10] × [0, 10]"),
    ],
)
def test_a_formula_is_searched_where_it_is_looked_at(succeed, tmp_path, command, flags, described):
    """All runs reach the minimum at (5, 5), which a search over [-3, 3]² would never know of."""
    out = tmp_path / "ends.json"
    printed = succeed(
        command, "--formula", FAR, "--optimizer", "gd", "--learning-rate", 0.1, "--steps", 100,
        *flags.split(), "--out", out, "--quiet",
    )  # fmt: skip
    assert printed.startswith(f"{FAR} {described}")
    data = json.loads(out.read_text())
    assert set(data["columns"]["outcome"]) == {"minimum"}
    asked = Experiment.from_dict(data["experiment"])
    assert asked.landscape.domain == ((0, 10), (0, 10))
    (found,) = asked.loss().stationary
    assert (found.kind, found.points.T.tolist()) == ("minimum", [[5.0, 5.0]])


def test_a_phase_diagram_of_a_formula_is_of_its_window(succeed, tmp_path):
    out = tmp_path / "phase.npz"
    succeed(
        "phase", "--formula", FAR, "--window", 0, 10, 0, 10, "--optimizer", "gd", "--resolution", 2,
        "--learning-rate-range", 0.1, 0.2, "--grid", 2, "--out", out, "--quiet",
    )  # fmt: skip
    with np.load(out) as file:
        assert file["counts"][..., OUTCOMES.index("minimum")].sum() == 2 * 2 * 4


def test_a_saved_formula_keeps_its_domain_whatever_the_window(succeed, tmp_path):
    saved, out = tmp_path / "experiment.json", tmp_path / "runs.json"
    asked = Experiment(Formula(FAR, ((0.0, 10.0), (0.0, 10.0))), (SAM(0.1),), Cloud(9, 3, 0.0, 1.0, 0.0, 1.0), 0.1, 3)
    saved.write_text(asked.to_json())
    succeed("run", "--experiment", saved, "--window", 4, 6, 4, 6, "--out", out, "--quiet")
    again = Experiment.from_dict(json.loads(out.read_text())["experiment"])
    assert again.landscape == asked.landscape
    assert again.starts == Cloud(9, 3, 4.0, 6.0, 4.0, 6.0)


def test_list_names_every_landscape_and_optimizer(succeed):
    printed = succeed("list")
    assert set(LANDSCAPES) | {"gd", "sam", "m-sam", "fisher-sam", "asam"} <= set(printed.split())
    assert "rho 0 to 10" in printed


def test_a_rule_may_come_several_times_with_hyperparameters_of_its_own(succeed, tmp_path):
    out = tmp_path / "runs.npz"
    said = succeed(
        "run", "--optimizer", "sam:rho=0.3", "sam", "gsam:beta=0.2", "--rho", 0.5, "--base", "adam:memory=0.8",
        "--steps", 5, "--start", 1, 1, "--out", out, "--quiet",
    )  # fmt: skip
    with np.load(out) as file:
        chosen = Experiment.from_json(str(file["experiment"]))
        assert list(file["optimizers"]) == [spelled(rule) for rule in chosen.optimizers]
    assert chosen.optimizers == (SAM(0.3), SAM(0.5), GSAM(0.5, 0.2))
    assert chosen.base == Adam(memory=0.8)
    assert "learning rate 0.01, Adam (β₁ = 0.8)\n" in said  # two runs that differ say so


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ("run --rho nan", "rho must be a number from 0 to 10, not nan"),
        ("run --rho -1 --optimizer sam", "rho must be a number from 0 to 10"),
        ("run --optimizer gd --rho 1", "--rho was given, but none of the optimizers has one"),
        ("run --optimizer adam", "--optimizer must be one of gd, sam"),
        ("run --optimizer sam:rho=11", "rho of sam must be a number from 0 to 10, not '11'"),
        ("run --optimizer gsam:eta=1", "gsam takes gsam:rho=…, gsam:beta=…, not 'eta=1'"),
        ("run --optimizer sam:rho=1:rho=2", "rho of sam is given twice"),
        ("run --optimizer sam:rho=1 --rho 2", "none of the optimizers has one, or each has its own"),
        ("run --base adam:memory=2", "memory of adam must be a number from 0 to 0.9999"),
        ("run --schedule linear", "--schedule must be one of constant, cosine, inverse-sqrt, warm-up, not 'linear'"),
        ("run --rho-schedule x", "--rho-schedule must be one of constant, cosine, inverse-sqrt, warm-up, not 'x'"),
        ("run --landscape nowhere", "landscape must be one of banana, sinc"),
        ("run --formula x^", "formula"),
        ("run --steps 1.5", "--steps"),
        ("run --steps 0", "steps must be a whole number from 1"),
        ("run --learning-rate inf", "learning_rate must be a number"),
        ("run --grid 1001", "starts.size must be a whole number from 1 to 1000"),
        ("run --seed 3", "--seed was given, but the starts are not random"),
        ("run --start 0 0 --window 0 1 0 1", "--window was given, but the starts are single points"),
        ("run --experiment nowhere.json", "nowhere.json cannot be read"),
        ("run --out runs.txt", "must end in .npz, .csv, .json"),
        ("run --out nowhere/runs.npz", "the folder nowhere does not exist"),
        ("map --window 1 0 0 1", "--window must be LEFT RIGHT BOTTOM TOP with LEFT < RIGHT"),
        ("run --formula x*y --domain 1 0 0 1", "--domain must be LEFT RIGHT BOTTOM TOP with LEFT < RIGHT"),
        ("run --formula x*y --window 1 0 0 1", "--window must be LEFT RIGHT BOTTOM TOP with LEFT < RIGHT"),
        ("run --domain 0 1 0 1", "--domain was given, but only a formula has a domain to choose"),
        ("map --landscape sinc --domain 0 1 0 1", "--domain was given, but only a formula has a domain to choose"),
        ("map --window 0 nan 0 1", "LEFT < RIGHT"),
        ("map --resolution 0", "--resolution must be at least 1"),
        ("map --resolution 90000 --optimizer sam", "would take 275.4 GB, more than the limit of 1.1 GB"),
        ("phase --rho-range 2 1", "--rho-range must be LOW HIGH"),
        ("phase --learning-rate-range 0 1", "--learning-rate-range must be LOW HIGH"),
        ("phase --resolution 100000", "more than the limit"),
        ("fly", "COMMAND"),
        ("", "COMMAND"),
    ],
)  # fmt: skip
def test_bad_input_gets_one_sentence_and_exit_code_2(refuse, tmp_path, monkeypatch, arguments, sentence):
    monkeypatch.chdir(tmp_path)
    said = refuse(*arguments.split())
    assert said.startswith("python -m optimizers")
    assert sentence in said
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("text", [b"", b"{}", b"[1", b"\xff\xfe", b"[" * 100_000])
def test_a_file_that_is_no_experiment_gets_one_sentence(refuse, tmp_path, text):
    (tmp_path / "experiment.json").write_bytes(text)
    assert "experiment" in refuse("run", "--experiment", tmp_path / "experiment.json")


def test_an_old_file_stays_when_the_new_one_fails(tmp_path, monkeypatch):
    out = tmp_path / "runs.npz"
    out.write_bytes(b"old")

    def full(file, **arrays):
        file.write(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "savez", full)
    assert main(["run", "--quiet", "--steps", "1", "--out", str(out)]) == 1
    assert out.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [out]


@pytest.mark.skipif(os.name == "nt", reason="signals are POSIX's")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupted_map_leaves_no_file(tmp_path, number, code):
    command = [sys.executable, "-m", "optimizers", "map", "--steps", "20000", "--optimizer", "gd", "sam"]
    work = subprocess.Popen(
        [*command, "--resolution", "2000", "--out", str(tmp_path / "map.npz")],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        # a shell that runs the tests in the background has them ignore SIGINT, and they would pass that on
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip
    with work:
        assert work.stderr.read(1)  # the progress bar: the map has begun
        time.sleep(0.3)
        work.send_signal(number)
        out, err = work.communicate(timeout=30)
    assert work.returncode == code
    assert out == b""
    assert b"Traceback" not in err
    assert list(tmp_path.iterdir()) == []


def test_a_progress_bar_on_stderr_and_results_on_stdout(tmp_path):
    command = [sys.executable, "-m", "optimizers", "map", "--resolution", "20", "--optimizer", "gd"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert "400/400" in done.stderr
    assert done.stdout.splitlines()[2].startswith("gd ")
