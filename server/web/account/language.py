"""The language in which pages speak to somebody, on whatever device they sign in."""

from flask import Response

from server.accounts.preferences import set_preference
from server.errors import unexpected_value
from server.http.call import Call
from server.web.account.overview import ACCOUNT, FORM_LIMIT, OWN, done
from server.web.frame import LANGUAGES, keep_language
from server.web.pages import routes


@routes.route("POST", f"{ACCOUNT}/language", OWN, form_limit=FORM_LIMIT)
def choose_language(call: Call) -> Response:
    """Keep the language; signing in anywhere brings it back."""
    language = call.request.form.get("language", "")
    if language not in LANGUAGES:
        raise unexpected_value("language", language, f"it must be one of {', '.join(LANGUAGES)}")
    set_preference(call.session, call.actor, "language", language)
    return keep_language(done("language"), language)
