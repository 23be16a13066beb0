"""Trying a draft with a phone, by the test link or as somebody who may read the form."""

import hashlib

import pytest

from tests.cast import Cast
from tests.factories import publish
from tests.forms.definitions import XML, xform
from tests.openrosa.test_form_list import entries
from tests.openrosa.test_manifest import media

FORMS = "/v1/projects/1/forms"
DRAFT = f"{FORMS}/visit/draft"
OPENROSA = {"X-OpenRosa-Version": "1.0"}
NEXT = xform(version="2", title="Next", media=["map.png"])


@pytest.fixture
def link(cast: Cast) -> str:
    """What stands before the path when a tester's phone asks."""
    publish(cast.bob, xform(version="1"))
    publish(cast.bob, xform("other"))
    cast.bob.post(DRAFT, data=NEXT, content_type=XML)
    cast.bob.post(f"{DRAFT}/attachments/map.png", data=b"PNG")
    return f"/v1/test/{cast.bob.get(DRAFT).json['draftToken']}"


def test_tester_is_offered_the_draft_and_nothing_else(cast: Cast, link: str) -> None:
    answer = cast.nobody.get(f"{link}/projects/1/forms/visit/draft/formList", headers=OPENROSA)

    address = f"http://localhost{link}/projects/1/forms/visit/draft"
    assert entries(answer) == [
        {
            "formID": "visit",
            "name": "Next",
            "version": "2",
            "hash": f"md5:{hashlib.md5(NEXT).hexdigest()}",
            "downloadUrl": f"{address}.xml",
            "manifestUrl": f"{address}/manifest",
        }
    ]


def test_tester_follows_the_addresses_to_form_and_files(cast: Cast, link: str) -> None:
    answer = cast.nobody.get(f"{link}/projects/1/forms/visit/draft/formList", headers=OPENROSA)
    (entry,) = entries(answer)

    form = cast.nobody.get(entry["downloadUrl"].removeprefix("http://localhost"))
    manifest = cast.nobody.get(entry["manifestUrl"].removeprefix("http://localhost"), headers=OPENROSA)
    (file,) = media(manifest)

    assert form.data == NEXT
    assert cast.nobody.get(file["downloadUrl"].removeprefix("http://localhost")).data == b"PNG"


@pytest.mark.usefixtures("link")
def test_app_user_tries_the_draft_with_its_own_key(cast: Cast) -> None:
    (entry,) = entries(cast.chi.get(f"{DRAFT}/formList", headers=OPENROSA))

    assert entry["downloadUrl"] == f"http://localhost/v1/key/{cast.chi.key}/projects/1/forms/visit/draft.xml"


def test_closed_form_can_still_be_tried(cast: Cast, link: str) -> None:
    cast.bob.patch(f"{FORMS}/visit", json={"state": "closed"})

    answer = cast.nobody.get(f"{link}/projects/1/forms/visit/draft/formList", headers=OPENROSA)

    assert len(entries(answer)) == 1


def test_link_does_not_open_the_project_s_list(cast: Cast, link: str) -> None:
    answer = cast.nobody.get(f"{link}/projects/1/formList", headers=OPENROSA)

    assert entries(answer) == []


def test_changed_file_of_the_draft_reaches_the_tester(cast: Cast, link: str) -> None:
    path = f"{link}/projects/1/forms/visit/draft/manifest"
    etag = cast.nobody.get(path, headers=OPENROSA).headers["ETag"]
    cast.bob.post(f"{DRAFT}/attachments/map.png", data=b"new")

    answer = cast.nobody.get(path, headers=OPENROSA | {"If-None-Match": etag})

    assert media(answer)[0]["hash"] == f"md5:{hashlib.md5(b'new').hexdigest()}"
