"""Kernels on disk: written as modules, compiled by processes of their own, loaded from Numba's cache.

The folder is the user's cache folder, or what the environment variable SAMSCAPE_CACHE names. A kernel's name is the
hash of its text, the versions of Python, NumPy and Numba, and the processor: nothing in the folder is ever stale, and
several processes may use it at once.
"""

import hashlib
import importlib.metadata
import importlib.util
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

import numpy as np
from platformdirs import user_cache_path

PATIENCE = 120.0  # seconds after which a compilation is given up, and another process's taken over

_COMPILE = """
import importlib, os, pathlib, sys
if hasattr(os, "nice"):
    os.nice(5)
sys.path.insert(0, sys.argv[1])
for name in sys.argv[2:]:
    try:
        importlib.import_module(name)
    except Exception as reason:
        print(name, reason, file=sys.stderr)
    else:
        pathlib.Path(sys.argv[1], name + ".done").touch()
"""


def folder() -> Path:
    """The folder of the kernels; one for this process alone if the user's cannot be written."""
    chosen = os.environ.get("SAMSCAPE_CACHE")
    path = Path(chosen).expanduser() if chosen else user_cache_path("samscape") / "kernels"
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError:
        return _own_folder()
    return path if os.access(path, os.W_OK) else _own_folder()


@cache
def _own_folder() -> Path:
    return Path(tempfile.mkdtemp(prefix="samscape-"))


def write(text: str) -> str:
    """Writes a kernel's module unless it is there, and returns its name."""
    name = "samscape_" + hashlib.sha256("\n".join((text, *_circumstances())).encode()).hexdigest()[:32]
    path = folder() / f"{name}.py"
    if not path.exists():
        draft = path.with_suffix(f".{os.getpid()}.draft")
        draft.write_text(text, encoding="utf-8")
        draft.replace(path)
    return name


@cache
def _circumstances() -> tuple[str, ...]:
    return sys.version, np.__version__, importlib.metadata.version("numba"), platform.machine(), _processor()


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    return "\n".join(sorted({line for line in lines if line.startswith(("model name", "flags", "Features"))}))


def compiled(name: str) -> bool:
    """Whether a kernel is ready to be loaded."""
    return (folder() / f"{name}.done").exists()


def compile_apart(names: Sequence[str]) -> None:
    """Compiles kernels in a process of its own, one after the other, leaving out what another process compiles.

    Raises:
        subprocess.SubprocessError: when one does not compile, or not in time; the others are compiled all the same.
    """
    locks = {name: folder() / f"{name}.lock" for name in names}
    mine = [name for name, lock in locks.items() if not compiled(name) and _take(lock)]
    complaint = ""
    try:
        if mine:
            command = [sys.executable, "-c", _COMPILE, str(folder()), *mine]
            quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE}
            done = subprocess.run(command, timeout=PATIENCE * len(mine), start_new_session=True, text=True, **quiet)
            complaint = done.stderr
    finally:
        for name in mine:
            locks[name].unlink(missing_ok=True)
    for name, lock in locks.items():
        while not compiled(name) and _held(lock):
            time.sleep(0.05)
    if not all(map(compiled, names)):
        raise subprocess.SubprocessError(complaint.strip() or "another process failed to compile it")


def _take(lock: Path) -> bool:
    if _held(lock):
        return False
    lock.unlink(missing_ok=True)  # whoever took it is gone
    try:
        lock.touch(exist_ok=False)
    except FileExistsError:
        return False
    return True


def _held(lock: Path) -> bool:
    try:
        return time.time() - lock.stat().st_mtime < PATIENCE
    except FileNotFoundError:
        return False


def load(name: str) -> Callable:
    """Loads a kernel into this process, which takes milliseconds once Numba is imported and the kernel compiled."""
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, folder() / f"{name}.py")
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        try:
            spec.loader.exec_module(module)
        except BaseException:
            del sys.modules[name]
            raise
    kernel = sys.modules[name].kernel
    if not getattr(kernel, "signatures", None):
        raise RuntimeError("Numba is switched off")
    return kernel
