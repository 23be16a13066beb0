"""Forms of people who are not signed in have no CSRF token; browsers say from where such a form was sent."""

from flask import Request

from server.errors import csrf_failed

_ELSEWHERE = frozenset({"cross-site", "same-site"})


def refuse_other_sites(request: Request) -> None:
    """Raise 401.4 for a form that the page of another site has sent."""
    if request.headers.get("Sec-Fetch-Site") in _ELSEWHERE:
        raise csrf_failed()
