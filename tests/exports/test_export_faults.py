"""What goes wrong around an export: clients that leave, stores that fail, disks that are full."""

import http.client
import io
import random
import resource
import socket
import sqlite3
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from sqlalchemy import select, text, update

from server.blobs import Blob
from server.config import Settings
from server.db import Database, utc_now
from server.exports import xlsx
from server.exports.models import Export
from server.job_handlers import new_worker
from server.jobs.models import Job
from server.jobs.queue import MOST_ATTEMPTS
from tests.cast import Cast
from tests.exports.survey import FORM, filled, survey_form
from tests.factories import household, new_id, publish, send
from tests.kept import LIST
from tests.live_server import LiveServer, live_server
from tests.slow_exports import MARK

EXPORTS = f"{FORM}/exports"
HOUSEHOLDS = f"{LIST.removesuffix('/submissions')}/exports"
PHOTO = random.Random(1).randbytes(3_000_000)
# More than what is on the way between two programs.
FILM = PHOTO * 6
SOON = 1.0


def until(is_so: Callable[[], bool], seconds: float) -> bool:
    """Whether it came to be so in time."""
    deadline = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


@contextmanager
def asking(server: LiveServer, cast: Cast, path: str) -> Iterator[http.client.HTTPConnection]:
    """A client that has sent its request, and takes little at a time."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    connection.connect()
    connection.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65_536)
    connection.request("GET", quote(path, safe="/?=&$"), headers={"Authorization": f"Bearer {cast.vy.token}"})
    with closing(connection):
        yield connection


def is_read(database: Database) -> bool:
    """Whether somebody has a transaction open in which something was read."""
    if database.is_sqlite:
        # What readers may still need of the log stays in it.
        with closing(sqlite3.connect(str(database.url.database), timeout=0)) as connection:
            return bool(connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0])
    others = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND xact_start IS NOT NULL"
    with database.engine.connect() as connection_:
        return bool(connection_.execute(text(f"{others} AND pid <> pg_backend_pid()")).scalar())


@pytest.mark.slow
def test_work_for_a_client_that_has_gone_ends_within_a_second(cast: Cast, settings: Settings, tmp_path: Path) -> None:
    publish(cast.bob, survey_form())
    for seed in range(100):
        send(cast.chi, filled(seed, new_id()))
    database = cast.services.database

    with live_server(settings, tmp_path, app="tests.slow_exports:slow_app()") as server:
        for path in (
            f"{EXPORTS}/xlsx", f"{EXPORTS}/csv.zip", f"{EXPORTS}/excel-csv?splitSelectMultiples=true",
            f"{FORM}/submissions.csv.zip?splitSelectMultiples=true",
        ):  # fmt: skip
            # So that there is something in the log that readers need.
            assert send(cast.chi, filled(1, new_id())).status_code == 201
            before = server.log.count(MARK)
            with asking(server, cast, path):
                assert until(lambda start=before: server.log.count(MARK) > start + 3, 20), path  # type: ignore[misc]
                assert is_read(database), path
            assert until(lambda: not is_read(database), SOON), path
            done = server.log.count(MARK)
            time.sleep(0.3)
            assert server.log.count(MARK) == done < before + 100, path
        assert "Traceback" not in server.log
        assert cast.vy.get(f"{EXPORTS}/csv").status_code == 200


@pytest.mark.slow
def test_store_that_fails_in_the_middle_leaves_a_file_that_nobody_takes_for_whole(
    cast: Cast, settings: Settings, tmp_path: Path
) -> None:
    publish(cast.bob)
    objects = tmp_path / "objects"
    own = replace(settings, storage_url=f"file://{objects}")
    with live_server(own, tmp_path) as server:
        post_film(server, cast)
        (stored,) = [path for path in objects.rglob("*") if path.is_file() and path.stat().st_size == len(FILM)]
        for path in (
            f"{HOUSEHOLDS}/csv.zip?attachments=true", f"{LIST}.csv.zip", f"{HOUSEHOLDS}/media.zip",
        ):  # fmt: skip
            with asking(server, cast, path) as connection:
                answer = connection.getresponse()
                assert answer.status == 200
                begun = answer.read(10_000)
                stored.write_bytes(FILM[:100])
                with pytest.raises(http.client.IncompleteRead) as broken:
                    begun += answer.read()
                begun += broken.value.partial
            assert len(begun) > 10_000
            assert not zipfile.is_zipfile(io.BytesIO(begun))
            stored.write_bytes(FILM)
            with asking(server, cast, path) as connection:
                whole = connection.getresponse().read()
            assert zipfile.is_zipfile(io.BytesIO(whole)), path


def post_film(server: LiveServer, cast: Cast) -> None:
    """Send a household with a film through the server that runs, whose store is its own."""
    boundary = "transect-film"
    parts = (("xml_submission_file", "s.xml", household(photo="a.mp4")), ("a.mp4", "a.mp4", FILM))
    heads = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"; filename="{file}"\r\n\r\n'.encode()
        for name, file, _ in parts
    ]
    body = b"".join(head + content + b"\r\n" for head, (_, _, content) in zip(heads, parts, strict=True))
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    headers = {"Content-Type": f"multipart/form-data; boundary={boundary}", "X-OpenRosa-Version": "1.0"}
    with closing(connection):
        path = f"/v1/key/{quote(str(cast.chi.key))}/projects/1/submission"
        connection.request("POST", path, body + f"--{boundary}--\r\n".encode(), headers)
        assert connection.getresponse().status == 201


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder for temporary files, empty."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@contextmanager
def no_file_larger_than(size: int) -> Iterator[None]:
    """The system refuses writes behind this place of a file, as a full disk does."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_workbook_for_which_there_is_no_room_is_refused_in_words(
    cast: Cast, temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(xlsx, "_IN_MEMORY", 1000)
    publish(cast.bob, survey_form())
    for seed in range(12):
        send(cast.chi, filled(seed, new_id()))

    with no_file_larger_than(2000):
        answer = cast.vy.get(f"{EXPORTS}/xlsx")

    assert (answer.status_code, answer.json["code"]) == (507, 507.1)
    assert "no room" in answer.json["message"]
    assert list(temporary.iterdir()) == []
    assert cast.vy.get(f"{EXPORTS}/xlsx").status_code == 200


@pytest.mark.parametrize("format_name", ["stata", "spss", "gpkg"])
def test_file_for_which_there_is_no_room_is_refused_in_words(
    cast: Cast, temporary: Path, monkeypatch: pytest.MonkeyPatch, format_name: str
) -> None:
    monkeypatch.setattr("server.exports.statistics.table._IN_MEMORY", 1000)
    publish(cast.bob, survey_form())
    for seed in range(12):
        send(cast.chi, filled(seed, new_id()))

    with no_file_larger_than(2000):
        answer = cast.vy.get(f"{EXPORTS}/{format_name}")

    assert (answer.status_code, answer.json["code"]) == (507, 507.1)
    assert list(temporary.iterdir()) == []
    assert cast.vy.get(f"{EXPORTS}/{format_name}").status_code == 200


def test_zip_that_finds_no_room_in_the_middle_breaks_off(
    cast: Cast, temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.exports.csv_tables._IN_MEMORY", 1000)
    publish(cast.bob, survey_form())
    for seed in range(12):
        send(cast.chi, filled(seed, new_id()))

    answer = cast.vy.get(f"{FORM}/submissions.csv.zip", buffered=False)

    with no_file_larger_than(1000), pytest.raises(OSError, match="File too large"):
        b"".join(answer.iter_encoded())
    answer.close()

    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize("what", ["csv.zip?attachments=true", "media.zip"])
def test_job_for_whose_file_there_is_no_room_fails_with_the_reason_and_leaves_nothing(
    cast: Cast, temporary: Path, what: str
) -> None:
    publish(cast.bob)
    send(cast.chi, household(photo="a.jpg"), ("a.jpg", PHOTO))
    before = kept(cast)
    export = cast.vy.post(f"{HOUSEHOLDS}/{what}").json
    worker = new_worker(cast.services)

    with no_file_larger_than(len(PHOTO) - 1):
        for _ in range(MOST_ATTEMPTS):
            assert worker.run_one()
            assert kept(cast) == before
            hurry(cast)

    shown = cast.vy.get(f"/v1/projects/1/exports/{export['id']}").json
    assert (shown["state"], shown["url"]) == ("failed", None)
    assert "free space" in shown["error"]
    assert list(temporary.iterdir()) == []

    assert cast.vy.post(f"/v1/projects/1/exports/{export['id']}/retry").status_code == 200
    assert worker.run_one()
    assert cast.vy.get(f"/v1/projects/1/exports/{export['id']}").json["state"] == "done"


def hurry(cast: Cast) -> None:
    """Let what waits for its next attempt have it now."""
    with cast.services.database.write() as session:
        session.execute(update(Job).where(Job.state == "waiting").values(due_at=utc_now()))


def kept(cast: Cast) -> tuple[Any, ...]:
    """Objects in the store, rows that name some, and files that are half written."""
    storage = cast.services.storage
    with cast.services.database.read() as session:
        blobs, exports = session.scalars(select(Blob.sha256)).all(), session.scalars(select(Export.sha256)).all()
    staging = list(cast.services.settings.data_dir.rglob("staged-*"))
    return sorted(sha256 for sha256, _ in storage.objects()), sorted(blobs), [name for name in exports if name], staging
