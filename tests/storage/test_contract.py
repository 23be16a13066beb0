"""What every store must do; each test runs over both."""

import hashlib
import os
import time
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from server.storage import ObjectMissing, ObjectStore
from tests.storage.objects import MEGABYTE, UNKNOWN, keep, read, stage

HOSTILE_NAMES = [
    "",
    "..",
    "../../etc/passwd",
    "/etc/passwd",
    "a" * 63,
    "a" * 65,
    "A" * 64,
    "g" * 64,
    "a" * 64 + "\n",
    "a" * 63 + "\x00",
    "../" + "a" * 61,
    "a" * 63 + "\uff11",
    "a" * 63 + "\u0663",
]


@pytest.mark.parametrize("size", [0, 1, 200_000, 1_048_576, 1_048_577, 5_000_000])
def test_what_is_put_is_read_back(store: ObjectStore, size: int) -> None:
    content = os.urandom(size)

    sha256 = keep(store, content)

    assert sha256 == hashlib.sha256(content).hexdigest()
    assert read(store, sha256) == content
    assert store.stat(sha256).size == size


@pytest.mark.parametrize("size", [0, 200_000, 2_000_000])
def test_staged_file_is_not_in_the_store_before_it_is_put(store: ObjectStore, size: int) -> None:
    with stage(store, b"x" * size) as staged:
        assert list(store.objects()) == []
        with pytest.raises(ObjectMissing):
            store.stat(staged.sha256)


def test_unfinished_file_is_refused(store: ObjectStore) -> None:
    with store.stage() as staged:
        staged.write(b"half a pho")
        with pytest.raises(ValueError, match="still being received"):
            store.put(staged)

    assert list(store.objects()) == []


@pytest.mark.parametrize("size", [0, 200_000, 2_000_000])
def test_closed_file_is_refused(store: ObjectStore, size: int) -> None:
    staged = stage(store, b"x" * size)
    staged.close()

    with pytest.raises(ValueError, match="content is gone"):
        store.put(staged)

    assert list(store.objects()) == []


def test_large_object_goes_through_in_bounded_memory(store: ObjectStore) -> None:
    piece = os.urandom(MEGABYTE)
    expected = hashlib.sha256(piece * 30).hexdigest()
    store.check()  # loads what is loaded once
    tracemalloc.start()

    with store.stage() as staged:
        for _ in range(30):
            staged.write(piece)
        staged.finish()
        store.put(staged)
    received = hashlib.sha256()
    for chunk in store.open(staged.sha256):
        received.update(chunk)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert received.hexdigest() == expected
    assert store.stat(expected).size == 30 * MEGABYTE
    assert peak < 10 * MEGABYTE


def test_content_comes_in_chunks_of_moderate_size(store: ObjectStore) -> None:
    sha256 = keep(store, os.urandom(1_000_000))

    *full, last = [len(chunk) for chunk in store.open(sha256)]

    assert min(full) >= 64 * 1024
    assert max(*full, last) <= 256 * 1024


@pytest.mark.parametrize(
    ("start", "length", "expected"),
    [
        (0, None, b"0123456789"),
        (0, 3, b"012"),
        (4, 3, b"456"),
        (7, None, b"789"),
        (9, 1, b"9"),
        (7, 100, b"789"),
        (4, 0, b""),
        (10, None, b""),
        (10, 5, b""),
        (4000, 5, b""),
    ],
)
def test_range_is_read(store: ObjectStore, start: int, length: int | None, expected: bytes) -> None:
    sha256 = keep(store, b"0123456789")

    assert read(store, sha256, start, length) == expected


def test_range_that_crosses_chunks_is_read(store: ObjectStore) -> None:
    content = os.urandom(900_000)
    sha256 = keep(store, content)

    assert read(store, sha256, 100_001, 700_003) == content[100_001:800_004]


@pytest.mark.parametrize(("start", "length"), [(-1, None), (0, -1), (-5, 5)])
def test_negative_range_is_refused(store: ObjectStore, start: int, length: int | None) -> None:
    sha256 = keep(store, b"0123456789")

    with pytest.raises(ValueError, match="range"):
        store.open(sha256, start=start, length=length)


@pytest.mark.parametrize(("start", "length"), [(0, None), (5, 5), (0, 0)])
def test_missing_object_is_named_at_the_call(store: ObjectStore, start: int, length: int | None) -> None:
    with pytest.raises(ObjectMissing, match=UNKNOWN) as caught:
        store.open(UNKNOWN, start=start, length=length)

    assert caught.value.sha256 == UNKNOWN


def test_stat_of_missing_object_names_it(store: ObjectStore) -> None:
    with pytest.raises(ObjectMissing, match=UNKNOWN):
        store.stat(UNKNOWN)


def test_deleted_object_is_gone(store: ObjectStore) -> None:
    sha256 = keep(store, b"not for long")

    store.delete(sha256)

    with pytest.raises(ObjectMissing):
        store.open(sha256)
    assert list(store.objects()) == []


def test_deleting_what_is_not_there_is_fine(store: ObjectStore) -> None:
    store.delete(UNKNOWN)

    assert list(store.objects()) == []


@pytest.mark.parametrize("size", [0, 1000, 2_000_000])
def test_same_staged_file_can_be_put_again_after_delete(store: ObjectStore, size: int) -> None:
    content = os.urandom(size)
    with stage(store, content) as staged:
        store.put(staged)
        store.delete(staged.sha256)

        store.put(staged)

    assert read(store, staged.sha256) == content


def test_putting_twice_keeps_one_object_and_counts_as_put_now(store: ObjectStore) -> None:
    sha256 = keep(store, b"sent twice")
    first = store.stat(sha256).modified
    time.sleep(1.1)  # S3 keeps whole seconds

    keep(store, b"sent twice")

    assert [name for name, _ in store.objects()] == [sha256]
    assert store.stat(sha256).modified > first


def test_modification_time_is_now_and_in_utc(store: ObjectStore) -> None:
    sha256 = keep(store, b"when")

    modified = store.stat(sha256).modified

    assert modified.utcoffset() == timedelta(0)
    assert abs(datetime.now(UTC) - modified) < timedelta(seconds=5)


def test_same_object_from_eight_threads_is_kept_once_and_whole(store: ObjectStore) -> None:
    content = os.urandom(1_500_000)

    with ThreadPoolExecutor(8) as pool:
        names = list(pool.map(lambda _: keep(store, content), range(24)))

    assert [(name, found.size) for name, found in store.objects()] == [(names[0], 1_500_000)]
    assert read(store, names[0]) == content


def test_many_objects_from_eight_threads_are_all_kept(store: ObjectStore) -> None:
    contents = [os.urandom(20_000) for _ in range(64)]

    with ThreadPoolExecutor(8) as pool:
        names = list(pool.map(lambda content: keep(store, content), contents))
        answers = list(pool.map(lambda name: read(store, name), names))

    assert answers == contents


def test_objects_are_listed_with_their_stat(store: ObjectStore) -> None:
    names = {keep(store, b"a"), keep(store, b"bb"), keep(store, b"")}

    listed = dict(store.objects())

    assert listed.keys() == names
    assert sorted(found.size for found in listed.values()) == [0, 1, 2]
    assert all(found.modified.utcoffset() == timedelta(0) for found in listed.values())


def test_closed_early_or_unread_gives_nothing_more(store: ObjectStore) -> None:
    sha256 = keep(store, os.urandom(1_000_000))
    started, unread = store.open(sha256), store.open(sha256)
    next(started)

    started.close()
    unread.close()
    unread.close()

    assert list(started) == []
    assert list(unread) == []


def test_check_passes_and_leaves_nothing_behind(store: ObjectStore) -> None:
    store.check()

    assert list(store.objects()) == []


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_malformed_name_is_refused_everywhere(store: ObjectStore, name: str) -> None:
    with pytest.raises(ValueError, match="64 lower-case"):
        store.open(name)
    with pytest.raises(ValueError, match="64 lower-case"):
        store.open(name, length=0)
    with pytest.raises(ValueError, match="64 lower-case"):
        store.stat(name)
    with pytest.raises(ValueError, match="64 lower-case"):
        store.delete(name)


def test_an_object_is_a_file_where_the_store_has_files(store: ObjectStore) -> None:
    path = store.path(keep(store, b"content"))

    assert path is None or path.read_bytes() == b"content"
    assert (path is None) == (store.link(keep(store, b"x"), file_name="x", content_type="x/y", seconds=9) is not None)
    with pytest.raises(ObjectMissing):
        store.path(UNKNOWN)
