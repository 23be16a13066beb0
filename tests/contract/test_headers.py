"""What stands around the answers: headers, methods, and addresses that are written a little differently."""

from urllib.parse import quote

import pytest

from server.accounts.models import AppUser
from tests.contract.conftest import Prepared
from tests.contract.operations import OPERATIONS, Operation
from tests.factories import publish
from tests.forms.definitions import xform

READING = [operation for operation in OPERATIONS if operation.method == "GET" and operation.needs != "token"]
DOCUMENTS = (
    "{form}.xml", "{version}.xml", "draft.xml", ".xlsx", "/{file}", "/{photo}", "/logo", "/hero-image", "/formList",
    "/manifest", "{form}/submissions.csv", "{form}/submissions.csv.zip",
)  # fmt: skip
PHONES = {"X-OpenRosa-Version": "1.0"}


def named(operation: Operation) -> str:
    return operation.name


@pytest.mark.parametrize("operation", READING, ids=named)
def test_head_answers_as_get_without_a_body(shared: Prepared, operation: Operation) -> None:
    full = shared.ask("alice", operation)

    head = shared.cast.alice.send("HEAD", shared.path(operation), headers=PHONES, buffered=True)

    assert (head.status_code, head.data) == (full.status_code, b"")
    assert head.headers.get("Content-Length") == full.headers.get("Content-Length")
    assert set(head.headers) - set(full.headers) == set()


@pytest.mark.parametrize("operation", READING, ids=named)
def test_slash_at_the_end_changes_nothing(shared: Prepared, operation: Operation) -> None:
    answer = shared.ask("alice", operation, f"{shared.path(operation)}/")

    assert answer.status_code == operation.status


@pytest.mark.parametrize("operation", READING, ids=named)
def test_parameters_that_nobody_knows_are_ignored(shared: Prepared, operation: Operation) -> None:
    answer = shared.ask("alice", operation, f"{shared.path(operation)}?deviceID=collect%3Aa&_=1&$unknown=")

    assert answer.status_code == operation.status


@pytest.mark.parametrize("operation", READING, ids=named)
def test_answers_are_not_reused_for_others_or_without_asking(shared: Prepared, operation: Operation) -> None:
    answer = shared.ask("alice", operation)

    assert "no-cache" in answer.headers["Cache-Control"]
    assert {"Authorization", "Cookie"} <= {name.strip() for name in answer.headers["Vary"].split(",")}
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "operation", [operation for operation in READING if operation.path.endswith(DOCUMENTS)], ids=named
)
def test_document_that_the_client_has_is_not_sent_again(shared: Prepared, operation: Operation) -> None:
    tag = shared.ask("alice", operation).headers["ETag"]

    again = shared.ask("alice", operation, If_None_Match=f'"another", {tag}')

    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)


@pytest.mark.parametrize("method", ["OPTIONS", "PUT", "TRACE"])
def test_method_that_an_address_does_not_take_is_told_from_those_it_takes(shared: Prepared, method: str) -> None:
    answer = shared.cast.alice.send(method, "/v1/projects")

    assert (answer.status_code, answer.json["code"]) == (405, 405.1)
    assert set(answer.allow) == {"GET", "HEAD", "POST"}


@pytest.mark.parametrize("value", ["true", "TRUE", "false"])
def test_flags_are_read_in_either_case(shared: Prepared, value: str) -> None:
    answer = shared.cast.alice.get(f"/v1/projects?forms={value}")

    assert ("formList" in answer.json[0]) == (value.lower() == "true")


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("limit=abc", "expected ‘limit’ to be a whole number."),
        ("limit=-1", "expected ‘limit’ to be greater than or equal to 0 "),
        ("deleted=perhaps", "expected ‘deleted’ to be true or false."),
    ],
)
def test_value_of_the_wrong_kind_is_told_what_is_allowed(shared: Prepared, query: str, said: str) -> None:
    answer = shared.cast.alice.get(f"/v1/projects/1/forms/visit/submissions?{query}")

    assert answer.json["code"] == 400.11
    assert said in answer.json["message"]


def test_value_deep_in_a_body_is_named_by_its_place(fresh: Prepared) -> None:
    plan = {"xmlFormId": "visit", "assignments": [{"actorId": "Mai", "roleId": 2}]}

    answer = fresh.cast.bob.put("/v1/projects/1", json={"name": "x", "forms": [plan]})

    assert "expected ‘forms.0.assignments.0.actorId’ to be a whole number." in answer.json["message"]


@pytest.mark.parametrize("safe", ["!$", ""])
def test_token_is_taken_raw_and_escaped(fresh: Prepared, safe: str) -> None:
    """Central's tokens hold these characters, and may have been moved to this server with their phones."""
    token = "Ms7V3$Zdnd!63j5HFacIPFEvFAuwNqTUZW$AsVOmaQFf$vIC!F8dJjdgiDnJXXOt"
    with fresh.cast.services.database.write() as session:
        session.get_one(AppUser, fresh.cast.chi.id).token = token

    answer = fresh.cast.nobody.get(f"/v1/key/{quote(token, safe=safe)}/projects/1/formList", headers=PHONES)

    assert f"/v1/key/{token}/projects/1/forms/visit.xml</downloadUrl>" in answer.text


def test_lists_come_in_the_order_in_which_things_were_made(fresh: Prepared) -> None:
    bob, forms = fresh.cast.bob, "/v1/projects/1/forms"
    publish(bob, xform("b"))
    publish(bob, xform("a"))
    made = [bob.post(f"{forms}/visit/public-links", json={"displayName": name}).json["id"] for name in ("b", "a")]

    links = [link["id"] for link in bob.get(f"{forms}/visit/public-links").json]

    assert [form["xmlFormId"] for form in bob.get(forms).json] == ["visit", "household", "b", "a"]
    assert links[:2] == made[::-1]


def test_ids_are_small_numbers(fresh: Prepared) -> None:
    projects = [fresh.cast.alice.post("/v1/projects", json={"name": name}).json["id"] for name in ("b", "a")]

    assert projects == [3, 4]
    assert fresh.cast.alice.get("/v1/users/current").json["id"] == 1
