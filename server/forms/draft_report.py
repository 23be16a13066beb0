"""All that is to be said of a form version once more, as its author could read it when it was uploaded.

It is made from what is kept, so it also counts the files that came since, and forms that were uploaded by programs.
"""

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from server.forms.convert import ConversionError, convert, workbook_kind
from server.forms.form_rules import judge_form
from server.forms.remarks import Remark, converter_remark, finding_remark
from server.xform.shared_cache import SharedCache
from server.xform.table_files import TableSource

_KEPT: Final = 50

_log = logging.getLogger("transect")
_reports: Final[SharedCache[tuple[Remark, ...]]] = SharedCache(_KEPT)
# Apart, because files come one by one, and converting takes longest.
_conversions: Final[SharedCache[tuple[tuple[str, ...], Mapping[str, int]]]] = SharedCache(_KEPT)


@dataclass(frozen=True, slots=True)
class Source:
    """The workbook that a form came as, by its hash; `form_id` is what it is called when it does not say so itself."""

    sha256: str
    form_id: str
    read: Callable[[], bytes]


def report_of(xml: bytes, md5: str, files: Mapping[str, TableSource], workbook: Source | None) -> tuple[Remark, ...]:
    """Errors first. `md5` is that of the XML. Files that are missing are not told: that is a list of its own."""
    hashes = tuple(sorted((name, file.digest) for name, file in files.items()))
    names = (md5, hashes, workbook.sha256 if workbook else None)
    return _reports.get(names, lambda: (_report(xml, files, workbook), 1))


def _report(xml: bytes, files: Mapping[str, TableSource], workbook: Source | None) -> tuple[Remark, ...]:
    warnings, rows = _converted(workbook) if workbook else ((), {})
    remarks = [*_judged(xml, files, rows), *(converter_remark(text) for text in warnings)]
    return tuple(sorted(remarks, key=lambda remark: (not remark.is_error, remark.row or 0)))


def _converted(workbook: Source) -> tuple[tuple[str, ...], Mapping[str, int]]:
    """What the converter warns of, and where in the survey sheet each node was written."""

    def make() -> tuple[tuple[tuple[str, ...], Mapping[str, int]], int]:
        content = workbook.read()
        kind = workbook_kind(content)
        try:
            converted = None if kind is None else convert(content, kind, workbook.form_id)
        except ConversionError as error:
            # It was taken before, by another version of the converter.
            return ((str(error),), {}), 1
        return ((converted.warnings, converted.rows) if converted else ((), {})), 1

    return _conversions.get((workbook.sha256, workbook.form_id), make)


def _judged(xml: bytes, files: Mapping[str, TableSource], rows: Mapping[str, int]) -> Iterator[Remark]:
    try:
        verdict = judge_form(xml, files)
    except Exception:  # noqa: BLE001 -- no fault of the check may keep a form from being published
        _log.exception("a form could not be checked")
        return
    for found in (*verdict.errors, *verdict.warnings):
        if found.code != "missing-attachment":
            yield finding_remark(found, rows, is_error=found in verdict.errors)
