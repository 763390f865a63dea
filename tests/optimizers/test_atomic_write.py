"""Files are whole or as they were, whichever call to the system fails."""

import os
import resource
import stat
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from figures import __main__ as figures
from optimizers import atomic_write
from optimizers.__main__ import main
from optimizers.cli import export
from tests.paths import ROOT

OLD, NEW = b"old" * 1000, b"new content" * 3000
CALLS = ("open", "fchmod", "fsync", "replace", "close", "unlink")


class Power:
    """Fails one call to the system; after a power cut, every later one too."""

    def __init__(self, at: int, cut: bool) -> None:
        self.at, self.cut, self.calls = at, cut, 0

    def wrap(self, function):
        def call(*arguments, **named):
            self.calls += 1
            if self.calls == self.at or (self.cut and self.calls > self.at):
                raise OSError(5, "Input/output error")
            return function(*arguments, **named)

        return call


def results() -> export.Results:
    column = np.arange(40_000.0)
    return export.Results({"a": 1}, {"x": column}, {"x": column, "kind": export.Named(np.zeros(40_000, int), ["one"])})


@pytest.mark.parametrize("cut", [False, True], ids=["one call", "power cut"])
@pytest.mark.parametrize("before", [OLD, None], ids=["over a file", "new"])
def test_each_call_to_the_system_fails_in_turn(tmp_path, monkeypatch, before, cut):
    """As SQLite's tests do: the first, the second …, until all go well."""
    path = tmp_path / "runs.csv"
    for at in range(1, 50):
        path.unlink(missing_ok=True) if before is None else path.write_bytes(before)
        power = Power(at, cut)
        with monkeypatch.context() as patch:
            for name in CALLS:
                patch.setattr(atomic_write.os, name, power.wrap(getattr(os, name)))
            try:
                atomic_write.replace(path, NEW)
                failed = False
            except OSError:
                failed = True
        found = path.read_bytes() if path.exists() else None
        assert found in (before, NEW)
        if not failed:
            break
        monkeypatch.setattr(atomic_write, "_alive", lambda process: False)
        atomic_write.check(path)  # the next run
        assert [one for one in tmp_path.iterdir() if one != path] == []
        monkeypatch.undo()
    assert not failed
    assert found == NEW
    assert at >= 6  # open, fsync, replace, open, fsync, close have each failed


@pytest.mark.parametrize("suffix", [".npz", ".csv", ".json"])
def test_each_write_fails_in_turn(tmp_path, suffix):
    """The system itself refuses to write beyond a size, whatever buffers lie between."""
    path = tmp_path / f"runs{suffix}"
    export.write(path, results())
    whole = path.read_bytes()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    for size in (0, 1, 100, 8192, 65536, len(whole) // 2, len(whole) - 1):
        path.write_bytes(OLD)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
        try:
            with pytest.raises(OSError, match="File too large"):
                export.write(path, results())
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        assert path.read_bytes() == OLD
        assert list(tmp_path.iterdir()) == [path]
    export.write(path, results())
    assert path.read_bytes() == whole


def test_data_and_name_reach_the_disk_in_this_order(tmp_path, monkeypatch):
    done = []
    for name in ("fsync", "replace"):
        function = getattr(os, name)
        monkeypatch.setattr(
            atomic_write.os, name, lambda *a, name=name, function=function: (done.append(name), function(*a))
        )
    atomic_write.replace(tmp_path / "file", NEW)
    assert done == ["fsync", "replace", "fsync"]


def test_an_interruption_leaves_the_former_file_whole(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(OLD)

    def interrupted():
        with atomic_write.replacing(path) as file:
            file.write(NEW[:10])
            file.flush()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert path.read_bytes() == OLD
    assert list(tmp_path.iterdir()) == [path]


def test_of_a_link_the_target_is_replaced(tmp_path):
    (tmp_path / "there").mkdir()
    target, link = tmp_path / "there" / "target", tmp_path / "link"
    target.write_bytes(OLD)
    link.symlink_to(target)
    atomic_write.replace(link, NEW)
    assert link.is_symlink()
    assert target.read_bytes() == NEW
    target.unlink()
    atomic_write.replace(link, OLD)  # of a dangling link too
    assert target.read_bytes() == OLD


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o444, 0o755])
def test_a_file_keeps_its_mode(tmp_path, mode):
    path = tmp_path / "file"
    path.write_bytes(OLD)
    path.chmod(mode)
    atomic_write.replace(path, NEW)
    assert stat.S_IMODE(path.stat().st_mode) == mode


def test_a_new_file_has_the_mode_that_the_umask_leaves(tmp_path):
    before = os.umask(0o027)
    try:
        atomic_write.replace(tmp_path / "file", NEW)
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "file").stat().st_mode) == 0o640


def test_a_name_may_be_as_long_as_names_may_be(tmp_path):
    path = tmp_path / ("a" * 251 + ".csv")
    atomic_write.check(path)
    atomic_write.replace(path, NEW)
    assert path.read_bytes() == NEW


def test_drafts_of_killed_runs_go_and_those_of_others_stay(tmp_path):
    program = (
        "import os, sys, pathlib\nfrom optimizers import atomic_write\n"
        "with atomic_write.replacing(pathlib.Path(sys.argv[1])) as file:\n"
        "    file.write(b'half'); file.flush(); os.kill(os.getpid(), 9)"
    )
    path = tmp_path / "file"
    subprocess.run([sys.executable, "-c", program, str(path)], cwd=ROOT, check=False)
    (draft,) = tmp_path.iterdir()
    assert draft.read_bytes() == b"half"
    alive = atomic_write._draft(path)
    elsewhere = tmp_path / f"{atomic_write.MARK}0a0a0a0a-1-ff"
    old = tmp_path / f"{atomic_write.MARK}0b0b0b0b-1-ff"
    for one in (alive, elsewhere, old):
        one.touch()
    os.utime(old, (time.time() - 2 * atomic_write.STALE,) * 2)
    atomic_write.check(path)
    assert set(tmp_path.iterdir()) == {alive, elsewhere}


def a_pipe(path: Path) -> Path:
    os.mkfifo(path)
    return path


def a_loop(path: Path) -> Path:
    path.symlink_to(path)
    return path


@pytest.mark.parametrize(
    ("out", "sentence"),
    [
        (lambda folder: folder / "nowhere" / "runs.csv", "because the folder .*nowhere does not exist"),
        (lambda folder: folder / ("a" * 300 + ".csv"), "File name too long"),
        (lambda folder: (folder / "folder.csv").mkdir() or folder / "folder.csv", "because it is a folder"),
        (lambda folder: a_pipe(folder / "pipe.csv"), "because it is not a regular file"),
        (lambda folder: a_loop(folder / "loop.csv"), "because it is not a regular file"),
        (lambda folder: (folder / "file").touch() or folder / "file" / "runs.csv", "does not exist"),
        (lambda folder: Path("/proc/runs.csv"), "cannot be written"),
    ],
)
def test_what_cannot_be_written_is_said_before_the_work(tmp_path, monkeypatch, capsys, out, sentence):
    monkeypatch.setattr("optimizers.__main__.COMMANDS", {"run": lambda *_: pytest.fail("the work was begun")})
    path = out(tmp_path)
    with pytest.raises(ValueError, match=sentence):
        export.check(path)
    assert main(["run", "--out", str(path)]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_a_figure_that_cannot_be_written_is_said_before_the_work(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(figures, "_make", lambda *_: pytest.fail("the work was begun"))
    (tmp_path / "figure3.svg").mkdir()
    with pytest.raises(SystemExit) as caught:
        figures.main(["1", "3", "--out", str(tmp_path), "--format", "png", "svg"])
    assert caught.value.code == 2
    assert "figure3.svg cannot be written, because it is a folder" in capsys.readouterr().err


def test_a_folder_takes_its_name_when_it_is_full_and_vanishes_otherwise(tmp_path: Path) -> None:

    def interrupted() -> None:
        with atomic_write.replacing_folder(tmp_path / "new") as draft:
            (draft / "file").touch()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "new").mkdir()  # an empty one is taken
    atomic_write.check_folder(tmp_path / "new")
    with atomic_write.replacing_folder(tmp_path / "new") as draft:
        (draft / "file").touch()
        assert list((tmp_path / "new").iterdir()) == []
    assert [path.name for path in tmp_path.rglob("*")] == ["new", "file"]
    with pytest.raises(ValueError, match="there is a folder of that name that is not empty"):
        atomic_write.check_folder(tmp_path / "new")
    with pytest.raises(ValueError, match="there is a file of that name"):
        atomic_write.check_folder(tmp_path / "new/file")
