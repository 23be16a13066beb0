"""All tables of an export in one pass over the submissions.

A zip holds one file after another, and a submission has lines for several. So the lines of the form's own table are
given out at once, and those of the repeats wait: the first of them in memory, the others on disk.
"""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from tempfile import SpooledTemporaryFile
from typing import IO

from server.exports.csv_text import CsvLayout, CsvLines, RepeatCsv, SubmissionsCsv
from server.exports.records import Record
from server.exports.rows import repeat_rows
from server.exports.tables import Table

# In bytes, of each repeat's table.
_IN_MEMORY = 1_000_000
_PIECE = 256 * 1024

Spools = Mapping[str, IO[bytes]]


@contextmanager
def open_spools(root: Table) -> Iterator[Spools]:
    """A place to wait for the lines of each repeat's table, by its path."""
    with ExitStack() as stack:
        paths = [table.path for table in root.walk() if table is not root]
        yield {path: stack.enter_context(SpooledTemporaryFile(max_size=_IN_MEMORY)) for path in paths}


def read_back(spool: IO[bytes]) -> Iterator[bytes]:
    spool.seek(0)
    while piece := spool.read(_PIECE):
        yield piece


class TableLines:
    """The lines of all tables, headers first; without spools only those of the form's own table."""

    def __init__(self, root: Table, layout: CsvLayout, spools: Spools) -> None:
        self._root, self._spools = root, spools
        self._own, self._own_lines = SubmissionsCsv(root, layout), CsvLines()
        self._own_lines.add(self._own.header())
        self._repeats = {table.path: RepeatCsv(table, layout) for table in root.walk() if table.path in spools}
        self._lines = {path: CsvLines() for path in spools}
        for path, repeat in self._repeats.items():
            self._lines[path].add(repeat.header())

    def add(self, record: Record) -> None:
        answers = record.answers()
        self._own_lines.add(self._own.line(record, self._root.values(answers)))
        if not self._repeats:
            return
        for row in repeat_rows(self._root, answers, record.instance_id):
            path = row.table.path
            self._lines[path].add(self._repeats[path].line(row))

    def take(self) -> bytes:
        """The form's own lines since the last time; the others go where they wait."""
        for path, spool in self._spools.items():
            spool.write(self._lines[path].take())
        return self._own_lines.take()
