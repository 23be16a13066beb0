import hashlib
from urllib.parse import quote

import pytest
from lxml import etree
from werkzeug.test import TestResponse

from tests.cast import Cast
from tests.forms.definitions import XML, xform

FORMS = "/v1/projects/1/forms"
MANIFEST = f"{FORMS}/visit/manifest"
OPENROSA = {"X-OpenRosa-Version": "1.0"}
NAMESPACE = "{http://openrosa.org/xforms/xformsManifest}"


def media(answer: TestResponse) -> list[dict[str, str]]:
    """What Collect reads of each file."""
    root = etree.fromstring(answer.data)
    assert root.tag == f"{NAMESPACE}manifest"
    return [{child.tag.removeprefix(NAMESPACE): child.text or "" for child in file} for file in root]


@pytest.fixture(autouse=True)
def form(cast: Cast) -> None:
    """A published form that asks for two pictures, of which one is here."""
    cast.bob.post(FORMS, data=xform(media=["bản đồ & 1.png", "missing.png"]), content_type=XML)
    cast.bob.post(f"{FORMS}/visit/draft/attachments/{quote('bản đồ & 1.png')}", data=b"PNG")
    cast.bob.post(f"{FORMS}/visit/draft/publish")


def test_files_that_are_here_are_listed_and_missing_ones_left_out(cast: Cast) -> None:
    answer = cast.chi.get(MANIFEST, headers=OPENROSA)

    assert answer.content_type.startswith("text/xml")
    assert answer.headers["X-OpenRosa-Version"] == "1.0"
    address = f"http://localhost/v1/key/{cast.chi.key}/projects/1/forms/visit/attachments"
    assert media(answer) == [
        {
            "filename": "bản đồ & 1.png",
            "hash": f"md5:{hashlib.md5(b'PNG').hexdigest()}",
            "downloadUrl": f"{address}/{quote('bản đồ & 1.png', safe='')}",
        }
    ]


def test_listed_address_gives_the_file(cast: Cast) -> None:
    (file,) = media(cast.cuong.get(MANIFEST, headers=OPENROSA))

    assert cast.cuong.get(file["downloadUrl"].removeprefix("http://localhost")).data == b"PNG"


def test_signed_in_user_gets_addresses_without_a_key(cast: Cast) -> None:
    (file,) = media(cast.cuong.get(MANIFEST, headers=OPENROSA))

    assert file["downloadUrl"].startswith("http://localhost/v1/projects/1/forms/visit/attachments/")


def test_manifest_that_the_phone_has_is_not_sent_again(cast: Cast) -> None:
    etag = cast.chi.get(MANIFEST, headers=OPENROSA).headers["ETag"]

    answer = cast.chi.get(MANIFEST, headers=OPENROSA | {"If-None-Match": etag})

    assert (answer.status_code, answer.data) == (304, b"")


def test_manifest_changes_with_the_version(cast: Cast) -> None:
    etag = cast.chi.get(MANIFEST, headers=OPENROSA).headers["ETag"]
    cast.bob.post(f"{FORMS}/visit/draft", data=xform(version="2", media=["missing.png"]), content_type=XML)
    cast.bob.post(f"{FORMS}/visit/draft/attachments/missing.png", data=b"new")
    cast.bob.post(f"{FORMS}/visit/draft/publish")

    answer = cast.chi.get(MANIFEST, headers=OPENROSA | {"If-None-Match": etag})

    assert [file["filename"] for file in media(answer)] == ["missing.png"]


def test_form_without_files_has_an_empty_manifest(cast: Cast) -> None:
    cast.bob.post(f"{FORMS}?publish=true", data=xform("plain"), content_type=XML)

    assert media(cast.chi.get(f"{FORMS}/plain/manifest", headers=OPENROSA)) == []


def test_client_must_say_that_it_speaks_openrosa(cast: Cast) -> None:
    assert cast.chi.get(MANIFEST).status_code == 400


def test_manifest_of_an_unpublished_form_is_not_found_in_xml(cast: Cast) -> None:
    cast.bob.post(FORMS, data=xform("draft"), content_type=XML)

    answer = cast.chi.get(f"{FORMS}/draft/manifest", headers=OPENROSA)

    assert (answer.status_code, "<OpenRosaResponse" in answer.text) == (404, True)
