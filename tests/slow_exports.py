"""The server with exports that take their time, so that something can happen to them: `tests.slow_exports:slow_app()`."""

import sys
import time
from collections.abc import Mapping
from typing import Any

from flask import Flask

from server.exports import records

SECONDS = 0.05
MARK = "a submission is read"


def slow_app() -> Flask:
    """Each submission is a page of its own and takes `SECONDS`; the log has a line of `MARK` for it.

    Only for a process of its own, which it changes.
    """
    answers = records.Record.answers

    def slow_answers(record: records.Record) -> Mapping[str, Any]:
        time.sleep(SECONDS)
        sys.stderr.write(f"{MARK}\n")
        sys.stderr.flush()
        return answers(record)

    records.PAGE = 1
    setattr(records.Record, "answers", slow_answers)  # noqa: B010 -- to the type checker a method is not for assigning
    from wsgi import app

    return app
