"""Exports of many submissions take no more memory than exports of few."""

import tracemalloc
from pathlib import Path

from server.db import Database
from server.exports.csv_export import stream_zip
from server.exports.prepare import CsvOptions, prepare_csv
from server.forms.models import Form
from server.storage import open_storage
from tests.benchmarks.bench_export import make_world

MEBIBYTE = 2**20


def peak_of_export(folder: Path, submissions: int) -> tuple[int, int]:
    """The most memory in use at once, and the size of the zip, in bytes."""
    folder.mkdir()
    database = Database(f"sqlite:///{folder / 'transect.sqlite3'}")
    form_id = make_world(database, submissions)
    storage = open_storage(f"file://{folder / 'objects'}")
    with database.read() as session:
        export = prepare_csv(session, session.get_one(Form, form_id), CsvOptions(), None)
    tracemalloc.start()
    size = sum(len(piece) for piece in stream_zip(database, storage, export, with_attachments=True))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    database.dispose()
    return peak, size


def test_memory_does_not_grow_with_the_submissions(tmp_path: Path) -> None:
    few, small = peak_of_export(tmp_path / "few", 1_000)
    many, large = peak_of_export(tmp_path / "many", 4_000)

    assert large > 3.9 * small
    assert many < few + MEBIBYTE
    assert many < 16 * MEBIBYTE
