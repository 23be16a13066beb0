"""Signing in with a page, the page that comes after it, and what people see who may not go on."""

import re
from typing import Any

import pytest

from server.accounts.assignments import assign
from server.accounts.users import create_user
from server.permissions import COMMAND_LINE, ROLES_BY_SYSTEM
from tests.cast import PASSWORD, Cast

EMAIL = "em@example.org"
HTML = {"Accept": "text/html"}


@pytest.fixture(autouse=True)
def _em(cast: Cast) -> None:
    with cast.services.database.write() as session:
        user = create_user(session, COMMAND_LINE, email=EMAIL, password=PASSWORD, display_name="Em")
        assign(session, COMMAND_LINE, ROLES_BY_SYSTEM["admin"], user.actor, None)


def sign_in(cast: Cast, password: str = PASSWORD, next_path: str = "", **options: Any) -> Any:
    form = {"email": EMAIL, "password": password, "next": next_path}
    return cast.nobody.post("/sign-in", data=form, **options)


def test_somebody_signs_in_sees_the_projects_and_signs_out(cast: Cast) -> None:
    answer = sign_in(cast)

    assert (answer.status_code, answer.headers["Location"]) == (303, "/projects")
    page = cast.nobody.get("/projects")
    assert (page.status_code, "Rà soát hộ nghèo" in page.text) == (200, True)
    csrf = re.search(r'name="csrf" value="([^"]+)"', page.text)
    assert csrf is not None
    assert cast.nobody.post("/sign-out", data={"csrf": csrf[1]}).headers["Location"] == "/sign-in"
    assert cast.nobody.get("/projects", headers=HTML).status_code == 303


def test_a_wrong_password_is_told_and_the_address_is_kept(cast: Cast) -> None:
    answer = sign_in(cast, "wrong", "/projects/1/forms/x/review")

    assert answer.status_code == 401
    assert "Set-Cookie" not in answer.headers
    assert f'value="{EMAIL}"' in answer.text
    assert 'value="/projects/1/forms/x/review"' in answer.text


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example", "evil", "/\n/e"])
def test_signing_in_leads_nowhere_else(cast: Cast, elsewhere: str) -> None:
    assert sign_in(cast, next_path=elsewhere).headers["Location"] == "/projects"


def test_another_site_cannot_sign_anybody_in(cast: Cast) -> None:
    assert sign_in(cast, headers={"Sec-Fetch-Site": "cross-site"}).status_code in (401, 403)


def test_a_session_ends_only_with_its_own_token(cast: Cast) -> None:
    sign_in(cast)

    assert cast.nobody.post("/sign-out", data={"csrf": "guessed"}).status_code in (401, 403)
    assert cast.nobody.get("/projects").status_code == 200


def test_who_is_not_signed_in_is_asked_to_and_comes_back(cast: Cast) -> None:
    answer = cast.nobody.get("/projects/1/forms/x/review?state=all", headers=HTML)

    assert answer.status_code in (303, 404)
    home = cast.nobody.get("/projects?lang=en", headers=HTML)
    assert (home.status_code, home.headers["Location"]) == (303, "/sign-in?next=%2Fprojects%3Flang%3Den")


@pytest.mark.parametrize(("language", "heading"), [("vi", "Không tìm thấy"), ("en", "Not here")])
def test_what_is_not_there_is_said_in_the_readers_language(cast: Cast, language: str, heading: str) -> None:
    sign_in(cast)

    answer = cast.nobody.get(f"/projects/1/forms/none/review?lang={language}", headers=HTML)

    assert answer.status_code == 404
    assert heading in answer.text


def test_scripts_get_problems_as_json(cast: Cast) -> None:
    sign_in(cast)

    assert cast.nobody.get("/projects/1/forms/none/review").json["code"] == 404.1


def test_nobody_sees_the_projects_of_others(cast: Cast) -> None:
    assert "Rà soát hộ nghèo" not in cast.dee.get("/projects").text
    assert "Somebody else" not in cast.vy.get("/projects").text
