import hashlib
from io import BytesIO
from urllib.parse import quote

import pytest

from tests.cast import Cast
from tests.forms.definitions import XML, xform

FORMS = "/v1/projects/1/forms"
DRAFT = f"{FORMS}/visit/draft"
FILES = f"{DRAFT}/attachments"
MAP = f"{FILES}/map.png"


@pytest.fixture(autouse=True)
def draft(cast: Cast) -> None:
    """A draft that asks for two pictures."""
    cast.bob.post(FORMS, data=xform(media=["map.png", "bản đồ 1.png"]), content_type=XML)


def test_slots_are_listed_as_the_form_names_them(cast: Cast) -> None:
    first, second = cast.bob.get(FILES).json

    assert first == {
        "name": "map.png",
        "type": "image",
        "exists": False,
        "blobExists": False,
        "datasetExists": False,
        "hash": None,
        "updatedAt": None,
    }
    assert second["name"] == "bản đồ 1.png"


def test_upload_fills_its_slot(cast: Cast) -> None:
    answer = cast.bob.post(MAP, data=b"PNG", content_type="image/png")

    slot = answer.json
    assert (slot["exists"], slot["blobExists"], slot["size"]) == (True, True, 3)
    assert slot["hash"] == hashlib.md5(b"PNG").hexdigest()
    assert cast.bob.get(FILES).json[0] == slot


def test_awkward_name_finds_its_slot(cast: Cast) -> None:
    cast.bob.post(f"{FILES}/{quote('bản đồ 1.png')}", data=b"PNG")

    answer = cast.bob.get(f"{FILES}/{quote('bản đồ 1.png')}")

    assert answer.data == b"PNG"
    assert quote("bản đồ 1.png") in answer.headers["Content-Disposition"]


def test_body_of_unknown_length_is_taken(cast: Cast) -> None:
    stream = {"wsgi.input_terminated": True}
    cast.bob.post(MAP, input_stream=BytesIO(b"PNG" * 50_000), environ_overrides=stream)

    assert cast.bob.get(MAP).data == b"PNG" * 50_000


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("image/webp", "image/webp"),
        ("Application/X-Special; v=1", "application/x-special"),
        ("", "image/png"),
        ("no type", "image/png"),
        ("text/" + "x" * 400, "image/png"),
    ],
)
def test_type_of_the_upload_is_told_or_that_of_the_name(cast: Cast, given: str, told: str) -> None:
    cast.bob.post(MAP, data=b"PNG", content_type=given)

    assert cast.bob.get(MAP, buffered=True).content_type == told


def test_file_that_the_client_has_is_not_sent_again(cast: Cast) -> None:
    cast.bob.post(MAP, data=b"PNG")
    etag = cast.bob.get(MAP, buffered=True).headers["ETag"]

    answer = cast.bob.get(MAP, headers={"If-None-Match": etag})

    assert (answer.status_code, answer.data) == (304, b"")


def test_part_of_a_file_can_be_fetched(cast: Cast) -> None:
    cast.bob.post(MAP, data=b"0123456789")

    answer = cast.bob.get(MAP, headers={"Range": "bytes=3-5"})

    assert (answer.status_code, answer.data) == (206, b"345")


def test_file_that_nobody_asks_for_is_refused_by_name(cast: Cast) -> None:
    answer = cast.bob.post(f"{FILES}/other.png", data=b"PNG")

    assert answer.status_code == 404
    assert "other.png" in answer.json["message"]


def test_slot_that_is_empty_has_no_file(cast: Cast) -> None:
    assert cast.bob.get(MAP).json["code"] == 404.1


def test_second_upload_takes_the_place_of_the_first(cast: Cast) -> None:
    cast.bob.post(MAP, data=b"old")
    cast.bob.post(MAP, data=b"new")

    assert cast.bob.get(MAP).data == b"new"


def test_cleared_slot_stays_and_is_empty(cast: Cast) -> None:
    cast.bob.post(MAP, data=b"PNG")

    assert cast.bob.delete(MAP).json == {"success": True}

    assert cast.bob.get(MAP).status_code == 404
    assert cast.bob.get(FILES).json[0]["exists"] is False


def test_slot_that_is_not_there_cannot_be_cleared(cast: Cast) -> None:
    assert cast.bob.delete(f"{FILES}/other.png").status_code == 404


def test_files_of_the_published_version_are_carried_into_a_draft(cast: Cast) -> None:
    cast.bob.post(MAP, data=b"PNG")
    cast.bob.post(f"{DRAFT}/publish")

    cast.bob.post(DRAFT, data=xform(version="2", media=["map.png", "new.png"]), content_type=XML)

    assert [(slot["name"], slot["exists"]) for slot in cast.bob.get(FILES).json] == [
        ("map.png", True),
        ("new.png", False),
    ]


def test_files_of_the_draft_go_before_those_of_the_published_version(cast: Cast) -> None:
    cast.bob.post(MAP, data=b"published")
    cast.bob.post(f"{DRAFT}/publish")
    cast.bob.post(DRAFT, data=xform(version="2", media=["map.png"]), content_type=XML)
    cast.bob.post(MAP, data=b"draft")

    cast.bob.post(DRAFT, data=xform(version="3", media=["map.png"]), content_type=XML)

    assert cast.bob.get(MAP).data == b"draft"


def test_published_files_do_not_change_with_the_draft(cast: Cast) -> None:
    cast.bob.post(MAP, data=b"published")
    cast.bob.post(f"{DRAFT}/publish")
    cast.bob.post(DRAFT)

    cast.bob.delete(MAP)

    assert cast.chi.get(f"{FORMS}/visit/attachments/map.png").data == b"published"


def test_published_files_are_listed(cast: Cast) -> None:
    cast.bob.post(MAP, data=b"PNG")
    cast.bob.post(f"{DRAFT}/publish")

    assert [slot["exists"] for slot in cast.chi.get(f"{FORMS}/visit/attachments").json] == [True, False]
