"""Faults in attached files themselves, whatever uses them."""

from collections.abc import Iterator

from server.xform.findings import Finding, Level
from server.xform.model import FormModel
from server.xform.table_files import TableError, TableSource, is_utf8


def check(model: FormModel) -> Iterator[Finding]:
    path = model.root.path
    for name, source in model.files.items():
        if name.lower().endswith(".csv") and not _reads_alike(source):
            detail = f"{name} is not in UTF-8, so phones show wrong letters. Save it as “CSV UTF-8”."
            yield Finding("attachment-encoding", Level.WARNING, path, path, f"attachment {name}", detail, value=name)


def _reads_alike(source: TableSource) -> bool:
    try:
        return is_utf8(source.read())
    except TableError:
        # A file that the storage has lost is told where it is needed.
        return True
