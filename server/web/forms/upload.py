"""Reading a form's definition out of a page's form, and telling its author why it cannot be taken."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from server.errors import Problem, too_large
from server.forms.remarks import Remark, converter_remark, refused_remarks
from server.forms.upload import MAX_SIZE, FormUpload, fallback_form_id, read_upload
from server.http.call import Call

# The file, and the boundaries and fields around it.
UPLOAD_LIMIT = MAX_SIZE + 100_000
_WORKBOOKS = (".xlsx", ".xls", ".xlsm")
_XLSFORM_INVALID, _UNEXPECTED, _OTHER_TYPE, _TAKEN = "400.15", "400.8", "400.17", "409.3"


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
    if problem.code == _XLSFORM_INVALID:
        return Refusal(name, [converter_remark(details["error"], is_error=True)])
    return Refusal(name, [_remark(call, problem, details)])


def _remark(call: Call, problem: Problem, details: Mapping[str, Any]) -> Remark:
    """What the API says to programs, in words for whoever has the file at hand."""
    if problem.code == _TAKEN and "values" in details:
        taken = details["values"][-1]
        text = f"This project has a form with the id “{taken}” already. Open it, and send the file there."
        return Remark(text, "form-exists", is_error=True, sheet="settings", value=taken)
    if problem.code == _UNEXPECTED and details.get("field") == "xmlFormId" and call.path_form is not None:
        own, got = call.form.form_id, details["value"]
        text = (
            f"The file holds the form “{got}”. Write “{own}” under form_id in its settings, or make a new form of it."
        )
        return Remark(text, "other-form", is_error=True, sheet="settings", value=own)
    if problem.code == _OTHER_TYPE:
        return Remark(
            problem.message,
            "other-type",
            is_error=True,
            sheet=details.get("sheet", ""),
            row=details.get("row"),
            path=details["path"],
            value=details["type"],
        )
    return Remark(problem.message, problem.code, is_error=True)
