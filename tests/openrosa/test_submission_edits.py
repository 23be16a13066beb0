"""Edits: the same submission with other answers, as a new version."""

from sqlalchemy import select

from server.submissions.models import Submission
from tests.cast import Cast
from tests.factories import household, household_form, make_draft, new_id, publish, send
from tests.kept import DRAFT_LIST, actions_of, file_of, files_of, item, listed, read, versions_of, xml_of
from tests.phone import shown_message

ONE = "uuid:11111111-1111-4111-8111-111111111111"
TWO = "uuid:22222222-2222-4222-8222-222222222222"
THREE = "uuid:33333333-3333-4333-8333-333333333333"
FOUR = "uuid:44444444-4444-4444-8444-444444444444"


def test_edit_becomes_the_current_version_of_the_same_submission(cast: Cast) -> None:
    publish(cast.bob)
    first, second = household(ONE), household(TWO, replaces=ONE, name="Nông Thị Mai")
    send(cast.chi, first)

    answer = send(cast.chi, second)

    assert answer.status_code == 201
    assert listed(cast.bob) == [ONE]
    assert versions_of(cast.bob, ONE) == [TWO, ONE]
    assert xml_of(cast.bob, ONE) == second
    assert cast.bob.get(f"{item(ONE)}/versions/{ONE}.xml").data == first


def test_edit_marks_the_submission_as_edited(cast: Cast) -> None:
    publish(cast.bob)
    send(cast.chi, household(ONE))
    cast.bob.patch(item(ONE), json={"reviewState": "approved"})

    send(cast.chi, household(TWO, replaces=ONE))

    shown = read(cast.bob, item(ONE))
    assert shown["reviewState"] == "edited"
    assert shown["updatedAt"] is not None
    assert shown["currentVersion"]["instanceId"] == TWO
    assert actions_of(cast.bob, ONE) == ["submission.create", "submission.update", "submission.update.version"]


def test_edit_inherits_the_photos_that_it_still_names(cast: Cast) -> None:
    publish(cast.bob)
    send(cast.chi, household(ONE, photo="a.jpg"), ("a.jpg", b"photo"), ("extra.jpg", b"extra"))

    send(cast.chi, household(TWO, replaces=ONE, photo="a.jpg"))

    assert files_of(cast.bob, ONE) == {"a.jpg": True}
    assert file_of(cast.bob, ONE, "a.jpg") == b"photo"


def test_edit_with_another_photo_leaves_the_old_version_its_own(cast: Cast) -> None:
    publish(cast.bob)
    send(cast.chi, household(ONE, photo="a.jpg"), ("a.jpg", b"before"))

    send(cast.chi, household(TWO, replaces=ONE, photo="a.jpg"), ("a.jpg", b"after"))

    assert file_of(cast.bob, ONE, "a.jpg") == b"after"
    assert cast.bob.get(f"{item(ONE)}/versions/{ONE}/attachments/a.jpg").data == b"before"


def test_edit_drops_a_photo_that_it_no_longer_names(cast: Cast) -> None:
    publish(cast.bob)
    send(cast.chi, household(ONE, photo="a.jpg"), ("a.jpg", b"photo"))

    send(cast.chi, household(TWO, replaces=ONE, photo="b.jpg"))

    assert files_of(cast.bob, ONE) == {"b.jpg": False}


def test_edits_form_a_chain(cast: Cast) -> None:
    publish(cast.bob)
    send(cast.chi, household(ONE, photo="a.jpg"), ("a.jpg", b"photo"))
    send(cast.chi, household(TWO, replaces=ONE, photo="a.jpg"))

    answer = send(cast.chi, household(THREE, replaces=TWO, photo="a.jpg"))

    assert answer.status_code == 201
    assert versions_of(cast.bob, ONE) == [THREE, TWO, ONE]
    assert file_of(cast.bob, ONE, "a.jpg") == b"photo"


def test_edit_of_what_never_arrived_is_refused(cast: Cast) -> None:
    publish(cast.bob)

    answer = send(cast.chi, household(TWO, replaces=ONE))

    assert answer.status_code == 404
    assert f"replaces the submission {ONE}, which is not on the server" in shown_message(answer)
    assert listed(cast.bob) == []


def test_edit_of_a_submission_to_another_form_is_refused(cast: Cast) -> None:
    publish(cast.bob)
    publish(cast.bob, household_form("other"))
    send(cast.chi, household(ONE, form_id="other"))

    assert send(cast.chi, household(TWO, replaces=ONE)).status_code == 404


def test_second_edit_of_the_same_version_is_refused(cast: Cast) -> None:
    publish(cast.bob)
    second = household(TWO, replaces=ONE)
    send(cast.chi, household(ONE))
    send(cast.chi, second)

    answer = send(cast.chi, household(THREE, replaces=ONE))

    assert answer.status_code == 409
    assert "has been replaced by another edit" in shown_message(answer)
    assert xml_of(cast.bob, ONE) == second


def test_resend_of_an_edit_is_welcome(cast: Cast) -> None:
    publish(cast.bob)
    second, third = household(TWO, replaces=ONE), household(THREE, replaces=TWO)
    send(cast.chi, household(ONE))
    send(cast.chi, second)
    send(cast.chi, third)

    assert send(cast.chi, second).status_code == 201
    assert send(cast.chi, third).status_code == 201
    assert versions_of(cast.bob, ONE) == [THREE, TWO, ONE]


def test_edit_under_a_known_instance_id_is_refused(cast: Cast) -> None:
    publish(cast.bob)
    send(cast.chi, household(ONE))
    send(cast.chi, household(TWO))

    assert send(cast.chi, household(TWO, replaces=ONE)).status_code == 409
    assert send(cast.chi, household(ONE, replaces=ONE)).status_code == 409
    assert send(cast.chi, household(FOUR, replaces=FOUR)).status_code == 404
    assert versions_of(cast.bob, ONE) == [ONE]


def test_edit_tells_its_own_sender_and_leaves_the_first(cast: Cast) -> None:
    publish(cast.bob)
    send(cast.chi, household(ONE))

    send(cast.cuong, household(TWO, replaces=ONE), path="/v1/projects/1/submission?deviceID=collect%3Asecond")

    shown = read(cast.bob, item(ONE))
    assert (shown["submitterId"], shown["deviceId"]) == (cast.chi.id, "collect:abc")
    current = shown["currentVersion"]
    assert (current["submitterId"], current["deviceId"]) == (cast.cuong.id, "collect:second")


def test_edit_of_a_draft_submission_stays_with_the_draft(cast: Cast) -> None:
    token = make_draft(cast.bob)
    path = f"/v1/test/{token}/projects/1/forms/household/draft/submission"
    send(cast.nobody, household(ONE), path=path)

    answer = send(cast.nobody, household(TWO, replaces=ONE), path=path)

    assert answer.status_code == 201
    assert listed(cast.bob, within=DRAFT_LIST) == [ONE]
    assert b"<deprecatedID>" in xml_of(cast.bob, ONE, DRAFT_LIST)


def test_edit_of_a_real_submission_is_not_taken_by_the_draft(cast: Cast) -> None:
    publish(cast.bob)
    send(cast.chi, household(ONE))
    cast.bob.post("/v1/projects/1/forms/household/draft")

    answer = send(cast.bob, household(TWO, replaces=ONE), path="/v1/projects/1/forms/household/draft/submission")

    assert answer.status_code == 404
    assert versions_of(cast.bob, ONE) == [ONE]


def test_every_version_remembers_what_it_replaces(cast: Cast) -> None:
    publish(cast.bob)
    send(cast.chi, household(ONE))
    send(cast.chi, household(TWO, replaces=ONE))

    with cast.services.database.read() as session:
        submission = session.scalars(select(Submission)).one()
        current = submission.current_version
    assert (submission.instance_id, current.instance_id, current.deprecated_id) == (ONE, TWO, ONE)


def test_new_instance_id_of_each_edit_is_its_own(cast: Cast) -> None:
    publish(cast.bob)
    edits = [new_id() for _ in range(5)]
    send(cast.chi, household(ONE))

    answers = [
        send(cast.chi, household(edit, replaces=before)).status_code
        for before, edit in zip([ONE, *edits], edits, strict=False)
    ]

    assert answers == [201] * 5
    assert versions_of(cast.bob, ONE) == [*reversed(edits), ONE]
