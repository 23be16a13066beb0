"""The OpenRosa protocol's headers and messages, as ODK Collect reads them.

Collect shows the text of `<message>` to the enumerator, so every refusal says what to do. It takes a document only
with `text/xml` and `X-OpenRosa-Version`.
"""

from xml.sax.saxutils import escape

from flask import Request, Response, has_request_context, request

from server.errors import Problem, unexpected_value
from server.http.credentials import CSRF_HEADER
from server.http.routes import Routes

XML = "text/xml; charset=utf-8"
ACCEPTED = "full submission upload was successful!"
_LAST_WORDS = ("formList", "submission", "manifest")


def write_xml(document: str | bytes, status: int = 200) -> Response:
    response = Response(document, status=status, content_type=XML)
    response.headers["X-OpenRosa-Version"] = "1.0"
    return response


def require_version(request: Request) -> None:
    """Raise 400.8 unless the client says that it speaks OpenRosa 1.0; the API asks for the header."""
    version = request.headers.get("X-OpenRosa-Version")
    if version != "1.0":
        raise unexpected_value("X-OpenRosa-Version", version, "the header must be there and be 1.0")


def write_message(message: str, *, status: int, nature: str = "") -> Response:
    return write_xml(
        '<?xml version="1.0" encoding="UTF-8"?>\n<OpenRosaResponse xmlns="http://openrosa.org/http/response" items="0">'
        f'<message nature="{nature}">{escape(message)}</message></OpenRosaResponse>',
        status,
    )


def write_problem(problem: Problem) -> Response:
    """A 401 carries a challenge: without one Collect reports a broken server instead of asking for a password.

    Our own pages get none: browsers would ask for a password over them, and people sign in elsewhere.
    """
    response = write_message(problem.message, status=problem.status, nature="error")
    is_page = has_request_context() and CSRF_HEADER in request.headers
    if problem.status == 401 and not is_page:
        response.headers["WWW-Authenticate"] = 'Basic realm="Transect", charset="UTF-8"'
    return response


def speaks_openrosa(path: str) -> bool:
    """Whether a path that no route owns is one that phones ask for."""
    return path.startswith("/v1/") and path.rstrip("/").rpartition("/")[2] in _LAST_WORDS


routes = Routes("openrosa", write_problem)
