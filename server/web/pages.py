"""The start page: what runs here and where to go next."""

import base64
import hashlib
from importlib.metadata import version
from pathlib import Path

from flask import Response, render_template

from server.http.access import anyone
from server.http.call import Call
from server.http.json import write_problem_json
from server.http.routes import Routes

_STYLE = (Path(__file__).parent / "start.css").read_text(encoding="utf-8")
# The page's own style is allowed by its hash, and nothing else is.
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_POLICY = (
    f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; img-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)

routes = Routes("web", write_problem_json)


@routes.route("GET", "/", anyone("it says only that Transect runs here"), transaction="own")
def show_start(call: Call) -> Response:
    """Say what runs here, to people who have only the address."""
    page = render_template("start.html", style=_STYLE, api=call.base_url, version=version("transect"))
    response = Response(page, content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = _POLICY
    return response
