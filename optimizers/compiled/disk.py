"""Kernels on disk: written as modules, compiled by processes of their own, loaded from Numba's cache.

The folder is the user's cache folder, or what the environment variable SAMSCAPE_CACHE names. A kernel's name is the
hash of its text, the versions of Python, NumPy and Numba, and the processor: nothing in the folder is ever stale, and
several processes may use it at once. What is loaded matches the hashes taken when it was compiled (`worker`); anything
else is deleted and compiled again. What has not been used for long is deleted, and so is what exceeds the limit.
"""

import atexit
import hashlib
import importlib.metadata
import logging
import os
import platform
import shutil
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack, contextmanager, suppress
from functools import cache
from pathlib import Path

import numpy as np
from filelock import FileLock, Timeout
from platformdirs import user_cache_path

from optimizers.compiled import worker

PATIENCE = 120.0  # seconds, the timeout of a compilation
NOTICE = 0.1  # seconds within which a cancellation is noticed
MAX_BYTES = 200 * 2**20  # bytes of kernels that are kept
UNUSED = 90 * 86400.0  # seconds after which a kernel that was not loaded goes
FRESH = 3600.0  # seconds in which a kernel that was compiled or loaded stays, whatever the others take
OWN = "samscape-kernels-"

log = logging.getLogger(__name__)


class Cancelled(Exception):
    """Nobody wants the kernel any more."""


def never() -> bool:
    """A compilation that is not cancelled."""
    return False


def folder() -> Path:
    """The folder of the kernels; one for this process alone, deleted at its end, where the user's cannot be used."""
    reason = refused()
    if reason is None:
        return _chosen()
    _warn(f"{reason}; kernels are compiled for this process alone")
    return _own_folder(os.getpid())


def _chosen() -> Path:
    chosen = os.environ.get("SAMSCAPE_CACHE")
    return Path(chosen).expanduser().absolute() if chosen else user_cache_path("samscape") / "kernels"


def refused() -> str | None:
    """One clause on why the user's folder cannot be used; creates it if it does not exist, for its owner only."""
    path = _chosen()
    reason = _refused(path)
    return None if reason is None else f"the folder of kernels {path} is not used, because {reason}"


def _refused(path: Path) -> str | None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.mkdir(mode=0o700, exist_ok=True)
        found = path.stat()
    except OSError as error:
        return f"it cannot be created: {error.strerror}"
    if hasattr(os, "geteuid"):
        if found.st_uid != os.geteuid():
            return "it belongs to another user"
        if found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
            return "others can write to it"
        if stat.S_IMODE(found.st_mode) != 0o700:
            with suppress(OSError):
                path.chmod(0o700)
    return None if os.access(path, os.W_OK | os.X_OK) else "it is not writable"


@cache
def _warn(sentence: str) -> None:
    log.warning("%s", sentence)


@cache
def _own_folder(process: int) -> Path:
    """A folder in the temporary one, named after its process, so that those of killed processes can be recognised."""
    for left in Path(tempfile.gettempdir()).glob(f"{OWN}*"):
        owner = left.name.removeprefix(OWN).partition("-")[0]
        with suppress(OSError):
            if owner.isdecimal() and not _alive(int(owner)) and left.lstat().st_uid == os.geteuid():
                shutil.rmtree(left, ignore_errors=True)
    path = Path(tempfile.mkdtemp(prefix=f"{OWN}{process}-"))
    atexit.register(_delete_own_folder, process, path)
    return path


def _delete_own_folder(process: int, path: Path) -> None:
    if process == os.getpid():  # and not a child that it forked
        for one in list(_working):
            one.kill()
            one.wait()
        shutil.rmtree(path, ignore_errors=True)


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        pass
    return True


def write(text: str) -> str:
    """Writes a kernel's module unless it is there, and returns its name."""
    name = "samscape_" + hashlib.sha256("\n".join((text, *_circumstances())).encode()).hexdigest()[:32]
    path, content = folder() / f"{name}.py", text.encode()
    try:
        written = path.read_bytes() == content
    except OSError:
        written = False
    if not written:
        draft = path.with_suffix(f".{os.getpid()}.draft")
        try:
            draft.write_bytes(content)
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
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
    """Whether a kernel is ready to be loaded: its files are what they were when it was compiled."""
    place = folder()
    try:
        return (place / f"{name}.done").read_bytes() == worker.seal(place, name)
    except OSError:
        return False


def compile_apart(names: Sequence[str], cancelled: Callable[[], bool] = never) -> None:
    """Compiles kernels in a process of its own, one after the other; those that another process compiles are awaited.

    Raises:
        subprocess.SubprocessError: when one does not compile, or not in time; the others are compiled nevertheless.
        Cancelled: when `cancelled` said so; a kernel half compiled leaves nothing that would be loaded.
    """
    place = folder()
    with ExitStack() as held:
        mine: list[str] = []
        others: list[str] = []
        for name in names:
            if not compiled(name):
                (mine if _take(held, _lock(place, name)) else others).append(name)
        complaint = _compile(place, mine, cancelled)
    for name in others:
        with _waited_for(_lock(place, name), cancelled):
            complaint += _compile(place, [name], cancelled)  # unless the other process did
    if not all(map(compiled, (*mine, *others))):
        raise subprocess.SubprocessError(complaint.strip() or "another process failed to compile it")
    if mine:
        prune(keep=names)


def _lock(place: Path, name: str) -> FileLock:
    """The lock of one kernel; the operating system frees it when its process ends, however it ends."""
    return FileLock(place / f"{name}.lock")


def _take(held: ExitStack, lock: FileLock) -> bool:
    try:
        held.enter_context(lock.acquire(blocking=False))
    except Timeout:
        return False
    return True


@contextmanager
def _waited_for(lock: FileLock, cancelled: Callable[[], bool]):
    until = time.monotonic() + PATIENCE
    while True:
        with ExitStack() as held:
            if _take(held, lock):
                yield
                return
        if cancelled():
            raise Cancelled
        if time.monotonic() > until:
            raise subprocess.TimeoutExpired("another process's compilation", PATIENCE)
        time.sleep(NOTICE / 2)


_working: set[subprocess.Popen] = set()


def _compile(place: Path, names: Sequence[str], cancelled: Callable[[], bool]) -> str:
    """Compiles those that are not, and returns the complaints. The caller holds the locks."""
    missing = [name for name in names if not compiled(name)]
    for name in missing:
        _delete(place, name, text=False)
    if not missing:
        return ""
    # isolated from the folder it is started in and from the modules beside it (-P), and from an interruption of ours
    command = [sys.executable, "-P", worker.__file__, str(place), *missing]
    with subprocess.Popen(
        command,
        start_new_session=True,
        text=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    ) as work:
        _working.add(work)
        try:
            until = time.monotonic() + PATIENCE * len(missing)
            while True:
                with suppress(subprocess.TimeoutExpired):
                    return work.communicate(timeout=NOTICE)[1]
                if cancelled():
                    raise Cancelled
                if time.monotonic() > until:
                    raise subprocess.TimeoutExpired(command[2], PATIENCE * len(missing))
        finally:
            _working.discard(work)
            work.kill()


def load(name: str) -> Callable:
    """Loads a kernel into this process, which takes milliseconds once Numba is imported and the kernel compiled.

    Raises:
        RuntimeError: for files that are not what was compiled, which are deleted, and where Numba is switched off.
    """
    if name not in sys.modules:
        place = folder()
        if not compiled(name):
            _delete(place, name)
            raise RuntimeError(f"the kernel {name} is not what was compiled")
        with _beside_the_text():
            worker.execute(place, name)
        with suppress(OSError):
            os.utime(place / f"{name}.done")  # used just now
    kernel = sys.modules[name].kernel
    if not getattr(kernel, "signatures", None):
        raise RuntimeError("Numba is switched off")
    return kernel


@contextmanager
def _beside_the_text():
    """While it lasts, Numba looks for compiled code beside its source, whatever NUMBA_CACHE_DIR says."""
    from numba import config

    before, config.CACHE_DIR = config.CACHE_DIR, ""
    try:
        yield
    finally:
        config.CACHE_DIR = before


def prune(keep: Iterable[str] = ()) -> None:
    """Deletes kernels unused for 90 days, then the longest unused until 200 MB remain, and what crashes left.

    A kernel that a process compiles at the moment, or that was compiled or loaded within the hour, stays, and so does
    any named. A loaded one needs its files no more.
    """
    place, now = folder(), time.time()
    kernels: dict[str, tuple[float, int]] = {}  # name → when last used, bytes
    for path in (*place.glob("samscape_*"), *place.glob("__pycache__/samscape_*")):
        with suppress(OSError):
            found = path.stat()
            name, _, kind = path.name.partition(".")
            if kind.endswith("draft") or ".tmp." in kind or kind.endswith(".pyc"):
                if now - found.st_mtime > FRESH:
                    path.unlink()
                continue
            used, size = kernels.get(name, (0.0, 0))
            kernels[name] = max(used, found.st_mtime), size + found.st_size
    total = sum(size for _, size in kernels.values())
    for name, (used, size) in sorted(kernels.items(), key=lambda item: item[1]):
        if now - used <= UNUSED and total <= MAX_BYTES:
            break
        if now - used > FRESH and name not in keep and name not in sys.modules:
            with ExitStack() as held:
                if _take(held, _lock(place, name)):
                    _delete(place, name)
                    (place / f"{name}.lock").unlink(missing_ok=True)
                    total -= size


def _delete(place: Path, name: str, *, text: bool = True) -> None:
    """Deletes a kernel's files, its seal first; the text may stay, to be recompiled."""
    for path in (place / f"{name}.done", *reversed(worker.files(place, name)[0 if text else 1 :])):
        path.unlink(missing_ok=True)
