"""What people decide and say about a submission: review state, comments, versions, the log, the trash."""

from typing import Any

import pytest

from tests.cast import Answer, Caller, Cast
from tests.factories import household, publish, send
from tests.kept import actions_of, file_of, item, leftovers, listed, read
from tests.queries import counted_queries

ONE = "uuid:11111111-1111-4111-8111-111111111111"
TWO = "uuid:22222222-2222-4222-8222-222222222222"
COMMENTS = f"{item(ONE)}/comments"


@pytest.fixture(autouse=True)
def _submission(cast: Cast) -> None:
    publish(cast.bob)
    send(cast.chi, household(ONE, photo="a.jpg"), ("a.jpg", b"photo"))


def decide(caller: Caller, state: Any) -> Answer:
    return caller.patch(item(ONE), json={"reviewState": state})


def code_of(answer: Answer) -> tuple[int, float]:
    return answer.status_code, answer.json["code"]


@pytest.mark.parametrize("state", ["hasIssues", "edited", "rejected", "approved"])
def test_reviewer_decides(cast: Cast, state: str) -> None:
    answer = decide(cast.bob, state)

    assert answer.status_code == 200
    body = answer.json
    assert body["reviewState"] == state
    assert body["updatedAt"] is not None
    assert read(cast.vy, item(ONE))["reviewState"] == state


@pytest.mark.parametrize("nothing", [None, "received"])
def test_reviewer_takes_a_decision_back(cast: Cast, nothing: str | None) -> None:
    decide(cast.bob, "approved")

    assert decide(cast.bob, nothing).status_code == 200
    assert read(cast.vy, item(ONE))["reviewState"] is None


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"reviewState": "done"}, 400.8),
        ({"reviewState": ""}, 400.8),
        ({"reviewState": "Approved"}, 400.8),
        ({"reviewState": 1}, 400.11),
        ({"reviewState": ["approved"]}, 400.11),
        ({}, 400.3),
        ({"state": "approved"}, 400.3),
        (["approved"], 400.11),
    ],
)
def test_decision_that_there_is_not_is_refused(cast: Cast, body: Any, code: float) -> None:
    answer = cast.bob.patch(item(ONE), json=body)

    assert code_of(answer) == (400, code)
    assert read(cast.vy, item(ONE))["reviewState"] is None


def test_refusal_says_which_states_there_are(cast: Cast) -> None:
    assert "received, hasIssues, edited, rejected, approved" in decide(cast.bob, "done").text


def test_decision_that_is_no_json_is_refused(cast: Cast) -> None:
    answer = cast.bob.patch(item(ONE), data=b"{reviewState", content_type="application/json")

    assert code_of(answer) == (400, 400.1)


def test_comments_are_shown_newest_first(cast: Cast) -> None:
    for body in ("Ảnh mờ, chụp lại.", "Đã chụp lại."):
        assert cast.bob.post(COMMENTS, json={"body": body}).status_code == 200

    comments = read(cast.vy, COMMENTS)
    (newest, _) = read(cast.vy, COMMENTS, X_Extended_Metadata="true")

    assert [comment["body"] for comment in comments] == ["Đã chụp lại.", "Ảnh mờ, chụp lại."]
    assert comments[0]["actorId"] == cast.bob.id
    assert newest["actor"]["displayName"] == "Bob"


@pytest.mark.parametrize(
    ("body", "code"),
    [({}, 400.3), ({"body": ""}, 400.11), ({"body": None}, 400.11), ({"body": "x" * 100_001}, 400.11)],
)
def test_comment_without_words_is_refused(cast: Cast, body: Any, code: float) -> None:
    assert code_of(cast.bob.post(COMMENTS, json=body)) == (400, code)
    assert read(cast.bob, COMMENTS) == []


def test_versions_are_shown_newest_first(cast: Cast) -> None:
    second = household(TWO, replaces=ONE, version="2")
    send(cast.cuong, second)

    versions = read(cast.vy, f"{item(ONE)}/versions")
    extended = read(cast.vy, f"{item(ONE)}/versions/{TWO}", X_Extended_Metadata="true")

    assert [(row["instanceId"], row["current"], row["formVersion"]) for row in versions] == [
        (TWO, True, "2"),
        (ONE, False, "1"),
    ]
    assert extended["submitter"]["displayName"] == "Cuong"
    assert extended["current"] is True
    assert cast.vy.get(f"{item(ONE)}/versions/{TWO}.xml").data == second
    assert cast.vy.get(f"{item(ONE)}/versions/{ONE}.xml").data == household(ONE, photo="a.jpg")


def test_version_of_another_submission_is_not_found(cast: Cast) -> None:
    send(cast.chi, household(TWO))

    assert cast.bob.get(f"{item(ONE)}/versions/{TWO}").status_code == 404
    assert cast.bob.get(f"{item(ONE)}/versions/{TWO}.xml").status_code == 404
    assert cast.bob.get(f"{item(ONE)}/versions/{TWO}/attachments").status_code == 404


def test_log_tells_who_did_what_newest_first(cast: Cast) -> None:
    decide(cast.bob, "hasIssues")
    send(cast.cuong, household(TWO, replaces=ONE))
    cast.bob.delete(item(ONE))
    cast.bob.post(f"{item(ONE)}/restore")

    log = read(cast.vy, f"{item(ONE)}/audits", X_Extended_Metadata="true")

    assert [(row["action"], row["actor"]["displayName"]) for row in log] == [
        ("submission.restore", "Bob"),
        ("submission.delete", "Bob"),
        ("submission.update.version", "Cuong"),
        ("submission.update", "Bob"),
        ("submission.create", "Chi"),
    ]
    assert log[3]["details"] == {"instanceId": ONE, "reviewState": "hasIssues"}
    assert {row["acteeId"] for row in log} == {log[0]["acteeId"]}


def test_log_keeps_the_notes_that_came_with_a_deed(cast: Cast) -> None:
    cast.bob.patch(item(ONE), json={"reviewState": "approved"}, headers={"X-Action-Notes": "Đã gọi điện"})

    assert read(cast.bob, f"{item(ONE)}/audits")[0]["notes"] == "Đã gọi điện"


def test_log_holds_only_this_submissions_deeds(cast: Cast) -> None:
    send(cast.chi, household(TWO))

    assert actions_of(cast.bob, TWO) == ["submission.create"]


def test_deleted_submission_comes_back_whole(cast: Cast) -> None:
    decide(cast.bob, "approved")

    assert cast.bob.delete(item(ONE)).json == {"success": True}
    assert listed(cast.bob) == []
    assert cast.bob.post(f"{item(ONE)}/restore").json == {"success": True}

    assert listed(cast.bob) == [ONE]
    assert read(cast.bob, item(ONE))["reviewState"] == "approved"
    assert read(cast.bob, item(ONE))["deletedAt"] is None
    assert file_of(cast.bob, ONE, "a.jpg") == b"photo"


def test_what_is_in_the_trash_answers_to_restore_alone(cast: Cast) -> None:
    cast.bob.delete(item(ONE))

    requests = [
        ("GET", ""), ("GET", ".xml"), ("PATCH", ""), ("DELETE", ""), ("GET", "/comments"), ("POST", "/comments"),
        ("GET", "/versions"), ("GET", "/audits"), ("GET", "/attachments"), ("GET", "/attachments/a.jpg"),
        ("POST", "/attachments/a.jpg"), ("DELETE", "/attachments/a.jpg"),
    ]  # fmt: skip
    body = {"reviewState": "approved", "body": "x"}
    answers = {(method, end): cast.bob.send(method, f"{item(ONE)}{end}", json=body) for method, end in requests}

    assert {request: answer.status_code for request, answer in answers.items()} == dict.fromkeys(requests, 404)
    assert cast.bob.post(f"{item(ONE)}/restore").status_code == 200


def test_restoring_what_is_not_in_the_trash_is_not_found(cast: Cast) -> None:
    assert cast.bob.post(f"{item(ONE)}/restore").status_code == 404
    assert actions_of(cast.bob, ONE) == ["submission.create"]


@pytest.mark.parametrize("end", ["comments", "versions", "audits", "attachments"])
def test_lists_ask_as_much_of_the_database_for_many_as_for_one(cast: Cast, end: str) -> None:
    path = f"{item(ONE)}/{end}"
    cast.bob.post(COMMENTS, json={"body": "one"})
    with counted_queries(cast.services) as for_one:
        read(cast.bob, path, X_Extended_Metadata="true")
    before = ONE
    for number, caller in enumerate([cast.chi, cast.cuong, cast.bob, cast.alice] * 2):
        after = f"uuid:{number}"
        send(caller, household(after, replaces=before, photo="a.jpg"), (f"{number}.jpg", b"x"))
        before = after
        cast.alice.post(COMMENTS, json={"body": "more"})

    with counted_queries(cast.services) as for_many:
        rows = read(cast.bob, path, X_Extended_Metadata="true")

    assert len(rows) > 1
    assert len(for_many) == len(for_one)


def test_review_of_a_submission_keeps_its_rows(cast: Cast) -> None:
    before = leftovers(cast.services)

    decide(cast.bob, "approved")

    assert leftovers(cast.services) == before
