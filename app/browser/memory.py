"""Returns unused memory to the system.

glibc keeps freed blocks between used ones, in a heap for every thread. With many visitors that heap grows for hours,
though no more is in use. Other C libraries have no such calls, and are not touched.

Source: mallopt(3) and malloc_trim(3) of the Linux manual pages.
"""

import ctypes
import sys

ARENA_MAX = -8  # glibc's code of that option
HEAPS = 2


def limit_arenas() -> None:
    """Limits threads that start from now on to two heaps; for a long-running server."""
    if (libc := glibc()) is not None:
        libc.mallopt(ARENA_MAX, HEAPS)


def trim_heap() -> None:
    """Returns every unused page of the heaps to the system."""
    if (libc := glibc()) is not None:
        libc.malloc_trim(0)


def glibc() -> ctypes.CDLL | None:
    libc = ctypes.CDLL(None) if sys.platform == "linux" else None
    return libc if hasattr(libc, "malloc_trim") else None
