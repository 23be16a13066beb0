"""Forms for tests: XForms with a few questions, and workbooks as authors write them."""

from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import xlwt
from openpyxl import Workbook

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
XLS = "application/vnd.ms-excel"
XML = "application/xml"

Rows = Sequence[Sequence[Any]]

_XFORM = """<?xml version="1.0"?>
<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"
        xmlns:jr="http://openrosa.org/javarosa" xmlns:orx="http://openrosa.org/xforms">
  <h:head><h:title>{title}</h:title>
    <model>
      <itext><translation lang="vi"><text id="labels">{media}</text></translation></itext>
      <instance><data id={form_id}{version}>{nodes}<orx:meta><orx:instanceID/></orx:meta></data></instance>
      {binds}
    </model>
  </h:head>
  <h:body>{inputs}</h:body>
</h:html>
"""


def xform(
    form_id: str = "visit",
    version: str | None = "1",
    *,
    title: str = "Thăm hộ",
    fields: Mapping[str, str] | None = None,
    media: Iterable[str] = (),
) -> bytes:
    """An XForm with `fields` (name to type) at the top level, which shows the pictures in `media`."""
    questions = {"name": "string", "age": "int"} if fields is None else fields
    document = _XFORM.format(
        title=escape(title),
        form_id=quoteattr(form_id),
        version="" if version is None else f" version={quoteattr(version)}",
        media="".join(f'<value form="image">jr://images/{escape(name)}</value>' for name in media),
        nodes="".join(f"<{name}/>" for name in questions),
        binds="".join(f'<bind nodeset="/data/{name}" type="{kind}"/>' for name, kind in questions.items()),
        inputs="".join(f'<input ref="/data/{name}"><label>{name}</label></input>' for name in questions),
    )
    return document.encode()


def workbook(**sheets: Rows) -> bytes:
    """An .xlsx file with these sheets."""
    book = Workbook(write_only=True)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def old_workbook(**sheets: Rows) -> bytes:
    """An .xls file with these sheets."""
    book = xlwt.Workbook()
    for name, rows in sheets.items():
        sheet = book.add_sheet(name)
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                sheet.write(number, column, value)
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def form_sheets(*questions: Sequence[Any], form_id: str | None = "visit", version: str = "1") -> dict[str, Rows]:
    """Survey and settings of an XLSForm with these questions: type, name and label of each."""
    settings = {"form_title": "Thăm hộ", "version": version} | ({"form_id": form_id} if form_id else {})
    survey = [("type", "name", "label"), *(questions or [("text", "name", "Họ tên")])]
    return {"survey": survey, "settings": [tuple(settings), tuple(settings.values())]}


def xlsform(*questions: Sequence[Any], form_id: str | None = "visit", version: str = "1") -> bytes:
    """The same as an .xlsx file."""
    return workbook(**form_sheets(*questions, form_id=form_id, version=version))
