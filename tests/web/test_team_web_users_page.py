"""The web users of a project: roles given by e-mail address, changed and taken away, by whom and to whom."""

from functools import partial
from typing import Any

import pytest
from lxml import html

from tests.at_once import again, at_once
from tests.cast import Answer, Caller, Cast
from tests.queries import query_count

USERS = "/projects/1/team/users"


def page(caller: Caller, path: str = USERS) -> Any:
    answer = caller.get(f"{path}{'&' if '?' in path else '?'}lang=en")
    assert answer.status_code == 200, answer.text
    return html.fromstring(answer.text)


def texts(found: Any, path: str) -> list[str]:
    return [" ".join(element.text_content().split()) for element in found.xpath(path)]


def give(caller: Caller, email: str | None, role: str) -> Answer:
    return caller.post(f"{USERS}?lang=en", data={"email": email, "role": role})


def fault(answer: Answer) -> str:
    assert answer.status_code == 400, answer.text
    (told,) = texts(html.fromstring(answer.text), "//*[@role='alert']")
    return told


def roles(cast: Cast, caller: Caller) -> list[int]:
    """The numbers of the roles that somebody has in the project, as the API tells them."""
    given = cast.alice.get("/v1/projects/1/assignments").json
    return [one["roleId"] for one in given if one["actorId"] == caller.id]


def test_everybody_with_a_role_is_listed_and_no_phone(cast: Cast) -> None:
    found = page(cast.bob)
    assert texts(found, "//tbody//th") == ["Bob (you)", "Cuong", "Vy"]
    assert found.xpath("//tbody//option[@selected]/@value") == ["formfill", "viewer"]


def test_only_who_may_list_users_is_told_their_addresses(cast: Cast) -> None:
    assert "vy@example.org" not in cast.bob.get(USERS).text
    assert "dee@example.org" in page(cast.alice).xpath("//datalist/option/@value")


def test_a_role_is_given_by_address_changed_and_taken_away(cast: Cast) -> None:
    given = give(cast.bob, " Dee@Example.org ", "viewer")
    assert given.status_code == 303
    assert texts(page(cast.bob, given.headers["Location"]), "//tr[@class='is-new']/th") == ["Dee"]
    assert cast.dee.get("/projects/1").status_code == 200

    assert cast.bob.post(f"{USERS}/{cast.dee.id}/role", data={"role": "manager"}).status_code == 303
    assert roles(cast, cast.dee) == [5]

    assert cast.bob.post(f"{USERS}/{cast.dee.id}/remove").status_code == 303
    assert roles(cast, cast.dee) == []
    assert cast.dee.get("/projects/1").status_code == 403


def test_giving_changing_and_taking_twice_is_the_same_as_once(cast: Cast) -> None:
    for _ in range(2):
        assert give(cast.bob, cast.dee.email, "viewer").status_code == 303
        assert roles(cast, cast.dee) == [8]
    for _ in range(2):
        assert cast.bob.post(f"{USERS}/{cast.dee.id}/role", data={"role": "formfill"}).status_code == 303
        assert roles(cast, cast.dee) == [7]
    for _ in range(2):
        assert cast.bob.post(f"{USERS}/{cast.dee.id}/remove").status_code == 303
        assert roles(cast, cast.dee) == []


def test_a_form_that_is_sent_many_times_at_once_gives_one_role(cast: Cast) -> None:
    answers = at_once(*[partial(give, again(cast.bob), cast.dee.email, "viewer") for _ in range(4)])
    assert [answer.status_code for answer in answers] == [303] * 4
    assert roles(cast, cast.dee) == [8]


def test_who_has_a_role_keeps_it_when_another_is_given(cast: Cast) -> None:
    assert fault(give(cast.bob, cast.vy.email, "formfill")) == "Vy has a role here already. Change it in the list."
    assert roles(cast, cast.vy) == [8]


def test_several_roles_that_a_program_gave_are_shown_and_become_one(cast: Cast) -> None:
    assert cast.alice.post(f"/v1/projects/1/assignments/manager/{cast.vy.id}").status_code == 200
    assert cast.alice.post(f"/v1/projects/1/assignments/app-user/{cast.vy.id}").status_code == 200
    assert "App User, Project Manager, Project Viewer" in texts(page(cast.bob), "//tbody/tr")[-1]
    cast.bob.post(f"{USERS}/{cast.vy.id}/role", data={"role": "viewer"})
    assert roles(cast, cast.vy) == [8]


@pytest.mark.parametrize(
    ("email", "told"),
    [
        ("stranger@example.org", "No web user has this e-mail address. An administrator adds web users."),
        ("dee", "This is not an e-mail address."),
        ("", "This is not an e-mail address."),
        ("a@" + "x" * 1000, "This is not an e-mail address."),
        ("<b>@example.org", "No web user has this e-mail address. An administrator adds web users."),
    ],
)
def test_an_address_without_a_user_is_told_and_kept_in_the_field(cast: Cast, email: str, told: str) -> None:
    answer = give(cast.bob, email, "viewer")
    assert fault(answer) == told
    assert html.fromstring(answer.text).xpath("//input[@name='email']/@value") == [email[:321]]
    assert html.fromstring(answer.text).xpath("//input[@checked]/@value") == ["viewer"]


def test_a_name_that_looks_like_markup_is_shown_as_text(cast: Cast) -> None:
    cast.alice.patch(f"/v1/users/{cast.vy.id}", json={"displayName": "<script>alert(1)</script>"})
    assert "<script>alert" not in cast.bob.get(USERS).text
    assert "<script>alert(1)</script>" in texts(page(cast.bob), "//tbody//th")


@pytest.mark.parametrize("role", ["admin", "app-user", "pwreset", "", "5x", "manager\0x"])
def test_no_other_role_can_be_given_here(cast: Cast, role: str) -> None:
    assert give(cast.alice, cast.dee.email, role).status_code == 404
    assert roles(cast, cast.dee) == []


def test_nobody_changes_or_takes_their_own_role(cast: Cast) -> None:
    assert cast.bob.post(f"{USERS}/{cast.bob.id}/role", data={"role": "viewer"}).status_code == 403
    assert cast.bob.post(f"{USERS}/{cast.bob.id}/remove").status_code == 403
    assert roles(cast, cast.bob) == [5]


def test_phones_are_no_web_users(cast: Cast) -> None:
    assert cast.bob.post(f"{USERS}/{cast.chi.id}/remove").status_code == 404
    assert cast.bob.post(f"{USERS}/{cast.chi.id}/role", data={"role": "manager"}).status_code == 404


@pytest.mark.parametrize("name", ["vy", "cuong", "dee", "quan"])
def test_others_neither_see_nor_change_who_has_which_role(cast: Cast, name: str) -> None:
    caller: Caller = getattr(cast, name)
    assert caller.get(USERS).status_code == 403
    assert give(caller, caller.email, "manager").status_code == 403
    assert caller.post(f"{USERS}/{cast.bob.id}/role", data={"role": "viewer"}).status_code == 403
    assert caller.post(f"{USERS}/{cast.bob.id}/remove").status_code == 403
    assert roles(cast, cast.bob) == [5]


def test_the_list_asks_the_database_no_more_for_many(cast: Cast) -> None:
    before = query_count(cast.services, lambda: page(cast.alice))
    for number in range(5):
        email = f"user{number}@example.org"
        cast.alice.post("/v1/users", json={"email": email})
        give(cast.bob, email, "viewer")
    assert query_count(cast.services, lambda: page(cast.alice)) == before
