"""Submissions over REST: list, detail, XML, create and edit."""

import re

import pytest

from tests.cast import Answer, Caller, Cast
from tests.factories import household, household_form, make_draft, new_id, publish, send
from tests.kept import (
    DRAFT_LIST,
    LIST,
    actions_of,
    file_of,
    files_of,
    item,
    leftovers,
    listed,
    read,
    set_form_state,
    versions_of,
    xml_of,
)
from tests.queries import counted_queries

ONE = "uuid:11111111-1111-4111-8111-111111111111"
TWO = "uuid:22222222-2222-4222-8222-222222222222"
THREE = "uuid:33333333-3333-4333-8333-333333333333"
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


def create(caller: Caller, xml: bytes, path: str = LIST, content_type: str = "application/xml") -> Answer:
    return caller.post(path, data=xml, content_type=content_type)


def edit(caller: Caller, instance_id: str, xml: bytes) -> Answer:
    return caller.put(item(instance_id), data=xml, content_type="text/xml")


def code_of(answer: Answer) -> tuple[int, float]:
    return answer.status_code, answer.json["code"]


def test_list_is_empty_before_anything_came(cast: Cast) -> None:
    publish(cast.bob)

    assert read(cast.bob, LIST) == []


def test_list_shows_the_newest_first(cast: Cast) -> None:
    publish(cast.bob)
    sent = [new_id() for _ in range(4)]
    for instance_id in sent:
        send(cast.chi, household(instance_id))

    assert listed(cast.bob) == sent[::-1]
    assert listed(cast.bob, "?limit=2") == [sent[3], sent[2]]
    assert listed(cast.bob, "?limit=2&offset=1") == [sent[2], sent[1]]
    assert listed(cast.bob, "?offset=3") == [sent[0]]
    assert listed(cast.bob, "?limit=0") == []
    assert listed(cast.bob, "?limit=9223372036854775807&offset=9223372036854775807") == []


@pytest.mark.parametrize(
    "query", ["limit=-1", "limit=x", "offset=-1", f"limit={2**63}", f"offset={2**200}", "deleted=no?"]
)
def test_list_says_which_parameter_is_wrong(cast: Cast, query: str) -> None:
    publish(cast.bob)

    answer = cast.bob.get(f"{LIST}?{query}")

    assert code_of(answer) == (400, 400.11)
    assert query.partition("=")[0] in answer.text


def test_list_of_the_trash_shows_only_what_was_deleted(cast: Cast) -> None:
    publish(cast.bob)
    send(cast.chi, household(ONE))
    send(cast.chi, household(TWO))
    cast.bob.delete(item(ONE))

    assert listed(cast.bob) == [TWO]
    (deleted,) = read(cast.bob, f"{LIST}?deleted=true")
    assert deleted["instanceId"] == ONE
    assert MOMENT.fullmatch(deleted["deletedAt"])


def test_list_holds_only_this_forms_submissions(cast: Cast) -> None:
    publish(cast.bob)
    publish(cast.bob, household_form("other"))
    send(cast.chi, household(ONE))
    send(cast.chi, household(TWO, form_id="other"))

    assert listed(cast.bob) == [ONE]


@pytest.mark.parametrize("header", ["false", "true"])
def test_list_asks_as_much_of_the_database_for_many_as_for_one(cast: Cast, header: str) -> None:
    publish(cast.bob)
    send(cast.chi, household(ONE))
    with counted_queries(cast.services) as for_one:
        read(cast.bob, LIST, X_Extended_Metadata=header)
    for _ in range(10):
        send(cast.chi, household())
        send(cast.cuong, household())

    with counted_queries(cast.services) as for_many:
        rows = read(cast.bob, LIST, X_Extended_Metadata=header)

    assert len(rows) == 21
    assert len(for_many) == len(for_one)


def test_submission_is_shown_as_the_api_says(cast: Cast) -> None:
    publish(cast.bob)
    send(cast.chi, household(ONE).replace(b"</instanceID>", "</instanceID><instanceName>Nhà 7</instanceName>".encode()))

    shown = read(cast.bob, item(ONE))

    created = shown.pop("createdAt")
    assert MOMENT.fullmatch(created)
    assert shown.pop("currentVersion") == {
        "instanceId": ONE,
        "instanceName": "Nhà 7",
        "submitterId": cast.chi.id,
        "deviceId": "collect:abc",
        "userAgent": shown["userAgent"],
        "createdAt": created,
        "current": True,
    }
    assert shown == {
        "instanceId": ONE,
        "submitterId": cast.chi.id,
        "deviceId": "collect:abc",
        "userAgent": "org.odk.collect.android/v2026.1.0 Dalvik/2.1.0",
        "reviewState": None,
        "updatedAt": None,
        "deletedAt": None,
    }


def test_extended_metadata_shows_the_submitter(cast: Cast) -> None:
    publish(cast.bob)
    send(cast.chi, household(ONE))

    extended = read(cast.bob, item(ONE), X_Extended_Metadata="true")
    (row,) = read(cast.bob, LIST, X_Extended_Metadata="true")

    assert extended["submitter"]["displayName"] == row["submitter"]["displayName"] == "Chi"
    assert extended["submitter"]["type"] == "field_key"
    assert "submitter" not in read(cast.bob, item(ONE))


def test_edits_id_leads_to_the_version_that_it_made(cast: Cast) -> None:
    publish(cast.bob)
    send(cast.chi, household(ONE))
    send(cast.chi, household(TWO, replaces=ONE))

    answer = cast.bob.get(item(TWO))

    assert answer.status_code == 301
    assert answer.headers["Location"] == f"http://localhost{item(ONE)}/versions/{TWO}"
    assert read(cast.bob, answer.headers["Location"].removeprefix("http://localhost"))["instanceId"] == TWO


def test_id_of_a_deleted_submissions_edit_leads_nowhere(cast: Cast) -> None:
    publish(cast.bob)
    send(cast.chi, household(ONE))
    send(cast.chi, household(TWO, replaces=ONE))
    cast.bob.delete(item(ONE))

    assert cast.bob.get(item(TWO)).status_code == 404
    assert cast.bob.get(item(ONE)).status_code == 404


@pytest.mark.parametrize("name", ["uuid:gone", "%FF", "..", "a" * 3000, "'; DROP TABLE submission; --", "%00"])
def test_what_is_not_there_is_not_found(cast: Cast, name: str) -> None:
    publish(cast.bob)

    for path in (f"{LIST}/{name}", f"{LIST}/{name}.xml", f"{LIST}/{name}/versions", f"{LIST}/{name}/attachments"):
        assert cast.bob.get(path).status_code == 404


def test_xml_is_given_as_it_came(cast: Cast) -> None:
    publish(cast.bob)
    xml = household(ONE) + b"\n<!-- end -->\r\n"
    send(cast.chi, xml)

    answer = cast.bob.get(f"{item(ONE)}.xml")

    assert answer.mimetype == "application/xml"
    assert answer.data == xml


def test_program_creates_a_submission(cast: Cast) -> None:
    publish(cast.bob)
    xml = household(ONE, photo="a.jpg")

    answer = create(cast.cuong, xml, f"{LIST}?deviceID=script%3A7")

    assert answer.status_code == 200
    body = answer.json
    assert (body["instanceId"], body["deviceId"], body["submitterId"]) == (ONE, "script:7", cast.cuong.id)
    assert xml_of(cast.bob, ONE) == xml
    assert files_of(cast.bob, ONE) == {"a.jpg": False}


def test_program_that_creates_twice_is_told(cast: Cast) -> None:
    publish(cast.bob)
    create(cast.bob, household(ONE))

    same, other = create(cast.bob, household(ONE)), create(cast.bob, household(ONE, name="Other"))

    assert code_of(same) == (409, 409.3)
    assert code_of(other) == (409, 409.4)
    assert listed(cast.bob) == [ONE]


@pytest.mark.parametrize(
    ("xml", "content_type", "expected"),
    [
        (b"{}", "application/json", (415, 415.1)),
        (b"", "application/xml", (400, 400.1)),
        (b"<data", "application/xml", (400, 400.1)),
        (b"<data/>", "text/xml", (400, 400.2)),
        (household(form_id="other"), "text/xml", (400, 400.8)),
        (household("x" * 300), "text/xml", (400, 400.8)),
        (household(TWO, replaces=ONE), "text/xml", (404, 404.9)),
        (b"<data>" + b"x" * 10_000_000 + b"</data>", "text/xml", (413, 413.1)),
    ],
)
def test_program_that_sends_nonsense_is_told(
    cast: Cast, xml: bytes, content_type: str, expected: tuple[int, float]
) -> None:
    publish(cast.bob)

    assert code_of(create(cast.bob, xml, content_type=content_type)) == expected
    assert leftovers(cast.services) == {}


def test_program_cannot_create_in_a_closed_form(cast: Cast) -> None:
    publish(cast.bob)
    set_form_state(cast.services, "closed")

    assert code_of(create(cast.bob, household())) == (409, 409.2)


def test_program_edits_a_submission(cast: Cast) -> None:
    publish(cast.bob)
    send(cast.chi, household(ONE, photo="a.jpg"), ("a.jpg", b"photo"))
    second = household(TWO, replaces=ONE, photo="a.jpg", name="Nông Thị Mai")

    answer = edit(cast.bob, ONE, second)

    assert answer.status_code == 200
    body = answer.json
    assert (body["instanceId"], body["currentVersion"]["instanceId"]) == (ONE, TWO)
    assert body["reviewState"] == "edited"
    assert xml_of(cast.bob, ONE) == second
    assert file_of(cast.bob, ONE, "a.jpg") == b"photo"
    assert actions_of(cast.bob, ONE) == ["submission.create", "submission.update.version"]


def test_edit_must_name_the_current_version(cast: Cast) -> None:
    publish(cast.bob)
    send(cast.chi, household(ONE))
    edit(cast.bob, ONE, household(TWO, replaces=ONE))

    assert code_of(edit(cast.bob, ONE, household(THREE, replaces=ONE))) == (409, 409.8)
    assert code_of(edit(cast.bob, ONE, household(TWO, replaces=ONE))) == (409, 409.8)
    assert code_of(edit(cast.bob, ONE, household(THREE))) == (400, 400.2)
    assert code_of(edit(cast.bob, TWO, household(THREE, replaces=TWO))) == (404, 404.1)
    assert versions_of(cast.bob, ONE) == [TWO, ONE]


def test_edit_cannot_take_the_id_of_another_submission(cast: Cast) -> None:
    publish(cast.bob)
    send(cast.chi, household(ONE))
    send(cast.chi, household(TWO))

    assert code_of(edit(cast.bob, ONE, household(TWO, replaces=ONE))) == (409, 409.4)
    assert code_of(edit(cast.bob, ONE, household(THREE, replaces=TWO))) == (409, 409.8)


def test_edit_of_what_is_in_the_trash_is_not_found(cast: Cast) -> None:
    publish(cast.bob)
    send(cast.chi, household(ONE))
    cast.bob.delete(item(ONE))

    assert code_of(edit(cast.bob, ONE, household(TWO, replaces=ONE))) == (404, 404.1)


def test_drafts_have_their_own_submissions(cast: Cast) -> None:
    make_draft(cast.bob)
    xml = household(ONE, photo="a.jpg")

    answer = create(cast.bob, xml, DRAFT_LIST)

    assert answer.status_code == 200
    assert listed(cast.bob, within=DRAFT_LIST) == [ONE]
    assert read(cast.bob, item(ONE, DRAFT_LIST))["instanceId"] == ONE
    assert xml_of(cast.bob, ONE, DRAFT_LIST) == xml
    assert files_of(cast.bob, ONE, DRAFT_LIST) == {"a.jpg": False}
    assert cast.bob.get(item(ONE)).status_code == 404


def test_test_link_creates_but_does_not_read(cast: Cast) -> None:
    token = make_draft(cast.bob)
    path = f"/v1/test/{token}/projects/1/forms/household/draft/submissions"

    assert create(cast.nobody, household(ONE), path).status_code == 200
    assert cast.nobody.get(path).status_code == 403
    assert cast.nobody.get(f"{path}/{ONE}").status_code == 403


def test_publishing_clears_what_was_sent_to_the_draft(cast: Cast) -> None:
    make_draft(cast.bob)
    create(cast.bob, household(ONE, photo="a.jpg"), DRAFT_LIST)

    assert cast.bob.post("/v1/projects/1/forms/household/draft/publish").status_code == 200
    assert listed(cast.bob) == []
    assert leftovers(cast.services) == {}


REQUESTS = [
    ("GET", LIST),
    ("POST", LIST),
    ("GET", item(ONE)),
    ("GET", f"{item(ONE)}.xml"),
    ("PUT", item(ONE)),
    ("PATCH", item(ONE)),
    ("DELETE", item(ONE)),
    ("POST", f"{item(ONE)}/restore"),
    ("GET", f"{item(ONE)}/comments"),
    ("POST", f"{item(ONE)}/comments"),
    ("GET", f"{item(ONE)}/versions"),
    ("GET", f"{item(ONE)}/versions/{ONE}"),
    ("GET", f"{item(ONE)}/versions/{ONE}.xml"),
    ("GET", f"{item(ONE)}/audits"),
    ("GET", f"{item(ONE)}/attachments"),
    ("GET", f"{item(ONE)}/attachments/a.jpg"),
    ("POST", f"{item(ONE)}/attachments/a.jpg"),
    ("DELETE", f"{item(ONE)}/attachments/a.jpg"),
    ("GET", f"{item(ONE)}/versions/{ONE}/attachments"),
    ("GET", f"{item(ONE)}/versions/{ONE}/attachments/a.jpg"),
    ("DELETE", f"{item(ONE)}/versions/{ONE}/attachments/a.jpg"),
]
FOR_READERS = {("GET", path) for method, path in REQUESTS if method == "GET"}


@pytest.mark.parametrize(("method", "path"), REQUESTS)
def test_strangers_get_nowhere(cast: Cast, method: str, path: str) -> None:
    publish(cast.bob)
    send(cast.chi, household(ONE, photo="a.jpg"), ("a.jpg", b"photo"))

    answers = {name: getattr(cast, name).send(method, path) for name in ("dee", "quan", "nobody")}

    assert {name: code_of(answer) for name, answer in answers.items()} == {
        "dee": (403, 403.1),
        "quan": (403, 403.1),
        "nobody": (401, 401.2),
    }
    assert file_of(cast.bob, ONE, "a.jpg") == b"photo"


@pytest.mark.parametrize(("method", "path"), [request for request in REQUESTS if request not in FOR_READERS])
def test_viewer_changes_nothing(cast: Cast, method: str, path: str) -> None:
    publish(cast.bob)
    send(cast.chi, household(ONE, photo="a.jpg"), ("a.jpg", b"photo"))

    assert code_of(cast.vy.send(method, path)) == (403, 403.1)
    assert actions_of(cast.bob, ONE) == ["submission.create"]


@pytest.mark.parametrize(("method", "path"), sorted(FOR_READERS))
def test_phone_reads_nothing(cast: Cast, method: str, path: str) -> None:
    publish(cast.bob)
    send(cast.chi, household(ONE, photo="a.jpg"), ("a.jpg", b"photo"))

    assert code_of(cast.chi.send(method, path)) == (403, 403.1)


@pytest.mark.parametrize(("method", "path"), sorted(FOR_READERS))
def test_viewer_reads_everything(cast: Cast, method: str, path: str) -> None:
    publish(cast.bob)
    send(cast.chi, household(ONE, photo="a.jpg"), ("a.jpg", b"photo"))

    answer = cast.vy.send(method, path)

    assert answer.status_code == 200
    assert answer.data
