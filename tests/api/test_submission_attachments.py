"""Files of submissions over REST: in whole and in parts, with types that no browser runs, filled and emptied."""

from urllib.parse import quote

import pytest

from tests.cast import Answer, Caller, Cast
from tests.factories import household, make_draft, publish, send
from tests.kept import DRAFT_LIST, actions_of, file_of, files_of, item, leftovers, read
from tests.phone import ENDLESS

ONE = "uuid:11111111-1111-4111-8111-111111111111"
TWO = "uuid:22222222-2222-4222-8222-222222222222"
FILES = f"{item(ONE)}/attachments"
CONTENT = bytes(range(256)) * 4
ETAG = '"785b0751fc2c53dc14a4ce3d800e69ef9ce1009eb327ccf458afe09c242c26c9"'


def photo_of(cast: Cast, name: str = "a.jpg", content: bytes = CONTENT) -> None:
    publish(cast.bob)
    send(cast.chi, household(ONE, photo="a.jpg"), (name, content))


def get(caller: Caller, name: str = "a.jpg", method: str = "GET", **headers: str) -> Answer:
    written = {key.replace("_", "-"): value for key, value in headers.items()}
    answer = caller.send(method, f"{FILES}/{quote(name, safe='')}", headers=written)
    answer.get_data()
    return answer


def code_of(answer: Answer) -> tuple[int, float]:
    return answer.status_code, answer.json["code"]


def test_file_is_sent_whole(cast: Cast) -> None:
    photo_of(cast)

    answer = get(cast.vy)

    assert (answer.status_code, answer.data) == (200, CONTENT)
    assert answer.headers["Content-Length"] == "1024"
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert answer.headers["ETag"] == ETAG
    assert "private" in answer.headers["Cache-Control"]


def test_empty_file_is_sent(cast: Cast) -> None:
    photo_of(cast, content=b"")

    assert (get(cast.vy).status_code, get(cast.vy).data) == (200, b"")


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-9", 0, 9),
        ("bytes=1000-", 1000, 1023),
        ("bytes=-1", 1023, 1023),
        ("bytes=1000-5000", 1000, 1023),
        ("bytes=1-999999999999999999", 1, 1023),
        ("bytes=1023-1023", 1023, 1023),
    ],
)
def test_part_of_a_file_is_sent(cast: Cast, asked: str, first: int, last: int) -> None:
    photo_of(cast)

    answer = get(cast.vy, Range=asked)

    assert answer.status_code == 206
    assert answer.headers["Content-Range"] == f"bytes {first}-{last}/1024"
    assert answer.data == CONTENT[first : last + 1]
    assert answer.headers["Content-Length"] == str(last - first + 1)


@pytest.mark.parametrize("asked", ["bytes=1024-", "bytes=5000-6000", "bytes=-0"])
def test_part_outside_the_file_is_refused(cast: Cast, asked: str) -> None:
    photo_of(cast)

    assert code_of(get(cast.vy, Range=asked)) == (416, 416.1)


@pytest.mark.parametrize(
    "asked",
    [
        "bytes=-",
        "bytes=a-b",
        "lines=1-2",
        "bytes=0-1,5-6",
        "bytes=0-" + "9" * 5000,
        "bytes=" + "9" * 5000 + "-",
        "bytes",
    ],
)
def test_range_that_is_none_gives_the_whole_file(cast: Cast, asked: str) -> None:
    photo_of(cast)

    assert (get(cast.vy, Range=asked).status_code, get(cast.vy, Range=asked).data) == (200, CONTENT)


def test_part_of_a_file_that_has_changed_gives_the_whole_file(cast: Cast) -> None:
    photo_of(cast)

    assert get(cast.vy, Range="bytes=0-9", If_Range='"another"').status_code == 200
    assert get(cast.vy, Range="bytes=0-9", If_Range="Wed, 21 Oct 2026 07:28:00 GMT").status_code == 200
    assert get(cast.vy, Range="bytes=0-9", If_Range=f"W/{ETAG}").status_code == 200
    assert get(cast.vy, Range="bytes=0-9", If_Range=ETAG).data == CONTENT[:10]


@pytest.mark.parametrize("known", [ETAG, f"W/{ETAG}", f'"x", {ETAG}', "*"])
def test_file_that_the_client_has_is_not_sent_again(cast: Cast, known: str) -> None:
    photo_of(cast)

    answer = get(cast.vy, If_None_Match=known)

    assert (answer.status_code, answer.data) == (304, b"")
    assert answer.headers["ETag"] == ETAG


def test_file_that_the_client_has_otherwise_is_sent(cast: Cast) -> None:
    photo_of(cast)

    assert get(cast.vy, If_None_Match='"another"').status_code == 200


def test_head_tells_the_size_without_the_file(cast: Cast) -> None:
    photo_of(cast)

    answer = get(cast.vy, method="HEAD")

    assert (answer.status_code, answer.data) == (200, b"")
    assert answer.headers["Content-Length"] == "1024"
    assert answer.headers["Content-Type"] == "image/jpeg"


@pytest.mark.parametrize(
    ("name", "kind", "is_shown"),
    [
        ("a.jpg", "image/jpeg", True),
        ("A.JPEG", "image/jpeg", True),
        ("a.png", "image/png", True),
        ("a.svg", "image/svg+xml", False),
        ("a.html", "text/html", False),
        ("a.xml", "text/xml", False),
        ("a.pdf", "application/pdf", False),
        ("a.amr", "audio/amr", False),
        ("a.m4a", "audio/mp4", False),
        ("a.mp4", "video/mp4", False),
        ("audit.csv", "text/csv", False),
        ("a.jpg.enc", "application/octet-stream", False),
        ("no extension", "application/octet-stream", False),
    ],
)
def test_only_plain_pictures_are_shown_by_the_browser(cast: Cast, name: str, kind: str, *, is_shown: bool) -> None:
    photo_of(cast, name, b"<svg onload=alert(1)>")

    answer = get(cast.vy, name)

    assert answer.mimetype == kind
    assert answer.headers["Content-Disposition"].startswith("inline;" if is_shown else "attachment;")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"


@pytest.mark.parametrize(
    ("name", "plain", "written"),
    [
        ("Ảnh nhà.jpg", "_nh nh_.jpg", "%E1%BA%A2nh%20nh%C3%A0.jpg"),
        ('cái "nhà".jpg', "c_i _nh__.jpg", "c%C3%A1i%20%22nh%C3%A0%22.jpg"),
        ("a;b%20c.jpg", "a;b_20c.jpg", "a%3Bb%2520c.jpg"),
    ],
)
def test_file_is_saved_under_its_true_name(cast: Cast, name: str, plain: str, written: str) -> None:
    photo_of(cast, name)

    answer = get(cast.vy, name)

    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"] == f"inline; filename=\"{plain}\"; filename*=UTF-8''{written}"


@pytest.mark.parametrize("name", ["gone.jpg", "a.jpg%2F..", "%2e%2e%2fa.jpg", "%FF", "%00", ENDLESS])
def test_file_that_is_not_there_is_not_found(cast: Cast, name: str) -> None:
    photo_of(cast)

    assert cast.vy.get(f"{FILES}/{name}").status_code == 404


def test_file_that_has_not_come_is_not_found(cast: Cast) -> None:
    publish(cast.bob)
    send(cast.chi, household(ONE, photo="a.jpg"))

    assert code_of(get(cast.vy)) == (404, 404.1)


def test_missing_file_is_uploaded(cast: Cast) -> None:
    publish(cast.bob)
    send(cast.chi, household(ONE, photo="a.jpg"))

    answer = cast.bob.post(f"{FILES}/a.jpg", data=CONTENT, content_type="text/html")

    assert answer.json == {"success": True}
    assert files_of(cast.bob, ONE) == {"a.jpg": True}
    assert get(cast.bob).data == CONTENT
    assert get(cast.bob).mimetype == "image/jpeg"
    assert actions_of(cast.bob, ONE) == ["submission.create", "submission.attachment.update"]


def test_file_is_replaced(cast: Cast) -> None:
    photo_of(cast)

    cast.bob.post(f"{FILES}/a.jpg", data=b"better")

    assert get(cast.bob).data == b"better"


def test_upload_to_a_place_that_is_not_there_is_refused_unread(cast: Cast) -> None:
    photo_of(cast)
    before = leftovers(cast.services)

    assert code_of(cast.bob.post(f"{FILES}/b.jpg", data=b"b")) == (404, 404.8)
    assert code_of(cast.bob.post(f"{item(TWO)}/attachments/a.jpg", data=b"b")) == (404, 404.1)
    assert leftovers(cast.services) == before


def test_upload_that_is_too_large_is_refused(cast: Cast) -> None:
    photo_of(cast)

    answer = cast.bob.post(f"{FILES}/a.jpg", data=b"x", environ_overrides={"CONTENT_LENGTH": "100000001"})

    assert code_of(answer) == (413, 413.1)
    assert get(cast.bob).data == CONTENT


def test_upload_that_breaks_off_is_refused(cast: Cast) -> None:
    photo_of(cast)
    before = leftovers(cast.services)

    answer = cast.bob.post(
        f"{FILES}/a.jpg", data=b"half", environ_overrides={"CONTENT_LENGTH": "8", "wsgi.input_terminated": True}
    )

    assert code_of(answer) == (400, 400.6)
    assert get(cast.bob).data == CONTENT
    assert leftovers(cast.services) == before


def test_file_is_cleared_and_its_place_stays(cast: Cast) -> None:
    photo_of(cast)

    assert cast.bob.delete(f"{FILES}/a.jpg").json == {"success": True}
    assert files_of(cast.bob, ONE) == {"a.jpg": False}
    assert get(cast.bob).status_code == 404
    assert code_of(cast.bob.delete(f"{FILES}/b.jpg")) == (404, 404.8)


def test_files_of_an_old_version_stay_its_own(cast: Cast) -> None:
    photo_of(cast)
    send(cast.chi, household(TWO, replaces=ONE, photo="a.jpg"))
    old = f"{item(ONE)}/versions/{ONE}/attachments"

    cast.bob.post(f"{FILES}/a.jpg", data=b"better")
    assert cast.bob.get(f"{old}/a.jpg").data == CONTENT

    assert cast.bob.delete(f"{old}/a.jpg").status_code == 200
    assert read(cast.bob, old) == [{"name": "a.jpg", "exists": False}]
    assert get(cast.bob).data == b"better"


def test_files_of_a_draft_submission_are_filled_and_cleared(cast: Cast) -> None:
    make_draft(cast.bob)
    cast.bob.post(DRAFT_LIST, data=household(ONE, photo="a.jpg"), content_type="text/xml")
    path = f"{item(ONE, DRAFT_LIST)}/attachments/a.jpg"

    assert cast.bob.post(path, data=CONTENT).status_code == 200
    assert file_of(cast.bob, ONE, "a.jpg", DRAFT_LIST) == CONTENT
    assert cast.bob.delete(path).status_code == 200
    assert files_of(cast.bob, ONE, DRAFT_LIST) == {"a.jpg": False}
