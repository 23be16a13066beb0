"""Exports of many submissions take no more memory than exports of few, in every format."""

import re
import tracemalloc
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

import pytest

from server.db import Database
from server.exports.formats import FORMATS
from server.storage import open_storage
from tests.benchmarks.bench_export import make_world, planned

MEBIBYTE = 2**20
# All pages that are read ahead are full with few; the answers of the others alone would take 6 MiB.
FEW, MANY = 2_500, 5_000
# By then every buffer outside of Python has been full once.
FULL, MORE = 3_000, 8_000


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> dict[int, str]:
    """Databases by how many submissions they have."""
    return make_worlds(tmp_path_factory.mktemp("worlds"), FEW, MANY)


@pytest.fixture(scope="module")
def large_worlds(tmp_path_factory: pytest.TempPathFactory) -> dict[int, str]:
    return make_worlds(tmp_path_factory.mktemp("worlds"), FULL, MORE)


def make_worlds(folder: Path, *counts: int) -> dict[int, str]:
    urls = {}
    for count in counts:
        urls[count] = f"sqlite:///{folder}/{count}.sqlite3"
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

    export = planned(database, storage)
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
    # As many as two pages more wait when reading happens to be quicker than writing.
    assert many < few + 3 * MEBIBYTE
    assert many < 24 * MEBIBYTE


def peak_of_process(url: str, name: str) -> int:
    """The most memory that a whole process had which did nothing but export, in bytes."""
    with get_context("spawn").Pool(1) as pool:
        return pool.apply(_export, (url, name))


def _export(url: str, name: str) -> int:
    database, storage = Database(url), open_storage("file:///nowhere")
    export = planned(database, storage)
    for _ in FORMATS[name].write(database, storage, export):
        pass
    database.dispose()
    peak = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert peak is not None
    return int(peak[1]) * 1024


@pytest.mark.slow
@pytest.mark.parametrize("name", ["parquet", "gpkg"])
def test_memory_outside_of_python_does_not_grow_either(large_worlds: dict[int, str], name: str) -> None:
    full, more = peak_of_process(large_worlds[FULL], name), peak_of_process(large_worlds[MORE], name)

    # All rows at once would take 30 MiB more.
    assert more < full + 16 * MEBIBYTE, f"{full / MEBIBYTE:.0f} and {more / MEBIBYTE:.0f} MiB"
