"""The bundled scripts: which file a page asks for, and sending it.

Their names change with their content, and the files that they load stand beside them.
"""

import json
import re
from typing import Final

from flask import Response

from server.errors import not_found
from server.http.access import anyone
from server.http.call import Call
from server.web.asset_files import FOLDER, TYPES
from server.web.pages import routes

BUILT: Final = FOLDER / "dist"
# What the build has compressed each file with, the smallest first.
_ENDINGS: Final = {"br": ".js.br", "gzip": ".js.gz"}
_NAME: Final = re.compile(r"[\w-]+\.js")


def bundle_address(name: str) -> str | None:
    """Where the bundle of this source is; None when the installation could not build it."""
    try:
        manifest: dict[str, str] = json.loads((BUILT / "manifest.json").read_bytes())
    except FileNotFoundError:
        return None
    return f"/static/built/{manifest[name]}" if name in manifest else None


def why_not_built() -> str:
    """What the installation said; blank when nobody knows."""
    note = BUILT / "not-built.txt"
    return note.read_text(encoding="utf-8").strip() if note.is_file() else ""


@routes.route("GET", "/static/built/<name>", anyone("it is the same for everybody"), transaction="own")
def show_bundle(call: Call, name: str) -> Response:
    """Send a bundled script, compressed for whoever takes that."""
    path = BUILT / name
    if not (_NAME.fullmatch(name) and path.is_file()):
        raise not_found()
    encoding = next((name for name in _ENDINGS if call.request.accept_encodings.quality(name) > 0), None)
    packed = path.with_suffix(_ENDINGS[encoding]) if encoding else path
    response = Response(packed.read_bytes(), content_type=TYPES[".js"])
    if encoding:
        response.content_encoding = encoding
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response
