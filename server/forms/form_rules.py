"""Hold an uploaded form against the form check, and decide what that means for the upload.

Errors refuse it, warnings are asked about like those of the converter. Files come after the form, so nothing is said
here about those that are missing. What ODK Validate lets through and forms in the field have is no reason to refuse.
"""

import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from server.errors import form_has_errors
from server.forms.survey_rows import row_of
from server.xform.document import parse_document
from server.xform.findings import Finding, Level
from server.xform.form_check import check_form
from server.xform.table_files import TableSource

# Errors to the form check with which forms are filled in all the same: phones take a path that leads nowhere as blank,
# and use the last of two binds.
_FORGIVEN: Final = frozenset(
    {"missing-node", "missing-column", "duplicate-bind", "choice-with-blank", "no-instance-id"}
)
_WITH_FILES_ONLY: Final = "missing-attachment"

_log = logging.getLogger("transect")


@dataclass(frozen=True, slots=True)
class FormVerdict:
    """`errors` keep a form from being published; `warnings` are for its author to read."""

    errors: tuple[Finding, ...]
    warnings: tuple[Finding, ...]


def judge_form(xml: bytes, files: Mapping[str, TableSource]) -> FormVerdict:
    """Check a form that can be parsed, with those of its files that are there."""
    findings = [*_forgiving(check_form(xml, files)), *_foreign_address(xml)]
    return FormVerdict(
        tuple(found for found in findings if found.level is Level.ERROR),
        tuple(found for found in findings if found.level is Level.WARNING),
    )


def form_warnings(xml: bytes, rows: Mapping[str, int] | None = None) -> tuple[str, ...]:
    """What the author of an uploaded form should read; raise 400.13 when the form has errors.

    `rows` are those of the survey sheet, for a form that came as a workbook.
    """
    rows = rows or {}
    try:
        verdict = judge_form(xml, {})
    except Exception:  # noqa: BLE001 -- no fault of the check may keep a form from being published
        _log.exception("a form could not be checked")
        return ()
    if verdict.errors:
        details = [_details(found, rows) for found in verdict.errors]
        raise form_has_errors(_sentence(verdict.errors[0], rows), details)
    return tuple(_sentence(found, rows) for found in verdict.warnings if found.code != _WITH_FILES_ONLY)


def place_in_sheet(found: Finding, rows: Mapping[str, int]) -> str:
    """Such as "survey sheet, row 7"; blank where no row can be named."""
    row = row_of(rows, found.path)
    return "" if row is None else f"survey sheet, row {row}"


def _sentence(found: Finding, rows: Mapping[str, int]) -> str:
    place = place_in_sheet(found, rows)
    return f"{found.path} ({found.rule}{', ' if place else ''}{place}): {found.detail}"


def _forgiving(findings: Iterable[Finding]) -> Iterator[Finding]:
    for found in findings:
        yield replace(found, level=Level.WARNING) if found.code in _FORGIVEN else found


def _foreign_address(xml: bytes) -> Iterator[Finding]:
    """Phones send to the address that the form itself names, if it names one, and not to this server."""
    element = parse_document(xml).find("{*}head/{*}model/{*}submission")
    action = "" if element is None else element.get("action", "").strip()
    if action:
        detail = (
            f"The form names an address of its own, {action}: phones send its submissions there and not to this "
            "server. Remove submission_url from the settings sheet."
        )
        yield Finding("submission-address", Level.WARNING, "/", "/", "submission", detail, value=action)


def _details(found: Finding, rows: Mapping[str, int]) -> dict[str, Any]:
    row = row_of(rows, found.path)
    return {
        "sheet": None if row is None else "survey",
        "row": row,
        "code": found.code,
        "level": str(found.level),
        "path": found.path,
        "rule": found.rule,
        "expression": found.expression,
        "offset": found.offset,
        "detail": found.detail,
    }
