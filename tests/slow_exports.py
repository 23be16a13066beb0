"""The server with exports that take their time, so that something can happen to them meanwhile: `tests.slow_exports:app`.

Each submission is a page of its own and takes `SECONDS`; the log has a line of `MARK` for it.
"""

import sys
import time
from collections.abc import Mapping
from typing import Any

from server.exports import records

SECONDS = 0.05
MARK = "a submission is read"
_answers = records.Record.answers


def _slow_answers(record: records.Record) -> Mapping[str, Any]:
    time.sleep(SECONDS)
    sys.stderr.write(f"{MARK}\n")
    sys.stderr.flush()
    return _answers(record)


records.PAGE = 1
setattr(records.Record, "answers", _slow_answers)  # noqa: B010 -- to the type checker a method is not for assigning

from wsgi import app  # noqa: E402, F401 -- after the change
