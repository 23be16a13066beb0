"""Exports made in the background, from the request to the download."""

import io
import threading
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from server.blobs import Blob
from server.db import utc_now
from server.exports.formats import FORMATS
from server.exports.models import Export
from server.job_handlers import new_worker
from server.jobs.models import Job
from server.purge.objects import Sweep
from server.purge.run import purge
from server.storage import ObjectStore, StorageUnavailable
from tests.cast import Cast
from tests.exports.survey import contents, read_member
from tests.factories import household, publish, send
from tests.kept import LIST

FORM = LIST.removesuffix("/submissions")
EXPORTS = f"{FORM}/exports"
DAY = timedelta(days=1)


def start(cast: Cast, what: str = "csv.zip") -> Any:
    answer = cast.vy.post(f"{EXPORTS}/{what}")
    assert answer.status_code == 202, answer.text
    return answer.json


def item(export: Any) -> str:
    return f"/v1/projects/1/exports/{export['id']}"


def work(cast: Cast) -> None:
    worker = new_worker(cast.services)
    while worker.run_one():
        pass


def state(cast: Cast, export: Any) -> Any:
    return cast.vy.get(item(export)).json


@contextmanager
def full_disk(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    def refuse(*_: object) -> None:
        raise StorageUnavailable("The folder has no free space.")

    with monkeypatch.context() as patched:
        patched.setattr(type(cast.services.storage), "put", refuse)
        yield


def test_an_export_is_made_and_is_what_the_stream_gives(cast: Cast) -> None:
    publish(cast.bob)
    send(cast.chi, household(photo="a.jpg"), ("a.jpg", b"photo"))
    export = start(cast, "csv.zip?attachments=true")
    assert (export["state"], export["url"]) == ("waiting", None)

    work(cast)

    made = state(cast, export)
    assert (made["state"], made["done"], made["total"], made["unit"]) == ("done", 1, 1, "submissions")
    answer = cast.vy.get(made["url"].removeprefix("http://localhost"))
    assert len(answer.data) == made["size"]
    streamed = cast.vy.get(f"{LIST}.csv.zip")
    for name in ("household.csv", "household-member.csv", "media/a.jpg"):
        assert read_member(answer, name) == read_member(streamed, name)


def test_a_download_that_broke_off_goes_on(cast: Cast) -> None:
    publish(cast.bob)
    send(cast.chi, household())
    export = start(cast, "csv")
    work(cast)
    whole = cast.vy.get(f"{item(export)}/file")

    rest = cast.vy.get(f"{item(export)}/file", headers={"Range": "bytes=10-", "If-Range": whole.headers["ETag"]})

    assert (rest.status_code, whole.data[:10] + rest.data) == (206, whole.data)


def test_options_are_those_of_the_stream(cast: Cast) -> None:
    publish(cast.bob)
    send(cast.chi, household())
    query = "?splitSelectMultiples=true&groupPaths=false&$filter=__system/submitterId eq 0"
    export = start(cast, f"csv{query}")
    work(cast)

    assert cast.vy.get(f"{item(export)}/file").data == cast.vy.get(f"{LIST}.csv{query}").data


@pytest.mark.parametrize(
    "what",
    [
        "csv?$filter=nonsense", "csv?$filter=a eq 1", "media.zip?pattern={unknown}.jpg", "xlsx?columns=/none",
        "xlsx?answer=/none=1", "media.zip?reviewStates=maybe", "geojson", "gpkg",
    ],
)  # fmt: skip
def test_what_cannot_be_made_is_refused_at_once(cast: Cast, what: str) -> None:
    publish(cast.bob)

    assert cast.vy.post(f"{EXPORTS}/{what}").status_code in {400, 501}


def test_an_unknown_format_is_refused_with_those_that_exist(cast: Cast) -> None:
    publish(cast.bob)

    answer = cast.vy.post(f"{EXPORTS}/docx")

    assert answer.status_code == 400
    assert all(name in answer.json["message"] for name in (*FORMATS, "media.zip"))


CHOICE = {
    "reviewStates": "received,approved", "submittedFrom": "2026-01-01T00:00:00Z", "submittedTo": "2099-01-01T00:00:00Z",
    "answer": "/name=Mai", "columns": "/name,/member", "labels": "both", "splitSelectMultiples": "true",
    "groupPaths": "false", "guardsFormulas": "true",
}  # fmt: skip


# The others are about places, which a household has none of.
@pytest.mark.parametrize("name", [name for name in FORMATS if name not in {"geojson", "gpkg"}])
def test_every_format_can_be_made_by_a_job_with_the_whole_choice(cast: Cast, name: str) -> None:
    publish(cast.bob)
    for who in ("Mai", "Lan", "Mai"):
        send(cast.chi, household(name=who))

    answer = cast.vy.post(f"{EXPORTS}/{name}", query_string=CHOICE)
    assert answer.status_code == 202, answer.text
    work(cast)

    made = state(cast, answer.json)
    assert (made["state"], made["done"], made["total"]) == ("done", 2, 2)
    downloaded = cast.vy.get(f"{item(made)}/file")
    streamed = cast.vy.get(f"{EXPORTS}/{name}", query_string=CHOICE)
    assert contents(downloaded.data) == contents(streamed.data)
    assert downloaded.headers["Content-Disposition"] == streamed.headers["Content-Disposition"]


def test_media_are_those_of_the_chosen_submissions(cast: Cast) -> None:
    publish(cast.bob)
    for who in ("Mai", "Lan"):
        send(cast.chi, household(name=who, photo=f"{who}.jpg"), (f"{who}.jpg", who.encode()))

    export = start(cast, "media.zip?answer=/name=Lan&pattern={name}/{field}")
    work(cast)

    made = cast.vy.get(f"{item(export)}/file").data
    assert contents(made) == {"Lan/photo.jpg": b"Lan"}
    assert contents(cast.vy.get(f"{EXPORTS}/media.zip?answer=/name=Lan&pattern={{name}}/{{field}}").data) == contents(
        made
    )


def test_only_who_may_read_the_form_now_sees_an_export(cast: Cast) -> None:
    publish(cast.bob)
    export = start(cast, "csv")
    work(cast)
    paths = [item(export), f"{item(export)}/file"]

    for caller, status in ((cast.nobody, 401), (cast.dee, 404), (cast.cuong, 404), (cast.quan, 404), (cast.bob, 200)):
        for path in paths:
            with caller.get(path) as answer:
                assert answer.status_code == status
    assert cast.dee.delete(paths[0]).status_code == 404
    assert cast.dee.post(f"{paths[0]}/retry").status_code == 404
    assert cast.quan.get(f"/v1/projects/2/exports/{export['id']}").status_code == 404

    assert cast.bob.delete(f"/v1/projects/1/assignments/viewer/{cast.vy.id}").status_code == 200
    assert cast.vy.get(paths[1]).status_code == 404


def test_an_export_can_be_cancelled_and_begun_anew(cast: Cast) -> None:
    publish(cast.bob)
    export = start(cast, "csv")
    assert cast.vy.delete(item(export)).status_code == 200
    work(cast)
    assert state(cast, export)["state"] == "cancelled"

    assert cast.vy.post(f"{item(export)}/retry").json["state"] == "waiting"
    work(cast)

    assert state(cast, export)["state"] == "done"


def test_a_full_disk_is_told_and_the_export_comes_when_there_is_room(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(cast.bob)
    export = start(cast, "csv")
    with full_disk(cast, monkeypatch):
        work(cast)
    assert (state(cast, export)["state"], state(cast, export)["url"]) == ("waiting", None)
    assert state(cast, export)["error"] == "The folder has no free space."

    cast.vy.delete(item(export))
    cast.vy.post(f"{item(export)}/retry")
    work(cast)

    assert (state(cast, export)["state"], state(cast, export)["error"]) == ("done", None)


def test_the_form_is_deleted_before_its_export_is_made(cast: Cast) -> None:
    publish(cast.bob)
    export = start(cast, "csv")
    cast.bob.delete(FORM)
    work(cast)

    assert cast.vy.get(item(export)).status_code == 404
    assert purge(cast.services.database, cast.services.storage, days=0).forms == 1


def test_an_export_and_its_file_go_when_their_time_is_over(cast: Cast) -> None:
    publish(cast.bob)
    start(cast, "csv")
    work(cast)
    database, storage = cast.services.database, cast.services.storage
    assert Sweep(database, storage, utc_now() + 5 * DAY).run() == 0
    assert Sweep(database, storage, utc_now() + 6.5 * DAY).run() == 0
    later = utc_now() + 8 * DAY

    purge(database, storage, now=later)
    assert purge(database, storage, now=later + 2 * DAY).objects == 1

    with database.read() as session:
        assert session.scalars(select(Export.id)).all() == []
        assert session.scalars(select(Job.id)).all() == []
        assert session.scalars(select(Blob.sha256).where(Blob.removed_at.is_(None))).all() == []


def test_an_expired_export_cannot_be_downloaded_even_before_it_is_purged(cast: Cast) -> None:
    publish(cast.bob)
    export = start(cast, "csv")
    work(cast)
    with cast.services.database.write() as session:
        session.execute(update(Export).values(expires_at=utc_now()))

    assert cast.vy.get(f"{item(export)}/file").status_code == 404


def test_a_store_that_fails_in_the_middle_of_a_media_zip_breaks_it(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(cast.bob)
    send(cast.chi, household(photo="a.jpg"), ("a.jpg", b"photo"))
    opened: Any = type(cast.services.storage).open

    def failing(store: ObjectStore, sha256: str, **options: Any) -> Any:
        opened(store, sha256, **options).close()
        raise StorageUnavailable("gone")

    monkeypatch.setattr(type(cast.services.storage), "open", failing)

    with pytest.raises(StorageUnavailable):
        _ = cast.vy.get(f"{EXPORTS}/media.zip").data


def test_the_worker_stops_soon_after_an_export_is_cancelled(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(cast.bob)
    send(cast.chi, household())

    def endless(*_: object, **__: object) -> Iterator[bytes]:
        while True:
            time.sleep(0.01)
            yield b"line\n"

    monkeypatch.setattr("server.exports.formats.stream_csv", endless)
    export = start(cast, "csv")
    thread = threading.Thread(target=new_worker(cast.services).run_one)
    thread.start()
    while state(cast, export)["state"] != "running":
        time.sleep(0.02)

    cast.vy.delete(item(export))
    thread.join(timeout=5)

    assert not thread.is_alive()
    assert state(cast, export)["state"] == "cancelled"


def test_a_media_zip_is_made_by_a_job_too(cast: Cast) -> None:
    publish(cast.bob)
    send(cast.chi, household(photo="a.jpg"), ("a.jpg", b"photo"))
    export = start(cast, "media.zip?pattern={name}/{field}")
    work(cast)

    content = cast.vy.get(f"{item(export)}/file").data
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == {"Nông Văn Đức/photo.jpg": b"photo"}
    assert content == cast.vy.get(f"{EXPORTS}/media.zip?pattern={{name}}/{{field}}").data
