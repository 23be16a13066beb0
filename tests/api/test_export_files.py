"""Files in the zip: photos, Collect's logs, what is missing, and encrypted submissions."""

import io
import zipfile

import pytest
from sqlalchemy import text

from tests.cast import Cast
from tests.exports.survey import lines_of, names_in, read_member
from tests.factories import household, household_form, new_id, publish, send
from tests.kept import LIST

ONE = "uuid:11111111-1111-4111-8111-111111111111"
TWO = "uuid:22222222-2222-4222-8222-222222222222"
ZIP = f"{LIST}.csv.zip"
AUDIT = "household - audit.csv"
MISSING = "missing-attachments.txt"
ENCRYPTED = f"""<data xmlns="http://www.opendatakit.org/xforms/encrypted" id="household" version="1" encrypted="yes">
 <base64EncryptedKey>a2V5</base64EncryptedKey>
 <orx:meta xmlns:orx="http://openrosa.org/xforms"><orx:instanceID>{ONE}</orx:instanceID></orx:meta>
 <media><file>a.jpg.enc</file></media><encryptedXmlFile>submission.xml.enc</encryptedXmlFile>
 <base64EncryptedElementSignature>c2ln</base64EncryptedElementSignature></data>""".encode()


def audited_form() -> bytes:
    return household_form().replace(b"<instanceName/>", b"<instanceName/><audit/>")


def audited(instance_id: str, *, photo: str = "") -> bytes:
    return household(instance_id, photo=photo).replace(b"</instanceID>", b"</instanceID><audit>audit.csv</audit>")


def forget_object(cast: Cast, content_size: int) -> None:
    """Take the one object of this size out of the store, behind the database's back."""
    storage = cast.services.storage
    (sha256,) = [name for name, stat in storage.objects() if stat.size == content_size]
    storage.delete(sha256)


def root_line(cast: Cast) -> dict[str, str]:
    return lines_of(cast.vy.get(f"{LIST}.csv").data)[0]


def test_photos_are_in_the_folder_media_under_the_names_of_the_answers(cast: Cast) -> None:
    publish(cast.bob)
    photo = bytes(range(256)) * 1000
    send(cast.chi, household(photo="Ảnh nhà.jpg"), ("Ảnh nhà.jpg", photo))

    answer = cast.vy.get(ZIP)

    assert names_in(answer) == ["household.csv", "household-member.csv", "media/Ảnh nhà.jpg"]
    assert read_member(answer, "media/Ảnh nhà.jpg") == photo


def test_photos_can_be_left_out(cast: Cast) -> None:
    publish(cast.bob)
    send(cast.chi, household(photo="a.jpg"), ("a.jpg", b"photo"))

    assert names_in(cast.vy.get(f"{ZIP}?attachments=false")) == ["household.csv", "household-member.csv"]


def test_only_files_of_current_versions_are_exported(cast: Cast) -> None:
    publish(cast.bob)
    send(cast.chi, household(ONE, photo="a.jpg"), ("a.jpg", b"photo"))
    send(cast.chi, household(TWO, photo="b.jpg", replaces=ONE), ("b.jpg", b"better"))

    assert names_in(cast.vy.get(ZIP))[2:] == ["media/b.jpg"]


def test_older_file_of_the_same_name_gets_a_folder_of_its_own(cast: Cast) -> None:
    publish(cast.bob)
    send(cast.chi, household(ONE, photo="a.jpg"), ("a.jpg", b"older"))
    send(cast.chi, household(TWO, photo="A.jpg"), ("A.jpg", b"newer"))

    answer = cast.vy.get(ZIP)

    older = "media/uuid_11111111-1111-4111-8111-111111111111/a.jpg"
    assert names_in(answer)[2:] == ["media/A.jpg", older]
    assert (read_member(answer, "media/A.jpg"), read_member(answer, older)) == (b"newer", b"older")


@pytest.mark.parametrize(
    ("files", "counts"),
    [
        ([], ("0", "1")),
        ([("a.jpg", b"photo")], ("1", "1")),
        ([("other.jpg", b"photo")], ("0", "1")),
    ],
)
def test_expected_files_are_counted_whether_they_came_or_not(
    cast: Cast, files: list[tuple[str, bytes]], counts: tuple[str, str]
) -> None:
    publish(cast.bob)
    send(cast.chi, household(photo="a.jpg"), *files)

    line = root_line(cast)

    assert (line["AttachmentsPresent"], line["AttachmentsExpected"]) == counts


def test_many_files_are_all_there(cast: Cast) -> None:
    publish(cast.bob)
    names = [f"{number}.jpg" for number in range(601)]
    files = [(name, name.encode()) for name in names]
    send(cast.chi, household(ONE), *files[:300])
    send(cast.chi, household(TWO), *files[300:])

    answer = cast.vy.get(ZIP)

    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        found = {name: archive.read(name) for name in archive.namelist() if name.startswith("media/")}
    assert found == {f"media/{name}": content for name, content in files}


def test_file_that_the_store_has_lost_is_named_and_the_rest_goes_on(cast: Cast) -> None:
    publish(cast.bob)
    send(cast.chi, household(ONE, photo="a.jpg"), ("a.jpg", b"photo"))
    send(cast.chi, household(TWO, photo="b.jpg"), ("b.jpg", b"lost photo"))
    forget_object(cast, len(b"lost photo"))

    answer = cast.vy.get(ZIP)

    assert names_in(answer)[2:] == ["media/a.jpg", MISSING]
    assert f"b.jpg\t{TWO}\t" in read_member(answer, MISSING).decode()


def test_file_that_is_shorter_than_it_was_breaks_the_stream(cast: Cast) -> None:
    publish(cast.bob)
    send(cast.chi, household(ONE, photo="a.jpg"), ("a.jpg", b"photo"))
    with cast.services.database.write() as session:
        session.execute(text("UPDATE blob SET size = size + 1"))

    answer = cast.vy.get(ZIP, buffered=False)

    with pytest.raises(OSError, match="has 5 bytes and should have 6"):
        b"".join(answer.iter_encoded())


def test_logs_of_collect_are_put_together_and_are_no_media(cast: Cast) -> None:
    publish(cast.bob, audited_form())
    send(cast.chi, audited(ONE), ("audit.csv", b"event,node,start\nform start,,1\nquestion,/data/name,2\n"))
    send(cast.chi, audited(TWO, photo="a.jpg"), ("audit.csv", b"event,user\nform exit,Chi\n"), ("a.jpg", b"photo"))

    answer = cast.vy.get(ZIP)

    assert names_in(answer)[2:] == [AUDIT, "media/a.jpg"]
    lines = lines_of(read_member(answer, AUDIT))
    assert list(lines[0]) == [
        "instance ID", "event", "node", "start", "end", "latitude", "longitude", "accuracy", "old-value", "new-value",
        "user", "change-reason",
    ]  # fmt: skip
    assert [(line["instance ID"], line["event"], line["node"], line["start"], line["user"]) for line in lines] == [
        (TWO, "form exit", "", "", "Chi"),
        (ONE, "form start", "", "1", ""),
        (ONE, "question", "/data/name", "2", ""),
    ]


def test_logs_come_also_without_attachments_and_only_where_there_are_any(cast: Cast) -> None:
    publish(cast.bob, audited_form())
    send(cast.chi, audited(TWO))
    assert AUDIT not in names_in(cast.vy.get(ZIP))

    send(cast.chi, audited(ONE), ("audit.csv", b"event\nform start\n"))

    assert names_in(cast.vy.get(f"{ZIP}?attachments=false")) == ["household.csv", "household-member.csv", AUDIT]


def test_logs_that_are_lost_or_unreadable_are_named(cast: Cast) -> None:
    publish(cast.bob, audited_form())
    send(cast.chi, audited(ONE), ("audit.csv", b"event\n" + b"x" * 200_000))
    send(cast.chi, audited(TWO), ("audit.csv", b"event\nlost\n"))
    forget_object(cast, len(b"event\nlost\n"))

    answer = cast.vy.get(ZIP)

    assert lines_of(read_member(answer, AUDIT)) == []
    missing = read_member(answer, MISSING).decode()
    assert f"audit.csv\t{ONE}\tfield larger than field limit (131072)\n" in missing
    assert f"audit.csv\t{TWO}\tThe storage holds no object" in missing


def test_encrypted_submission_is_a_row_that_says_so(cast: Cast) -> None:
    publish(cast.bob)
    send(cast.chi, ENCRYPTED, ("submission.xml.enc", b"\x00secret"), ("a.jpg.enc", b"\x01"))
    plain = new_id()
    send(cast.chi, household(plain))

    answer = cast.vy.get(ZIP)

    assert names_in(answer) == ["household.csv", "household-member.csv"]
    lines = lines_of(read_member(answer, "household.csv"))
    assert [(line["KEY"], line["Status"], line["name"], line["meta-instanceID"]) for line in lines] == [
        (plain, "", "Nông Văn Đức", plain),
        (ONE, "not decrypted", "", ""),
    ]
    assert {line["PARENT_KEY"] for line in lines_of(read_member(answer, "household-member.csv"))} == {plain}


def test_form_whose_id_is_no_file_name_is_exported_under_one_that_is(cast: Cast) -> None:
    publish(cast.bob, household_form("khảo sát: hộ|1"))

    answer = cast.vy.get("/v1/projects/1/forms/khảo sát: hộ|1/submissions.csv.zip")

    assert names_in(answer) == ["khảo sát_ hộ_1.csv", "khảo sát_ hộ_1-member.csv"]
