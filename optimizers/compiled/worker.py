"""Compiles kernels in a process of its own: `python -P worker.py FOLDER NAME …`.

A kernel is its module NAME.py and what Numba makes of it, an index and machine code in __pycache__. NAME.done seals
them: it holds the SHA-256 of each, and is written last. What does not match its seal is never loaded, because a single
flipped bit of machine code may give wrong numbers without a word.
"""

import hashlib
import os
import sys
from pathlib import Path
from types import ModuleType


def files(folder: Path, name: str) -> list[Path]:
    """The files of a kernel that are sealed."""
    return [folder / f"{name}.py", *sorted((folder / "__pycache__").glob(f"{name}.kernel-*.nb[ic]"))]


def seal(folder: Path, name: str) -> bytes:
    """What NAME.done must hold: a line for each file, as `sha256sum` writes and checks them.

    Raises:
        OSError: where a file cannot be read.
    """
    lines = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder).as_posix()}\n"
        for path in files(folder, name)
    ]
    return "".join(lines).encode()


def execute(folder: Path, name: str) -> ModuleType:
    """The module of a kernel, made of its text alone: Python's cache of bytecode is not sealed."""
    path = folder / f"{name}.py"
    module = ModuleType(name)
    module.__file__ = str(path)
    sys.modules[name] = module  # Numba looks for it there
    try:
        exec(compile(path.read_bytes(), str(path), "exec"), vars(module))
    except BaseException:
        del sys.modules[name]
        raise
    return module


def main(folder: Path, names: list[str]) -> None:
    """Compiles and seals; complains on stderr of each kernel that does not compile."""
    if hasattr(os, "nice"):
        os.nice(5)
    os.umask(0o077)
    os.environ.pop("NUMBA_CACHE_DIR", None)  # its files belong beside the text
    for name in names:
        try:
            execute(folder, name)
            draft = folder / f"{name}.{os.getpid()}.draft"
            draft.write_bytes(seal(folder, name))
            draft.replace(folder / f"{name}.done")
        except Exception as reason:
            print(name, reason, file=sys.stderr)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
