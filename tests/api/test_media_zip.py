"""All files in one zip: what is in it, its length, and going on with a download."""

import io
import zipfile

from tests.api.test_export_files import forget_object
from tests.cast import Answer, Cast
from tests.factories import household, publish, send
from tests.kept import LIST

MEDIA = f"{LIST.removesuffix('/submissions')}/exports/media.zip"
ONE = "uuid:11111111-1111-4111-8111-111111111111"
TWO = "uuid:22222222-2222-4222-8222-222222222222"


def two_photos(cast: Cast) -> None:
    publish(cast.bob)
    send(cast.chi, household(ONE, name="Mai", photo="a.jpg"), ("a.jpg", b"photo" * 1000))
    send(cast.chi, household(TWO, name="Lan", photo="a.jpg"), ("a.jpg", b"other"))


def contents(answer: Answer) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def test_files_have_names_of_the_pattern_newest_first(cast: Cast) -> None:
    two_photos(cast)

    answer = cast.vy.get(MEDIA, query_string={"pattern": "{name}/{field}"})

    assert list(contents(answer).items()) == [("Lan/photo.jpg", b"other"), ("Mai/photo.jpg", b"photo" * 1000)]
    assert int(answer.headers["Content-Length"]) == len(answer.data)


def test_a_download_goes_on_where_it_broke_off(cast: Cast) -> None:
    two_photos(cast)
    whole = cast.vy.get(MEDIA)

    for start in (0, 1, 100, 5100, len(whole.data) - 1):
        rest = cast.vy.get(MEDIA, headers={"Range": f"bytes={start}-", "If-Range": whole.headers["ETag"]})
        assert rest.data == whole.data[start:]
        assert rest.status_code == (206 if start else 200)


def test_a_download_begins_anew_when_a_file_has_come_since(cast: Cast) -> None:
    two_photos(cast)
    before = cast.vy.get(MEDIA)
    send(cast.chi, household(photo="b.jpg"), ("b.jpg", b"new"))

    rest = cast.vy.get(MEDIA, headers={"Range": "bytes=100-", "If-Range": before.headers["ETag"]})

    assert rest.status_code == 200
    assert len(contents(rest)) == 3


def test_what_a_client_has_is_not_sent_again(cast: Cast) -> None:
    two_photos(cast)
    tag = cast.vy.get(MEDIA).headers["ETag"]

    assert cast.vy.get(MEDIA, headers={"If-None-Match": tag}).status_code == 304


def test_a_range_behind_the_end_is_refused(cast: Cast) -> None:
    two_photos(cast)

    assert cast.vy.get(MEDIA, headers={"Range": "bytes=99999999-"}).status_code == 416


def test_file_that_the_store_has_lost_is_listed(cast: Cast) -> None:
    two_photos(cast)
    forget_object(cast, len(b"other"))

    answer = cast.vy.get(MEDIA)

    found = contents(answer)
    assert len(found) == 2
    assert TWO in found["missing-attachments.txt"].decode()
    assert int(answer.headers["Content-Length"]) == len(answer.data)


def test_only_files_of_the_selected_submissions_are_there(cast: Cast) -> None:
    two_photos(cast)

    answer = cast.vy.get(MEDIA, query_string={"$filter": f"__id eq '{ONE}'"})

    assert list(contents(answer).values()) == [b"photo" * 1000]


def test_a_form_without_files_gives_an_empty_zip(cast: Cast) -> None:
    publish(cast.bob)

    assert contents(cast.vy.get(MEDIA)) == {}


def test_more_files_than_a_page_are_all_there(cast: Cast) -> None:
    publish(cast.bob)
    files = [(f"{number}.jpg", str(number).encode()) for number in range(601)]
    send(cast.chi, household(ONE), *files[:300])
    send(cast.chi, household(TWO), *files[300:])

    assert sorted(contents(cast.vy.get(MEDIA)).values()) == sorted(content for _, content in files)


def test_only_who_may_read_submissions_gets_them(cast: Cast) -> None:
    publish(cast.bob)

    assert [caller.get(MEDIA).status_code for caller in (cast.nobody, cast.dee, cast.cuong, cast.quan)] == [
        401, 403, 403, 403,
    ]  # fmt: skip
