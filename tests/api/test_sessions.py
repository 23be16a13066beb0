import base64
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from server.accounts.models import SignIn
from server.app import create_app
from server.config import Settings
from server.db import utc_now
from tests.accounts.people import MAI, make_mai, sign_in, signed_in
from tests.cast import PASSWORD, Caller, Cast
from tests.logged import details_of

SESSIONS = "/v1/sessions"


def test_signing_in_gives_a_token_for_a_day(cast: Cast) -> None:
    make_mai(cast)

    answer = sign_in(cast.nobody, email=" MAI@Example.org ")

    assert answer.status_code == 200
    assert set(answer.json) == {"token", "csrf", "createdAt", "expiresAt"}
    lifetime = datetime.fromisoformat(answer.json["expiresAt"]) - datetime.fromisoformat(answer.json["createdAt"])
    assert lifetime == timedelta(days=1)
    current = Caller(cast.nobody.client, token=answer.json["token"]).get("/v1/users/current")
    assert current.json["email"] == MAI


def test_signing_in_is_logged_with_the_program_that_asked(cast: Cast) -> None:
    make_mai(cast)

    sign_in(cast.nobody, headers={"User-Agent": "tester/1"})

    assert details_of(cast.services, "user.session.create")[-1] == {"userAgent": "tester/1"}


@pytest.mark.parametrize(
    ("email", "password"), [(MAI, "wrong password"), ("no@example.org", PASSWORD), (MAI, ""), ("", ""), ("\u0001", "x")]
)
def test_failed_sign_in_does_not_say_why(cast: Cast, email: str, password: str) -> None:
    make_mai(cast)

    answer = sign_in(cast.nobody, email, password)

    assert answer.status_code == 401
    assert answer.json == {"code": 401.2, "message": "Could not authenticate with the provided credentials."}
    assert "Set-Cookie" not in answer.headers


def test_user_without_password_cannot_sign_in(cast: Cast) -> None:
    make_mai(cast, password=None)

    assert sign_in(cast.nobody, MAI, "").status_code == 401


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, 400.3),
        ({"email": MAI}, 400.3),
        ({"email": MAI, "password": 7}, 400.11),
        ({"email": None, "password": "x"}, 400.11),
        ({"email": "a\0b", "password": "x"}, 400.1),
    ],
)
def test_sign_in_with_a_wrong_body_names_the_fault(cast: Cast, body: dict[str, object], code: float) -> None:
    answer = cast.nobody.post(SESSIONS, json=body)

    assert answer.status_code == 400
    assert answer.json["code"] == code


def test_stale_cookie_does_not_keep_anybody_from_signing_in(app: Flask, cast: Cast) -> None:
    make_mai(cast)
    browser = Caller(app.test_client())
    browser.client.set_cookie("session", "of last week")

    assert browser.get("/v1/users/current").status_code == 401
    assert sign_in(browser).status_code == 200
    assert browser.get("/v1/users/current").status_code == 200


def test_cookie_is_hidden_from_scripts_and_from_what_other_sites_send(cast: Cast) -> None:
    make_mai(cast)

    session, csrf = sign_in(cast.nobody).headers.getlist("Set-Cookie")

    assert session.startswith("session=")
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(session.split("; "))
    assert csrf.startswith("csrf=")
    assert "HttpOnly" not in csrf
    assert "SameSite=Lax" in csrf
    assert "Secure" not in session


def test_cookie_stays_on_https_where_there_is_https(cast: Cast) -> None:
    make_mai(cast)

    answer = sign_in(cast.nobody, base_url="https://localhost")

    assert all("Secure" in cookie for cookie in answer.headers.getlist("Set-Cookie"))


def test_cookie_reads_freely_and_writes_with_its_csrf_token(app: Flask, cast: Cast) -> None:
    mai = make_mai(cast)
    browser = Caller(app.test_client())
    csrf = sign_in(browser).json["csrf"]
    change = {"json": {"displayName": "Mai Anh"}}

    assert browser.get("/v1/users/current").status_code == 200
    assert browser.patch(f"/v1/users/{mai}", **change).json["code"] == 401.4
    assert browser.patch(f"/v1/users/{mai}", **change, headers={"X-CSRF-Token": "wrong"}).json["code"] == 401.4
    assert browser.patch(f"/v1/users/{mai}", **change, headers={"X-CSRF-Token": csrf}).status_code == 200


def test_first_presented_credentials_decide(app: Flask, cast: Cast) -> None:
    make_mai(cast)
    browser = Caller(app.test_client())
    sign_in(browser)

    assert browser.get("/v1/users/current", headers={"Authorization": "Bearer wrong"}).json["code"] == 401.2
    assert browser.get("/v1/users/current", headers={"Authorization": "Digest x"}).json["code"] == 401.2
    assert browser.get("/v1/key/wrong/users/current").json["code"] == 401.2


def test_session_can_be_looked_up_by_whoever_has_it(app: Flask, cast: Cast) -> None:
    make_mai(cast)
    browser = Caller(app.test_client())
    new = sign_in(browser).json

    by_bearer = Caller(app.test_client(), token=new["token"]).get(f"{SESSIONS}/restore")
    by_cookie = browser.get(f"{SESSIONS}/restore")

    assert by_bearer.json == new
    assert by_cookie.json == {key: new[key] for key in ("csrf", "createdAt", "expiresAt")}


def test_nobody_and_phones_have_no_session_to_look_up(cast: Cast) -> None:
    assert cast.nobody.get(f"{SESSIONS}/restore").json["code"] == 404.1
    assert cast.chi.get(f"{SESSIONS}/restore").json["code"] == 404.1


def test_signing_out_ends_this_session_and_no_other(app: Flask, cast: Cast) -> None:
    make_mai(cast)
    here, there = signed_in(app), signed_in(app)

    assert here.delete(f"{SESSIONS}/current").json == {"success": True}

    assert here.get("/v1/users/current").json["code"] == 401.2
    assert there.get("/v1/users/current").status_code == 200


def test_signing_out_takes_the_cookies_away(app: Flask, cast: Cast) -> None:
    make_mai(cast)
    browser = Caller(app.test_client())
    csrf = sign_in(browser).json["csrf"]

    browser.delete(f"{SESSIONS}/current", headers={"X-CSRF-Token": csrf})

    assert browser.client.get_cookie("session") is None
    assert browser.client.get_cookie("csrf") is None


def test_nobody_and_phones_cannot_sign_out(cast: Cast) -> None:
    assert cast.nobody.delete(f"{SESSIONS}/current").json["code"] == 401.2
    assert cast.chi.delete(f"{SESSIONS}/current").json["code"] == 404.1


def test_own_session_can_be_ended_by_its_token(app: Flask, cast: Cast) -> None:
    make_mai(cast)
    here, there = signed_in(app), signed_in(app)

    assert here.delete(f"{SESSIONS}/{there.token}").status_code == 200

    assert there.get("/v1/users/current").status_code == 401
    assert here.get("/v1/users/current").status_code == 200


def test_only_an_administrator_ends_sessions_of_others(app: Flask, cast: Cast) -> None:
    make_mai(cast)
    mai = signed_in(app)

    assert cast.bob.delete(f"{SESSIONS}/{mai.token}").json["code"] == 403.1
    assert cast.dee.delete(f"{SESSIONS}/{mai.token}").json["code"] == 403.1
    assert cast.nobody.delete(f"{SESSIONS}/{mai.token}").json["code"] == 401.2
    assert mai.get("/v1/users/current").status_code == 200
    assert cast.alice.delete(f"{SESSIONS}/{mai.token}").status_code == 200
    assert mai.get("/v1/users/current").status_code == 401


def test_guessed_token_is_refused_like_a_foreign_one(cast: Cast) -> None:
    assert cast.alice.delete(f"{SESSIONS}/nonsense").json["code"] == 403.1


def test_manager_revokes_a_phone_at_once(cast: Cast) -> None:
    answer = cast.bob.delete(f"{SESSIONS}/{cast.chi.key}")

    assert answer.json == {"success": True}
    assert cast.chi.get("/v1/projects").json["code"] == 401.2
    shown = cast.bob.get(f"/v1/projects/1/app-users/{cast.chi.id}").json
    assert shown["token"] is None
    assert shown["deletedAt"] is None
    assert details_of(cast.services, "field_key.session.end") == [{}]


def test_phone_is_revoked_by_nobody_else(cast: Cast) -> None:
    path = f"{SESSIONS}/{cast.chi.key}"

    assert [caller.delete(path).status_code for caller in (cast.dee, cast.quan, cast.vy)] == [403, 403, 403]
    assert cast.nobody.delete(path).status_code == 401
    assert cast.chi.delete(path).status_code == 403
    assert cast.chi.get("/v1/projects").status_code == 200


def test_session_is_over_after_its_day(cast: Cast) -> None:
    with cast.services.database.write() as session:
        session.execute(update(SignIn).where(SignIn.actor_id == cast.bob.id).values(expires_at=utc_now()))

    assert cast.bob.get("/v1/users/current").json["code"] == 401.2


def basic(email: str, password: str) -> dict[str, str]:
    return {"Authorization": f"Basic {base64.b64encode(f'{email}:{password}'.encode()).decode()}"}


def test_basic_is_taken_over_https_only(cast: Cast) -> None:
    make_mai(cast)
    headers = basic(MAI, PASSWORD)

    assert cast.nobody.get("/v1/users/current", headers=headers).json["code"] == 401.3
    secured = cast.nobody.get("/v1/users/current", headers=headers, base_url="https://localhost")
    assert secured.json["email"] == MAI


@pytest.mark.parametrize("value", ["%%%", "bm8tY29sb24=", "/w==", basic("\0", "x")["Authorization"][6:]])
def test_broken_basic_is_refused(cast: Cast, value: str) -> None:
    headers = {"Authorization": f"Basic {value}"}

    answer = cast.nobody.get("/v1/users/current", headers=headers, base_url="https://localhost")

    assert answer.json["code"] == 401.2


def test_forwarded_https_counts_only_from_trusted_proxies(settings: Settings, cast: Cast) -> None:
    make_mai(cast)
    headers = basic(MAI, PASSWORD) | {"X-Forwarded-Proto": "https"}

    assert cast.nobody.get("/v1/users/current", headers=headers).json["code"] == 401.3

    behind_proxy = create_app(replace(settings, trusted_proxies=1))
    proxied = Caller(behind_proxy.test_client())
    assert proxied.get("/v1/users/current", headers=headers).status_code == 200
    behind_proxy.extensions["transect"].database.dispose()
