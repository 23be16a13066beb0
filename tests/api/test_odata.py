"""The OData service of a form: who may, its documents, its options, and how clients page through it."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.cast import Caller, Cast
from tests.factories import household, household_form, make_draft, new_id, publish, send
from tests.kept import item
from tests.queries import query_count

ONE = "uuid:11111111-1111-4111-8111-111111111111"
TWO = "uuid:22222222-2222-4222-8222-222222222222"
SERVICE = "/v1/projects/1/forms/household.svc"
DRAFT_SERVICE = "/v1/projects/1/forms/household/draft.svc"
ROOT, MEMBERS = f"{SERVICE}/Submissions", f"{SERVICE}/Submissions.member"


def document(caller: Caller, path: str, **options: str) -> Any:
    answer = caller.get(path, query_string={f"${name}": value for name, value in options.items()})
    assert answer.status_code == 200, answer.text
    return answer.json


def ids(caller: Caller, path: str = ROOT, **options: str) -> list[str]:
    return [row["__id"] for row in document(caller, path, **options)["value"]]


def refusal(caller: Caller, path: str = ROOT, **options: str) -> tuple[float, str]:
    answer = caller.get(path, query_string={f"${name}": value for name, value in options.items()})
    return answer.json["code"], answer.json["message"]


def next_page(caller: Caller, page: Any) -> Any:
    link = urlsplit(page["@odata.nextLink"])
    answer = caller.get(f"{link.path}?{link.query}")
    assert answer.status_code == 200, answer.text
    return answer.json


def all_pages(caller: Caller, path: str, **options: str) -> list[list[str]]:
    page = document(caller, path, **options)
    pages = [page]
    while "@odata.nextLink" in page:
        page = next_page(caller, page)
        pages.append(page)
    return [[row["__id"] for row in page["value"]] for page in pages]


@pytest.fixture
def sent(cast: Cast) -> None:
    publish(cast.bob)
    send(cast.chi, household(ONE, name="Mai"))
    send(cast.chi, household(TWO, name="Nông Văn Đức"))


@pytest.mark.parametrize("service", [SERVICE, DRAFT_SERVICE])
@pytest.mark.parametrize("path", ["", "/$metadata", "/Submissions", "/Submissions.member"])
def test_only_who_may_read_gets_an_answer(cast: Cast, service: str, path: str) -> None:
    publish(cast.bob)
    cast.bob.post("/v1/projects/1/forms/household/draft")
    callers = {"vy": cast.vy, "chi": cast.chi, "dee": cast.dee, "quan": cast.quan, "nobody": cast.nobody}

    statuses = {name: caller.get(service + path).status_code for name, caller in callers.items()}

    phone = 403 if "Submissions" in path else 200
    assert statuses == {"vy": 200, "chi": phone, "dee": 403, "quan": 403, "nobody": 401}


def test_service_document_lists_the_tables(cast: Cast) -> None:
    publish(cast.bob)

    answer = cast.vy.get(SERVICE)

    assert answer.headers["Content-Type"] == "application/json; charset=utf-8; odata.metadata=minimal"
    assert answer.headers["OData-Version"] == "4.0"
    assert answer.json == {
        "@odata.context": f"http://localhost{SERVICE}/$metadata",
        "value": [
            {"name": "Submissions", "kind": "EntitySet", "url": "Submissions"},
            {"name": "Submissions.member", "kind": "EntitySet", "url": "Submissions.member"},
        ],
    }


def test_row_has_all_that_the_server_knows_and_every_answer(cast: Cast, sent: None) -> None:
    page = document(cast.vy, ROOT, filter=f"__id eq '{TWO}'")

    (row,) = page["value"]
    system = row.pop("__system")
    assert page["@odata.context"] == f"http://localhost{SERVICE}/$metadata#Submissions"
    assert row == {
        "__id": TWO,
        "name": "Nông Văn Đức",
        "age": 41,
        "photo": None,
        "member@odata.navigationLink": "Submissions('uuid%3A22222222-2222-4222-8222-222222222222')/member",
        "meta": {"instanceID": TWO, "instanceName": None},
    }
    assert system.pop("submissionDate").endswith("Z")
    assert system == {
        "updatedAt": None, "deletedAt": None, "submitterId": str(cast.chi.id), "submitterName": "Chi",
        "attachmentsPresent": 0, "attachmentsExpected": 0, "status": None, "reviewState": None,
        "deviceId": "collect:abc", "edits": 0, "formVersion": "1",
    }  # fmt: skip


def test_repeat_is_a_table_of_its_own(cast: Cast, sent: None) -> None:
    page = document(cast.vy, MEMBERS)

    assert page["@odata.context"] == f"http://localhost{SERVICE}/$metadata#Submissions.member"
    assert [(row["__Submissions-id"], row["member_name"], row["crops"]) for row in page["value"]] == [
        (TWO, "Mai", "rice tea"),
        (TWO, "Lan", None),
        (ONE, "Mai", "rice tea"),
        (ONE, "Lan", None),
    ]
    assert len({row["__id"] for row in page["value"]}) == 4


def test_links_of_the_feed_lead_to_the_rows_of_one_submission(cast: Cast, sent: None) -> None:
    (row,) = document(cast.vy, f"{SERVICE}/Submissions('{ONE}')")["value"]
    members = document(cast.vy, f"{SERVICE}/{row['member@odata.navigationLink']}")["value"]
    (second,) = document(cast.vy, f"{SERVICE}/Submissions('{ONE}')/member('{members[1]['__id']}')")["value"]

    assert [member["__Submissions-id"] for member in members] == [ONE, ONE]
    assert second == members[1]


def test_expanded_rows_are_those_of_the_repeats_table(cast: Cast, sent: None) -> None:
    rows = document(cast.vy, ROOT, expand="*")["value"]

    assert [member for row in rows for member in row["member"]] == document(cast.vy, MEMBERS)["value"]
    assert "member@odata.navigationLink" not in rows[0]


@pytest.mark.parametrize(
    "path", ["/Nothing", "/Submissions.nothing", "/Submissions('uuid:0')", "/Submissions('x", "/("]
)
def test_what_the_form_does_not_have_is_not_found(cast: Cast, sent: None, path: str) -> None:
    assert cast.vy.get(SERVICE + path).json["code"] == 404.1


@pytest.mark.parametrize("top", [1, 2, 3, 4, 7])
@pytest.mark.parametrize("path", [ROOT, MEMBERS])
def test_pages_give_every_row_once_while_submissions_come_in(cast: Cast, sent: None, path: str, top: int) -> None:
    for _ in range(3):
        send(cast.chi, household())
    expected = ids(cast.vy, path)
    page, found = document(cast.vy, path, top=str(top)), []

    while True:
        assert len(page["value"]) <= top
        found += [row["__id"] for row in page["value"]]
        send(cast.chi, household())
        if "@odata.nextLink" not in page:
            break
        page = next_page(cast.vy, page)

    assert found == expected


@pytest.mark.parametrize("path", [ROOT, MEMBERS])
def test_top_and_skip_cut_any_part_out_of_the_table(cast: Cast, sent: None, path: str) -> None:
    send(cast.chi, household(new_id()))
    whole = ids(cast.vy, path)

    for skip in range(len(whole) + 2):
        for top in range(len(whole) + 2):
            page = document(cast.vy, path, skip=str(skip), top=str(top), count="true")
            assert [row["__id"] for row in page["value"]] == whole[skip : skip + top]
            assert page["@odata.count"] == len(whole)
            assert ("@odata.nextLink" in page) == (0 < top < len(whole) - skip)


def test_next_page_keeps_the_other_options_and_forgets_the_skipping(cast: Cast, sent: None) -> None:
    mine = f"$root/Submissions/__id eq '{TWO}' or $root/Submissions/name eq 'Mai'"
    page = document(cast.vy, MEMBERS, top="2", skip="1", select="member_name", filter=mine)
    following = next_page(cast.vy, page)

    assert page["value"] == [{"member_name": "Lan"}, {"member_name": "Mai"}]
    assert following["value"] == [{"member_name": "Lan"}]
    assert "@odata.nextLink" not in following


def test_deleted_submission_does_not_disturb_the_pages_behind_it(cast: Cast, sent: None) -> None:
    send(cast.chi, household())
    first = document(cast.vy, MEMBERS, top="3")
    assert cast.bob.delete(item(TWO)).status_code == 200

    assert [row["__Submissions-id"] for row in next_page(cast.vy, first)["value"]] == [ONE, ONE]


def test_rows_of_an_edited_submission_are_those_of_its_newest_version(cast: Cast, sent: None) -> None:
    edit = household(new_id(), replaces=ONE).replace(b"<member><member_name>Lan</member_name><crops/></member>", b"")
    send(cast.chi, edit)

    page = document(cast.vy, MEMBERS, count="true")

    assert [row["__Submissions-id"] for row in page["value"]] == [TWO, TWO, ONE]
    assert page["@odata.count"] == 3
    assert document(cast.vy, ROOT)["value"][1]["__system"]["edits"] == 1


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("__id", [ONE, TWO]),
        ("__id desc", [TWO, ONE]),
        ("__system/reviewState", [ONE, TWO]),
        ("__system/reviewState DESC, __id ASC", [TWO, ONE]),
        ("name asc", [ONE, TWO]),
        ("name desc", [TWO, ONE]),
        ("age, __system/submissionDate asc", [ONE, TWO]),
    ],
)
def test_rows_come_in_the_order_that_is_asked_for(cast: Cast, sent: None, order: str, expected: list[str]) -> None:
    assert cast.bob.patch(item(TWO), json={"reviewState": "approved"}).status_code == 200

    assert ids(cast.vy, orderby=order) == expected
    assert all_pages(cast.vy, ROOT, orderby=order, top="1") == [[expected[0]], [expected[1]]]
    members = [row["__Submissions-id"] for row in document(cast.vy, MEMBERS, orderby=order)["value"]]
    assert members == [expected[0], expected[0], expected[1], expected[1]]
    assert [len(page) for page in all_pages(cast.vy, MEMBERS, orderby=order, top="3")] == [3, 1]


def test_filter_asks_for_answers_and_for_what_the_server_knows(cast: Cast, sent: None) -> None:
    assert ids(cast.vy, filter="name eq 'Mai'") == [ONE]
    assert ids(cast.vy, filter="contains(name, 'Văn') and age ge 41") == [TWO]
    assert ids(cast.vy, filter="startswith(meta/instanceID, 'uuid:1')") == [ONE]
    assert ids(cast.vy, filter="not (name eq 'Mai')") == [TWO]
    assert ids(cast.vy, filter="photo eq null and __system/submitterId ne null") == [TWO, ONE]
    mine = document(cast.vy, MEMBERS, filter="$root/Submissions/name eq 'Mai'", count="true")
    assert [row["__Submissions-id"] for row in mine["value"]] == [ONE, ONE]
    assert mine["@odata.count"] == 2


def test_search_finds_names_of_instances_and_of_senders_without_their_accents(cast: Cast) -> None:
    publish(cast.bob)
    for instance_id, name, sender in ((ONE, "Hộ Nông Văn Đức", cast.chi), (TWO, "Hộ Lò Thị Mai", cast.cuong)):
        named = household(instance_id).replace(
            b"</instanceID>", f"</instanceID><instanceName>{name}</instanceName>".encode()
        )
        send(sender, named)

    assert ids(cast.vy, search="HO") == [TWO, ONE]
    assert ids(cast.vy, search="duc nong") == ids(cast.vy, search="Đức AND ho") == [ONE]
    assert ids(cast.vy, search='"van duc"') == [ONE]
    assert ids(cast.vy, search='"duc van"') == []
    assert ids(cast.vy, search="cuong") == ids(cast.vy, search="mai", filter="age eq 41") == [TWO]
    members = document(cast.vy, MEMBERS, search="duc", count="true")
    assert (members["@odata.count"], {row["__Submissions-id"] for row in members["value"]}) == (2, {ONE})
    assert all_pages(cast.vy, ROOT, search="ho", top="1") == [[TWO], [ONE]]


def test_select_takes_fields_groups_and_parts_of_groups(cast: Cast, sent: None) -> None:
    def selected(select: str, path: str = ROOT) -> Any:
        return document(cast.vy, path, select=select)["value"][0]

    assert selected("__id, name") == {"__id": TWO, "name": "Nông Văn Đức"}
    assert selected("meta/instanceID,__system/edits") == {"__system": {"edits": 0}, "meta": {"instanceID": TWO}}
    assert selected("meta") == {"meta": {"instanceID": TWO, "instanceName": None}}
    assert set(selected("__system")["__system"]) >= {"submissionDate", "status"}
    assert selected("crops,__Submissions-id", MEMBERS) == {"__Submissions-id": TWO, "crops": "rice tea"}


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        ({"top": "-1"}, 400.11, "$top"),
        ({"top": "9" * 40}, 400.11, "$top"),
        ({"skip": "many"}, 400.11, "$skip"),
        ({"skiptoken": "nothing"}, 400.8, "@odata.nextLink"),
        ({"skiptoken": "WzEsMSxbIngiXV0"}, 400.8, "$skiptoken"),
        ({"skiptoken": "WyJTdWJtaXNzaW9ucyIsLTEsMCxbXV0"}, 400.8, "$skiptoken"),
        ({"skiptoken": "WyJTdWJtaXNzaW9ucyIsMWU1LDAsW11d"}, 400.8, "$skiptoken"),
        ({"skiptoken": "ế"}, 400.8, "$skiptoken"),
        ({"skiptoken": "A" * 5000}, 400.8, "$skiptoken"),
        ({"top": "1.5"}, 400.11, "$top"),
        ({"top": "2147483648"}, 400.11, "$top"),
        ({"count": "maybe"}, 400.11, "$count"),
        ({"filter": "name eq"}, 400.8, "at character 8"),
        ({"filter": "name eq 5"}, 400.8, "at character 6"),
        ({"filter": "age eq 5 or nothing eq 5"}, 400.8, "at character 13: the form has no question nothing"),
        ({"filter": "member/crops eq 'tea'"}, 400.8, "outside of repeats"),
        ({"filter": "__system/edits eq 1"}, 501.1, "__system/edits at character 1"),
        ({"filter": "trim(name) eq 'x'"}, 501.1, "trim() at character 1"),
        ({"filter": "shout(name) eq 'X'"}, 400.8, "at character 1: there is no function shout()"),
        ({"filter": "contains(name)"}, 400.8, "at character 14"),
        ({"filter": "contains(age, 'x')"}, 400.8, "at character 1"),
        ({"orderby": "__id up"}, 400.8, "at character 1"),
        ({"orderby": "__id, ,name"}, 400.8, "at character 7"),
        ({"orderby": "__id,nothing"}, 400.8, "at character 6: the form has no question nothing"),
        ({"orderby": "__system/edits"}, 501.1, "__system/edits at character 1"),
        ({"select": "name,nothing"}, 400.8, "at character 6"),
        ({"select": "member/crops"}, 400.8, "member/crops"),
        ({"select": "name", "expand": "*"}, 501.1, "$expand"),
        ({"expand": "member"}, 501.1, "$expand"),
        ({"apply": "aggregate(age)"}, 501.1, "$apply"),
        ({"search": "Mai OR Lan"}, 501.1, "OR at character 5"),
        ({"search": "x" * 201}, 400.8, "$search"),
        ({"format": "atom"}, 406.1, "application/json"),
    ],
)
def test_option_that_cannot_be_met_is_refused_with_its_place(
    cast: Cast, sent: None, options: dict[str, str], code: float, said: str
) -> None:
    answered, message = refusal(cast.vy, **options)

    assert answered == code
    assert said in message


def test_link_of_another_table_or_order_is_refused(cast: Cast, sent: None) -> None:
    link = document(cast.vy, MEMBERS, top="1")["@odata.nextLink"]
    (token,) = parse_qs(urlsplit(link).query)["$skiptoken"]

    assert len(document(cast.vy, MEMBERS, skiptoken=token)["value"]) == 3
    assert refusal(cast.vy, ROOT, skiptoken=token)[0] == 400.8
    assert refusal(cast.vy, MEMBERS, skiptoken=token, orderby="__id")[0] == 400.8


def test_largest_page_is_all_there_is(cast: Cast, sent: None) -> None:
    page = document(cast.vy, ROOT, top=str(2**31 - 1), skip="0")

    assert len(page["value"]) == 2
    assert "@odata.nextLink" not in page
    assert document(cast.vy, MEMBERS, skip=str(2**31 - 1), top="5")["value"] == []


def test_size_of_pages_that_a_client_prefers_is_kept_to(cast: Cast, sent: None) -> None:
    preferring = {"Prefer": "respond-async, odata.maxpagesize=1"}

    answer = cast.vy.get(ROOT, headers=preferring)
    following = cast.vy.get(answer.json["@odata.nextLink"].removeprefix("http://localhost"), headers=preferring)
    exact = cast.vy.get(ROOT, query_string={"$top": "2"}, headers=preferring)

    assert [row["__id"] for row in (*answer.json["value"], *following.json["value"])] == [TWO, ONE]
    assert answer.headers["Preference-Applied"] == "odata.maxpagesize=1"
    assert "@odata.nextLink" not in following.json
    assert len(exact.json["value"]) == 2
    assert "Preference-Applied" not in exact.headers


def test_page_asks_the_database_as_often_however_long_it_is(cast: Cast, sent: None) -> None:
    def asked(path: str, **options: str) -> int:
        return query_count(cast.services, lambda: document(cast.vy, path, **options))

    # What is kept in memory afterwards is read by the first request.
    document(cast.vy, MEMBERS)
    short = [asked(path, top="1") for path in (ROOT, MEMBERS)]
    for _ in range(8):
        send(cast.chi, household())

    assert [asked(path, top="20") for path in (ROOT, MEMBERS)] == short


def test_draft_has_a_service_of_its_own(cast: Cast) -> None:
    publish(cast.bob)
    send(cast.chi, household(ONE))
    later = household_form(version="2").replace(b"<age/>", b"<age/><height/>")
    cast.bob.post(
        "/v1/projects/1/forms/household/draft?ignoreWarnings=true", data=later, content_type="application/xml"
    )
    send(cast.bob, household(TWO, version="2"), path="/v1/projects/1/forms/household/draft/submission")

    page = document(cast.vy, f"{DRAFT_SERVICE}/Submissions", count="true")

    assert [(row["__id"], row["height"]) for row in page["value"]] == [(TWO, None)]
    assert page["@odata.context"] == f"http://localhost{DRAFT_SERVICE}/$metadata#Submissions"
    assert ids(cast.vy, f"{DRAFT_SERVICE}/Submissions.member")
    assert ids(cast.vy) == [ONE]


def test_form_that_was_never_published_has_only_a_draft_service(cast: Cast) -> None:
    make_draft(cast.bob)

    assert cast.vy.get(SERVICE).json["code"] == 404.1
    assert cast.vy.get(ROOT).json["code"] == 404.1
    assert document(cast.vy, f"{DRAFT_SERVICE}/Submissions")["value"] == []
