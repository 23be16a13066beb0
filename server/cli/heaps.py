"""How the C library hands out memory to the threads of this process."""

import ctypes
from typing import Final

# As in malloc.h of glibc.
_M_ARENA_MAX: Final = -8
_HEAPS: Final = 2


def share_heaps() -> None:
    """Let all threads share two heaps, in this process and those forked from it; does nothing without glibc.

    By itself each thread gets one of its own, and keeps there what the largest answer took that it ever gave: with
    eight threads, twice the memory of the whole process.
    """
    library = ctypes.CDLL(None)
    if hasattr(library, "mallopt"):
        library.mallopt(_M_ARENA_MAX, _HEAPS)
