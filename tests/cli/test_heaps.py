"""Memory of a process with many threads."""

import ctypes
import re
import subprocess
import sys

from tests.services import require

# Each thread holds some memory until all do; then the C library says how many heaps it has.
PROGRAM = """
import ctypes, threading
from server.cli.heaps import share_heaps
{call}
barrier = threading.Barrier(8)
def hold():
    blocks = [bytes(2_000) for _ in range(100)]
    barrier.wait()
threads = [threading.Thread(target=hold) for _ in range(8)]
for thread in threads: thread.start()
for thread in threads: thread.join()
library = ctypes.CDLL(None)
library.fdopen.restype = ctypes.c_void_p
out = ctypes.c_void_p(library.fdopen(1, b"w"))
library.malloc_info(0, out)
library.fflush(out)
"""


def heaps(call: str) -> int:
    done = subprocess.run([sys.executable, "-c", PROGRAM.format(call=call)], check=True, capture_output=True, text=True)
    return len(re.findall("<heap nr=", done.stdout))


def test_many_threads_share_two_heaps() -> None:
    require(hasattr(ctypes.CDLL(None), "malloc_info"), "this is not glibc, which has heaps by thread")
    assert heaps("") > 2
    assert heaps("share_heaps()") == 2
