"""Tokens that stand in the URL: `/v1/key/{token}/…` for app users and public links, `/v1/test/{token}/…` for drafts.

The prefix is cut off before routing, so that each route exists once; `base_url` puts it back into every absolute URL
that is written for that client.
"""

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import quote

from flask import Request

KEY = "transect.key"
DRAFT_TOKEN = "transect.draft_token"  # noqa: S105 -- the name of a slot, not a secret
_PLACES = {"key": KEY, "test": DRAFT_TOKEN}
# What Central's tokens hold besides letters and digits; phones and scripts send them raw.
_TOKEN_SAFE = "!$"  # noqa: S105 -- not a secret either

WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class TokenPrefix:
    """WSGI middleware that moves the token from the path to the request's environment."""

    def __init__(self, app: WsgiApp) -> None:
        self._app = app

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path.startswith("/v1/"):
            # Means nothing, and a version's label, which may hold slashes, would take it.
            environ["PATH_INFO"] = path = path.rstrip("/")
        parts = path.split("/", 4)
        if len(parts) == 5 and parts[1] == "v1" and parts[2] in _PLACES:  # ['', 'v1', 'key', token, rest]
            environ[_PLACES[parts[2]]] = parts[3]
            environ["PATH_INFO"] = f"/v1/{parts[4]}"
        return self._app(environ, start_response)


def key_url(origin: str, token: str, project_id: int) -> str:
    """The server URL that an app user enters in Collect."""
    return f"{origin}/v1/key/{quote(token, safe=_TOKEN_SAFE)}/projects/{project_id}"


def draft_url(origin: str, token: str, project_id: int, form_id: str) -> str:
    """The server URL with which Collect tries a draft."""
    path = f"projects/{project_id}/forms/{quote(form_id, safe='')}/draft"
    return f"{origin}/v1/test/{quote(token, safe=_TOKEN_SAFE)}/{path}"


def origin_url(request: Request, public_url: str | None) -> str:
    """Scheme and host by which people know this server; without a setting those of the request."""
    return public_url or request.host_url.rstrip("/")


def base_url(request: Request, public_url: str | None) -> str:
    """Scheme, host and `/v1` with the caller's own token prefix; the start of every absolute URL for that caller."""
    origin = origin_url(request, public_url)
    for word, slot in _PLACES.items():
        if token := request.environ.get(slot):
            return f"{origin}/v1/{word}/{quote(token, safe=_TOKEN_SAFE)}"
    return f"{origin}/v1"
