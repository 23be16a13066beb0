"""What processes have used: CPU seconds and memory of a whole family, from /proc."""

import os
from pathlib import Path

_TICK = os.sysconf("SC_CLK_TCK")


def family(root: int) -> list[int]:
    """A process and everything below it."""
    members, waiting = [], [root]
    while waiting:
        pid = waiting.pop()
        members.append(pid)
        waiting += [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return members


def cpu_seconds(root: int) -> float:
    """User and system time so far, that of children which have ended included."""
    return sum(sum(map(int, _stat(pid)[11:15])) for pid in family(root)) / _TICK


def memory_megabytes(root: int) -> float:
    """Proportional set size: memory that processes share is counted once in all."""
    return sum(_pss(pid) for pid in family(root)) / 1024


def _stat(pid: int) -> list[str]:
    """The fields after the program's name, which may itself hold blanks and brackets."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()


def _pss(pid: int) -> int:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
