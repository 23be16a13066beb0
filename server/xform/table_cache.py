"""Loaded lists, shared by all forms and threads of a process.

Lists are named by the digest of their file. Short ones are kept in memory, long ones in files.
"""

import shutil
import tempfile
import weakref
from pathlib import Path
from threading import Lock
from typing import Final

from server.xform.shared_cache import SharedCache
from server.xform.stored_table import StoredTable
from server.xform.table_files import TableSource, load_table
from server.xform.tables import Table

MAX_BYTES: Final = 64 * 1024 * 1024  # of cells; in memory a list takes about six times that
_BYTES_OF_STORED: Final = 10_000  # what a list in a file takes in memory


class TableCache:
    """Lists by the digest of their file. Long ones lie in `folder`, by default one that ends with the process."""

    def __init__(self, max_bytes: int = MAX_BYTES, folder: Path | None = None) -> None:
        self._tables: SharedCache[Table] = SharedCache(max_bytes)
        self._folder = folder
        self._lock = Lock()

    def table(self, source: TableSource) -> Table:
        """The list in the file; raises TableError if it cannot be read."""
        return self._tables.get(source.digest, lambda: self._load(source))

    def _load(self, source: TableSource) -> tuple[Table, int]:
        table = load_table(source, self._place())
        return table, _BYTES_OF_STORED if isinstance(table, StoredTable) else table.size

    def _place(self) -> Path:
        with self._lock:
            if self._folder is None:
                self._folder = Path(tempfile.mkdtemp(prefix="lists-"))
                weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
            return self._folder


shared_tables: Final = TableCache()
