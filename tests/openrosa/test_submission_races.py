"""Submissions that arrive at the same moment, with real threads and real commits."""

import hashlib
from collections import Counter
from collections.abc import Callable

import pytest
from sqlalchemy import Insert, insert, select

from server.blobs import Blob
from server.submissions.models import Submission, SubmissionAttachment
from tests.at_once import again, at_once, held, piled_up
from tests.cast import Caller, Cast
from tests.factories import household, household_form, make_draft, new_id, publish, send
from tests.kept import DRAFT_LIST, actions_of, file_of, files_of, item, listed, versions_of, xml_of

ONE = "uuid:11111111-1111-4111-8111-111111111111"
PHOTO = b"photo" * 1000
DRAFT = "/v1/projects/1/forms/household/draft"


def sending(caller: Caller, xml: bytes, *files: tuple[str, bytes], path: str | None = None) -> Callable[[], int]:
    """A phone that is about to send; gives the status of the answer."""
    phone = again(caller)
    return lambda: send(phone, xml, *files, path=path).status_code


def blob_of(content: bytes) -> Insert:
    """A row that whoever keeps this content must wait for, until it is there or is not."""
    return insert(Blob).values(sha256=hashlib.sha256(content).hexdigest(), md5="", size=len(content))


def uploading(caller: Caller, instance_id: str, name: str, content: bytes) -> Callable[[], int]:
    user = again(caller)
    return lambda: user.post(f"{item(instance_id)}/attachments/{name}", data=content).status_code


def test_same_submission_from_eight_threads_is_one_submission(cast: Cast) -> None:
    publish(cast.bob)
    xml = household(ONE, photo="a.jpg")
    files = [(f"{name}.jpg", name.encode() * 1000) for name in "abc"]

    answers = at_once(*(sending(cast.chi, xml, *files) for _ in range(8)))

    assert answers == [201] * 8
    assert listed(cast.bob) == [ONE]
    assert versions_of(cast.bob, ONE) == [ONE]
    assert xml_of(cast.bob, ONE) == xml
    assert [file_of(cast.bob, ONE, name) for name, _ in files] == [content for _, content in files]
    assert actions_of(cast.bob, ONE) == ["submission.create"]


def test_parts_of_one_submission_that_arrive_together_are_all_kept(cast: Cast) -> None:
    publish(cast.bob)
    xml = household(ONE)
    files = {f"{number}.jpg": str(number).encode() for number in range(8)}

    answers = at_once(*(sending(cast.chi, xml, file) for file in files.items()))

    assert answers == [201] * 8
    assert {name: file_of(cast.bob, ONE, name) for name in files_of(cast.bob, ONE)} == files


def test_different_submissions_from_eight_threads_are_all_kept(cast: Cast) -> None:
    publish(cast.bob)
    sent = {new_id(): str(number).encode() for number in range(8)}

    answers = at_once(
        *(sending(cast.chi, household(name, photo="a.jpg"), ("a.jpg", content)) for name, content in sent.items())
    )

    assert answers == [201] * 8
    assert {name: file_of(cast.bob, name, "a.jpg") for name in listed(cast.bob)} == sent


def test_different_xml_under_one_id_has_one_winner(cast: Cast) -> None:
    publish(cast.bob)

    answers = at_once(*(sending(cast.chi, household(ONE, name=f"Nhà {number}")) for number in range(8)))

    assert Counter(answers) == {201: 1, 409: 7}
    assert versions_of(cast.bob, ONE) == [ONE]


@pytest.mark.parametrize("round_", range(3))
def test_edits_of_one_version_have_one_winner(cast: Cast, round_: int) -> None:
    publish(cast.bob)
    send(cast.chi, household(ONE))
    edits = [new_id() for _ in range(4)]

    answers = at_once(*(sending(cast.chi, household(edit, replaces=ONE)) for edit in edits))

    assert Counter(answers) == {201: 1, 409: 3}
    assert versions_of(cast.bob, ONE) == [edits[answers.index(201)], ONE]


def test_same_edit_from_eight_threads_is_one_edit(cast: Cast) -> None:
    publish(cast.bob)
    send(cast.chi, household(ONE))
    edit = new_id()
    xml = household(edit, replaces=ONE)

    answers = piled_up(
        cast.services,
        held(cast.services, select(Submission).with_for_update()),
        *(sending(cast.chi, xml) for _ in range(8)),
    )

    assert answers == [201] * 8
    assert versions_of(cast.bob, ONE) == [edit, ONE]


@pytest.mark.parametrize("round_", range(3))
def test_late_photo_reaches_an_edit_that_arrives_with_it(cast: Cast, round_: int) -> None:
    publish(cast.bob)
    first = household(ONE, photo="a.jpg")
    send(cast.chi, first)
    edit = household(new_id(), replaces=ONE, photo="a.jpg")

    answers = piled_up(
        cast.services,
        held(cast.services, select(SubmissionAttachment).with_for_update()),
        sending(cast.chi, first, ("a.jpg", PHOTO)),
        sending(cast.chi, edit),
    )

    assert answers == [201, 201]
    assert file_of(cast.bob, ONE, "a.jpg") == PHOTO


@pytest.mark.parametrize("round_", range(3))
def test_uploaded_photo_reaches_an_edit_that_arrives_with_it(cast: Cast, round_: int) -> None:
    publish(cast.bob)
    send(cast.chi, household(ONE, photo="a.jpg"))
    edit = household(new_id(), replaces=ONE, photo="a.jpg")

    answers = piled_up(
        cast.services,
        held(cast.services, select(SubmissionAttachment).with_for_update()),
        uploading(cast.bob, ONE, "a.jpg", PHOTO),
        sending(cast.chi, edit),
    )

    assert answers == [200, 201]
    assert file_of(cast.bob, ONE, "a.jpg") == PHOTO


def test_phones_that_share_photos_in_opposite_order_do_not_block_each_other(cast: Cast) -> None:
    publish(cast.bob)
    files = [("1.jpg", b"one"), ("2.jpg", b"two"), ("3.jpg", b"three")]

    answers = piled_up(
        cast.services,
        held(cast.services, blob_of(b"two")),
        sending(cast.chi, household(), *files),
        sending(cast.chi, household(), *files[::-1]),
    )

    assert answers == [201, 201]


@pytest.mark.parametrize("round_", range(3))
def test_deleting_while_editing_leaves_one_truth(cast: Cast, round_: int) -> None:
    publish(cast.bob)
    send(cast.chi, household(ONE))
    bob = again(cast.bob)

    edited, deleted = at_once(
        sending(cast.chi, household(new_id(), replaces=ONE)), lambda: bob.delete(item(ONE)).status_code
    )

    assert deleted == 200
    assert edited in {201, 409}
    assert listed(cast.bob) == []
    assert cast.bob.post(f"{item(ONE)}/restore").status_code == 200
    assert len(versions_of(cast.bob, ONE)) == (2 if edited == 201 else 1)


def test_draft_that_is_replaced_while_a_tester_sends_refuses_what_came_too_late(cast: Cast) -> None:
    token = make_draft(cast.bob)
    path = f"/v1/test/{token}/projects/1/forms/household/draft/submission"
    bob = again(cast.bob)

    replaced, *sent = piled_up(
        cast.services,
        held(cast.services, blob_of(PHOTO)),
        lambda: bob.post(DRAFT, data=household_form(version="2"), content_type="text/xml").status_code,
        *(sending(cast.nobody, household(), ("a.jpg", PHOTO), path=path) for _ in range(3)),
    )

    assert replaced == 200
    assert set(sent) <= {201, 404}
    assert len(listed(cast.bob, within=DRAFT_LIST)) <= sent.count(201)
