"""Pictures go back to the system when they are let go of.

The C library of Linux (glibc, mallopt(3)) learns from each large block that is freed to take the
next one of that size from its heap, where one small block above it keeps all of them resident:
after two minutes of looking at pictures 350 of 900 MB were in use by nobody. A fixed limit ends
the learning. It also gives each thread a heap of its own, which keeps what was once its most: two
for all of them grow by a third of that. What small blocks leave free between others stays resident
too, 35 MB after two minutes on the wall, until somebody asks for it (`give_back`). Other systems
have no such habits.
"""

from __future__ import annotations

import ctypes
import os

LARGE = 256 * 1024  # bytes: a thumbnail 256 px square; the small ones of the wall stay in the heap
SPARE = 16 * 1024 * 1024  # bytes the heap may have free at its end before it gives some back
HEAPS = 2
_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8  # malloc.h


def return_large_blocks() -> bool:
    """From now on each block of `LARGE` bytes or more is a mapping of its own, and threads that
    begin share `HEAPS`. False where the C library is another one.
    """
    wanted = (_MMAP_THRESHOLD, LARGE), (_TRIM_THRESHOLD, SPARE), (_ARENA_MAX, HEAPS)
    libc = _glibc()
    return libc is not None and all([libc.mallopt(name, value) for name, value in wanted])


def give_back() -> None:
    """Pages of the heaps that hold nothing go back to the system. Blocks for 0.13 ms a MB, and
    whoever needs the heap meanwhile waits: for a worker, at a quiet moment.
    """
    libc = _glibc()
    if libc is not None:
        libc.malloc_trim(0)


def _glibc() -> ctypes.CDLL | None:
    """The C library, None where it is another one."""
    try:
        is_glibc = (os.confstr("CS_GNU_LIBC_VERSION") or "").startswith("glibc")
    except (AttributeError, OSError, ValueError):  # no confstr on Windows, no such name on macOS
        return None
    return ctypes.CDLL(None) if is_glibc else None
