"""Forms and submissions for the tests of form logic, small enough that a test shows its whole world."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone

from lxml import etree
from pyxform.xls2xform import convert

from server.xform.check import check_submission
from server.xform.findings import Finding
from server.xform.form_check import check_form
from server.xform.form_compiler import compile_form
from server.xform.model import FormModel
from server.xform.table_files import TableSource

HANOI = timezone(timedelta(hours=7))
RECEIVED = datetime(2024, 6, 1, 12, 0, tzinfo=UTC)

_FORM = """<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"
  xmlns:jr="http://openrosa.org/javarosa" xmlns:orx="http://openrosa.org/xforms">
  <h:head><h:title>T</h:title><model>{model}</model></h:head><h:body>{body}</h:body></h:html>"""


def xform(fields: str, binds: str = "", body: str = "", more: str = "") -> bytes:
    """An XForm with these fields in its primary instance, which also has meta/instanceID."""
    instance = f'<instance><data id="t" version="1">{fields}<meta><instanceID/></meta></data></instance>'
    return _FORM.format(model=instance + more + binds, body=body).encode()


def attached(contents: Mapping[str, str | bytes], *, may_differ: bool = False) -> dict[str, TableSource]:
    """Attachments by name."""
    return {name: _source(name, content, may_differ=may_differ) for name, content in contents.items()}


def _source(name: str, content: str | bytes, *, may_differ: bool) -> TableSource:
    data = content.encode() if isinstance(content, str) else content
    return TableSource(name, f"{name} {hash(data)}", lambda: data, may_differ)


def written(table: str, files: Mapping[str, str | bytes] | None = None) -> FormModel:
    """The logic of a form that is written as a Markdown table."""
    return compile_form(convert(xlsform=table, file_type=".md").xform.encode(), attached(files or {}))


def findings(model: FormModel, answers: str, client: str = "collect") -> list[Finding]:
    """What the check says of a submission with these elements in its root."""
    name = model.root.name
    root = etree.fromstring(f'<{name} id="{model.form_id}" version="1">{answers}</{name}>'.encode())
    return check_submission(model, root, received_at=RECEIVED, zone=HANOI, client=client)


def brief(found: list[Finding]) -> list[tuple[str, str, str]]:
    """Level, code and path of each finding."""
    return [(str(finding.level), finding.code, finding.path) for finding in found]


def upload_findings(xml: bytes, files: Mapping[str, str | bytes] | None = None) -> list[tuple[str, str, str]]:
    """Level, code and path of what the check of a form says."""
    return brief(check_form(xml, attached(files or {})))
