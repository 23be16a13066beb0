"""One's own account: password, language, sessions, API passwords; and that nobody reaches that of somebody else."""

import re
from typing import Any

import pytest
from flask import Flask
from lxml import html
from sqlalchemy import select

from server.accounts.models import ApiPassword, SignIn
from server.web.account.browser_name import browser_name
from tests.accounts.authenticator_app import set_up_app
from tests.accounts.people import MAI, make_mai
from tests.cast import PASSWORD, Caller, Cast

ACCOUNT = "/account"
NEW = "mận hậu Bắc Hà 2026"
CHROME = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0 Mobile Safari/537.36"
HTML = {"Accept": "text/html"}


class Browser:
    """A browser in which Mai signs in with the page."""

    def __init__(self, app: Flask, user_agent: str = CHROME) -> None:
        self.caller = Caller(app.test_client())
        self._headers = {"User-Agent": user_agent, "Accept-Language": "en", **HTML}
        answer = self.post("/sign-in", email=MAI, password=PASSWORD)
        assert answer.status_code == 303, answer.text

    def get(self, path: str) -> Any:
        return self.caller.get(path, headers=self._headers)

    def post(self, path: str, **form: str) -> Any:
        return self.caller.post(path, data={"csrf": self.csrf, **form}, headers=self._headers)

    @property
    def csrf(self) -> str:
        cookie = self.caller.client.get_cookie("csrf")
        return "" if cookie is None else cookie.value

    @property
    def is_signed_in(self) -> bool:
        return bool(self.get(ACCOUNT).status_code == 200)

    def shown(self, path: str = ACCOUNT) -> str:
        answer = self.get(path)
        assert answer.status_code == 200, answer.text
        return shown(answer)


def shown(answer: Any) -> str:
    page: Any = html.fromstring(answer.text)
    return re.sub(r"\s+", " ", str(page.xpath("string(//main)")))


@pytest.fixture(autouse=True)
def mai(cast: Cast) -> int:
    return make_mai(cast)


def session_ids(cast: Cast, actor_id: int) -> list[int]:
    with cast.services.database.read() as session:
        return list(session.scalars(select(SignIn.id).where(SignIn.actor_id == actor_id).order_by(SignIn.id)))


def can_sign_in(cast: Cast, password: str) -> bool:
    return cast.nobody.post("/v1/sessions", json={"email": MAI, "password": password}).status_code == 200


def test_nobody_and_phones_have_no_account_page(cast: Cast) -> None:
    answer = cast.nobody.get(ACCOUNT, headers=HTML)

    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in?next=%2Faccount")
    assert cast.nobody.get(ACCOUNT).status_code == 401


def test_the_password_is_changed_and_only_this_browser_stays_signed_in(app: Flask, cast: Cast) -> None:
    here, there = Browser(app), Browser(app)

    answer = here.post("/account/password", old=PASSWORD, new=NEW)

    assert (answer.status_code, answer.headers["Location"]) == (303, "/account?done=password")
    assert "Other browsers and programs have been signed out" in here.shown("/account?done=password")
    assert not there.is_signed_in
    assert (can_sign_in(cast, PASSWORD), can_sign_in(cast, NEW)) == (False, True)


@pytest.mark.parametrize(
    ("old", "new", "status", "said"),
    [
        ("wrong", NEW, 401, "The password is wrong."),
        (PASSWORD, "short", 400, "too short or easily guessed"),
        (PASSWORD, "", 400, "too short or easily guessed"),
    ],
)
def test_a_password_that_cannot_be_changed_stays(
    app: Flask, cast: Cast, old: str, new: str, status: int, said: str
) -> None:
    here = Browser(app)

    answer = here.post("/account/password", old=old, new=new)

    assert (answer.status_code, said in shown(answer)) == (status, True)
    assert 'href="/account?lang=vi"' in answer.text
    assert can_sign_in(cast, PASSWORD)


def test_whoever_finds_an_open_browser_cannot_guess_the_password_endlessly(app: Flask) -> None:
    here = Browser(app)
    for _ in range(10):
        assert here.post("/account/password", old="wrong", new=NEW).status_code == 401

    assert here.post("/account/password", old=PASSWORD, new=NEW).status_code == 429


def test_the_language_comes_back_in_every_browser(app: Flask) -> None:
    here = Browser(app)
    here.post("/account/language", language="vi")

    there = Browser(app)

    assert "Mật khẩu hiện tại" in there.shown()
    assert "Mật khẩu hiện tại" in here.shown()


def test_a_language_that_there_is_not_is_refused(app: Flask) -> None:
    assert Browser(app).post("/account/language", language="tlh").status_code == 400


def test_sessions_are_listed_with_their_browser_and_can_be_ended(app: Flask, cast: Cast, mai: int) -> None:
    there, here = Browser(app, "pyodk/1.3"), Browser(app)
    text = here.shown()
    assert "Chrome, Android" in text
    assert "pyodk/1.3" in text
    assert text.count("this one") == 1

    ended = here.post(f"/account/sessions/{session_ids(cast, mai)[0]}/end")

    assert ended.headers["Location"] == "/account?done=session"
    assert (there.is_signed_in, here.is_signed_in) == (False, True)


def test_all_other_sessions_end_together(app: Flask) -> None:
    others, here = [Browser(app), Browser(app)], Browser(app)

    here.post("/account/sessions/end-others")

    assert [browser.is_signed_in for browser in (*others, here)] == [False, False, True]


def test_nobody_ends_the_session_of_somebody_else(app: Flask, cast: Cast, mai: int) -> None:
    here = Browser(app)
    (session_id,) = session_ids(cast, mai)

    assert cast.dee.post(f"/account/sessions/{session_id}/end").status_code == 404
    assert cast.alice.post(f"/account/sessions/{session_id}/end").status_code == 404
    assert cast.nobody.post(f"/account/sessions/{session_id}/end").status_code == 401
    cast.dee.post("/account/sessions/end-others")
    assert here.is_signed_in


def test_an_api_password_is_shown_once_and_opens_the_api(app: Flask, cast: Cast) -> None:
    here = Browser(app)

    answer = here.post("/account/api-passwords", name="Power BI", password=PASSWORD)

    made = re.search(r"transect_[\w-]{64}", answer.text)
    assert made is not None
    assert answer.headers["Cache-Control"] == "no-store"
    assert can_sign_in(cast, made[0])
    assert made[0] not in here.get(ACCOUNT).text
    assert "Power BI last used" in here.shown()


def test_an_api_password_takes_the_password_and_a_name(app: Flask) -> None:
    here = Browser(app)

    assert here.post("/account/api-passwords", name="x", password="wrong").status_code == 401
    assert here.post("/account/api-passwords", name=" ", password=PASSWORD).status_code == 400
    assert "never used" not in here.shown()


def test_an_api_password_is_ended_by_its_owner_only(app: Flask, cast: Cast) -> None:
    here = Browser(app)
    here.post("/account/api-passwords", name="Power BI", password=PASSWORD)
    with cast.services.database.read() as session:
        path = f"/account/api-passwords/{session.scalars(select(ApiPassword.id)).one()}/end"

    assert [caller.post(path).status_code for caller in (cast.dee, cast.alice, cast.nobody)] == [404, 404, 401]
    assert here.post(path).headers["Location"] == "/account?done=api-password"
    assert "Power BI never used" not in here.shown()


@pytest.mark.parametrize(
    "path",
    ["password", "language", "sessions/end-others", "sessions/1/end", "api-passwords", "api-passwords/1/end",
     "second-factor", "second-factor/set-up", "second-factor/codes", "second-factor/off"],
)  # fmt: skip
def test_no_form_is_taken_without_the_sessions_token_or_from_nobody(app: Flask, cast: Cast, path: str) -> None:
    here = Browser(app)

    assert here.post(f"/account/{path}", csrf="guessed").status_code == 401
    assert cast.nobody.post(f"/account/{path}").status_code == 401


def test_the_account_of_somebody_with_a_second_factor_says_so(app: Flask, cast: Cast, mai: int) -> None:
    here = Browser(app)
    assert "Off. With a second factor" in here.shown()
    set_up_app(cast.services, mai)

    assert not here.is_signed_in


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (None, "?"),
        (CHROME, "Chrome, Android"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/142.0 Safari/537.36 Edg/142.0", "Edge, Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0", "Firefox, Linux"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) Version/19.1 Safari/604.1", "Safari, iPhone"),
        ("python-requests/2.34 " + "x" * 100, "python-requests/2.34 xxxxxxxxxxxxxxxxxxx"),
    ],
)
def test_a_browser_is_named_as_people_know_it(user_agent: str | None, name: str) -> None:
    assert browser_name(user_agent) == name
