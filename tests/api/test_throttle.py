"""Every door at which a password can be guessed counts the failures of all of them."""

import base64
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from server.accounts.models import Attempt
from server.accounts.throttle import LIMITS, WINDOW, note_attempt
from server.app import create_app
from server.config import Settings
from server.db import utc_now
from tests.accounts.people import MAI, make_mai, sign_in, signed_in
from tests.cast import PASSWORD, Caller, Cast


def fail(cast: Cast, subject: str, times: int) -> None:
    for _ in range(times):
        note_attempt(cast.services.database, [subject])


def test_wrong_passwords_close_the_account_for_a_while(cast: Cast) -> None:
    make_mai(cast)
    fail(cast, f"account {MAI}", LIMITS["account"] - 1)

    assert sign_in(cast.nobody, password="wrong password").status_code == 401
    refused = sign_in(cast.nobody)

    assert refused.status_code == 429
    assert refused.json["code"] == 429.7
    assert 0 < int(refused.headers["Retry-After"]) <= WINDOW.total_seconds()


def test_other_accounts_stay_open(cast: Cast) -> None:
    make_mai(cast)
    fail(cast, "account alice@example.org", LIMITS["account"])

    assert sign_in(cast.nobody).status_code == 200


def test_unknown_account_is_closed_like_a_known_one(cast: Cast) -> None:
    fail(cast, "account no@example.org", LIMITS["account"])

    assert sign_in(cast.nobody, "NO@example.org").status_code == 429


def test_address_that_fails_too_often_is_refused_for_every_account(cast: Cast) -> None:
    make_mai(cast)
    fail(cast, "address 127.0.0.1", LIMITS["address"])

    assert sign_in(cast.nobody).status_code == 429
    assert sign_in(cast.nobody, environ_base={"REMOTE_ADDR": "203.0.113.9"}).status_code == 200


def test_account_opens_again_when_the_window_has_passed(cast: Cast) -> None:
    make_mai(cast)
    fail(cast, f"account {MAI}", LIMITS["account"])
    with cast.services.database.write() as session:
        session.execute(update(Attempt).values(at=utc_now() - WINDOW - timedelta(seconds=1)))

    assert sign_in(cast.nobody).status_code == 200


def test_basic_counts_and_is_refused_too(cast: Cast) -> None:
    make_mai(cast)
    fail(cast, f"account {MAI}", LIMITS["account"] - 1)
    wrong, right = (basic(f"{MAI}:{password}") for password in ("wrong", PASSWORD))

    assert cast.nobody.get("/v1/projects", headers=wrong, base_url="https://localhost").status_code == 401
    assert cast.nobody.get("/v1/projects", headers=right, base_url="https://localhost").status_code == 429


def basic(pair: str) -> dict[str, str]:
    return {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}


def test_old_password_of_a_change_counts_and_is_refused_too(app: Flask, cast: Cast) -> None:
    mai = make_mai(cast)
    caller = signed_in(app)
    fail(cast, f"account {MAI}", LIMITS["account"] - 1)
    path = f"/v1/users/{mai}/password"

    assert caller.put(path, json={"old": "wrong", "new": "three blind mice run"}).status_code == 401
    assert caller.put(path, json={"old": PASSWORD, "new": "three blind mice run"}).status_code == 429


def test_mailbox_gets_a_few_reset_mails_only(cast: Cast) -> None:
    answers = [
        cast.nobody.post("/v1/users/reset/initiate", json={"email": MAI}).status_code
        for _ in range(LIMITS["mailbox"] + 1)
    ]

    assert answers == [200] * LIMITS["mailbox"] + [429]


def test_one_address_cannot_mail_to_everybody(cast: Cast) -> None:
    fail(cast, "address 127.0.0.1", LIMITS["address"])

    assert cast.nobody.post("/v1/users/reset/initiate", json={"email": "x@example.org"}).status_code == 429


def test_very_long_address_is_counted_like_any_other(cast: Cast) -> None:
    email = "a" * 1000 + "@example.org"
    fail(cast, f"account {email}", LIMITS["account"])

    assert sign_in(cast.nobody, email).status_code == 429


@pytest.fixture
def unthrottled(settings: Settings) -> Iterator[Caller]:
    app = create_app(replace(settings, login_throttle=False))
    yield Caller(app.test_client(use_cookies=False))
    app.extensions["transect"].database.dispose()


def test_throttle_can_be_switched_off(cast: Cast, unthrottled: Caller) -> None:
    make_mai(cast)
    fail(cast, f"account {MAI}", LIMITS["account"])

    assert sign_in(unthrottled).status_code == 200
    assert unthrottled.post("/v1/users/reset/initiate", json={"email": MAI}).status_code == 200
