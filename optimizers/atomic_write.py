"""Atomic writes: under a name is the old file or the new one, whatever goes wrong.

The content goes to a draft in the same folder, is flushed to disk, and then replaces the file in one step. A folder of
files is filled as a draft likewise.
"""

import errno
import os
import platform
import secrets
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from shutil import rmtree
from typing import BinaryIO

STALE = 86400.0  # seconds after which a draft counts as abandoned
MARK = ".samscape-"  # drafts are hidden, and as short as a name may be long


def check(path: Path) -> None:
    """Makes sure that a file can be written, before anything is computed for it, and removes drafts of killed runs.

    Raises:
        ValueError: with one sentence that says why it cannot.
    """
    target = _target(path)
    try:
        mode = _mode(target)
        if mode is not None and stat.S_ISDIR(mode):
            raise ValueError(f"{path} cannot be written, because it is a folder")
        if mode is not None and not stat.S_ISREG(mode):
            raise ValueError(f"{path} cannot be written, because it is not a regular file")
        if mode is not None and not os.access(target, os.W_OK):
            raise ValueError(f"{path} cannot be written, because it is write-protected")
        if not target.parent.is_dir():
            folder = target.parent if path.is_symlink() else path.parent
            raise ValueError(f"{path} cannot be written, because the folder {folder} does not exist")
        _remove_stale(target.parent)
        draft = _draft(target)
        os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        os.unlink(draft)
    except OSError as error:
        raise ValueError(f"{path} cannot be written: {error.strerror}") from None


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """A file to write that takes the name `path` when all went well, and vanishes otherwise.

    Of a symbolic link the target is replaced; a file that was there gives the new one its mode.

    Raises:
        OSError: when something could not be written.
    """
    target = _target(path)
    mode = _mode(target)
    _remove_stale(target.parent)
    draft = _draft(target)
    try:
        descriptor = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
        with open(descriptor, "w+b") as file:
            if mode is not None and hasattr(os, "fchmod"):
                os.fchmod(descriptor, stat.S_IMODE(mode))
            yield file
            file.flush()
            os.fsync(descriptor)
        os.replace(draft, target)
        _sync_folder(target.parent)
    finally:
        with suppress(FileNotFoundError):
            os.unlink(draft)


def replace(path: Path, content: bytes) -> None:
    """Writes a whole file; see `replacing`."""
    with replacing(path) as file:
        file.write(content)


def check_folder(path: Path) -> None:
    """Makes sure that a folder can be made, before anything is computed for it: that nothing is in its place.

    Raises:
        ValueError: with one sentence that says why it cannot.
    """
    if path.is_dir() and any(path.iterdir()):
        raise ValueError(f"{path} cannot be made, because there is a folder of that name that is not empty")
    if path.exists() and not path.is_dir():
        raise ValueError(f"{path} cannot be made, because there is a file of that name")
    check(path / "draft" if path.is_dir() else path)


@contextmanager
def replacing_folder(path: Path) -> Iterator[Path]:
    """A folder to fill that takes the name `path`, which none or an empty one has, when all went well.

    Otherwise it vanishes.

    Raises:
        OSError: when something could not be written.
    """
    target = _target(path)
    _remove_stale(target.parent)
    draft = _draft(target)
    try:
        draft.mkdir()
        yield draft
        if target.is_dir():
            target.rmdir()  # which fails where it is not empty
        os.rename(draft, target)
        _sync_folder(target.parent)
    finally:
        rmtree(draft, ignore_errors=True)


def _target(path: Path) -> Path:
    return Path(os.path.realpath(path))


def _mode(target: Path) -> int | None:
    try:
        return os.lstat(target).st_mode
    except (FileNotFoundError, NotADirectoryError):
        return None


def _draft(target: Path) -> Path:
    return target.with_name(f"{MARK}{_machine()}-{os.getpid()}-{secrets.token_hex(4)}")


def _machine() -> str:
    return sha256(platform.node().encode()).hexdigest()[:8]


def _remove_stale(folder: Path) -> None:
    """Removes the drafts whose process, on this machine, is no more, and those of any machine that are a day old."""
    for draft in folder.glob(f"{MARK}*-*-*"):
        machine, _, process = draft.name.removeprefix(MARK).rpartition("-")[0].partition("-")
        with suppress(OSError):
            gone = machine == _machine() and process.isdecimal() and not _alive(int(process))
            if gone or time.time() - draft.lstat().st_mtime > STALE:
                rmtree(draft) if draft.is_dir() else os.unlink(draft)


def _alive(process: int) -> bool:
    if os.name == "nt":  # where the signal 0 would end the process
        return True
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        pass
    return True


def _sync_folder(folder: Path) -> None:
    """Has the new name reach the disk, on systems that can be asked to."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise
    finally:
        os.close(descriptor)
