from typing import Any

import pytest

from tests.cast import Caller, Cast
from tests.factories import household, household_form, publish, send
from tests.kept import listed, set_form_state
from tests.logged import details_of
from tests.queries import counted_queries

FORM = "/v1/projects/1/forms/household"
LINKS = f"{FORM}/public-links"
EXTENDED = {"X-Extended-Metadata": "true"}
SHAPE = {"id", "type", "displayName", "createdAt", "updatedAt", "deletedAt", "token", "once"}


@pytest.fixture(autouse=True)
def form(cast: Cast) -> Any:
    return publish(cast.bob)


def make(cast: Cast, name: str = "Poster", **more: object) -> Any:
    answer = cast.bob.post(LINKS, json={"displayName": name, **more})
    assert answer.status_code == 200, answer.text
    return answer.json


def holder(cast: Cast, link: Any) -> Caller:
    return Caller(cast.nobody.client, key=str(link["token"]))


def test_holder_of_a_new_link_gets_the_form_and_sends(cast: Cast) -> None:
    link = make(cast, " Áp phích ")

    assert set(link) == SHAPE
    assert (link["type"], link["displayName"], link["once"]) == ("public_link", "Áp phích", False)
    somebody = holder(cast, link)
    assert somebody.get(f"{FORM}.xml").data == household_form()
    assert send(somebody, household()).status_code == 201
    assert send(somebody, household()).status_code == 201


def test_submission_names_the_link_as_its_sender(cast: Cast) -> None:
    link = make(cast)
    send(holder(cast, link), household("uuid:1"))

    submission = cast.bob.get(f"{FORM}/submissions/uuid:1", headers=EXTENDED).json

    assert submission["submitter"]["displayName"] == "Poster"
    assert submission["submitterId"] == link["id"]


def test_link_opens_no_other_form(cast: Cast) -> None:
    publish(cast.bob, household_form("other"))
    somebody = holder(cast, make(cast))

    assert somebody.get("/v1/projects/1/forms/other.xml").status_code == 403
    assert send(somebody, household(form_id="other")).status_code == 403
    assert somebody.get(f"{FORM}/submissions").status_code == 403
    assert somebody.get(LINKS).status_code == 403


def test_form_list_of_a_link_has_its_form_only(cast: Cast) -> None:
    publish(cast.bob, household_form("other"))

    answer = holder(cast, make(cast)).get("/v1/projects/1/formList", headers={"X-OpenRosa-Version": "1.0"})

    assert b"<formID>household</formID>" in answer.data
    assert b"<formID>other</formID>" not in answer.data


def test_making_a_link_is_logged_with_its_role(cast: Cast) -> None:
    make(cast, once=True)

    assert details_of(cast.services, "public_link.create") == [{"displayName": "Poster", "once": True}]
    assert [row["roleId"] for row in details_of(cast.services, "public_link.assignment.create")] == [9]


def test_list_shows_the_newest_first_and_revoked_ones_last(cast: Cast) -> None:
    first, second, third = make(cast, "1"), make(cast, "2"), make(cast, "3")
    assert cast.bob.delete(f"/v1/sessions/{third['token']}").json == {"success": True}

    rows = cast.bob.get(LINKS).json

    assert [row["id"] for row in rows] == [second["id"], first["id"], third["id"]]
    assert all(set(row) == SHAPE for row in rows)
    assert rows[-1]["token"] is None


def test_extended_metadata_has_the_maker_and_the_properties(cast: Cast) -> None:
    cast.bob.post("/v1/projects/1/actor-properties", json={"name": "region"})
    plain, north = make(cast), make(cast, "North", properties={"region": "Bắc"})

    rows = {row["id"]: row for row in cast.bob.get(LINKS, headers=EXTENDED).json}
    one = cast.bob.get(f"{LINKS}/{north['id']}", headers=EXTENDED).json

    assert one == rows[north["id"]]
    assert set(one) == {*SHAPE, "createdBy", "properties"}
    assert (one["properties"], rows[plain["id"]]["properties"]) == ({"region": "Bắc"}, None)
    assert one["createdBy"]["id"] == cast.bob.id


def test_details_are_those_of_the_list(cast: Cast) -> None:
    link = make(cast)

    assert cast.bob.get(f"{LINKS}/{link['id']}").json == link == cast.bob.get(LINKS).json[0]


def test_properties_are_set_and_unset(cast: Cast) -> None:
    cast.bob.post("/v1/projects/1/actor-properties", json={"name": "region"})
    path = f"{LINKS}/{make(cast)['id']}"

    after_setting = cast.bob.patch(path, json={"properties": {"region": "Nam"}}).json
    values = cast.bob.get("/v1/projects/1/actor-properties", headers=EXTENDED).json
    after_unsetting = cast.bob.patch(path, json={"properties": {"region": None}}).json

    assert (after_setting["properties"], after_unsetting["properties"]) == ({"region": "Nam"}, None)
    assert after_setting["createdBy"]["id"] == cast.bob.id
    assert values == [{"name": "region", "values": ["Nam"]}]
    assert len(details_of(cast.services, "public_link.property.set")) == 2


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, 400.3),
        ({"displayName": " "}, 400.8),
        ({"displayName": "x", "once": "yes"}, 400.11),
        ({"displayName": "x", "properties": {"unknown": "1"}}, 400.8),
    ],
)
def test_link_that_cannot_be_made_is_refused(cast: Cast, body: dict[str, Any], code: float) -> None:
    answer = cast.bob.post(LINKS, json=body)

    assert (answer.status_code, answer.json["code"]) == (400, code)
    assert cast.bob.get(LINKS).json == []


def test_revoked_link_opens_nothing(cast: Cast) -> None:
    link = make(cast)
    cast.bob.delete(f"/v1/sessions/{link['token']}")

    assert send(holder(cast, link), household()).status_code == 401
    assert details_of(cast.services, "public_link.session.end") == [{}]


@pytest.mark.parametrize("name", ["dee", "vy", "chi", "quan"])
def test_who_may_not_revoke_a_link_does_not(cast: Cast, name: str) -> None:
    link = make(cast)

    assert getattr(cast, name).delete(f"/v1/sessions/{link['token']}").status_code == 403
    assert send(holder(cast, link), household()).status_code == 201


def test_deleted_link_is_gone_with_its_rights_and_its_submissions_stay(cast: Cast) -> None:
    link = make(cast)
    send(holder(cast, link), household("uuid:1"))

    assert cast.bob.delete(f"{LINKS}/{link['id']}").json == {"success": True}

    assert cast.bob.get(LINKS).json == []
    assert cast.bob.get(f"{LINKS}/{link['id']}").status_code == 404
    assert send(holder(cast, link), household()).status_code == 401
    assert cast.bob.get(f"{FORM}/assignments/pub-link").json == []
    assert listed(cast.bob) == ["uuid:1"]


def test_link_of_another_form_does_not_exist_here(cast: Cast) -> None:
    publish(cast.bob, household_form("other"))
    link = make(cast)

    answer = cast.bob.get(f"/v1/projects/1/forms/other/public-links/{link['id']}")

    assert answer.status_code == 404


def test_closed_form_takes_nothing_through_a_link(cast: Cast) -> None:
    somebody = holder(cast, make(cast))
    set_form_state(cast.services, "closed")

    answer = send(somebody, household())

    assert answer.status_code == 409
    assert listed(cast.bob) == []


def test_link_to_a_deleted_form_finds_nothing(cast: Cast) -> None:
    somebody = holder(cast, make(cast))
    cast.bob.delete(FORM)

    assert somebody.get(f"{FORM}.xml").status_code == 404


def test_once_is_for_the_browser_to_keep_and_many_respondents_may_share_the_link(cast: Cast) -> None:
    link = make(cast, once=True)

    first, second = (send(holder(cast, link), household(f"uuid:{number}")) for number in (1, 2))

    assert link["once"] is True
    assert (first.status_code, second.status_code) == (201, 201)


def test_link_does_not_edit_what_others_have_sent(cast: Cast) -> None:
    send(cast.chi, household("uuid:1"))

    answer = send(holder(cast, make(cast)), household("uuid:2", replaces="uuid:1"))

    assert answer.status_code == 403


def test_form_counts_the_links_that_can_be_used(cast: Cast) -> None:
    make(cast), make(cast)
    revoked, deleted = make(cast), make(cast)
    cast.bob.delete(f"/v1/sessions/{revoked['token']}")
    cast.bob.delete(f"{LINKS}/{deleted['id']}")

    alone = cast.bob.get(FORM, headers=EXTENDED).json
    in_list = cast.bob.get("/v1/projects/1/forms", headers=EXTENDED).json

    assert alone["publicLinks"] == in_list[0]["publicLinks"] == 2


def test_list_of_ten_links_takes_as_many_queries_as_one(cast: Cast) -> None:
    make(cast)
    with counted_queries(cast.services) as for_one:
        cast.bob.get(LINKS, headers=EXTENDED)
    for number in range(9):
        make(cast, str(number))
    with counted_queries(cast.services) as for_ten:
        cast.bob.get(LINKS, headers=EXTENDED)

    assert len(for_ten) == len(for_one)


def test_link_is_known_with_as_many_queries_as_an_app_user(cast: Cast) -> None:
    somebody = holder(cast, make(cast))
    cast.chi.get(f"{FORM}.xml")
    with counted_queries(cast.services) as for_app_user:
        cast.chi.get(f"{FORM}.xml")
    with counted_queries(cast.services) as for_link:
        somebody.get(f"{FORM}.xml")

    assert len(for_link) == len(for_app_user)


@pytest.mark.parametrize("name", ["dee", "vy", "chi", "cuong", "quan"])
@pytest.mark.parametrize(
    ("method", "path"), [("GET", ""), ("POST", ""), ("GET", "/{id}"), ("PATCH", "/{id}"), ("DELETE", "/{id}")]
)
def test_who_may_not_manage_links_does_not(cast: Cast, name: str, method: str, path: str) -> None:
    link = make(cast)

    answer = getattr(cast, name).send(
        method, LINKS + path.format(**link), json={"displayName": "Mine", "properties": {}}
    )

    assert (answer.status_code, answer.json["code"]) == (403, 403.1)
    assert cast.bob.get(LINKS).json == [link]


@pytest.mark.parametrize(("method", "path"), [("GET", ""), ("POST", ""), ("DELETE", "/1")])
def test_nobody_manages_no_links(cast: Cast, method: str, path: str) -> None:
    assert cast.nobody.send(method, LINKS + path, json={"displayName": "Mine"}).status_code == 401


def test_form_is_found_by_its_link_id(cast: Cast, form: Any) -> None:
    answer = cast.bob.get(f"/v1/form-links/{form['enketoId']}/form")

    assert answer.status_code == 200
    assert answer.json == cast.bob.get(FORM).json


def test_public_links_token_opens_the_details_of_its_form(cast: Cast, form: Any) -> None:
    link = make(cast)

    answer = cast.nobody.get(f"/v1/form-links/{form['enketoId']}/form?st={link['token']}")

    assert answer.json["xmlFormId"] == "household"


def test_wrong_token_opens_no_details(cast: Cast, form: Any) -> None:
    path = f"/v1/form-links/{form['enketoId']}/form"

    assert cast.bob.get(f"{path}?st=wrong").status_code == 401
    assert cast.nobody.get(path).status_code == 401


@pytest.mark.parametrize("name", ["dee", "quan"])
def test_who_may_not_read_the_form_does_not_find_it_by_its_link(cast: Cast, form: Any, name: str) -> None:
    assert getattr(cast, name).get(f"/v1/form-links/{form['enketoId']}/form").status_code == 403


def test_unknown_link_id_is_not_found(cast: Cast) -> None:
    assert cast.bob.get("/v1/form-links/unknown/form").status_code == 404
