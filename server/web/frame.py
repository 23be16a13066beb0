"""What all pages with scripts share: language and words, and the strict content policy."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from flask import Request, Response

from server.web.asset_files import asset_address
from server.web.words_vi import VIETNAMESE

LANGUAGES: Final = ("vi", "en")
LANGUAGE_COOKIE: Final = "language"
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
