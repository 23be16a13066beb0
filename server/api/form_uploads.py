"""Reading a form definition out of a request: the raw body, with headers that say what it may be."""

from server.errors import unsupported_media_type
from server.forms.convert import CONTENT_TYPES
from server.forms.upload import MAX_SIZE, FormUpload, fallback_form_id, read_upload
from server.http.bodies import read_raw_body
from server.http.call import Call

_MULTIPART = "multipart/form-data"
_TAKEN = ("application/xml", "text/xml", *CONTENT_TYPES.values())


def read_form_upload(call: Call) -> FormUpload:
    """Read and convert the body. The bytes decide what it is; the content type only shapes the error message."""
    if call.request.mimetype == _MULTIPART:
        # Its parts would look like broken XML, and the message would lead nowhere.
        raise unsupported_media_type(_MULTIPART, _TAKEN)
    content = read_raw_body(call.request, min(MAX_SIZE, call.services.settings.max_upload))
    return read_upload(
        content,
        claims_workbook=call.request.mimetype in CONTENT_TYPES.values(),
        fallback_id=fallback_form_id(call.request.headers.get("X-XlsForm-FormId-Fallback")),
    )


def has_body(call: Call) -> bool:
    """Whether anything was sent; a chunked body has no length."""
    return bool(call.request.content_length) or call.request.headers.get("Transfer-Encoding") is not None
