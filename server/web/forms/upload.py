"""Reading a form's definition out of a page's form, and telling its author why it cannot be taken."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

from server.errors import Problem, too_large
from server.forms.remarks import Remark, converter_remark, refused_remarks
from server.forms.upload import MAX_SIZE, FormUpload, fallback_form_id, read_upload
from server.http.call import Call

# The file, and the boundaries and fields around it.
UPLOAD_LIMIT = MAX_SIZE + 100_000
_WORKBOOKS = (".xlsx", ".xls", ".xlsm")
_XLSFORM_INVALID = "400.15"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a file was not taken."""

    file_name: str
    remarks: Sequence[Remark] = field(default_factory=list)


def read_file(call: Call, form_id: str | None = None) -> FormUpload:
    """The definition in the field `file`. Without an id of its own it gets `form_id`, else the name of the file.

    Raises what `read_upload` does.
    """
    file = call.request.files["file"]
    content = file.stream.read(MAX_SIZE + 1)
    if len(content) > MAX_SIZE:
        raise too_large(MAX_SIZE)
    name = file.filename or ""
    return read_upload(
        content,
        claims_workbook=name.lower().endswith(_WORKBOOKS),
        fallback_id=form_id or fallback_form_id(quote(name.replace("\0", ""))),
    )


def has_file(call: Call) -> bool:
    return "file" in call.request.files and bool(call.request.files["file"].filename)


def refusal_of(call: Call, problem: Problem) -> Refusal:
    name = call.request.files["file"].filename or ""
    details = problem.details or {}
    if "findings" in details:
        return Refusal(name, refused_remarks(details["findings"]))
    text = details["error"] if problem.code == _XLSFORM_INVALID else problem.message
    return Refusal(name, [converter_remark(text, is_error=True)])
