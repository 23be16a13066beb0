"""How many cases the fuzz tests try: a bounded number, or with TRANSECT_FUZZ so many times more."""

import os
from datetime import timedelta

from hypothesis import settings

_TIMES = int(os.environ.get("TRANSECT_FUZZ", "1"))
# No case may hang; a busy machine is no hang.
_DEADLINE = timedelta(seconds=10)


def cases(number: int) -> settings:
    return settings(max_examples=number * _TIMES, deadline=_DEADLINE)
