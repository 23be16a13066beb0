from collections.abc import Callable
from dataclasses import replace
from urllib.parse import quote

import pytest
from lxml import etree
from sqlalchemy import event
from werkzeug.test import TestResponse

from server.accounts.assignments import assign, unassign
from server.accounts.models import ActorRow
from server.config import Settings
from server.forms.find import find_form, find_project
from server.permissions import COMMAND_LINE, ROLES_BY_SYSTEM
from tests.cast import Caller, Cast
from tests.factories import publish
from tests.forms.definitions import XML, xform

FORMS = "/v1/projects/1/forms"
LIST = "/v1/projects/1/formList"
OPENROSA = {"X-OpenRosa-Version": "1.0"}
NAMESPACE = "{http://openrosa.org/xforms/xformsList}"


def form_list(caller: Caller, path: str = LIST) -> TestResponse:
    return caller.get(f"{path}?deviceID=collect%3Aabc", headers=OPENROSA)


def entries(answer: TestResponse) -> list[dict[str, str]]:
    """What Collect reads of each form."""
    root = etree.fromstring(answer.data)
    assert root.tag == f"{NAMESPACE}xforms"
    return [{child.tag.removeprefix(NAMESPACE): child.text or "" for child in form} for form in root]


def ids(answer: TestResponse) -> list[str]:
    return [entry["formID"] for entry in entries(answer)]


def test_phone_gets_what_it_needs_to_download_a_form(cast: Cast) -> None:
    form = publish(cast.bob, xform())

    answer = form_list(cast.chi)

    assert answer.status_code == 200
    assert answer.content_type.startswith("text/xml")
    assert answer.headers["X-OpenRosa-Version"] == "1.0"
    assert answer.headers["Cache-Control"] == "no-cache"
    assert entries(answer) == [
        {
            "formID": "visit",
            "name": "Thăm hộ",
            "version": "1",
            "hash": f"md5:{form['hash']}",
            "downloadUrl": f"http://localhost/v1/key/{cast.chi.key}/projects/1/forms/visit.xml",
        }
    ]


def test_addresses_for_a_signed_in_user_carry_no_key(cast: Cast) -> None:
    publish(cast.bob, xform())

    assert entries(form_list(cast.cuong))[0]["downloadUrl"] == "http://localhost/v1/projects/1/forms/visit.xml"


def test_addresses_are_percent_encoded(cast: Cast) -> None:
    publish(cast.bob, xform("hộ a&b", media=["a.png"]))

    (entry,) = entries(form_list(cast.cuong))

    address = f"http://localhost{FORMS}/{quote('hộ a&b', safe='')}"
    assert (entry["downloadUrl"], entry["manifestUrl"]) == (f"{address}.xml", f"{address}/manifest")
    assert entry["formID"] == "hộ a&b"


def test_texts_are_escaped(cast: Cast) -> None:
    publish(cast.bob, xform(version="<1>", title="A & B <C>"))

    (entry,) = entries(form_list(cast.chi))

    assert (entry["name"], entry["version"]) == ("A & B <C>", "<1>")


def test_form_that_asks_for_files_has_a_manifest_before_they_are_here(cast: Cast) -> None:
    publish(cast.bob, xform("with", media=["a.png"]))
    publish(cast.bob, xform("without"))

    assert ["manifestUrl" in entry for entry in entries(form_list(cast.chi))] == [True, False]


@pytest.mark.parametrize("state", ["closing", "closed"])
def test_form_that_is_closing_is_no_longer_offered(cast: Cast, state: str) -> None:
    publish(cast.bob, xform())
    cast.bob.patch(f"{FORMS}/visit", json={"state": state})

    assert ids(form_list(cast.chi)) == []


def test_draft_and_trash_are_not_offered(cast: Cast) -> None:
    cast.bob.post(FORMS, data=xform("draft"), content_type=XML)
    publish(cast.bob, xform("trash"))
    cast.bob.delete(f"{FORMS}/trash")

    assert ids(form_list(cast.chi)) == []


@pytest.mark.parametrize("name", ["dee", "quan"])
def test_who_may_read_no_form_gets_an_empty_list(cast: Cast, name: str) -> None:
    publish(cast.bob, xform())

    answer = form_list(getattr(cast, name))

    assert (answer.status_code, ids(answer)) == (200, [])


def test_nobody_is_asked_for_a_password_in_xml(cast: Cast) -> None:
    answer = form_list(cast.nobody)

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Basic")
    assert "<OpenRosaResponse" in answer.text


def test_key_of_another_project_opens_nothing(cast: Cast) -> None:
    publish(cast.quan, xform(), project_id=2)

    assert ids(form_list(cast.chi, "/v1/projects/2/formList")) == []


def test_project_that_is_not_there_is_not_found_in_xml(cast: Cast) -> None:
    answer = form_list(cast.chi, "/v1/projects/99/formList")

    assert (answer.status_code, "<OpenRosaResponse" in answer.text) == (404, True)


@pytest.mark.parametrize("headers", [{}, {"X-OpenRosa-Version": "2.0"}])
def test_client_must_say_that_it_speaks_openrosa(cast: Cast, headers: dict[str, str]) -> None:
    answer = cast.chi.get(LIST, headers=headers)

    assert answer.status_code == 400
    assert "X-OpenRosa-Version" in answer.text


def test_role_on_a_single_form_offers_that_form(cast: Cast) -> None:
    publish(cast.bob, xform("a"))
    publish(cast.bob, xform("b"))
    assert ids(form_list(cast.dee)) == []

    with cast.services.database.write() as session:
        form = find_form(session, find_project(session, 1), "b")
        assign(session, COMMAND_LINE, ROLES_BY_SYSTEM["formfill"], session.get_one(ActorRow, cast.dee.id), form)

    assert ids(form_list(cast.dee)) == ["b"]


def _with_etag(cast: Cast, etag: str) -> TestResponse:
    return cast.chi.get(LIST, headers=OPENROSA | {"If-None-Match": etag})


def test_list_that_the_phone_has_is_not_sent_again(cast: Cast) -> None:
    publish(cast.bob, xform())
    etag = form_list(cast.chi).headers["ETag"]

    # Proxies that compress mark the tag as weak.
    answers = [_with_etag(cast, etag), _with_etag(cast, f"W/{etag}")]

    assert [(answer.status_code, answer.data) for answer in answers] == [(304, b"")] * 2
    assert {answer.headers["ETag"] for answer in answers} == {etag}


def test_unchanged_list_is_answered_without_looking_at_forms(cast: Cast) -> None:
    publish(cast.bob, xform())
    etag = form_list(cast.chi).headers["ETag"]
    statements: list[str] = []
    event.listen(cast.services.database.engine, "before_cursor_execute", lambda *args: statements.append(args[2]))

    _with_etag(cast, etag)

    assert [statement for statement in statements if "form_version" in statement] == []


def _publish_version(cast: Cast, version: str) -> None:
    cast.bob.post(f"{FORMS}/visit/draft", data=xform(version=version), content_type=XML)
    cast.bob.post(f"{FORMS}/visit/draft/publish")


def _take_role(cast: Cast) -> None:
    with cast.services.database.write() as session:
        chi, project = session.get_one(ActorRow, cast.chi.id), find_project(session, 1)
        unassign(session, COMMAND_LINE, ROLES_BY_SYSTEM["app-user"], chi, project)


CHANGES: dict[str, Callable[[Cast], object]] = {
    "another form": lambda cast: publish(cast.bob, xform("other")),
    "a new version": lambda cast: _publish_version(cast, "2"),
    "a closed form": lambda cast: cast.bob.patch(f"{FORMS}/visit", json={"state": "closed"}),
    "a deleted form": lambda cast: cast.bob.delete(f"{FORMS}/visit"),
    "a role taken away": _take_role,
}


@pytest.mark.parametrize("change", CHANGES)
def test_every_change_reaches_a_phone_that_has_the_list(cast: Cast, change: str) -> None:
    publish(cast.bob, xform())
    etag = form_list(cast.chi).headers["ETag"]
    before = entries(form_list(cast.chi))

    CHANGES[change](cast)

    answer = _with_etag(cast, etag)
    assert answer.status_code == 200
    assert entries(answer) != before


def test_restored_form_is_offered_again(cast: Cast) -> None:
    publish(cast.bob, xform())
    cast.bob.delete(f"{FORMS}/visit")
    form_list(cast.chi)

    cast.bob.post(f"{FORMS}/1/restore")

    assert ids(form_list(cast.chi)) == ["visit"]


def test_two_phones_get_their_own_keys_from_the_same_list(cast: Cast) -> None:
    publish(cast.bob, xform())
    form_list(cast.chi)

    answer = form_list(cast.cuong)

    assert str(cast.chi.key) not in answer.text
    assert answer.headers["ETag"] != form_list(cast.chi).headers["ETag"]


@pytest.fixture
def settings(settings: Settings, request: pytest.FixtureRequest) -> Settings:
    return replace(settings, public_url=getattr(request, "param", None))


@pytest.mark.parametrize("settings", ["https://survey.example.org"], indirect=True)
def test_public_address_stands_in_every_url_whatever_the_host_header_says(cast: Cast) -> None:
    publish(cast.bob, xform())

    answer = cast.cuong.get(LIST, headers=OPENROSA | {"Host": "evil.example.com"})

    assert entries(answer)[0]["downloadUrl"] == "https://survey.example.org/v1/projects/1/forms/visit.xml"
