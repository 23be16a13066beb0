"""The ground's file as a file of this machine, whatever store has it."""

from pathlib import Path

import pytest

from server.base_map.local_files import local_file
from server.storage import ObjectMissing, ObjectStore
from tests.storage.objects import MEGABYTE, UNKNOWN, keep


def test_it_is_there_to_be_read(store: ObjectStore, tmp_path: Path) -> None:
    content = b"tiles" * MEGABYTE
    sha256 = keep(store, content)

    path = local_file(store, tmp_path / "copies", sha256)

    assert path is not None
    assert path.read_bytes() == content
    assert local_file(store, tmp_path / "copies", sha256) == path


def test_a_copy_is_made_once_and_goes_with_the_next_one(s3_store: ObjectStore, tmp_path: Path) -> None:
    first, second = keep(s3_store, b"first"), keep(s3_store, b"second")
    local_file(s3_store, tmp_path, first)
    s3_store.delete(first)

    assert local_file(s3_store, tmp_path, first) == tmp_path / first
    assert local_file(s3_store, tmp_path, second) == tmp_path / second
    assert [path.name for path in tmp_path.iterdir()] == [second]


def test_what_the_store_has_lost_is_said(store: ObjectStore, tmp_path: Path) -> None:
    with pytest.raises(ObjectMissing):
        local_file(store, tmp_path, UNKNOWN)
