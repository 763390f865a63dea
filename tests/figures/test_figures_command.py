"""The command line of the figures: `python -m figures`."""

import json
import subprocess
import sys

import pytest

from figures.__main__ import main
from optimizers import atomic_write
from tests.paths import ROOT


def refused(arguments: list[str], capsys: pytest.CaptureFixture) -> str:
    """The sentence with which the command line refuses the arguments."""
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    (line,) = capsys.readouterr().err.splitlines()
    return line.removeprefix("python -m figures: ").removesuffix(" (see python -m figures --help)")


def test_it_writes_the_asked_formats_and_a_record(tmp_path, capsys) -> None:
    assert main(["3", "--out", str(tmp_path / "new"), "--format", "png", "pdf", "svg"]) == 0
    written = {path.name for path in (tmp_path / "new").iterdir()}
    assert written == {"figure3.png", "figure3.pdf", "figure3.svg", "figure3.json"}
    assert (tmp_path / "new/figure3.png").read_bytes().startswith(b"\x89PNG")
    assert (tmp_path / "new/figure3.pdf").read_bytes().startswith(b"%PDF")
    assert b"<svg" in (tmp_path / "new/figure3.svg").read_bytes()
    printed = capsys.readouterr()
    assert "100%" in printed.err
    assert str(tmp_path / "new") in printed.out


def test_the_record_holds_parameters_versions_and_measured_claims(tmp_path) -> None:
    main(["2", "--out", str(tmp_path), "--seed", "5", "--samples", "50", "--resolution", "20", "--dpi", "40"])
    record = json.loads((tmp_path / "figure2.json").read_text(encoding="utf-8"))
    assert record["figure"] == 2
    assert record["parameters"]["rho"] == [0.2, 1.0]
    assert record["seed"] == record["parameters"]["seed"] == 5
    assert {"python", "numpy", "matplotlib", "samscape"} <= record["versions"].keys()
    assert record["versions"]["python"] == ".".join(map(str, sys.version_info[:3]))
    shares = [one for claim in record["claims"] for one in claim["measurements"]]
    assert all(one["interval"][0] <= one["value"] <= one["interval"][1] for one in shares)
    assert all(isinstance(claim["holds"], bool) for claim in record["claims"])


def test_parameters_reach_the_figures_that_have_them(tmp_path) -> None:
    main(["1", "3", "--out", str(tmp_path), "--rho", "0.4", "--start", "-0.3", "--dpi", "30"])
    first, third = (json.loads((tmp_path / f"figure{number}.json").read_text())["parameters"] for number in (1, 3))
    assert first == {"rho": 0.4, "learning_rate": 0.01, "steps": 200}
    assert third == {"rho": 0.4, "learning_rate": [0.66, 0.74], "start": -0.3, "steps": 11}


@pytest.mark.parametrize("number", ["1", "3"])
def test_a_second_run_makes_the_same_bytes(number, tmp_path, monkeypatch) -> None:
    arguments = [number, "--format", "png", "pdf", "svg", "--dpi", "40"]
    main([*arguments, "--out", str(tmp_path / "here")])
    monkeypatch.setenv("PYTHONHASHSEED", "1")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")  # another day
    subprocess.run(
        [sys.executable, "-m", "figures", *arguments, "--out", str(tmp_path / "there")],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    for path in (tmp_path / "here").iterdir():
        assert path.read_bytes() == (tmp_path / "there" / path.name).read_bytes(), path.name


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["7"], "argument FIGURE: there is no figure '7'; there are 1, 2, 3, 4, 5"),
        (["1", "--rho", "nan"], "Figure 1: rho must be a number from 0 to 2, not nan"),
        (["1", "--rho", "-1"], "Figure 1: rho must be a number from 0 to 2, not -1.0"),
        (["1", "--rho", "one"], "argument --rho: invalid float value: 'one'"),
        (["1", "--rho", "1", "2"], "Figure 1 takes one value of rho, not 2"),
        (["2", "--rho", "1"], "Figure 2: rho takes 2 values, such as the paper's 0.2 1"),
        (["1", "--seed", "1"], "--seed is a parameter of Figure 2 only; name it too"),
        (["1", "--resolution", "50"], "--resolution is a parameter of Figure 2 and Figure 4 only; name it too"),
        (["2", "--landscape", "banana"], "Figure 2: landscape must be one of sinc, sinc-squared, not 'banana'"),
        (["1", "--dpi", "1"], "argument --dpi: the resolution must be a whole number from 20 to 1200, not '1'"),
        (["1", "--rh", "1"], "unrecognized arguments: --rh 1"),
    ],
)
def test_what_is_asked_wrongly_is_refused_in_one_sentence(arguments, sentence, tmp_path, capsys) -> None:
    assert refused([*arguments, "--out", str(tmp_path / "out")], capsys) == sentence
    assert not (tmp_path / "out").exists()


def test_a_folder_that_cannot_be_made_is_refused(tmp_path, capsys) -> None:
    (tmp_path / "file").touch()
    sentence = refused(["1", "--out", str(tmp_path / "file/out")], capsys)
    assert sentence.startswith(f"cannot write into {tmp_path / 'file/out'}: ")


@pytest.mark.parametrize(
    ("trouble", "code", "sentence"),
    [
        (OSError(28, "No space left on device"), 1, "No space left on device"),
        (KeyboardInterrupt(), 130, "every file in"),
    ],
)
def test_trouble_while_writing_ends_with_a_sentence_and_a_code(
    trouble, code, sentence, tmp_path, monkeypatch, capsys
) -> None:
    def fails(*_: object) -> None:
        raise trouble

    monkeypatch.setattr(atomic_write, "replace", fails)
    assert main(["3", "--out", str(tmp_path)]) == code
    assert sentence in capsys.readouterr().err.splitlines()[-1]
