"""What all pages with scripts share: language and words, the strict content policy, and the files that they load."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from flask import Request, Response

from server.errors import not_found
from server.http.access import anyone
from server.http.call import Call
from server.web.pages import routes
from server.web.words_vi import VIETNAMESE

LANGUAGES: Final = ("vi", "en")
LANGUAGE_COOKIE: Final = "language"
_FOLDER = Path(__file__).parent / "static"
_TYPES: Final = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8"}
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language; English ones stand in the pages themselves."""

    language: str

    def say(self, text: str, /, **values: object) -> str:
        said = VIETNAMESE.get(text, text) if self.language == "vi" else text
        return said % values if values else said

    def context(self) -> dict[str, Any]:
        """What every template may use."""
        say: Callable[..., str] = self.say
        return {"_": say, "language": self.language, "asset": asset_address}


def words_for(language: str) -> Words:
    return Words(language)


def language_of(request: Request) -> str:
    """What the address asks for, else what was chosen before, else what the browser prefers; Vietnamese at last."""
    for wanted in (request.args.get("lang"), request.cookies.get(LANGUAGE_COOKIE)):
        if wanted in LANGUAGES:
            return str(wanted)
    return request.accept_languages.best_match(LANGUAGES, "vi") or "vi"


def page_response(content: str, *, status: int = 200) -> Response:
    """A page, or a part of one, that may load what this server has and run no script of its own."""
    response = Response(content, status=status, content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = _POLICY
    return response


def asset_address(name: str) -> str:
    """Where a file of `static/` is; the address changes with the file."""
    return f"/static/{_digest(name)}/{name}"


@cache
def _digest(name: str) -> str:
    return hashlib.sha256((_FOLDER / name).read_bytes()).hexdigest()[:12]


@routes.route("GET", "/static/<digest>/<name>", anyone("it is the same for everybody"), transaction="own")
def show_asset(call: Call, digest: str, name: str) -> Response:
    """Send a script or a style; under the address of another version there is none."""
    del call
    if name not in _names() or digest != _digest(name):
        raise not_found()
    response = Response((_FOLDER / name).read_bytes(), content_type=_TYPES[Path(name).suffix])
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


@cache
def _names() -> frozenset[str]:
    return frozenset(path.name for path in _FOLDER.iterdir() if path.suffix in _TYPES)
