"""The cache of kernels: what was damaged is never run, others cannot plant anything, and it stays small."""

import hashlib
import logging
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from landscapes import LANDSCAPES, Landscape
from optimizers import SAM, compiled, run
from optimizers.compiled import __main__ as ahead
from optimizers.compiled import disk, pairs
from optimizers.step import step_of
from tests.paths import ROOT

banana = LANDSCAPES["banana"]
POINTS = np.random.default_rng(5).uniform(-3, 3, (2, 500))


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A folder with one kernel in it, and the kernel's name."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("kernels")
        patch.setenv("SAMSCAPE_CACHE", str(folder))
        name = compiled.Pair(step_of(SAM), banana).write()
        disk.compile_apart([name])
    return folder, name


@pytest.fixture
def cache(made, monkeypatch):
    """The same, put right again afterwards; the process has not loaded the kernel."""
    folder, name = made
    monkeypatch.setenv("SAMSCAPE_CACHE", str(folder))
    monkeypatch.delitem(sys.modules, name, raising=False)
    before = {path: path.read_bytes() for path in folder.rglob("samscape_*") if not path.name.endswith(".lock")}
    yield folder, name
    times = {path: (path.stat().st_atime, path.stat().st_mtime) for path in before if path.exists()}
    for path, content in before.items():
        if not path.exists() or path.read_bytes() != content:
            path.write_bytes(content)
            os.utime(path, times.get(path))
    sys.modules.pop(name, None)


def kernel_files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("samscape_*") if path.suffix in {".py", ".done", ".nbi", ".nbc"})


def ends() -> np.ndarray:
    """What a process that begins now gets from the kernel in the cache, or from NumPy where it has none."""
    pair = compiled.Pair(step_of(SAM), banana)
    pair.make()
    assert pair.kernel is not None
    final, previous = np.empty((2, 500)), np.empty((2, 500))
    numbers = (np.array([0.5]), np.array([0.01]))  # ρ and α
    pair.kernel(*np.ascontiguousarray(POINTS), *numbers, 20, final, previous, np.empty((0, 2, 0)), 0, 500)
    return final


def reference() -> np.ndarray:
    with compiled.numpy_only():
        return run(SAM(0.5), banana, POINTS, learning_rate=0.01, steps=20, keep="final").final


def flip(path: Path, bit: int) -> None:
    content = bytearray(path.read_bytes())
    content[bit // 8] ^= 1 << bit % 8
    path.write_bytes(content)


def test_a_kernel_is_its_text_its_index_its_code_and_their_seal(cache):
    folder, name = cache
    files = kernel_files(folder)
    assert sorted(path.suffix for path in files) == [".done", ".nbc", ".nbi", ".py"]
    assert disk.compiled(name)
    sealed = [line.split("  ") for line in (folder / f"{name}.done").read_text().splitlines()]
    assert {file for _, file in sealed} == {str(path.relative_to(folder)) for path in files if path.suffix != ".done"}
    for digest, file in sealed:
        assert hashlib.sha256((folder / file).read_bytes()).hexdigest() == digest


def test_no_flipped_bit_is_ever_run(cache, sweep):
    """Each flip alone, in whichever file: found out before anything is executed."""
    folder, name = cache
    files = kernel_files(folder)
    contents = {path: path.read_bytes() for path in files}
    generator = np.random.default_rng(80)
    flips = sweep.count(80, 2000)
    for _ in range(flips):
        path = files[generator.integers(len(files))]
        flip(path, int(generator.integers(8 * len(contents[path]))))
        assert not disk.compiled(name), path
        with pytest.raises(RuntimeError, match="is not what was compiled"):
            disk.load(name)
        assert kernel_files(folder) == []
        for one, content in contents.items():
            one.write_bytes(content)
    sweep.report("single flipped bits in a kernel's files", flips, "none was run")


def test_what_a_flipped_bit_spoiled_is_compiled_anew(cache, sweep):
    """The numbers are right, the process lives, and the next one finds the kernel whole."""
    folder, name = cache
    files = kernel_files(folder)
    contents = {path: path.read_bytes() for path in files}
    generator = np.random.default_rng(81)
    chosen = [path for path in files if path.suffix == ".nbc"] if not sweep.whole else files * 8
    expected = reference()
    for path in chosen:
        flip(path, int(generator.integers(8 * len(contents[path]))))
        sys.modules.pop(name, None)
        np.testing.assert_array_equal(ends(), expected)
        assert disk.compiled(name)
        for one, content in contents.items():
            one.write_bytes(content)
    sweep.report("flipped bits healed by a new compilation", len(chosen), "right numbers in all")


@pytest.mark.parametrize("suffix", [".py", ".done", ".nbi", ".nbc"])
def test_a_truncated_or_missing_file_is_noticed(cache, suffix):
    folder, name = cache
    (path,) = (path for path in kernel_files(folder) if path.suffix == suffix)
    content = path.read_bytes()
    for part in (content[:-1], content[: len(content) // 2], b""):
        path.write_bytes(part)
        assert not disk.compiled(name)
    path.unlink()
    assert not disk.compiled(name)


def test_a_text_that_is_another_is_written_again(cache):
    folder, name = cache
    (folder / f"{name}.py").write_text("raise SystemExit('planted')")
    assert compiled.Pair(step_of(SAM), banana).write() == name
    np.testing.assert_array_equal(ends(), reference())


def test_bytecode_of_python_is_not_trusted(cache):
    folder, name = cache
    planted = folder / "__pycache__" / f"{name}.{sys.implementation.cache_tag}.pyc"
    planted.write_bytes(b"not bytecode")
    np.testing.assert_array_equal(ends(), reference())
    planted.unlink()


posix = pytest.mark.skipif(not hasattr(os, "geteuid"), reason="owners and modes are POSIX's")


@posix
@pytest.mark.parametrize("mode", [0o777, 0o720, 0o702])
def test_a_folder_that_others_may_write_into_is_refused(tmp_path, monkeypatch, caplog, mode):
    folder = tmp_path / "kernels"
    folder.mkdir()
    folder.chmod(mode)
    monkeypatch.setenv("SAMSCAPE_CACHE", str(folder))
    disk._warn.cache_clear()
    with caplog.at_level(logging.WARNING):
        assert disk.folder() != folder
        disk.folder()
    assert [record.message for record in caplog.records] == [
        f"the folder of kernels {folder} is not used, because others can write to it; "
        "kernels are compiled for this process alone"
    ]


@posix
def test_a_folder_of_another_user_is_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("SAMSCAPE_CACHE", str(tmp_path))
    assert disk.folder() == tmp_path
    monkeypatch.setattr(os, "geteuid", lambda: tmp_path.stat().st_uid + 1)
    assert "because it belongs to another user" in disk.refused()
    assert disk.folder() != tmp_path


@posix
def test_the_folder_is_for_its_owner_alone(tmp_path, monkeypatch):
    monkeypatch.setenv("SAMSCAPE_CACHE", str(tmp_path / "new"))
    disk.folder()
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700
    (tmp_path / "new").chmod(0o755)
    disk.folder()
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700


UNWRITABLE = """
import sys
from landscapes import LANDSCAPES
from optimizers import SAM, run
from optimizers.compiled import Pair
from optimizers.step import step_of
pair = Pair(step_of(SAM), LANDSCAPES["banana"])
if sys.argv[1] == "whole":
    pair.make()
    assert pair.kernel is not None
else:
    pair.prepare()
    import time
    time.sleep(0.3)  # the compiler is at work when the process ends
"""


@pytest.mark.parametrize("how", [pytest.param("whole", marks=pytest.mark.verify), "early"])
def test_an_unwritable_cache_leaves_nothing_in_the_temporary_folder(tmp_path, how):
    (tmp_path / "file").touch()
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    killed = temporary / f"{disk.OWN}{2**22 + 1}-abc"  # of a process that is no more
    killed.mkdir()
    environment = os.environ | {"SAMSCAPE_CACHE": str(tmp_path / "file"), "TMPDIR": str(temporary)}
    subprocess.run([sys.executable, "-c", UNWRITABLE, how], cwd=ROOT, env=environment, check=True)
    assert list(temporary.iterdir()) == []


def test_the_catalogue_is_not_compiled_ahead_for_a_folder_that_is_thrown_away(tmp_path, monkeypatch, capsys):
    (tmp_path / "file").touch()
    monkeypatch.setenv("SAMSCAPE_CACHE", str(tmp_path / "file"))
    assert ahead.main() == 1
    assert capsys.readouterr().err.startswith("The kernels were not compiled ahead: the folder of kernels ")


def kernel_of(folder: Path, number: int, *, age: float, size: int = 1000) -> str:
    """The files of a kernel last used `age` seconds ago."""
    name = f"samscape_{number:032x}"
    (folder / "__pycache__").mkdir(exist_ok=True)
    for path in (folder / f"{name}.py", folder / f"{name}.done", folder / "__pycache__" / f"{name}.kernel-1.py.1.nbc"):
        path.write_bytes(bytes(size // 3))
        os.utime(path, (time.time() - age,) * 2)
    return name


def left(folder: Path) -> set[str]:
    return {path.name.partition(".")[0] for path in folder.rglob("samscape_*")}


DAY, HOUR = 86400.0, 3600.0


def test_kernels_that_nobody_used_for_long_go(tmp_path, monkeypatch):
    monkeypatch.setenv("SAMSCAPE_CACHE", str(tmp_path))
    old, kept = kernel_of(tmp_path, 1, age=91 * DAY), kernel_of(tmp_path, 2, age=89 * DAY)
    disk.prune()
    assert left(tmp_path) == {kept}
    assert old not in left(tmp_path)


def test_what_is_too_much_goes_the_longest_unused_first(tmp_path, monkeypatch):
    monkeypatch.setenv("SAMSCAPE_CACHE", str(tmp_path))
    monkeypatch.setattr(disk, "MAX_BYTES", 3500)
    names = [kernel_of(tmp_path, number, age=(10 - number) * DAY) for number in range(5)]
    disk.prune()
    assert left(tmp_path) == set(names[2:])


def test_what_is_in_use_is_never_pruned(tmp_path, monkeypatch):
    monkeypatch.setenv("SAMSCAPE_CACHE", str(tmp_path))
    monkeypatch.setattr(disk, "MAX_BYTES", 0)
    fresh, asked, held, gone = (kernel_of(tmp_path, n, age=a * DAY) for n, a in enumerate((0, 5, 5, 5)))
    with disk._lock(tmp_path, held):
        disk.prune(keep=[asked])
        assert (tmp_path / f"{held}.lock").exists()
    assert left(tmp_path) == {fresh, asked, held}
    assert gone not in left(tmp_path)


def test_what_a_crash_left_half_written_goes(tmp_path, monkeypatch):
    monkeypatch.setenv("SAMSCAPE_CACHE", str(tmp_path))
    (tmp_path / "__pycache__").mkdir()
    stale = [tmp_path / "samscape_1.77.draft", tmp_path / "__pycache__" / "samscape_1.kernel-1.py.1.nbc.tmp.abc"]
    busy = tmp_path / "samscape_2.78.draft"
    for path in (*stale, busy):
        path.touch()
    for path in stale:
        os.utime(path, (time.time() - 2 * HOUR,) * 2)
    disk.prune()
    assert left(tmp_path) == {"samscape_2"}


def test_loading_a_kernel_counts_as_using_it(cache):
    folder, name = cache
    for path in kernel_files(folder):
        os.utime(path, (path.stat().st_atime, path.stat().st_mtime))
    seal = folder / f"{name}.done"
    os.utime(seal, (0, 0))
    disk.load(name)
    assert time.time() - seal.stat().st_mtime < 60


def test_a_lock_is_free_once_its_process_is_dead(cache, monkeypatch):
    """A process that was killed while it compiled holds nobody up."""
    folder, name = cache
    ready = iter([False])
    monkeypatch.setattr(disk, "compiled", lambda name: next(ready, True))
    monkeypatch.setattr(disk, "_compile", lambda *_: "")
    program = "import sys, time, filelock; filelock.FileLock(sys.argv[1]).acquire(); print(flush=True); time.sleep(60)"
    command = [sys.executable, "-c", program, str(folder / f"{name}.lock")]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as holder:
        holder.stdout.readline()
        threading.Timer(0.3, holder.kill).start()
        began = time.monotonic()
        disk.compile_apart([name])
    assert 0.2 < time.monotonic() - began < 30


def typed(number: int) -> Landscape:
    return Landscape.from_formula(f"x^2 + {number}*y^2 + sin(x)*cos(y)")


@pytest.mark.usefixtures("compiler")
def test_a_closed_page_has_nothing_compiled(monkeypatch, tmp_path):
    """What waits is skipped, what runs is stopped, and the next visitor of the same loss is served."""
    monkeypatch.setenv("SAMSCAPE_CACHE", str(tmp_path))
    first, second, third = (typed(number) for number in (2, 3, 4))
    one, two, three = (pairs.pair(SAM, landscape) for landscape in (first, second, third))
    one.prepare()
    two.prepare()
    until = time.monotonic() + 20
    while not disk._working:
        assert time.monotonic() < until
        time.sleep(0.01)
    (work,) = disk._working
    compiled.cancel(first)
    compiled.cancel(second)
    assert work.wait(timeout=10) != 0
    three.prepare()
    while three.kernel is None:
        assert time.monotonic() < until
        time.sleep(0.01)
    assert one.kernel is two.kernel is None
    assert len(list(tmp_path.glob("*.done"))) == 1
    one.spent(1.0)
    assert one._asked
    compiled.cancel(first)
    while disk._working:
        time.sleep(0.01)
