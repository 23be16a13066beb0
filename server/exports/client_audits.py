"""The logs that ODK Collect keeps while a form is filled in, put together into one table.

Which file is such a log is said in `files`. A log is what a phone has sent: a part that cannot be read is left out
and named by the caller, and no log stops an export.
"""

import codecs
import csv
from collections.abc import Iterable, Iterator

# The columns of Collect's log, in the order of its documentation; a log has those that its form asked for.
COLUMNS = (
    "event", "node", "start", "end", "latitude", "longitude", "accuracy", "old-value", "new-value", "user",
    "change-reason",
)  # fmt: skip
HEADER = ("instance ID", *COLUMNS)
# Longer than any line of a log; without a limit one file without line ends would fill the memory.
_MAX_LINE = 1_000_000


class UnreadableAudit(Exception):  # noqa: N818 -- an outcome that the caller expects
    """The rest of a log is not CSV."""


def audit_lines(instance_id: str, chunks: Iterable[bytes]) -> Iterator[list[str]]:
    """The events of one log under `HEADER`; columns that Collect does not have are left out."""
    rows = csv.reader(_lines(chunks))
    try:
        header = next(rows, [])
        places = [header.index(name) if name in header else None for name in COLUMNS]
        for row in rows:
            if row:
                cells = [row[place] if place is not None and place < len(row) else "" for place in places]
                yield [instance_id, *cells]
    except csv.Error as error:
        raise UnreadableAudit(str(error)) from error


def _lines(chunks: Iterable[bytes]) -> Iterator[str]:
    decode = codecs.getincrementaldecoder("utf-8-sig")("replace").decode
    rest = ""
    for chunk in chunks:
        *lines, rest = (rest + decode(chunk)).split("\n")
        if len(rest) > _MAX_LINE:
            raise UnreadableAudit("a line is too long")
        for line in lines:
            yield f"{line}\n"
    rest += decode(b"", final=True)
    if rest:
        yield rest
