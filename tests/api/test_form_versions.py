import pytest

from tests.cast import Cast
from tests.factories import publish
from tests.forms.definitions import XLSX, XML, xform, xlsform

FORMS = "/v1/projects/1/forms"
VISIT = f"{FORMS}/visit"
VERSIONS = f"{VISIT}/versions"
EXTENDED = {"X-Extended-Metadata": "true"}


def _publish_again(cast: Cast, version: str) -> None:
    cast.bob.post(f"{VISIT}/draft?ignoreWarnings=true", data=xform(version=version), content_type=XML)
    cast.bob.post(f"{VISIT}/draft/publish", headers={"X-Action-Notes": f"notes {version}"})


def test_published_versions_are_listed_newest_first(cast: Cast) -> None:
    publish(cast.bob, xform(version="1"))
    _publish_again(cast, "2")
    cast.bob.post(f"{VISIT}/draft", data=xform(version="3"), content_type=XML)

    versions = cast.bob.get(VERSIONS).json

    assert [version["version"] for version in versions] == ["2", "1"]
    assert {version["xmlFormId"] for version in versions} == {"visit"}


def test_form_that_was_never_published_has_no_versions(cast: Cast) -> None:
    cast.bob.post(FORMS, data=xform(), content_type=XML)

    assert cast.bob.get(VERSIONS).json == []


def test_extended_versions_say_who_published_them(cast: Cast) -> None:
    cast.bob.post(f"{FORMS}?publish=true", data=xlsform(), content_type=XLSX)
    cast.alice.post(f"{VISIT}/draft")
    cast.alice.post(f"{VISIT}/draft/publish?version=2", headers={"X-Action-Notes": "again"})

    second, first = cast.bob.get(VERSIONS, headers=EXTENDED).json

    assert [version["publishedBy"]["displayName"] for version in (second, first)] == ["Alice", "Bob"]
    assert [version["publishNotes"] for version in (second, first)] == ["again", None]
    assert second["excelContentType"] == XLSX


def test_notes_are_only_for_those_who_may_publish(cast: Cast) -> None:
    publish(cast.bob, xform())

    assert "publishNotes" not in cast.vy.get(VERSIONS, headers=EXTENDED).json[0]
    assert "publishNotes" not in cast.vy.get(f"{VERSIONS}/1", headers=EXTENDED).json


def test_version_has_its_own_details(cast: Cast) -> None:
    publish(cast.bob, xform(version="1", title="Old"))
    _publish_again(cast, "2")

    version = cast.bob.get(f"{VERSIONS}/1").json

    assert (version["version"], version["name"]) == ("1", "Old")


def test_blank_version_is_called_by_three_underscores(cast: Cast) -> None:
    publish(cast.bob, xform(version=None))

    assert cast.bob.get(f"{VERSIONS}/___").json["version"] == ""
    assert cast.bob.get(f"{VERSIONS}/___.xml").data == xform(version=None)
    assert cast.bob.get(f"{VERSIONS}/___/fields").status_code == 200


@pytest.mark.parametrize("rest", ["", ".xml", ".xlsx", ".xls", "/fields", "/attachments", "/attachments/map.png"])
def test_version_that_was_not_published_is_not_found(cast: Cast, rest: str) -> None:
    publish(cast.bob, xform(version="1"))
    cast.bob.post(f"{VISIT}/draft", data=xform(version="2", media=["map.png"]), content_type=XML)

    assert cast.bob.get(f"{VERSIONS}/2{rest}").json["code"] == 404.1


def test_workbook_of_a_version_comes_back(cast: Cast) -> None:
    content = xlsform()
    cast.bob.post(f"{FORMS}?publish=true", data=content, content_type=XLSX)
    _publish_again(cast, "2")

    assert cast.bob.get(f"{VERSIONS}/1.xlsx").data == content
    assert cast.bob.get(f"{VERSIONS}/2.xlsx").status_code == 404


def test_version_keeps_its_files(cast: Cast) -> None:
    cast.bob.post(FORMS, data=xform(version="1", media=["map.png"]), content_type=XML)
    cast.bob.post(f"{VISIT}/draft/attachments/map.png", data=b"old")
    cast.bob.post(f"{VISIT}/draft/publish")
    cast.bob.post(f"{VISIT}/draft", data=xform(version="2", media=["map.png"]), content_type=XML)
    cast.bob.post(f"{VISIT}/draft/attachments/map.png", data=b"new")
    cast.bob.post(f"{VISIT}/draft/publish")

    contents = [cast.chi.get(f"{VERSIONS}/{version}/attachments/map.png").data for version in "12"]

    assert contents == [b"old", b"new"]
    assert cast.bob.get(f"{VERSIONS}/1/attachments").json[0]["size"] == 3


def test_fields_of_a_version_are_its_own(cast: Cast) -> None:
    publish(cast.bob, xform(version="1", fields={"name": "string"}))
    _publish_again(cast, "2")

    assert [field["path"] for field in cast.bob.get(f"{VERSIONS}/1/fields").json] == [
        "/name",
        "/meta",
        "/meta/instanceID",
    ]
