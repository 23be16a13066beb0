"""The pages on which forms are filled in: for whom, what their script is told, and what they say when it cannot be."""

import gzip
import json
import re
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from server.web.fill import bundles
from server.web.fill.gap_words import GAP_WORDS
from tests.cast import Answer, Caller, Cast
from tests.desk.surveyed import publish_survey
from tests.factories import publish, send
from tests.forms.definitions import xlsform
from tests.web.survey import FORM_ID, form_xml, household

BASE = f"/projects/1/forms/{FORM_ID}"
API = f"/v1{BASE}"
HTML = {"Accept": "text/html"}


def show(caller: Caller, path: str, language: str = "en") -> Answer:
    return caller.get(f"{path}{'&' if '?' in path else '?'}lang={language}", headers=HTML)


def task_of(answer: Answer) -> dict[str, Any]:
    assert answer.status_code == 200, answer.text
    found = re.search(r'data-task="([^"]*)"', answer.text)
    assert found is not None
    task: dict[str, Any] = json.loads(unescape(found[1]))
    return task


def link_to(cast: Cast, form_id: str = FORM_ID, *, once: bool = False) -> tuple[str, dict[str, Any]]:
    """The address that Central's API promises for a new public link, and the link."""
    made = cast.bob.post(f"/v1/projects/1/forms/{form_id}/public-links", json={"displayName": "Hộ dân", "once": once})
    link_id = cast.bob.get(f"/v1/projects/1/forms/{form_id}").json["enketoId"]
    return f"/-/{link_id}?st={quote(made.json['token'], safe='')}", made.json


def test_a_data_collector_gets_the_form_and_the_address_of_the_intake(cast: Cast) -> None:
    publish_survey(cast)

    task = task_of(show(cast.cuong, f"{BASE}/fill"))

    assert task["kind"] == "new"
    assert cast.cuong.get(task["form"]).data == form_xml()
    assert task["send"] == "/v1/projects/1/submission"


def test_who_may_only_look_fills_in_nothing(cast: Cast) -> None:
    publish_survey(cast)

    assert show(cast.vy, f"{BASE}/fill").status_code == 403
    assert show(cast.nobody, f"{BASE}/fill").headers["Location"].startswith("/sign-in?next=")


def test_only_these_pages_may_bring_styles_and_none_may_evaluate_scripts(cast: Cast) -> None:
    publish_survey(cast)

    policy = show(cast.bob, f"{BASE}/fill").headers["Content-Security-Policy"]
    strict = show(cast.bob, BASE).headers["Content-Security-Policy"]

    assert "script-src 'self' 'wasm-unsafe-eval';" in policy
    assert "'unsafe-eval'" not in policy
    assert "style-src 'self' 'unsafe-inline';" in policy
    assert "unsafe" not in strict


def test_a_closed_form_says_so(cast: Cast) -> None:
    publish_survey(cast)
    cast.bob.patch(API, json={"state": "closing"})

    page = show(cast.cuong, f"{BASE}/fill")

    assert "This form is closed" in page.text
    assert "data-task" not in page.text


def test_a_closing_form_still_takes_edits(cast: Cast) -> None:
    publish_survey(cast)
    one = household(1, with_photos=False)
    send(cast.chi, one.xml)
    cast.bob.patch(API, json={"state": "closing"})
    page = f"{BASE}/submissions/{one.instance_id}/edit"

    assert task_of(show(cast.bob, page))["kind"] == "edit"

    cast.bob.patch(API, json={"state": "closed"})
    assert "This form is closed" in show(cast.bob, page).text


def test_an_encrypted_form_is_left_to_phones(cast: Cast) -> None:
    publish_survey(cast)
    cast.bob.post("/v1/projects/1/key", json={"passphrase": "a passphrase of some length"})

    page = show(cast.cuong, f"{BASE}/fill")

    assert "This form is encrypted" in page.text
    assert "data-task" not in page.text


@pytest.mark.parametrize(("language", "words"), [("en", "was installed without"), ("vi", "được cài thiếu")])
def test_a_server_without_bundles_says_why(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, language: str, words: str
) -> None:
    publish_survey(cast)
    (tmp_path / "not-built.txt").write_text("npm failed: network\n")
    monkeypatch.setattr(bundles, "BUILT", tmp_path)

    page = show(cast.cuong, f"{BASE}/fill", language)

    assert page.status_code == 200
    assert words in page.text
    assert "npm failed: network" in page.text
    assert "<script" not in page.text


def test_a_public_link_opens_the_form_with_its_own_rights(cast: Cast) -> None:
    publish_survey(cast)
    address, link = link_to(cast)

    task = task_of(show(cast.nobody, address))

    assert task["once"] is None
    assert cast.nobody.get(task["form"]).data == form_xml()
    assert task["send"] == f"/v1/key/{link['token']}/projects/1/submission"
    assert send(cast.nobody, household(1).xml, path=task["send"]).status_code == 201


def test_a_link_for_one_answer_tells_the_browser(cast: Cast) -> None:
    publish_survey(cast)
    address, link = link_to(cast, once=True)

    assert task_of(show(cast.nobody, address))["once"].endswith(f":{link['id']}")
    assert task_of(show(cast.nobody, address.replace("/-/", "/-/single/")))["once"].endswith(f":{link['id']}")


def test_a_revoked_link_says_what_to_do(cast: Cast) -> None:
    publish_survey(cast)
    address, link = link_to(cast)
    cast.bob.delete(f"/v1/sessions/{link['token']}")

    page = show(cast.nobody, address, "vi")

    assert page.status_code == 404
    assert "không còn dùng được" in page.text


def test_a_link_opens_no_other_form(cast: Cast) -> None:
    publish_survey(cast)
    publish(cast.bob, xlsform())
    token = link_to(cast)[1]["token"]
    other = cast.bob.get("/v1/projects/1/forms/visit").json["enketoId"]

    page = show(cast.nobody, f"/-/{other}?st={token}")

    assert page.status_code == 404
    assert "Thăm hộ" not in page.text


def test_a_phones_key_is_no_public_link(cast: Cast) -> None:
    publish_survey(cast)
    address = link_to(cast)[0].partition("?")[0]

    assert show(cast.nobody, f"{address}?st={cast.chi.key}").status_code == 404


def test_an_address_without_a_token_leads_to_the_page_for_those_who_sign_in(cast: Cast) -> None:
    publish_survey(cast)
    address = link_to(cast)[0].partition("?")[0]

    assert show(cast.cuong, address).headers["Location"] == f"{BASE}/fill"
    assert show(cast.nobody, address).headers["Location"].startswith("/sign-in?next=")
    assert show(cast.dee, address).status_code == 403


def test_the_apis_edit_address_leads_to_the_page(cast: Cast) -> None:
    publish_survey(cast)
    one = household(1)
    send(cast.chi, one.xml, *one.photos)

    first = cast.bob.get(f"{API}/submissions/{one.instance_id}/edit")
    second = show(cast.bob, first.headers["Location"].removeprefix("http://localhost"))

    assert second.headers["Location"] == f"{BASE}/submissions/{quote(one.instance_id, safe='')}/edit"
    assert task_of(show(cast.bob, second.headers["Location"]))["kind"] == "edit"
    assert show(cast.vy, f"{BASE}/submissions/{one.instance_id}/edit").status_code == 403


def test_an_edit_is_made_with_the_version_that_the_submission_has(cast: Cast) -> None:
    publish_survey(cast)
    one = household(1)
    send(cast.chi, one.xml, one.photos[0])
    cast.bob.post(f"{API}/draft", data=form_xml(), content_type="application/xml")
    assert cast.bob.post(f"{API}/draft/publish?version=2026120101").status_code == 200

    task = task_of(show(cast.bob, f"{BASE}/submissions/{one.instance_id}/edit"))

    assert cast.bob.get(task["form"]).data == form_xml()
    assert cast.bob.get(task["instance"]).data == one.xml
    assert task["names"] == ["house.jpg"]
    assert cast.bob.get(f"{task['attachments']}house.jpg").data == one.photos[0][1]


def test_the_preview_names_what_works_only_on_a_phone(cast: Cast) -> None:
    questions = (("audio", "story", "Kể chuyện"), ("barcode", "code", "Mã"), ("text", "name", "Họ tên"))
    cast.bob.post("/v1/projects/1/forms", data=xlsform(*questions), headers={"X-XlsForm-FormId-Fallback": "visit"})

    page = show(cast.bob, "/projects/1/forms/visit/draft/preview")
    named = unescape(page.text.partition("<details")[2].partition("</details>")[0])

    assert "What works only on a phone: 2" in named
    assert "Kể chuyện" in named
    assert GAP_WORDS["barcode"] in named
    assert "Họ tên" not in named
    assert task_of(page)["send"] == "/v1/projects/1/forms/visit/draft/submission"
    assert show(cast.cuong, "/projects/1/forms/visit/draft/preview").status_code == 403


def test_who_only_collects_is_led_from_the_project_to_the_form(cast: Cast) -> None:
    publish_survey(cast)

    assert f'href="{BASE}/fill"' in show(cast.cuong, "/projects/1").text
    assert f'href="{BASE}/fill"' not in show(cast.vy, "/projects/1").text


def test_a_bundle_is_sent_compressed_and_kept_for_good(cast: Cast) -> None:
    address = bundles.bundle_address("fill.js")
    assert address is not None

    smallest = cast.nobody.get(address, headers={"Accept-Encoding": "gzip, deflate, br"})
    packed = cast.nobody.get(address, headers={"Accept-Encoding": "gzip, br;q=0"})
    plain = cast.nobody.get(address, headers={"Accept-Encoding": "identity"})

    assert gzip.decompress(packed.data) == plain.data
    assert (smallest.headers["Content-Encoding"], packed.headers["Content-Encoding"]) == ("br", "gzip")
    assert len(smallest.data) < len(packed.data) < len(plain.data)
    assert "immutable" in packed.headers["Cache-Control"]
    assert "Content-Encoding" not in plain.headers


@pytest.mark.parametrize("name", ["manifest.json", "stamp.txt", "none.js", "..%2F..%2Fpages.py"])
def test_nothing_but_bundles_is_sent(cast: Cast, name: str) -> None:
    assert cast.nobody.get(f"/static/built/{name}").status_code == 404
