"""Forms of pages: they carry the session's CSRF token as a field, and are read only for who presents something."""

import pytest

from server.accounts.models import ActorRow
from server.accounts.sign_in import load_actor, open_session
from server.http.credentials import COOKIE
from server.web.shell import FORM_LIMIT
from tests.cast import Caller, Cast
from tests.factories import publish

SETTINGS = "/projects/1/forms/household/settings"


@pytest.fixture
def session_of_bob(cast: Cast) -> tuple[Caller, str]:
    """A browser with Bob's session and its CSRF token."""
    publish(cast.bob)
    with cast.services.database.write() as session:
        assert cast.bob.id is not None
        new = open_session(session, load_actor(session, session.get_one(ActorRow, cast.bob.id).id))
    browser = cast.nobody
    browser.client.set_cookie(COOKIE, new.token)
    return browser, new.csrf


def test_a_form_with_the_sessions_token_is_taken(session_of_bob: tuple[Caller, str]) -> None:
    browser, csrf = session_of_bob
    assert browser.post(SETTINGS, data={"state": "closing", "csrf": csrf}).status_code == 303
    multipart = browser.post(SETTINGS, data={"state": "open", "csrf": csrf}, content_type="multipart/form-data")
    assert multipart.status_code == 303


@pytest.mark.parametrize("csrf", [None, "", "guessed", "đoán"])
def test_a_form_without_it_changes_nothing(cast: Cast, session_of_bob: tuple[Caller, str], csrf: str | None) -> None:
    data = {"state": "closed"} | ({} if csrf is None else {"csrf": csrf})
    assert session_of_bob[0].post(SETTINGS, data=data).status_code == 401
    assert cast.bob.get("/v1/projects/1/forms/household").json["state"] == "open"


def test_a_form_that_is_too_large_is_refused(session_of_bob: tuple[Caller, str]) -> None:
    browser, csrf = session_of_bob
    answer = browser.post(SETTINGS, data={"csrf": csrf, "state": "x" * FORM_LIMIT})
    assert answer.status_code == 413


def test_routes_without_forms_take_the_token_only_in_the_header(session_of_bob: tuple[Caller, str]) -> None:
    browser, csrf = session_of_bob
    assert browser.post("/v1/projects/1/app-users", data={"csrf": csrf, "displayName": "x"}).status_code == 401


def test_the_body_of_who_presents_nothing_is_not_read(cast: Cast) -> None:
    publish(cast.bob)
    assert cast.nobody.post(SETTINGS, data={"state": "x" * FORM_LIMIT}).status_code == 401
