"""A forgotten password: the page says the same to everybody, and the link that comes by mail sets a new one."""

import logging
import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from server.accounts.throttle import LIMITS
from server.app import create_app
from server.config import Settings
from tests.accounts.people import MAI, make_mai
from tests.cast import Caller, Cast
from tests.mailbox import Mailbox, mail_server
from tests.web.test_account_page import shown

NEW = "mận hậu Bắc Hà 2026"
ENGLISH = {"Accept-Language": "en"}


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with mail_server() as mailbox:
        yield mailbox


@pytest.fixture
def mailing(settings: Settings, cast: Cast, mailbox: Mailbox) -> Iterator[Caller]:
    make_mai(cast)
    url = f"smtp://127.0.0.1:{mailbox.port}?from=survey@example.org"
    app = create_app(replace(settings, mail_url=url, public_url="https://survey.example.org"))
    yield Caller(app.test_client(use_cookies=False))
    app.extensions["transect"].database.dispose()


def test_the_mailed_link_sets_a_new_password(cast: Cast, mailing: Caller, mailbox: Mailbox) -> None:
    assert mailing.post("/reset", data={"email": f" {MAI.upper()} "}).status_code == 200

    link = re.search(r"https://survey\.example\.org(/account/claim\?token=(\S+))", mailbox.only_text)
    assert link is not None
    assert mailing.get(link[1]).status_code == 200
    assert mailing.post("/account/claim", data={"token": link[2], "password": NEW}).status_code == 200
    assert cast.nobody.post("/sign-in", data={"email": MAI, "password": NEW}).status_code == 303


def test_the_page_does_not_tell_whether_there_is_an_account(mailing: Caller, mailbox: Mailbox) -> None:
    known, unknown = (
        mailing.post("/reset", data={"email": email}, headers=ENGLISH) for email in (MAI, "xyz@example.org")
    )

    assert known.status_code == unknown.status_code == 200
    assert known.text.replace(MAI, "xyz@example.org") == unknown.text
    assert [mail["To"] for mail in mailbox.mails] == [MAI, "xyz@example.org"]


def test_asking_again_and_again_is_slowed_down_for_known_and_unknown_alike(mailing: Caller) -> None:
    for email in (MAI, "xyz@example.org"):
        answers = [mailing.post("/reset", data={"email": email}) for _ in range(LIMITS["mailbox"] + 1)]
        assert [answer.status_code for answer in answers] == [200] * LIMITS["mailbox"] + [429]
        assert int(answers[-1].headers["Retry-After"]) > 0


@pytest.mark.parametrize("email", ["", "mai", "a b@example.org", "x" * 2000])
def test_what_is_no_address_is_told(mailing: Caller, mailbox: Mailbox, email: str) -> None:
    answer = mailing.post("/reset", data={"email": email}, headers=ENGLISH)

    assert (answer.status_code, "This is not an e-mail address." in shown(answer)) == (400, True)
    assert mailbox.mails == []


def test_another_site_cannot_ask(mailing: Caller, mailbox: Mailbox) -> None:
    answer = mailing.post("/reset", data={"email": MAI}, headers={"Sec-Fetch-Site": "cross-site"})

    assert answer.status_code == 401
    assert mailbox.mails == []


def test_without_a_mail_server_the_page_says_where_the_link_is(cast: Cast, caplog: pytest.LogCaptureFixture) -> None:
    make_mai(cast)
    with caplog.at_level(logging.WARNING, "transect.mail"):
        answer = cast.nobody.post("/reset", data={"email": MAI}, headers=ENGLISH)

    assert "it is in the server's log" in shown(answer)
    assert "/account/claim?token=" in caplog.text


def test_the_sign_in_page_leads_there(cast: Cast) -> None:
    assert 'href="/reset"' in cast.nobody.get("/sign-in").text
    assert cast.nobody.get("/reset").status_code == 200
