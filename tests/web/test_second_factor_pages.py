"""Setting a second factor up, signing in with it, losing the phone, and being made to have one."""

import base64
import re
import time
from typing import Any

import pytest
from flask import Flask
from lxml import html

from server.accounts.authenticator import SECONDS, code_at
from server.accounts.half_sign_in import new_ticket
from server.accounts.sign_in import load_actor
from server.accounts.throttle import LIMITS
from server.accounts.users import find_user, set_password
from server.permissions import COMMAND_LINE
from server.site_settings import SECOND_FACTOR_ROLES
from server.web.role_words import ROLE_WORDS
from tests.accounts.authenticator_app import App, set_up_app
from tests.accounts.people import MAI, make_mai
from tests.cast import PASSWORD, Caller, Cast
from tests.web.test_account_page import HTML, Browser, shown

PAGE = "/account/second-factor"
CODE = "/sign-in/code"


@pytest.fixture(autouse=True)
def mai(cast: Cast) -> int:
    return make_mai(cast)


@pytest.fixture
def phone(cast: Cast, mai: int) -> App:
    return set_up_app(cast.services, mai)


def password_first(app: Flask, **form: str) -> Caller:
    """A browser in which the password has been given."""
    browser = Caller(app.test_client())
    answer = browser.post("/sign-in", data={"email": MAI, "password": PASSWORD, **form})
    assert (answer.status_code, answer.headers["Location"].partition("?")[0]) == (303, CODE)
    return browser


def give(browser: Caller, code: str, next_path: str = "/account") -> Any:
    return browser.post(CODE, data={"code": code, "next": next_path}, headers={"Accept-Language": "en"})


def secret_on(answer: Any) -> bytes:
    found = re.search(r'<code class="secret">([A-Z2-7 ]+)</code>', answer.text)
    assert found is not None
    return base64.b32decode(found[1].replace(" ", ""))


def test_an_app_is_set_up_and_the_codes_are_shown_once(app: Flask, cast: Cast) -> None:
    here, there = Browser(app), Browser(app)
    assert here.post(PAGE).headers["Location"] == f"{PAGE}/set-up"
    page = here.get(f"{PAGE}/set-up")
    assert page.headers["Cache-Control"] == "no-store"
    assert "data:image/svg+xml;base64," in page.text
    code = code_at(secret_on(page), time.time())

    answer = here.post(f"{PAGE}/set-up", code=code, password=PASSWORD)

    codes = re.findall(r"<code>(\S{19})</code>", answer.text)
    assert (answer.status_code, len(set(codes)), answer.headers["Cache-Control"]) == (200, 10, "no-store")
    assert not there.is_signed_in
    assert "On Signing in takes a code" in here.shown()
    assert "Recovery codes left: 10" in here.shown(PAGE)
    assert here.get(f"{PAGE}/set-up").headers["Location"] == PAGE
    for path in ("/account", PAGE):
        assert not any(secret in here.get(path).text for secret in (*codes, secret_on(page).hex()))
    assert give(password_first(app), codes[0]).status_code == 303


@pytest.mark.parametrize(("code", "password", "status"), [("000000", PASSWORD, 401), (None, "wrong", 401)])
def test_it_takes_a_right_code_and_the_password(app: Flask, code: str | None, password: str, status: int) -> None:
    here = Browser(app)
    here.post(PAGE)
    secret = secret_on(here.get(f"{PAGE}/set-up"))

    answer = here.post(f"{PAGE}/set-up", code=code or code_at(secret, time.time()), password=password)

    assert answer.status_code == status
    assert secret_on(answer) == secret
    assert Browser(app).is_signed_in


def test_setting_up_is_begun_by_a_form_and_not_by_a_link(app: Flask) -> None:
    assert Browser(app).get(f"{PAGE}/set-up").headers["Location"] == PAGE


def test_signing_in_asks_for_the_code_and_goes_where_somebody_wanted(app: Flask, phone: App) -> None:
    browser = password_first(app, next="/projects/1/forms/x/review")
    assert browser.get("/account").status_code == 401
    page = browser.get(f"{CODE}?next=/projects/1/forms/x/review")
    assert 'value="/projects/1/forms/x/review"' in page.text

    answer = give(browser, phone.code, "/projects/1/forms/x/review")

    assert answer.headers["Location"] == "/projects/1/forms/x/review"
    assert browser.get("/account").status_code == 200
    assert browser.client.get_cookie("ticket", path="/sign-in") is None


def test_a_code_that_was_used_signs_nobody_in_again(app: Flask, phone: App) -> None:
    code = phone.code
    assert give(password_first(app), code).status_code == 303

    again = give(password_first(app), code)

    assert (again.status_code, "used before" in shown(again)) == (401, True)
    assert "Set-Cookie" not in again.headers


def test_a_recovery_code_will_do_once(app: Flask, phone: App) -> None:
    assert give(password_first(app), phone.recovery_codes[3].lower()).status_code == 303
    assert give(password_first(app), phone.recovery_codes[3]).status_code == 401


def test_a_code_without_the_password_before_it_opens_nothing(app: Flask, phone: App) -> None:
    answer = give(Caller(app.test_client()), phone.code)

    assert answer.headers["Location"] == "/sign-in?next=%2Faccount"
    assert "session=" not in str(answer.headers)
    assert Caller(app.test_client()).get(CODE).headers["Location"].startswith("/sign-in?")


def ticket_of(cast: Cast, actor_id: int, *, seconds: int = 60) -> str:
    with cast.services.database.read() as session:
        actor = load_actor(session, actor_id)
        return new_ticket(session, cast.services.settings.secret_key, actor, seconds=seconds)


def offering(app: Flask, ticket: str) -> Caller:
    browser = Caller(app.test_client())
    browser.client.set_cookie("ticket", ticket, path="/sign-in")
    return browser


@pytest.mark.usefixtures("phone")
def test_a_ticket_is_good_for_its_owner_and_its_time_only(app: Flask, cast: Cast, mai: int) -> None:
    assert cast.bob.id is not None
    actor_id, until, signature = ticket_of(cast, mai).split(".")
    forged = [
        f"{actor_id}.{until}.{'0' * 64}",
        f"{actor_id}.{int(until) + 1}.{signature}",
        f"{cast.bob.id}.{until}.{signature}",
        ticket_of(cast, mai, seconds=-2),
        f"{actor_id}.{until}",
        "đ.đ.đ",
        "..",
        f"{'9' * 30}.{until}.{signature}",
    ]

    assert [offering(app, ticket).get(CODE).status_code for ticket in forged] == [303] * len(forged)
    assert offering(app, f"{actor_id}.{until}.{signature}").get(CODE).status_code == 200


def test_a_new_password_ends_a_sign_in_that_is_half_done(app: Flask, cast: Cast, mai: int, phone: App) -> None:
    browser = password_first(app)
    with cast.services.database.write() as session:
        set_password(session, COMMAND_LINE, find_user(session, mai), "mận hậu Bắc Hà 2026")

    assert give(browser, phone.code).headers["Location"].startswith("/sign-in?")


def test_guessing_codes_is_slowed_down_and_says_for_how_long(app: Flask, phone: App) -> None:
    browser = password_first(app)
    for _ in range(LIMITS["code"]):
        assert give(browser, "wrong").status_code == 401

    answer = give(browser, phone.code)

    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert "Try again in 5 min" in shown(answer)


def test_another_site_cannot_give_a_code(app: Flask, phone: App) -> None:
    browser = password_first(app)

    answer = browser.post(CODE, data={"code": phone.code}, headers={"Sec-Fetch-Site": "cross-site"})

    assert answer.status_code == 401
    assert browser.get("/account").status_code == 401


def signed_in_with(app: Flask, phone: App) -> Browser:
    """Mai's browser after a sign-in with both."""
    browser = Browser.__new__(Browser)
    browser.caller = password_first(app)
    browser._headers = {"Accept-Language": "en", **HTML}
    assert give(browser.caller, phone.code).status_code == 303
    return browser


@pytest.mark.parametrize("deed", ["codes", "off"])
def test_neither_new_codes_nor_turning_off_without_password_and_code(app: Flask, phone: App, deed: str) -> None:
    here = signed_in_with(app, phone)

    assert here.post(f"{PAGE}/{deed}", password="wrong", code=phone.next_code).status_code == 401
    assert here.post(f"{PAGE}/{deed}", password=PASSWORD, code=phone.code).status_code == 401
    assert "Recovery codes left: 10" in here.shown(PAGE)
    assert here.post(f"{PAGE}/{deed}", password=PASSWORD, code=phone.next_code).status_code in (200, 303)


def test_turning_it_off_makes_the_password_enough(app: Flask, phone: App) -> None:
    here = signed_in_with(app, phone)

    answer = here.post(f"{PAGE}/off", password=PASSWORD, code=phone.recovery_codes[0])

    assert answer.headers["Location"] == "/account?done=second-factor-off"
    assert Browser(app).is_signed_in


def test_new_codes_come_in_place_of_the_old(app: Flask, phone: App) -> None:
    here = signed_in_with(app, phone)

    answer = here.post(f"{PAGE}/codes", password=PASSWORD, code=phone.recovery_codes[0])

    codes = re.findall(r"<code>(\S{19})</code>", answer.text)
    assert len(codes) == 10
    assert give(password_first(app), phone.recovery_codes[1]).status_code == 401
    assert give(password_first(app), codes[1]).status_code == 303


def test_whose_role_asks_for_it_is_led_there_and_can_do_nothing_else(app: Flask, cast: Cast, mai: int) -> None:
    assert cast.alice.post(f"/v1/assignments/viewer/{mai}").status_code == 200
    assert cast.alice.post("/v1/config/second-factor", json={"roles": ["viewer"]}).status_code == 200
    here = Browser(app)

    for path in ("/projects", "/account", "/projects/1", "/projects/1/team"):
        answer = here.get(path)
        assert (answer.status_code, answer.headers["Location"]) == (303, PAGE)
    assert here.post("/account/password", old=PASSWORD, new="mận hậu Bắc Hà 2026").status_code == 403
    assert "Your role asks for a second factor" in here.shown(PAGE)

    here.post(PAGE)
    secret = secret_on(here.get(f"{PAGE}/set-up"))
    assert here.post(f"{PAGE}/set-up", code=code_at(secret, time.time()), password=PASSWORD).status_code == 200

    assert here.get("/projects").status_code == 200
    assert here.is_signed_in
    # Turned off, it is asked for again.
    later = code_at(secret, time.time() + SECONDS)
    assert here.post(f"{PAGE}/off", password=PASSWORD, code=later).status_code == 303
    assert here.get("/projects").headers["Location"] == PAGE


def test_an_administrator_says_which_roles_ask_for_it(cast: Cast) -> None:
    answer = cast.alice.post(f"{PAGE}/roles", data={"role": ["manager", "viewer", "app-user", "nonsense"]})

    assert answer.headers["Location"] == f"{PAGE}?saved=1"
    assert cast.alice.get("/v1/config/second-factor").json["value"] == {"roles": ["manager", "viewer"]}
    page: Any = html.fromstring(cast.alice.get(f"{PAGE}?saved=1").text)
    assert page.xpath("//form[@id='roles']//input[@checked]/@value") == ["manager", "viewer"]


def test_others_neither_see_nor_say_which(cast: Cast) -> None:
    assert 'id="roles"' not in cast.bob.get(PAGE).text
    assert [caller.post(f"{PAGE}/roles").status_code for caller in (cast.bob, cast.dee)] == [403, 403]
    assert cast.nobody.post(f"{PAGE}/roles").status_code == 401


def test_each_role_has_words_for_people() -> None:
    assert [name for name in SECOND_FACTOR_ROLES if name not in ROLE_WORDS] == []
