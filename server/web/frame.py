"""What all pages with scripts share: the reader's language, and the strict content policy."""

from typing import Final

from flask import Request, Response, request

from server.http.credentials import CSRF_COOKIE, comes_by_https
from server.http.routes import services

LANGUAGES: Final = ("vi", "en")
LANGUAGE_COOKIE: Final = "language"
_YEAR: Final = 365 * 24 * 3600
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


def language_of(asked: Request) -> str:
    """What the address asks for, else what was chosen before, else what the browser prefers; Vietnamese at last."""
    for wanted in (asked.args.get("lang"), asked.cookies.get(LANGUAGE_COOKIE)):
        if wanted in LANGUAGES:
            return str(wanted)
    return asked.accept_languages.best_match(LANGUAGES, "vi") or "vi"


def csrf_of(asked: Request) -> str | None:
    """What the forms of a page send back, so that no other site can send them; None for who has no session."""
    return asked.cookies.get(CSRF_COOKIE)


def page_response(content: str, *, status: int = 200, policy: str = POLICY) -> Response:
    """A page, or a part of one, that may load what this server has and run no script of its own.

    A language that the address asks for is kept for the pages that follow.
    """
    response = Response(content, status=status, content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = policy
    chosen = request.args.get("lang", "")
    return keep_language(response, chosen) if chosen in LANGUAGES else response


def keep_language(response: Response, language: str) -> Response:
    """Let the pages that follow speak this language."""
    is_https = comes_by_https(services(), request)
    response.set_cookie(LANGUAGE_COOKIE, language, max_age=_YEAR, httponly=True, secure=is_https, samesite="Lax")
    return response
