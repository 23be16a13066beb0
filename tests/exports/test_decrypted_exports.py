"""Exports with passphrases, of what phones have encrypted."""

import csv
import io
import zipfile
from typing import Any

import pytest

from tests.cast import Answer, Cast
from tests.encrypting_phone import encrypt, send_encrypted
from tests.factories import household, household_form, publish, send
from tests.logged import details_of
from tests.queries import counted_queries

PROJECT = "/v1/projects/1"
FORM = f"{PROJECT}/forms/household"
CSV, ZIP = f"{FORM}/submissions.csv", f"{FORM}/submissions.csv.zip"
PASSPHRASE = "bí mật"


@pytest.fixture
def key_id(cast: Cast) -> int:
    """The key of a project with the encrypted form `household`, which also asks for Collect's log."""
    publish(cast.bob, household_form().replace(b"<meta>", b"<meta><audit/>"))
    return int(cast.bob.post(f"{PROJECT}/key", json={"passphrase": PASSPHRASE}).json["keyId"])


def form_xml(cast: Cast) -> bytes:
    return bytes(cast.bob.get(f"{FORM}.xml").data)


def send_house(cast: Cast, name: str, *files: tuple[str, bytes], audit: str = "") -> None:
    instance_id = f"uuid:{name}"
    photo = files[0][0] if files else ""
    xml = household(instance_id, name=name, photo=photo).replace(b"<meta>", f"<meta><audit>{audit}</audit>".encode())
    assert send_encrypted(cast.chi, form_xml(cast), xml, instance_id, *files).status_code == 201


def rows_of(answer: Answer) -> list[dict[str, str]]:
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.text)))


def members_of(answer: Answer) -> dict[str, bytes]:
    assert answer.status_code == 200, answer.text
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_without_passphrase_only_metadata_come_out(cast: Cast, key_id: int) -> None:
    send_house(cast, "Mai")

    row = rows_of(cast.vy.get(CSV))[0]

    assert (row["KEY"], row["name"], row["Status"]) == ("uuid:Mai", "", "not decrypted")


@pytest.mark.parametrize("way", ["query", "form", "json"])
def test_passphrase_gives_the_answers(cast: Cast, key_id: int, way: str) -> None:
    send_house(cast, "Mai", ("a.jpg", b"photo"))
    secrets = {str(key_id): PASSPHRASE}
    answers = {
        "query": lambda: cast.vy.get(CSV, query_string=secrets),
        "form": lambda: cast.vy.post(CSV, data=secrets),
        "json": lambda: cast.vy.post(CSV, json=secrets),
    }

    row = rows_of(answers[way]())[0]

    assert (row["name"], row["age"], row["Status"]) == ("Mai", "41", "")
    assert (row["AttachmentsPresent"], row["AttachmentsExpected"]) == ("1", "1")


def test_zip_has_repeats_media_and_logs_in_plain(cast: Cast, key_id: int) -> None:
    send_house(cast, "Mai", ("a.jpg", b"photo"), ("audit.csv", b"event,node\nform start,\n"), audit="audit.csv")

    members = members_of(cast.vy.post(ZIP, json={str(key_id): PASSPHRASE}))

    assert set(members) == {"household.csv", "household-member.csv", "household - audit.csv", "media/a.jpg"}
    assert members["media/a.jpg"] == b"photo"
    assert b"Mai,rice tea,uuid:Mai" in members["household-member.csv"]
    assert b"uuid:Mai,form start" in members["household - audit.csv"]


def test_wrong_passphrase_fails_the_whole_request(cast: Cast, key_id: int) -> None:
    send_house(cast, "Mai")

    answer = cast.vy.post(ZIP, json={str(key_id): "wrong"})

    assert (answer.status_code, answer.json["code"]) == (400, 400.12)
    assert details_of(cast.services, "form.submissions.export") == []


@pytest.mark.parametrize("name", ["0", "99999999999999999999999", "x", "²"])
def test_passphrase_for_a_key_that_there_is_not_changes_nothing(cast: Cast, key_id: int, name: str) -> None:
    send_house(cast, "Mai")

    assert rows_of(cast.vy.get(CSV, query_string={name: "wrong"}))[0]["Status"] == "not decrypted"


def test_plain_and_encrypted_submissions_stand_in_one_table(cast: Cast) -> None:
    publish(cast.bob)
    send(cast.chi, household("uuid:plain", name="Lan"))
    key_id = cast.bob.post(f"{PROJECT}/key", json={"passphrase": PASSPHRASE}).json["keyId"]
    send_house(cast, "Mai")

    rows = rows_of(cast.vy.get(CSV, query_string={key_id: PASSPHRASE}))

    assert [(row["name"], row["Status"]) for row in rows] == [("Mai", ""), ("Lan", "")]


def test_submission_whose_answers_have_not_arrived_stays_closed(cast: Cast, key_id: int) -> None:
    send_house(cast, "Mai")
    manifest, _ = encrypt(form_xml(cast), household("uuid:late"), "uuid:late")
    send(cast.chi, manifest)

    rows = rows_of(cast.vy.get(CSV, query_string={key_id: PASSPHRASE}))

    assert [(row["KEY"], row["Status"]) for row in rows] == [("uuid:late", "not decrypted"), ("uuid:Mai", "")]


@pytest.mark.parametrize("damage", [lambda _: b"", lambda content: content[:-1], lambda _: b"\0" * 64])
def test_damaged_submission_stays_closed_and_the_others_come_out(cast: Cast, key_id: int, damage: Any) -> None:
    send_house(cast, "Mai")
    manifest, files = encrypt(form_xml(cast), household("uuid:bad"), "uuid:bad")
    send(cast.chi, manifest, *((name, damage(content)) for name, content in files))

    rows = rows_of(cast.vy.get(CSV, query_string={key_id: PASSPHRASE}))

    assert [(row["KEY"], row["name"], row["Status"]) for row in rows] == [
        ("uuid:bad", "", "not decrypted"),
        ("uuid:Mai", "Mai", ""),
    ]


def test_damaged_photo_is_named_and_the_rest_comes_out(cast: Cast, key_id: int) -> None:
    xml = household("uuid:1", photo="a.jpg")
    manifest, files = encrypt(form_xml(cast), xml, "uuid:1", ("a.jpg", b"photo"), ("b.jpg", b"other"))
    send(cast.chi, manifest, (files[0][0], files[0][1][:-1]), *files[1:])

    members = members_of(cast.vy.post(ZIP, json={str(key_id): PASSPHRASE}))

    assert members["media/b.jpg"] == b"other"
    assert b"a.jpg\tuuid:1" in members["missing-attachments.txt"]


def test_key_of_another_project_opens_nothing_here(cast: Cast, key_id: int) -> None:
    send_house(cast, "Mai")
    other = cast.quan.post("/v1/projects/2/key", json={"passphrase": "other"}).json["keyId"]

    answer = cast.vy.get(CSV, query_string={other: "wrong"})

    assert rows_of(answer)[0]["Status"] == "not decrypted"


def test_decrypted_export_is_not_taken_from_the_clients_cache(cast: Cast, key_id: int) -> None:
    send_house(cast, "Mai")
    tag = cast.vy.get(CSV).headers["ETag"]

    answer = cast.vy.get(CSV, query_string={key_id: PASSPHRASE}, headers={"If-None-Match": tag})

    assert answer.status_code == 200
    assert "ETag" not in answer.headers


def test_passphrase_is_not_logged(cast: Cast, key_id: int) -> None:
    cast.vy.get(CSV, query_string={key_id: PASSPHRASE})

    assert details_of(cast.services, "form.submissions.export") == [{}]


def test_export_of_two_takes_as_many_queries_as_of_one(cast: Cast, key_id: int) -> None:
    send_house(cast, "Mai")
    rows_of(cast.vy.get(CSV, query_string={key_id: PASSPHRASE}))
    with counted_queries(cast.services) as for_one:
        rows_of(cast.vy.get(CSV, query_string={key_id: PASSPHRASE}))
    send_house(cast, "Lan")
    with counted_queries(cast.services) as for_two:
        rows = rows_of(cast.vy.get(CSV, query_string={key_id: PASSPHRASE}))

    assert [row["name"] for row in rows] == ["Lan", "Mai"]
    assert len(for_two) == len(for_one)
