"""Ids and labels that are awkward in a URL still lead to their form."""

from urllib.parse import quote

import pytest

from tests.cast import Cast
from tests.factories import publish
from tests.forms.definitions import xform

FORMS = "/v1/projects/1/forms"
AWKWARD = [
    "khảo sát hộ 1",
    "x.y.z",
    "visit.xml",
    "visit.xlsx",
    "50%",
    "q?a&b",
    "a+b",
    "a#b",
    'a "b" <c>',
    "draft",
    "restore",
]


@pytest.mark.parametrize("form_id", AWKWARD)
@pytest.mark.parametrize("rest", [".xml", "/fields", "/attachments", "/versions", "/versions/1", "/versions/1.xml"])
def test_awkward_form_id_leads_to_its_documents(cast: Cast, form_id: str, rest: str) -> None:
    publish(cast.bob, xform(form_id))

    assert cast.bob.get(f"{FORMS}/{quote(form_id, safe='')}{rest}").status_code == 200


@pytest.mark.parametrize("form_id", AWKWARD)
def test_awkward_form_id_can_be_changed_and_deleted(cast: Cast, form_id: str) -> None:
    publish(cast.bob, xform(form_id))
    address = f"{FORMS}/{quote(form_id, safe='')}"

    changed = cast.bob.patch(address, json={"state": "closed"})

    assert changed.json["xmlFormId"] == form_id
    assert cast.bob.delete(address).status_code == 200


def test_form_and_its_namesake_with_an_ending_are_told_apart(cast: Cast) -> None:
    publish(cast.bob, xform("visit", title="Short"))
    publish(cast.bob, xform("visit.xml", title="Long"))

    assert cast.chi.get(f"{FORMS}/visit.xml").data == xform("visit", title="Short")
    assert cast.chi.get(f"{FORMS}/visit.xml.xml").data == xform("visit.xml", title="Long")


@pytest.mark.parametrize("version", ["v 1.2", "05/01/2026", "bản 2", "1.xml", "50%"])
@pytest.mark.parametrize("rest", [".xml", "/fields", "/attachments"])
def test_awkward_version_leads_to_its_documents(cast: Cast, version: str, rest: str) -> None:
    publish(cast.bob, xform(version=version))

    assert cast.bob.get(f"{FORMS}/visit/versions/{quote(version, safe='')}{rest}").status_code == 200


@pytest.mark.parametrize("version", ["v 1.2", "05/01/2026", "bản 2"])
def test_awkward_version_leads_to_its_details(cast: Cast, version: str) -> None:
    publish(cast.bob, xform(version=version))

    answer = cast.bob.get(f"{FORMS}/visit/versions/{quote(version, safe='')}")

    assert answer.json["version"] == version
