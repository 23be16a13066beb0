"""What is to be said of a form to its author: from the converter and the form check in one shape, with its place."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from server.forms.survey_rows import row_of
from server.xform.findings import Finding

# Code of what the converter says: only its text tells more.
CONVERTER: Final = "converter"
_ROW = re.compile(r"\[row : (?P<row>\d+)\]\s*", re.IGNORECASE)
_SHEET = re.compile(r"(?:On the|sheet(?: named)?:?) ['“](?P<sheet>[\w ]+)['”](?: sheet,\s*)?")


@dataclass(frozen=True, slots=True)
class Remark:
    """`text` says in English what is wrong. `row` is the spreadsheet's own number; `offset` counts in `expression`."""

    text: str
    code: str = CONVERTER
    is_error: bool = False
    sheet: str = ""
    row: int | None = None
    path: str = ""
    rule: str = ""
    expression: str = ""
    offset: int | None = None
    value: str = ""


def converter_remark(text: str, *, is_error: bool = False) -> Remark:
    """A sentence of the converter, which names row and sheet inside it when it knows them."""
    row, sheet = _ROW.search(text), _SHEET.search(text)
    number = int(row["row"]) if row else None
    name = sheet["sheet"] if sheet else ("survey" if row else "")
    return Remark(_ROW.sub("", text).strip(), is_error=is_error, sheet=name, row=number)


def finding_remark(found: Finding, rows: Mapping[str, int], *, is_error: bool) -> Remark:
    """A finding of the form check; `rows` are those of `survey_rows`, empty for a form that came as XML."""
    row = row_of(rows, found.path)
    return Remark(
        text=found.detail,
        code=found.code,
        is_error=is_error,
        sheet="" if row is None else "survey",
        row=row,
        path=found.path,
        rule=found.rule,
        expression=found.expression,
        offset=found.offset,
        value=found.value,
    )


def refused_remarks(findings: Iterable[Mapping[str, Any]]) -> list[Remark]:
    """From the `findings` in the details of a refusal (`errors.form_has_errors`)."""
    names = ("code", "row", "path", "rule", "expression", "offset")
    return [
        Remark(text=found["detail"], is_error=True, sheet=found["sheet"] or "", **{name: found[name] for name in names})
        for found in findings
    ]
