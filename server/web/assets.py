"""Scripts and styles, kept by browsers for good."""

from pathlib import Path

from flask import Response

from server.errors import not_found
from server.http.access import anyone
from server.http.call import Call
from server.web.asset_files import FOLDER, TYPES, digest, names
from server.web.pages import routes


@routes.route("GET", "/static/<version>/<name>", anyone("it is the same for everybody"), transaction="own")
def show_asset(call: Call, version: str, name: str) -> Response:
    """Send a script or a style; under the address of another version there is none."""
    del call
    if name not in names() or version != digest(name):
        raise not_found()
    response = Response((FOLDER / name).read_bytes(), content_type=TYPES[Path(name).suffix])
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response
