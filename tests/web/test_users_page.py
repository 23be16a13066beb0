"""All web users on a page: added with a link, made administrators, signed out, deleted; by whom and to whom."""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from lxml import html

from server.accounts.administrators import administrator_ids
from server.accounts.users import find_user
from server.http.credentials import COOKIE, CSRF_COOKIE
from tests.accounts.people import MAI, make_mai, sign_in
from tests.at_once import again, at_once
from tests.cast import Answer, Caller, Cast
from tests.logged import details_of
from tests.mailbox import Mailbox, mail_server
from tests.queries import query_count

USERS = "/users"
NEW = "mận hậu Bắc Hà 2026"
# The cast signed in when the run of all tests began.
LATELY = r"(now|\d+ \w+\.? ago)"


def parsed(answer: Answer) -> Any:
    return html.fromstring(answer.text)


def page(caller: Caller, path: str = USERS) -> Any:
    answer = caller.get(f"{path}{'&' if '?' in path else '?'}lang=en")
    assert answer.status_code == 200, answer.text
    return parsed(answer)


def texts(found: Any, path: str) -> list[str]:
    return [" ".join(element.text_content().split()) for element in found.xpath(path)]


def add(caller: Caller, email: str = MAI, name: str = "Mai", **more: str) -> Answer:
    return caller.post(f"{USERS}?lang=en", data={"email": email, "name": name, **more})


def link_in(answer: Answer) -> str:
    """The link that the page shows, which no browser may keep."""
    assert answer.status_code == 200, answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    (link,) = parsed(answer).xpath("//div[@class='copy']/input/@value")
    return str(link)


def claim(cast: Cast, link: str, password: str = NEW) -> int:
    (token,) = parse_qs(urlsplit(link).query)["token"]
    return cast.nobody.post(urlsplit(link).path, data={"token": token, "password": password}).status_code


def administrators(cast: Cast) -> set[int]:
    with cast.services.database.read() as session:
        return administrator_ids(session)


def told(answer: Answer, status: int = 400) -> str:
    assert answer.status_code == status, answer.text
    (fault,) = texts(parsed(answer), "//*[@role='alert']")
    return fault


def test_all_are_listed_with_what_they_may_do(cast: Cast) -> None:
    rows = texts(page(cast.alice), "//tbody/tr")
    assert [row.split()[0] for row in rows] == ["Alice", "Bob", "Cuong", "Dee", "Quan", "Vy"]
    assert re.match(rf"Alice \(you\) alice@example\.org Administrator {LATELY} no password yet", rows[0])
    assert "Project Manager · Rà soát hộ nghèo" in rows[1]
    assert re.search(rf"dee@example\.org none {LATELY}", rows[3])


def test_the_page_is_linked_for_who_may_open_it(cast: Cast) -> None:
    assert page(cast.alice, "/projects").xpath("//a[@href='/users']")
    assert not page(cast.bob, "/projects").xpath("//a[@href='/users']")


def test_who_is_added_sets_a_password_with_the_link_that_is_shown_once(cast: Cast) -> None:
    added = add(cast.alice, email=" MAI@example.org ")
    link = link_in(added)
    assert link.startswith("http://localhost/account/claim?token=")
    assert texts(parsed(added), "//h1") == ["Mai"]
    assert "mailed" not in added.text
    assert sign_in(cast.nobody).status_code == 401

    assert claim(cast, link) == 200
    assert sign_in(cast.nobody, password=NEW).status_code == 200
    assert claim(cast, link) == 401
    assert "no password yet" not in next(row for row in texts(page(cast.alice), "//tbody/tr") if MAI in row)
    assert len(administrators(cast)) == 1


def test_an_administrator_can_be_added(cast: Cast) -> None:
    assert add(cast.alice, administrator="yes").status_code == 200
    assert len(administrators(cast)) == 2


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with mail_server() as mailbox:
        yield mailbox


def test_with_a_mail_server_the_same_link_is_mailed(cast: Cast, app: Flask, mailbox: Mailbox) -> None:
    url, public = f"smtp://127.0.0.1:{mailbox.port}", "https://survey.example.org"
    settings = replace(cast.services.settings, mail_url=url, public_url=public)
    app.extensions["transect"] = replace(cast.services, settings=settings)

    added = add(cast.alice)

    assert link_in(added) in mailbox.only_text
    assert link_in(added).startswith(f"{public}/account/claim")
    assert mailbox.only_mail["To"] == MAI
    assert "It has also been mailed to mai@example.org." in added.text


def test_an_address_is_there_once_and_the_page_leads_to_who_has_it(cast: Cast) -> None:
    add(cast.alice)
    repeated = add(cast.alice, email="Mai@Example.org", name="Another", administrator="yes")
    assert told(repeated, 409) == "A web user has this e-mail address already. Mai"
    found = parsed(repeated)
    assert found.xpath("//input[@name='name']/@value") == ["Another"]
    assert found.xpath("//input[@name='administrator']/@checked")
    assert len(administrators(cast)) == 1


def test_a_form_that_is_sent_many_times_at_once_adds_one_user(cast: Cast) -> None:
    answers = at_once(*[partial(add, again(cast.alice)) for _ in range(4)])
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    assert len(texts(page(cast.alice), "//tbody/tr")) == 7


@pytest.mark.parametrize("email", ["", "mai", "a b@example.org", f"{'x' * 400}@example.org", "mai@"])
def test_what_is_no_address_is_told_and_kept_in_the_field(cast: Cast, email: str) -> None:
    answer = add(cast.alice, email=email, name="Mai")
    assert told(answer) == "This is not an e-mail address."
    assert parsed(answer).xpath("//input[@name='name']/@value") == ["Mai"]


def test_markup_in_names_and_addresses_is_text(cast: Cast) -> None:
    added = add(cast.alice, email='"><script>1</script>@example.org', name="<script>alert(1)</script>\0" + "x" * 400)
    assert added.status_code == 200
    assert "<script>alert" not in added.text + cast.alice.get(USERS).text
    assert texts(page(cast.alice), "//tbody//th/a")[0].startswith("<script>alert(1)</script>xxx")


def test_a_user_is_made_administrator(cast: Cast) -> None:
    for _ in range(2):
        made = cast.alice.post(f"{USERS}/{cast.bob.id}/administrator")
        assert made.status_code == 303
        assert administrators(cast) == {cast.alice.id, cast.bob.id}
    saved = page(cast.alice, made.headers["Location"])
    assert texts(saved, "//*[@role='status']") == ["✓ Saved"]
    assert texts(saved, "//*[contains(@class, 'badge approved')]") == ["Administrator"]
    assert cast.bob.get(USERS).status_code == 200


@pytest.fixture
def two(cast: Cast) -> Cast:
    """Alice and Bob administer the server, and have passwords."""
    alice, bob = cast.alice, cast.bob
    alice.post(f"{USERS}/{bob.id}/administrator")
    with cast.services.database.write() as session:
        for caller in (alice, bob):
            assert caller.id is not None
            find_user(session, caller.id).password_hash = "any"
    return cast


def test_who_was_administrator_keeps_their_roles_in_projects(two: Cast) -> None:
    for _ in range(2):
        assert two.alice.post(f"{USERS}/{two.bob.id}/administrator/end").status_code == 303
        assert administrators(two) == {two.alice.id}
    assert two.bob.get(USERS).status_code == 403
    assert two.bob.get("/projects/1/team").status_code == 200


def test_giving_up_ones_own_right_takes_a_tick(two: Cast) -> None:
    path = f"{USERS}/{two.alice.id}/administrator/end"
    assert "only another administrator can give it back" in page(two.alice, f"{USERS}/{two.alice.id}").text_content()
    assert told(two.alice.post(f"{path}?lang=en")) == "Nothing was changed: tick that you want this."
    assert two.alice.id in administrators(two)

    answer = two.alice.post(path, data={"sure": "yes"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/projects")
    assert administrators(two) == {two.bob.id}


def test_the_last_administrator_stays(two: Cast) -> None:
    two.alice.post(f"{USERS}/{two.bob.id}/administrator/end")
    fault = told(two.alice.post(f"{USERS}/{two.alice.id}/administrator/end?lang=en", data={"sure": "yes"}))
    assert fault.startswith("Nobody else who administers this server has a password.")
    assert administrators(two) == {two.alice.id}


def test_an_administrator_who_has_no_password_yet_does_not_count(two: Cast) -> None:
    with two.services.database.write() as session:
        assert two.alice.id is not None
        find_user(session, two.alice.id).password_hash = None
    for deed in ("administrator/end", "delete"):
        fault = told(two.alice.post(f"{USERS}/{two.bob.id}/{deed}?lang=en", data={"sure": "yes"}))
        assert fault.startswith("Nobody else who administers this server has a password.")
    assert administrators(two) == {two.alice.id, two.bob.id}


def test_of_two_who_end_each_other_at_once_one_stays(two: Cast) -> None:
    alice, bob = again(two.alice), again(two.bob)
    at_once(
        partial(alice.post, f"{USERS}/{bob.id}/administrator/end"),
        partial(bob.post, f"{USERS}/{alice.id}/administrator/end"),
    )
    assert len(administrators(two)) == 1


def test_a_user_is_signed_out_everywhere(cast: Cast) -> None:
    mai = make_mai(cast)
    token = sign_in(cast.nobody).json["token"]
    there = replace(cast.dee, token=token, id=mai)
    assert there.get("/account").status_code == 200

    assert cast.alice.post(f"{USERS}/{mai}/sessions/end").status_code == 303

    assert there.get("/account").status_code == 401
    assert sign_in(cast.nobody).status_code == 200
    assert details_of(cast.services, "user.session.end") == [{}]


@pytest.mark.parametrize("now", ["", "yes"])
def test_a_password_is_renewed_with_a_link(cast: Cast, now: str) -> None:
    mai = make_mai(cast)
    link = link_in(cast.alice.post(f"{USERS}/{mai}/password", data={"now": now}))
    assert sign_in(cast.nobody).status_code == (401 if now else 200)
    assert claim(cast, link) == 200
    assert sign_in(cast.nobody).status_code == 401
    assert sign_in(cast.nobody, password=NEW).status_code == 200
    assert details_of(cast.services, "user.reset.create") == [{}]


def test_a_user_is_deleted_after_a_tick(cast: Cast) -> None:
    path = f"{USERS}/{cast.vy.id}/delete"
    assert told(cast.alice.post(f"{path}?lang=en")) == "Nothing was changed: tick that you want this."
    assert cast.vy.get("/account").status_code == 200

    deleted = cast.alice.post(path, data={"sure": "yes"})

    assert texts(page(cast.alice, deleted.headers["Location"]), "//*[@role='status']")
    assert cast.vy.get("/account").status_code == 401
    assert "vy@example.org" not in cast.alice.get(USERS).text
    assert cast.alice.post(path, data={"sure": "yes"}).status_code == 404


def test_nobody_deletes_themselves(two: Cast) -> None:
    assert two.alice.post(f"{USERS}/{two.alice.id}/delete", data={"sure": "yes"}).status_code == 403
    assert two.alice.get(f"{USERS}/{two.alice.id}").status_code == 200


DEEDS = ("administrator", "administrator/end", "sessions/end", "password", "delete")


@pytest.mark.parametrize("name", ["bob", "vy", "cuong", "dee", "quan"])
def test_only_administrators_see_and_change_web_users(cast: Cast, name: str) -> None:
    caller: Caller = getattr(cast, name)
    assert caller.get(USERS).status_code == 403
    assert caller.get(f"{USERS}/{caller.id}").status_code == 403
    assert add(caller).status_code == 403
    for deed in DEEDS:
        assert caller.post(f"{USERS}/{cast.alice.id}/{deed}", data={"sure": "yes"}).status_code == 403
    assert administrators(cast) == {cast.alice.id}


@pytest.mark.parametrize("deed", DEEDS)
def test_phones_are_no_web_users(cast: Cast, deed: str) -> None:
    assert cast.alice.get(f"{USERS}/{cast.chi.id}").status_code == 404
    assert cast.alice.post(f"{USERS}/{cast.chi.id}/{deed}", data={"sure": "yes"}).status_code == 404


@pytest.mark.parametrize("path", [USERS, *(f"{USERS}/2/{deed}" for deed in DEEDS)])
def test_no_other_site_sends_these_forms_for_an_administrator(cast: Cast, path: str) -> None:
    client = again(cast.alice).client
    client.set_cookie(COOKIE, cast.alice.token or "")
    client.set_cookie(CSRF_COOKIE, "guessed")
    answer = client.post(path, data={"csrf": "guessed", "email": MAI, "name": "Mai", "sure": "yes"})
    assert answer.status_code == 401


def test_the_list_asks_the_database_no_more_for_many(cast: Cast) -> None:
    before = query_count(cast.services, lambda: page(cast.alice))
    for number in range(5):
        email = f"user{number}@example.org"
        cast.alice.post("/v1/users", json={"email": email})
        cast.alice.post("/projects/1/team/users", data={"email": email, "role": "viewer"})
    assert query_count(cast.services, lambda: page(cast.alice)) == before
