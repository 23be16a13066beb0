import logging
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from server.accounts.models import PasswordReset
from server.app import create_app
from server.config import Settings
from server.db import utc_now
from tests.accounts.people import MAI, make_mai, sign_in, signed_in
from tests.cast import PASSWORD, Caller, Cast
from tests.logged import details_of
from tests.mailbox import Mailbox, mail_server

INITIATE = "/v1/users/reset/initiate"
VERIFY = "/v1/users/reset/verify"
NEW = "three blind mice run"


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with mail_server() as mailbox:
        yield mailbox


@pytest.fixture
def mailing(settings: Settings, mailbox: Mailbox) -> Iterator[Caller]:
    """Nobody, at a server of the same data that can send mail."""
    url = f"smtp://127.0.0.1:{mailbox.port}?from=survey@example.org"
    app = create_app(replace(settings, mail_url=url, public_url="https://survey.example.org"))
    yield Caller(app.test_client(use_cookies=False))
    app.extensions["transect"].database.dispose()


def token_in(text: str) -> str:
    (token,) = set(re.findall(r"https://survey\.example\.org/account/claim\?token=(\S+)", text))
    return str(token)


def test_own_password_is_changed_with_the_old_one(app: Flask, cast: Cast) -> None:
    mai = make_mai(cast)

    answer = signed_in(app).put(f"/v1/users/{mai}/password", json={"old": PASSWORD, "new": NEW})

    assert answer.json == {"success": True}
    assert sign_in(cast.nobody).status_code == 401
    assert sign_in(cast.nobody, password=NEW).status_code == 200
    assert details_of(cast.services, "user.update") == [{"data": {"password": True}}]


def test_change_of_password_ends_all_sessions(app: Flask, cast: Cast) -> None:
    mai = make_mai(cast)
    here, there = signed_in(app), signed_in(app)

    here.put(f"/v1/users/{mai}/password", json={"old": PASSWORD, "new": NEW})

    assert here.get("/v1/users/current").json["code"] == 401.2
    assert there.get("/v1/users/current").json["code"] == 401.2


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"old": "wrong", "new": NEW}, 401.2),
        ({"old": PASSWORD, "new": "short"}, 400.21),
        ({"old": PASSWORD, "new": "password1234"}, 400.21),
        ({"old": PASSWORD, "new": MAI}, 400.21),
        ({"new": NEW}, 400.3),
        ({"old": PASSWORD}, 400.3),
        ({"old": PASSWORD, "new": 7}, 400.11),
    ],
)
def test_password_stays_when_the_change_is_refused(
    app: Flask, cast: Cast, body: dict[str, object], code: float
) -> None:
    mai = make_mai(cast)

    assert signed_in(app).put(f"/v1/users/{mai}/password", json=body).json["code"] == code

    assert sign_in(cast.nobody).status_code == 200


def test_administrator_sets_a_password_without_the_old_one(cast: Cast) -> None:
    mai = make_mai(cast)
    path = f"/v1/users/{mai}/password"

    assert cast.alice.put(path, json={"old": "wrong", "new": NEW}).json["code"] == 401.2
    assert cast.alice.put(path, json={"new": NEW}).status_code == 200
    assert sign_in(cast.nobody, password=NEW).status_code == 200


def test_others_change_no_password(cast: Cast) -> None:
    path = f"/v1/users/{cast.bob.id}/password"
    body = {"json": {"old": PASSWORD, "new": NEW}}

    assert [caller.put(path, **body).json["code"] for caller in (cast.dee, cast.quan)] == [403.1, 403.1]
    assert cast.nobody.put(path, **body).json["code"] == 401.2
    assert cast.alice.put("/v1/users/999/password", **body).json["code"] == 404.1


def test_new_user_gets_a_mail_with_a_link_that_sets_the_password(cast: Cast, mailing: Caller, mailbox: Mailbox) -> None:
    administrator = Caller(mailing.client, token=cast.alice.token)
    administrator.post("/v1/users", json={"email": MAI})

    assert (mailbox.only_mail["To"], mailbox.only_mail["From"]) == (MAI, "survey@example.org")
    answer = cast.nobody.post(VERIFY, json={"token": token_in(mailbox.only_text), "new": NEW})

    assert answer.json == {"success": True}
    assert sign_in(cast.nobody, password=NEW).status_code == 200


def test_forgotten_password_is_set_by_mail_and_ends_all_sessions(
    app: Flask, cast: Cast, mailing: Caller, mailbox: Mailbox
) -> None:
    make_mai(cast)
    before = signed_in(app)

    assert mailing.post(INITIATE, json={"email": "MAI@example.org"}).json == {"success": True}
    token = token_in(mailbox.only_text)
    assert sign_in(cast.nobody).status_code == 200
    cast.nobody.post(VERIFY, json={"new": NEW}, headers={"Authorization": f"Bearer {token}"})

    assert sign_in(cast.nobody).status_code == 401
    assert sign_in(cast.nobody, password=NEW).status_code == 200
    assert before.get("/v1/users/current").status_code == 401


def test_link_works_once(cast: Cast, mailing: Caller, mailbox: Mailbox) -> None:
    make_mai(cast)
    mailing.post(INITIATE, json={"email": MAI})
    token = token_in(mailbox.only_text)

    cast.nobody.post(VERIFY, json={"token": token, "new": NEW})
    again = cast.nobody.post(VERIFY, json={"token": token, "new": "another good password"})

    assert again.json["code"] == 401.2
    assert sign_in(cast.nobody, password=NEW).status_code == 200


def test_refused_password_leaves_the_link_good(cast: Cast, mailing: Caller, mailbox: Mailbox) -> None:
    make_mai(cast)
    mailing.post(INITIATE, json={"email": MAI})
    token = token_in(mailbox.only_text)

    assert cast.nobody.post(VERIFY, json={"token": token, "new": "short"}).json["code"] == 400.21
    assert cast.nobody.post(VERIFY, json={"token": token, "new": NEW}).status_code == 200


def test_link_is_good_for_a_day(cast: Cast, mailing: Caller, mailbox: Mailbox) -> None:
    make_mai(cast)
    mailing.post(INITIATE, json={"email": MAI})
    with cast.services.database.write() as session:
        session.execute(update(PasswordReset).values(expires_at=utc_now() - timedelta(seconds=1)))

    answer = cast.nobody.post(VERIFY, json={"token": token_in(mailbox.only_text), "new": NEW})

    assert answer.json["code"] == 401.2


@pytest.mark.parametrize("action", ["password", "email", "delete"])
def test_link_dies_when_it_has_lost_its_sense(cast: Cast, mailing: Caller, mailbox: Mailbox, action: str) -> None:
    mai = make_mai(cast)
    mailing.post(INITIATE, json={"email": MAI})
    deeds = {
        "password": ("PUT", f"/v1/users/{mai}/password", {"new": "somebody was faster"}),
        "email": ("PATCH", f"/v1/users/{mai}", {"email": "other@example.org"}),
        "delete": ("DELETE", f"/v1/users/{mai}", {}),
    }
    method, path, body = deeds[action]
    assert cast.alice.send(method, path, json=body).status_code == 200

    answer = cast.nobody.post(VERIFY, json={"token": token_in(mailbox.only_text), "new": NEW})

    assert answer.json["code"] == 401.2


@pytest.mark.parametrize("token", ["", "nonsense", "\u00e9"])
def test_wrong_token_sets_nothing(cast: Cast, token: str) -> None:
    assert cast.nobody.post(VERIFY, json={"token": token, "new": NEW}).json["code"] == 401.2
    assert cast.nobody.post(VERIFY, json={"new": NEW}).json["code"] == 401.2


def test_session_token_is_no_reset_token(app: Flask, cast: Cast) -> None:
    make_mai(cast)
    headers = {"Authorization": f"Bearer {signed_in(app).token}"}

    assert cast.nobody.post(VERIFY, json={"new": NEW}, headers=headers).json["code"] == 401.2


def test_reset_token_opens_nothing_else(cast: Cast, mailing: Caller, mailbox: Mailbox) -> None:
    make_mai(cast)
    mailing.post(INITIATE, json={"email": MAI})

    bearer = Caller(cast.nobody.client, token=token_in(mailbox.only_text))

    assert bearer.get("/v1/projects").json["code"] == 401.2


def test_answer_does_not_tell_whether_there_is_an_account(cast: Cast, mailing: Caller, mailbox: Mailbox) -> None:
    answer = mailing.post(INITIATE, json={"email": "no@example.org"})

    assert answer.json == {"success": True}
    assert mailbox.only_mail["To"] == "no@example.org"
    assert "no account with that address" in mailbox.only_text
    assert "token" not in mailbox.only_text


def test_mail_to_a_removed_account_says_so(cast: Cast, mailing: Caller, mailbox: Mailbox) -> None:
    cast.alice.delete(f"/v1/users/{make_mai(cast)}")

    mailing.post(INITIATE, json={"email": MAI})

    assert "this account has been removed" in mailbox.only_text
    assert "token" not in mailbox.only_text


def test_host_of_the_request_never_gets_into_a_link(cast: Cast, mailing: Caller, mailbox: Mailbox) -> None:
    make_mai(cast)

    mailing.post(INITIATE, json={"email": MAI}, base_url="https://evil.example.com")

    assert "evil" not in mailbox.only_text
    assert token_in(mailbox.only_text)


def test_without_mail_server_the_link_is_in_the_log(cast: Cast, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "transect.mail"):
        make_mai(cast)

    assert re.search(r"^/account/claim\?token=\S{64}$", caplog.text, re.MULTILINE)


def test_mail_server_that_is_down_undoes_nothing(
    settings: Settings, cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    down = replace(settings, mail_url="smtp://127.0.0.1:1", public_url="https://survey.example.org")
    app = create_app(down)

    answer = Caller(app.test_client(), token=cast.alice.token).post("/v1/users", json={"email": MAI})

    app.extensions["transect"].database.dispose()
    assert answer.status_code == 200
    assert cast.alice.get(f"/v1/users/{answer.json['id']}").status_code == 200
    assert token_in(caplog.text)


def test_administrator_invalidates_the_present_password(app: Flask, cast: Cast) -> None:
    make_mai(cast)
    mai = signed_in(app)

    assert cast.alice.post(f"{INITIATE}?invalidate=true", json={"email": MAI}).status_code == 200

    assert sign_in(cast.nobody).status_code == 401
    assert mai.get("/v1/users/current").status_code == 401


def test_others_invalidate_nothing(cast: Cast) -> None:
    make_mai(cast)
    path = f"{INITIATE}?invalidate=true"

    assert cast.bob.post(path, json={"email": MAI}).json["code"] == 403.1
    assert cast.dee.post(path, json={"email": MAI}).json["code"] == 403.1
    assert cast.nobody.post(path, json={"email": MAI}).json["code"] == 401.2
    assert sign_in(cast.nobody).status_code == 200


@pytest.mark.parametrize(("body", "code"), [({}, 400.3), ({"email": "x"}, 400.8), ({"email": None}, 400.11)])
def test_reset_without_an_address_is_refused(cast: Cast, body: dict[str, object], code: float) -> None:
    assert cast.nobody.post(INITIATE, json=body).json["code"] == code


def test_stale_cookie_does_not_keep_anybody_from_a_reset(app: Flask, cast: Cast) -> None:
    browser = Caller(app.test_client())
    browser.client.set_cookie("session", "of last week")

    assert browser.post(INITIATE, json={"email": MAI}).status_code == 200
