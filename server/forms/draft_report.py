"""All that is to be said of a form version once more, as its author could read it when it was uploaded.

It is made from what is kept, so it also counts the files that came since, and forms that were uploaded by programs.
"""

import logging
from collections.abc import Callable, Hashable, Iterator, Mapping
from typing import Final

from server.forms.convert import ConversionError, convert, workbook_kind
from server.forms.form_rules import judge_form
from server.forms.remarks import Remark, converter_remark, finding_remark
from server.xform.shared_cache import SharedCache
from server.xform.table_files import TableSource

_KEPT: Final = 50

_log = logging.getLogger("transect")
_reports: Final[SharedCache[tuple[Remark, ...]]] = SharedCache(_KEPT)


def report_of(
    xml: bytes,
    files: Mapping[str, TableSource],
    read_workbook: Callable[[], bytes] | None,
    *,
    form_id: str,
    names: Hashable,
) -> tuple[Remark, ...]:
    """Errors first. `names` tells this XML, these files and this workbook from all others, so that a report is kept.

    `read_workbook` is None for a form that came as XML. Files that are missing are not told: that is a list of its own.
    """
    return _reports.get(names, lambda: (_report(xml, files, read_workbook, form_id), 1))


def _report(
    xml: bytes, files: Mapping[str, TableSource], read_workbook: Callable[[], bytes] | None, form_id: str
) -> tuple[Remark, ...]:
    warnings, rows = _converted(read_workbook(), form_id) if read_workbook else ((), {})
    remarks = [*_judged(xml, files, rows), *(converter_remark(text) for text in warnings)]
    return tuple(sorted(remarks, key=lambda remark: (not remark.is_error, remark.row or 0)))


def _converted(workbook: bytes, form_id: str) -> tuple[tuple[str, ...], Mapping[str, int]]:
    kind = workbook_kind(workbook)
    try:
        converted = None if kind is None else convert(workbook, kind, form_id)
    except ConversionError as error:
        # It was taken before, by an older converter.
        return (str(error),), {}
    return (converted.warnings, converted.rows) if converted else ((), {})


def _judged(xml: bytes, files: Mapping[str, TableSource], rows: Mapping[str, int]) -> Iterator[Remark]:
    try:
        verdict = judge_form(xml, files)
    except Exception:  # noqa: BLE001 -- no fault of the check may keep a form from being published
        _log.exception("a form could not be checked")
        return
    for found in (*verdict.errors, *verdict.warnings):
        if found.code != "missing-attachment":
            yield finding_remark(found, rows, is_error=found in verdict.errors)
