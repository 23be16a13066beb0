import io
from zipfile import ZipFile

import orjson
import pytest

from tests.cast import Cast
from tests.factories import household, publish, send
from tests.logged import rows_of


def test_the_backup_is_a_zip_with_a_name_of_its_own(cast: Cast) -> None:
    answer = cast.alice.post("/v1/backup", json={"passphrase": "chìa khoá"})

    assert (answer.status_code, answer.mimetype) == (200, "application/zip")
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="transect-backup-20')
    with ZipFile(io.BytesIO(answer.data)) as backup:
        assert backup.namelist() == ["manifest.json", "contents.sealed"]
        assert backup.testzip() is None
        manifest = orjson.loads(backup.read("manifest.json"))
    assert (manifest["format"], manifest["version"], manifest["withObjects"]) == ("transect-backup", 1, False)


def test_nothing_of_the_survey_can_be_read_in_it(cast: Cast) -> None:
    publish(cast.bob)
    send(cast.chi, household(name="Nong Van Duc"))

    content = cast.alice.post("/v1/backup", json={"passphrase": "x"}).data

    assert b"Nong Van Duc" not in content
    assert b"tables/" not in content


def test_without_a_body_the_passphrase_is_empty(cast: Cast) -> None:
    assert cast.alice.post("/v1/backup").status_code == 200


def test_a_passphrase_that_is_no_text_is_refused(cast: Cast) -> None:
    assert cast.alice.post("/v1/backup", json={"passphrase": 5}).json["code"] == 400.11


def test_the_log_has_who_took_a_backup(cast: Cast) -> None:
    cast.alice.post("/v1/backup")

    assert [row.actor_id for row in rows_of(cast.services, "backup")] == [cast.alice.id]


@pytest.mark.parametrize("who", ["dee", "bob", "vy", "chi"])
def test_only_administrators_take_backups(cast: Cast, who: str) -> None:
    assert getattr(cast, who).post("/v1/backup").json["code"] == 403.1
    assert cast.nobody.post("/v1/backup").status_code == 401
