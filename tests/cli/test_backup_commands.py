from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from server.cli.main import commands
from server.config import Settings
from server.http.call import Services
from tests.cast import Cast
from tests.factories import household, new_id, publish, send
from tests.kept import item
from tests.worlds import Backend

PHOTO = b"a photo"


def environment(settings: Settings) -> dict[str, str]:
    return {
        "TRANSECT_DATA_DIR": str(settings.data_dir),
        "TRANSECT_DATABASE_URL": settings.database_url,
        "TRANSECT_STORAGE_URL": settings.storage_url,
        "TRANSECT_SECRET_KEY": settings.secret_key,
    }


def run(settings: Settings, *words: object) -> Result:
    return CliRunner(env=environment(settings)).invoke(commands, [str(word) for word in words])


@pytest.fixture
def survey(cast: Cast) -> str:
    publish(cast.bob)
    send(cast.chi, household(instance_id := new_id(), photo="a.jpg"), ("a.jpg", PHOTO))
    return instance_id


@pytest.fixture
def empty(backend: Backend, migrated_database: str) -> Settings:
    """A server whose database has no tables yet."""
    return replace(backend.world(migrated_database), database_url=backend.empty_database())


@pytest.mark.usefixtures("survey")
def test_a_backup_is_written_and_restored_on_another_server(
    settings: Settings, empty: Settings, tmp_path: Path
) -> None:
    (tmp_path / "passphrase").write_text("chìa khoá\n", encoding="utf-8")
    words = (tmp_path / "backup.zip", "--passphrase-file", tmp_path / "passphrase")

    written = run(settings, "backup", "--with-objects", *words)
    restored = run(empty, "restore", *words)

    assert written.exit_code == 0, written.output
    assert "1 objects." in written.output
    assert restored.exit_code == 0, restored.output
    assert "1 objects are whole." in restored.output


@pytest.mark.usefixtures("survey")
def test_only_the_owner_can_read_a_backup_and_nothing_else_is_left(settings: Settings, tmp_path: Path) -> None:
    run(settings, "backup", tmp_path / "backup.zip")

    assert (tmp_path / "backup.zip").stat().st_mode & 0o077 == 0
    assert [path.name for path in tmp_path.iterdir()] == ["backup.zip"]


@pytest.mark.usefixtures("survey")
def test_a_full_server_is_not_restored_over(settings: Settings, tmp_path: Path) -> None:
    run(settings, "backup", tmp_path / "backup.zip")

    result = run(settings, "restore", tmp_path / "backup.zip")

    assert result.exit_code == 1
    assert "The database is not empty" in result.output


@pytest.mark.usefixtures("survey")
def test_a_missing_object_is_told_and_the_backup_is_kept(settings: Settings, cast: Cast, tmp_path: Path) -> None:
    delete_objects(cast.services)

    result = run(settings, "backup", "--with-objects", tmp_path / "backup.zip")

    assert result.exit_code == 1
    assert "1 objects are missing in the object storage" in result.output
    assert (tmp_path / "backup.zip").exists()


@pytest.mark.usefixtures("survey")
def test_a_restore_without_the_objects_needs_to_be_asked_for(
    settings: Settings, empty: Settings, tmp_path: Path
) -> None:
    run(settings, "backup", tmp_path / "backup.zip")

    refused = run(empty, "restore", tmp_path / "backup.zip")
    taken = run(empty, "restore", tmp_path / "backup.zip", "--allow-missing")

    assert (refused.exit_code, taken.exit_code) == (1, 0), taken.output
    assert "--allow-missing" in refused.output
    assert "Without 1 objects" in taken.output


def test_what_is_no_backup_is_refused_in_one_sentence(empty: Settings, tmp_path: Path) -> None:
    (tmp_path / "backup.zip").write_bytes(b"something else")

    result = run(empty, "restore", tmp_path / "backup.zip")

    assert result.exit_code == 1
    assert "This is not a backup made by Transect" in result.output


def test_a_purge_says_what_it_would_remove_and_what_it_removed(settings: Settings, cast: Cast, survey: str) -> None:
    cast.bob.delete(item(survey))

    results = [
        run(settings, "purge"),
        run(settings, "purge", "--days", 0, "--dry-run"),
        run(settings, "purge", "--days", 0),
        run(settings, "purge", "--days", 0),
    ]

    assert [result.output.partition(",")[0] for result in results] == [
        "Removed 0 forms",
        "Would remove 0 forms",
        "Removed 0 forms",
        "Removed 0 forms",
    ]
    assert [" 1 submissions" in result.output for result in results] == [False, True, True, False]


def delete_objects(services: Services) -> None:
    for sha256, _ in list(services.storage.objects()):
        services.storage.delete(sha256)
