"""A survey is backed up while it is in use, taken back into an empty server, and goes on there."""

import io
from zipfile import ZipFile

import pytest
from flask import Flask
from sqlalchemy import inspect

from server import migrate
from server.backup.faults import BackupError
from server.backup.make import Contents, make_backup
from server.backup.restore import Restored, restore_backup
from server.http.call import Services
from tests.backup.conftest import MakeApp
from tests.backup.rows import all_rows
from tests.cast import Caller, Cast, gather_cast
from tests.factories import household, new_id, publish, send
from tests.kept import file_of, listed, xml_of

PHOTO = bytes(range(256)) * 2000
WAYS = [("backend", "backend"), ("sqlite", "backend"), ("backend", "sqlite")]


def services_of(app: Flask) -> Services:
    found = app.extensions["transect"]
    assert isinstance(found, Services)
    return found


def survey(app: Flask) -> tuple[Cast, str]:
    """A form, a household with a photo and its edit, and settings of the site; gives the household's id."""
    cast, instance_id = gather_cast(app), new_id()
    publish(cast.bob)
    send(cast.chi, household(instance_id, photo="nhà.jpg"), ("nhà.jpg", PHOTO))
    send(cast.chi, household(photo="none.jpg"))
    send(cast.chi, household(replaces=instance_id, name="Nông Thị Đào", photo="nhà.jpg"))
    cast.alice.post("/v1/config/logo", data=b"<svg/>", content_type="image/svg+xml")
    return cast, instance_id


def backup_of(services: Services, *, passphrase: str = "", with_objects: bool = True) -> io.BytesIO:
    pieces = make_backup(
        services.database, services.storage, passphrase=passphrase, with_objects=with_objects, contents=Contents()
    )
    return io.BytesIO(b"".join(pieces))


def restored(app: Flask, backup: io.BytesIO, *, passphrase: str = "", allow_missing: bool = False) -> Restored:
    services = services_of(app)
    return restore_backup(
        services.database, services.storage, backup, passphrase=passphrase, allow_missing=allow_missing
    )


def same_caller(caller: Caller, app: Flask) -> Caller:
    return Caller(app.test_client(), caller.id, caller.token, caller.key, caller.email)


@pytest.mark.parametrize(("source", "target"), WAYS)
def test_every_row_and_object_comes_back(make_app: MakeApp, source: str, target: str) -> None:
    old, new = make_app(source), make_app(target)
    cast, instance_id = survey(old)

    outcome = restored(new, backup_of(cast.services, passphrase="chìa khoá"), passphrase="chìa khoá")

    assert all_rows(services_of(new)) == all_rows(cast.services)
    assert (outcome.objects, outcome.missing) == (2, ())
    bob = same_caller(cast.bob, new)
    assert xml_of(bob, instance_id) == xml_of(cast.bob, instance_id)
    assert file_of(bob, instance_id, "nhà.jpg") == PHOTO


@pytest.mark.parametrize(("source", "target"), WAYS)
def test_phones_go_on_and_ids_go_on_counting(make_app: MakeApp, source: str, target: str) -> None:
    old, new = make_app(source), make_app(target)
    cast, instance_id = survey(old)
    restored(new, backup_of(cast.services))

    chi, bob, later = same_caller(cast.chi, new), same_caller(cast.bob, new), new_id()
    assert send(chi, household(instance_id, photo="nhà.jpg"), ("nhà.jpg", PHOTO)).status_code == 201
    assert send(chi, household(later)).status_code == 201

    assert len(listed(bob)) == 3
    ids = [row[0] for row in all_rows(services_of(new))["submission"]]
    assert ids == sorted(set(ids))
    assert len(ids) == 3


def test_a_backup_has_every_table_of_the_database(make_app: MakeApp) -> None:
    services, contents = services_of(make_app("backend")), Contents()

    assert b"".join(make_backup(services.database, services.storage, passphrase="", contents=contents))

    there = set(inspect(services.database.engine).get_table_names())
    assert set(contents.tables) == there - {"alembic_version"}


def test_without_objects_the_store_must_have_them(make_app: MakeApp) -> None:
    cast, _ = survey(make_app("backend"))
    new = make_app("backend")
    backup = backup_of(cast.services, with_objects=False)

    with pytest.raises(BackupError, match="2 objects are neither in the backup nor"):
        restored(new, backup)

    assert all_rows(services_of(new)) == all_rows(services_of(make_app("backend")))


def test_objects_that_lie_in_the_store_already_are_enough(make_app: MakeApp) -> None:
    cast, instance_id = survey(make_app("backend"))
    new = make_app("backend")
    for content in (PHOTO, b"<svg/>"):
        put(services_of(new), content)

    restored(new, backup_of(cast.services, with_objects=False))

    assert file_of(same_caller(cast.bob, new), instance_id, "nhà.jpg") == PHOTO


def test_missing_objects_can_be_done_without(make_app: MakeApp) -> None:
    cast, instance_id = survey(make_app("backend"))
    new = make_app("backend")

    outcome = restored(new, backup_of(cast.services, with_objects=False), allow_missing=True)

    assert (outcome.objects, len(outcome.missing)) == (0, 2)
    assert xml_of(same_caller(cast.bob, new), instance_id)


def test_an_object_that_the_store_has_lost_is_told_and_the_rest_is_backed_up(make_app: MakeApp) -> None:
    cast, _ = survey(make_app("backend"))
    lost = put(cast.services, PHOTO)
    cast.services.storage.delete(lost)
    contents = Contents()

    pieces = make_backup(
        cast.services.database, cast.services.storage, passphrase="", with_objects=True, contents=contents
    )

    assert b"".join(pieces)
    assert (contents.missing, contents.objects) == ([lost], 1)


def test_a_database_with_anything_in_it_is_left_alone(make_app: MakeApp) -> None:
    cast, _ = survey(make_app("backend"))
    backup, before = backup_of(cast.services), all_rows(cast.services)

    with pytest.raises(BackupError, match="The database is not empty"):
        restore_backup(cast.services.database, cast.services.storage, backup, passphrase="")

    assert all_rows(cast.services) == before


@pytest.mark.parametrize("passphrase", ["", "chia khoa", "chìa khoá "])
def test_another_passphrase_opens_nothing(make_app: MakeApp, passphrase: str) -> None:
    services = services_of(make_app("backend"))
    backup = backup_of(services, passphrase="chìa khoá")

    with pytest.raises(BackupError, match="The passphrase does not fit"):
        restore_backup(services.database, services.storage, backup, passphrase=passphrase)


def test_a_backup_that_was_cut_off_is_refused(make_app: MakeApp) -> None:
    services = services_of(make_app("backend"))
    whole = backup_of(services).getvalue()

    for part in (whole[:-30], whole[: len(whole) // 2], b"", b"PK not a zip"):
        with pytest.raises(BackupError, match="not a backup made by Transect, or it is not whole"):
            restore_backup(services.database, services.storage, io.BytesIO(part), passphrase="")


def test_a_backup_of_other_tables_names_the_program_that_reads_it(make_app: MakeApp) -> None:
    services = services_of(make_app("backend"))
    current = f'"revision": "{migrate.head()}"'.encode()
    other = with_manifest(backup_of(services), current, b'"revision": "0000"')

    with pytest.raises(BackupError, match=r"tables of version 0000.*Restore it with Transect \d"):
        restore_backup(services.database, services.storage, other, passphrase="")


def test_a_manifest_that_was_changed_opens_nothing(make_app: MakeApp) -> None:
    services = services_of(make_app("backend"))
    other = with_manifest(backup_of(services), b"Transect", b"Somebody")

    with pytest.raises(BackupError, match="The passphrase does not fit this backup, or the file is damaged"):
        restore_backup(services.database, services.storage, other, passphrase="")


def with_manifest(backup: io.BytesIO, old: bytes, new: bytes) -> io.BytesIO:
    changed = io.BytesIO()
    with ZipFile(backup) as before, ZipFile(changed, "w") as after:
        manifest = before.read("manifest.json")
        assert old in manifest
        after.writestr("manifest.json", manifest.replace(old, new))
        after.writestr("contents.sealed", before.read("contents.sealed"))
    return changed


def put(services: Services, content: bytes) -> str:
    with services.storage.stage() as staged:
        staged.write(content)
        staged.finish()
        services.storage.put(staged)
        return staged.sha256
