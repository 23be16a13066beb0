"""Signing in with a page, the page that comes after it, and what people see who may not go on."""

import re
from typing import Any

import pytest

from server.accounts.assignments import assign
from server.accounts.sign_in import end_sessions
from server.accounts.throttle import LIMITS, WINDOW
from server.accounts.users import create_user, find_user_by_email
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


def test_the_language_that_somebody_chose_stays(cast: Cast) -> None:
    cast.nobody.get("/sign-in?lang=en")
    sign_in(cast)

    assert "Sign out" in cast.nobody.get("/projects").text
    assert "Đăng xuất" in cast.nobody.get("/projects?lang=vi").text
    assert "Đăng xuất" in cast.nobody.get("/projects").text


def test_a_language_that_there_is_not_is_not_kept(cast: Cast) -> None:
    assert "Set-Cookie" not in cast.nobody.get("/sign-in?lang=tlh").headers


def test_changing_the_language_while_signing_in_keeps_where_somebody_wanted_to_be(cast: Cast) -> None:
    page = cast.nobody.get("/sign-in?next=/projects/1/forms/x/review%3Fstate%3Dall")

    assert 'href="?lang=en&amp;next=%2Fprojects%2F1%2Fforms%2Fx%2Freview%3Fstate%3Dall"' in page.text


def test_signing_out_of_a_session_that_is_over_leads_to_the_sign_in(cast: Cast) -> None:
    sign_in(cast)
    with cast.services.database.write() as session:
        end_sessions(session, find_user_by_email(session, EMAIL).actor_id)

    answer = cast.nobody.post("/sign-out", data={"csrf": "of the session that is over"}, headers=HTML)

    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in")


def test_who_fails_too_often_is_told_when_to_try_again(cast: Cast) -> None:
    for _ in range(LIMITS["account"]):
        sign_in(cast, "wrong")

    answer = sign_in(cast, headers={"Accept-Language": "vi"})

    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= WINDOW.total_seconds()
    assert "thử lại sau 5 phút" in answer.text


def test_an_address_that_nothing_is_at_is_a_page_to_people_and_json_to_programs(cast: Cast) -> None:
    assert "Không tìm thấy" in cast.nobody.get("/nowhere", headers=HTML).text
    assert cast.nobody.get("/nowhere").json["code"] == 404.1
    assert cast.nobody.get("/v1/nowhere", headers=HTML).json["code"] == 404.1


def test_nobody_sees_the_projects_of_others(cast: Cast) -> None:
    assert "Rà soát hộ nghèo" not in cast.dee.get("/projects").text
    assert "Somebody else" not in cast.vy.get("/projects").text
