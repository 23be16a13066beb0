"""Files that come with submissions: at once, in several trips, late, or unasked."""

import pytest

from server.submissions.models import SubmissionAttachment
from tests.cast import Cast
from tests.factories import household, household_form, make_draft, new_id, publish, send
from tests.kept import DRAFT_LIST, actions_of, file_of, files_of, item, leftovers, xml_of
from tests.phone import ENDLESS, INCOMPLETE, Part, file_part, send_parts, shown_message, xml_part

ONE = "uuid:11111111-1111-4111-8111-111111111111"
ENCRYPTED = f"""<data xmlns="http://www.opendatakit.org/xforms/encrypted" id="household" version="1" encrypted="yes">
 <base64EncryptedKey>a2V5</base64EncryptedKey>
 <orx:meta xmlns:orx="http://openrosa.org/xforms"><orx:instanceID>{ONE}</orx:instanceID></orx:meta>
 <media><file>ảnh.jpg.enc</file></media><media><file>1.amr.enc</file></media>
 <encryptedXmlFile>submission.xml.enc</encryptedXmlFile>
 <base64EncryptedElementSignature>c2ln</base64EncryptedElementSignature></data>""".encode()


def with_photos(*names: str) -> bytes:
    """A household whose question for a photo was answered so often (which a form with a repeat would allow)."""
    one = b"<photo></photo>"
    return household(ONE).replace(one, b"".join(f"<photo>{name}</photo>".encode() for name in names))


def test_photo_is_kept_as_it_was_sent(cast: Cast) -> None:
    publish(cast.bob)
    photo = bytes(range(256)) * 9000

    send(cast.chi, household(ONE, photo="a.jpg"), ("a.jpg", photo))

    assert files_of(cast.bob, ONE) == {"a.jpg": True}
    assert file_of(cast.bob, ONE, "a.jpg") == photo


def test_photo_that_has_not_come_yet_is_listed_as_missing(cast: Cast) -> None:
    publish(cast.bob)

    send(cast.chi, household(ONE, photo="a.jpg"))

    assert files_of(cast.bob, ONE) == {"a.jpg": False}


def test_files_may_come_in_several_trips(cast: Cast) -> None:
    publish(cast.bob)
    xml = with_photos("a.jpg", "b.jpg", "c.jpg")

    first = send_parts(cast.chi, xml_part(xml), file_part("a.jpg", b"A"), INCOMPLETE)
    between = files_of(cast.bob, ONE)
    second = send_parts(cast.chi, xml_part(xml), file_part("b.jpg", b"B"), file_part("c.jpg", b"C"))

    assert (first.status_code, second.status_code) == (201, 201)
    assert between == {"a.jpg": True, "b.jpg": False, "c.jpg": False}
    assert files_of(cast.bob, ONE) == {"a.jpg": True, "b.jpg": True, "c.jpg": True}
    assert [file_of(cast.bob, ONE, name) for name in ("a.jpg", "b.jpg", "c.jpg")] == [b"A", b"B", b"C"]


def test_late_file_is_added_and_logged(cast: Cast) -> None:
    publish(cast.bob)
    xml = household(ONE, photo="a.jpg")
    send(cast.chi, xml)

    assert send(cast.chi, xml, ("a.jpg", b"late")).status_code == 201
    assert file_of(cast.bob, ONE, "a.jpg") == b"late"
    assert actions_of(cast.bob, ONE) == ["submission.create", "submission.attachment.update"]


def test_late_file_fills_the_empty_slot_of_an_edit(cast: Cast) -> None:
    publish(cast.bob)
    first = household(ONE, photo="a.jpg")
    send(cast.chi, first)
    send(cast.chi, household(new_id(), replaces=ONE, photo="a.jpg"))
    send(cast.chi, household(new_id(), photo="a.jpg"))

    send(cast.chi, first, ("a.jpg", b"late"))

    assert files_of(cast.bob, ONE) == {"a.jpg": True}
    assert file_of(cast.bob, ONE, "a.jpg") == b"late"


def test_late_file_does_not_replace_the_edits_own(cast: Cast) -> None:
    publish(cast.bob)
    first = household(ONE, photo="a.jpg")
    send(cast.chi, first)
    send(cast.chi, household(new_id(), replaces=ONE, photo="a.jpg"), ("a.jpg", b"own"))

    send(cast.chi, first, ("a.jpg", b"late"))

    assert file_of(cast.bob, ONE, "a.jpg") == b"own"


def test_file_that_nobody_asked_for_is_kept_and_listed(cast: Cast) -> None:
    publish(cast.bob)
    xml = household(ONE)

    send(cast.chi, xml, ("old.jpg", b"replaced answer"))
    send(cast.chi, xml, ("later.jpg", b"another"))

    assert files_of(cast.bob, ONE) == {"later.jpg": True, "old.jpg": True}
    assert file_of(cast.bob, ONE, "old.jpg") == b"replaced answer"


def test_empty_file_is_kept(cast: Cast) -> None:
    publish(cast.bob)

    assert send(cast.chi, household(ONE, photo="a.jpg"), ("a.jpg", b"")).status_code == 201
    assert files_of(cast.bob, ONE) == {"a.jpg": True}
    assert file_of(cast.bob, ONE, "a.jpg") == b""


def test_same_name_twice_with_the_same_content_is_one_file(cast: Cast) -> None:
    publish(cast.bob)

    answer = send(cast.chi, household(ONE, photo="a.jpg"), ("a.jpg", b"photo"), ("a.jpg", b"photo"))

    assert answer.status_code == 201
    assert files_of(cast.bob, ONE) == {"a.jpg": True}


def test_same_name_twice_with_different_content_is_refused(cast: Cast) -> None:
    publish(cast.bob)

    answer = send(cast.chi, household(ONE, photo="a.jpg"), ("a.jpg", b"one"), ("a.jpg", b"two"))

    assert answer.status_code == 400
    assert "two different files named “a.jpg”" in shown_message(answer)
    assert leftovers(cast.services) == {}


def test_two_names_for_the_same_content_are_two_files_and_one_object(cast: Cast) -> None:
    publish(cast.bob)

    send(cast.chi, with_photos("a.jpg", "b.jpg"), ("a.jpg", b"same"), ("b.jpg", b"same"))

    assert files_of(cast.bob, ONE) == {"a.jpg": True, "b.jpg": True}
    assert leftovers(cast.services)["objects"] == 1


@pytest.mark.parametrize(
    "name",
    [
        "Ảnh nhà bà Đặng Thị Nhớ.jpg",
        'cái "nhà".jpg',
        "100% tre.jpg",
        "a;b=c.jpg",
        "Screenshot 2026-05-15 at 1.00.00\u202fPM.png",
        "gia đình 👨\u200d👩\u200d👧.jpg",
        "one two.jpg",
        "x" * 251 + ".jpg",
    ],
)
def test_file_keeps_its_name(cast: Cast, name: str) -> None:
    publish(cast.bob)

    answer = send(cast.chi, household(ONE), (name, b"photo"))

    assert answer.status_code == 201, answer.text
    assert files_of(cast.bob, ONE) == {name: True}
    assert file_of(cast.bob, ONE, name) == b"photo"


def test_name_of_the_part_stands_in_for_a_missing_file_name(cast: Cast) -> None:
    publish(cast.bob)

    send_parts(cast.chi, xml_part(household(ONE, photo="a.jpg")), Part("a.jpg", b"photo"))

    assert file_of(cast.bob, ONE, "a.jpg") == b"photo"


def test_xml_may_come_after_the_files_and_without_a_file_name(cast: Cast) -> None:
    publish(cast.bob)
    xml = household(ONE, photo="a.jpg")

    answer = send_parts(cast.chi, file_part("a.jpg", b"photo"), Part("xml_submission_file", xml))

    assert answer.status_code == 201
    assert xml_of(cast.bob, ONE) == xml


def test_type_comes_from_the_name_before_the_phone_is_asked(cast: Cast) -> None:
    publish(cast.bob)
    xml = household(ONE)

    send_parts(cast.chi, xml_part(xml), file_part("a.jpg", b"1", "text/html"), file_part("b.xyz1", b"2", "audio/amr"))

    assert cast.bob.send("HEAD", f"{item(ONE)}/attachments/a.jpg").mimetype == "image/jpeg"
    assert cast.bob.send("HEAD", f"{item(ONE)}/attachments/b.xyz1").mimetype == "audio/amr"


@pytest.mark.parametrize("name", ["../../etc/passwd", "a/b.jpg", "x" * 300, "ảnh" * 700, ENDLESS, "a\u0007b"])
def test_answer_that_can_be_no_file_name_is_kept_as_an_answer(cast: Cast, name: str) -> None:
    publish(cast.bob)
    xml = household(ONE, photo=name.replace("\u0007", "&#x85;"))

    answer = send(cast.chi, xml)

    assert answer.status_code == 201, answer.text
    assert xml_of(cast.bob, ONE) == xml
    assert files_of(cast.bob, ONE) == {}


def test_encrypted_submission_is_kept_as_it_is(cast: Cast) -> None:
    publish(cast.bob)
    sent = [("submission.xml.enc", b"\x00secret"), ("ảnh.jpg.enc", b"\x01")]

    answer = send(cast.chi, ENCRYPTED, *sent)

    assert answer.status_code == 201, answer.text
    assert xml_of(cast.bob, ONE) == ENCRYPTED
    assert files_of(cast.bob, ONE) == {"1.amr.enc": False, "submission.xml.enc": True, "ảnh.jpg.enc": True}
    assert file_of(cast.bob, ONE, "submission.xml.enc") == b"\x00secret"


def test_files_of_a_draft_submission_are_kept_with_it(cast: Cast) -> None:
    token = make_draft(cast.bob)
    path = f"/v1/test/{token}/projects/1/forms/household/draft/submission"
    xml = household(ONE, photo="a.jpg")

    send(cast.nobody, xml, path=path)
    send(cast.nobody, xml, ("a.jpg", b"photo"), path=path)

    assert file_of(cast.bob, ONE, "a.jpg", DRAFT_LIST) == b"photo"


def test_hundred_files_in_one_trip_are_all_kept(cast: Cast) -> None:
    publish(cast.bob)
    names = [f"{number}.jpg" for number in range(101)]

    answer = send(cast.chi, household(ONE), *((name, name.encode()) for name in names))

    assert answer.status_code == 201
    assert files_of(cast.bob, ONE) == dict.fromkeys(sorted(names), True)


def test_large_files_in_one_trip_are_all_kept(cast: Cast) -> None:
    publish(cast.bob)
    files = {f"{number}.jpg": bytes([number]) * 1_000_000 for number in range(12)}

    answer = send(cast.chi, household(ONE), *files.items())

    assert answer.status_code == 201
    assert {name: file_of(cast.bob, ONE, name) for name in files} == files
    assert "staged" not in leftovers(cast.services)


def test_expected_files_are_told_from_those_nobody_asked_for(cast: Cast) -> None:
    publish(cast.bob, household_form())

    send(cast.chi, household(ONE, photo="a.jpg"), ("b.jpg", b"extra"))

    with cast.services.database.read() as session:
        rows = {row.name: row.is_expected for row in session.query(SubmissionAttachment)}
    assert rows == {"a.jpg": True, "b.jpg": False}
