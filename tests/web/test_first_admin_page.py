"""A server without users: its first administrator is made by whoever can read its log, and by nobody later."""

import logging

import pytest
from flask import Flask
from sqlalchemy import select

from server.accounts.first_admin import create_first_admin, first_admin_code
from server.accounts.models import User
from server.accounts.throttle import LIMITS
from server.accounts.users import delete_user, find_user_by_email
from server.errors import Problem
from server.http.call import Services
from server.permissions import COMMAND_LINE
from tests.at_once import at_once
from tests.cast import Caller, Cast
from tests.web.test_account_page import shown

PAGE = "/first-administrator"
NEW = "mận hậu Bắc Hà 2026"
LAN = {"name": "Lan", "email": "lan@example.org", "password": NEW}
ENGLISH = {"Accept-Language": "en"}


@pytest.fixture
def services(app: Flask) -> Services:
    found: Services = app.extensions["transect"]
    return found


@pytest.fixture
def code(services: Services) -> str:
    return first_admin_code(services.settings.secret_key)


@pytest.fixture
def browser(app: Flask) -> Caller:
    return Caller(app.test_client())


def emails(services: Services) -> list[str]:
    with services.database.read() as session:
        return list(session.scalars(select(User.email)))


def test_the_start_page_leads_to_it_and_the_code_is_in_the_log(
    browser: Caller, code: str, caplog: pytest.LogCaptureFixture
) -> None:
    assert browser.get("/").headers["Location"] == PAGE
    with caplog.at_level(logging.WARNING, "transect"):
        page = browser.get(PAGE)

    assert code in caplog.text
    assert code not in page.text


def test_who_has_the_code_becomes_the_administrator_and_is_signed_in(browser: Caller, code: str) -> None:
    answer = browser.post(PAGE, data={**LAN, "code": code.lower().replace("-", " ")})

    assert (answer.status_code, answer.headers["Location"]) == (303, "/projects")
    assert browser.get("/v1/users").json[0]["email"] == "lan@example.org"
    assert browser.get("/").status_code == 200


def test_the_code_is_good_once(browser: Caller, services: Services, code: str) -> None:
    browser.post(PAGE, data={**LAN, "code": code})

    assert browser.get(PAGE).status_code == 404
    assert browser.post(PAGE, data={**LAN, "email": "x@example.org", "code": code}).status_code == 404
    with services.database.write() as session:
        delete_user(session, COMMAND_LINE, find_user_by_email(session, "lan@example.org"))
    assert browser.post(PAGE, data={**LAN, "code": code}).status_code == 404


def test_of_two_at_once_one_becomes_administrator(services: Services) -> None:
    def become(email: str) -> bool:
        try:
            with services.database.write() as session:
                create_first_admin(session, email=email, password=NEW, display_name="x")
        except Problem:
            return False
        return True

    made = at_once(lambda: become("a@example.org"), lambda: become("b@example.org"))

    assert sorted(made) == [False, True]
    assert len(emails(services)) == 1


@pytest.mark.parametrize(
    ("change", "status", "said"),
    [
        ({"code": "AAAA-AAAA-AAAA-AAAA"}, 401, "The code is wrong."),
        ({"code": ""}, 401, "The code is wrong."),
        ({"password": "short"}, 400, "too short or easily guessed"),
        ({"email": "lan"}, 400, "This is not an e-mail address."),
    ],
)
def test_what_is_wrong_is_told_and_nobody_is_made(
    browser: Caller, services: Services, code: str, change: dict[str, str], status: int, said: str
) -> None:
    answer = browser.post(PAGE, data={**LAN, "code": code, **change}, headers=ENGLISH)

    assert (answer.status_code, said in shown(answer)) == (status, True)
    assert 'value="Lan"' in answer.text
    # Nobody types the code again because of something else.
    assert (f'value="{code}"' in answer.text) is (status == 400)
    assert emails(services) == []
    assert browser.post(PAGE, data={**LAN, "code": code}).status_code == 303


def test_guessing_the_code_is_slowed_down(browser: Caller, services: Services, code: str) -> None:
    for _ in range(LIMITS["address"]):
        assert browser.post(PAGE, data={**LAN, "code": "guessed"}).status_code == 401

    assert browser.post(PAGE, data={**LAN, "code": code}).status_code == 429
    assert emails(services) == []


def test_another_site_cannot_make_one(browser: Caller, services: Services, code: str) -> None:
    answer = browser.post(PAGE, data={**LAN, "code": code}, headers={"Sec-Fetch-Site": "cross-site"})

    assert answer.status_code == 401
    assert emails(services) == []


def test_a_server_with_users_has_no_such_page(cast: Cast) -> None:
    assert cast.nobody.get("/").status_code == 200
    assert cast.nobody.get(PAGE).status_code == 404
    assert cast.nobody.post(PAGE, data=LAN).status_code == 404


def test_codes_of_different_servers_differ() -> None:
    assert first_admin_code("one") != first_admin_code("another")
