"""Exports of many submissions take no more memory than exports of few, in every format."""

import tracemalloc
from dataclasses import replace
from pathlib import Path

import pytest

from server.db import Database
from server.exports.choice import ExportChoice
from server.exports.formats import FORMATS, prepare_export
from server.forms.models import Form
from server.storage import open_storage
from tests.benchmarks.bench_export import FORM, make_world

MEBIBYTE = 2**20
FEW, MANY = 1_000, 4_000


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> dict[int, str]:
    """Databases by how many submissions they have."""
    urls = {}
    for count in (FEW, MANY):
        urls[count] = f"sqlite:///{tmp_path_factory.mktemp('world')}/transect.sqlite3"
        database = Database(urls[count])
        make_world(database, count)
        database.dispose()
    return urls


def peak_of_export(url: str, folder: Path, name: str) -> tuple[int, int]:
    """The most memory in use at once, in bytes, and how many submissions were told of."""
    database, storage = Database(url), open_storage(f"file://{folder / 'objects'}")
    told = 0

    def count(more: int) -> None:
        nonlocal told
        told += more

    with database.read() as session:
        export = prepare_export(session, session.get_one(Form, FORM), ExportChoice())
    tracemalloc.start()
    for _ in FORMATS[name].write(database, storage, replace(export, on_records=count)):
        pass
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    database.dispose()
    return peak, told


@pytest.mark.parametrize("name", FORMATS)
def test_memory_does_not_grow_with_the_submissions(worlds: dict[int, str], tmp_path: Path, name: str) -> None:
    few, told_few = peak_of_export(worlds[FEW], tmp_path, name)
    many, told_many = peak_of_export(worlds[MANY], tmp_path, name)

    assert (told_few, told_many) == (FEW, MANY)
    assert many < few + MEBIBYTE
    assert many < 24 * MEBIBYTE
