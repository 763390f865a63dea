"""Memory goes back to the system once nothing uses it.

glibc keeps what was freed between what is still used, in a heap for every thread. With many visitors coming and going
that grows for hours, though no more is in use. Other C libraries have no such calls, and are left alone.

Source: mallopt(3) and malloc_trim(3) of the Linux manual pages.
"""

import ctypes
import sys

ARENA_MAX = -8  # glibc's number of that option
HEAPS = 2


def limit_arenas() -> None:
    """All threads that begin from now on share two heaps; for a process that serves for long."""
    if (libc := glibc()) is not None:
        libc.mallopt(ARENA_MAX, HEAPS)


def trim_heap() -> None:
    """Frees every page of the heaps that holds nothing any more."""
    if (libc := glibc()) is not None:
        libc.malloc_trim(0)


def glibc() -> ctypes.CDLL | None:
    libc = ctypes.CDLL(None) if sys.platform == "linux" else None
    return libc if hasattr(libc, "malloc_trim") else None
