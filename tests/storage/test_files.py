"""What only a folder can promise, or suffer: its layout, crashes, full disks, damage."""

import errno
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from server.storage import ObjectMissing, ObjectStore, StorageUnavailable, open_storage
from tests.storage.objects import MEGABYTE, keep, read, stage

DAY = 24 * 60 * 60
# The process ends as a power cut would end it: after the content is on disk, before it has its name.
CRASH = """
import os, sys
from server.storage import open_storage
staged = open_storage(sys.argv[1]).stage()
staged.write(b"x" * 3_000_000)
staged.finish()
staged.save()
os._exit(9)
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "objects"


@pytest.fixture
def nearly_full_disk() -> Iterator[None]:
    """The system takes no more than 1.5 MB in one file."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (MEGABYTE * 3 // 2, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.fixture
def disk_calls(file_store: ObjectStore, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Path]]:
    """What the system is asked to do, in order, once the store is open; a staged file stands as its folder."""
    calls: list[tuple[str, Path]] = []
    sync, rename = os.fsync, os.replace

    def recorded_sync(number: int) -> None:
        path = Path(f"/proc/self/fd/{number}").readlink()
        calls.append(("sync", path) if path.is_dir() else ("sync a file in", path.parent))
        sync(number)

    def recorded_rename(source: Path, target: Path) -> None:
        calls.append(("rename to", target))
        rename(source, target)

    monkeypatch.setattr(os, "fsync", recorded_sync)
    monkeypatch.setattr(os, "replace", recorded_rename)
    return calls


def failing_sync(_: int) -> None:
    raise OSError(errno.EIO, os.strerror(errno.EIO))


def test_object_lies_under_its_name_in_two_levels(file_store: ObjectStore, root: Path) -> None:
    sha256 = keep(file_store, b"photo")

    assert (root / sha256[:2] / sha256[2:4] / sha256).read_bytes() == b"photo"


def test_object_is_for_the_server_user_only(file_store: ObjectStore, root: Path) -> None:
    sha256 = keep(file_store, b"photo")

    modes = [
        path.stat().st_mode & 0o077 for path in (root, root / sha256[:2], root / sha256[:2] / sha256[2:4] / sha256)
    ]

    assert modes == [0, 0, 0]


@pytest.mark.parametrize("size", [10, 3_000_000])
def test_nothing_stays_in_the_staging_folder(file_store: ObjectStore, root: Path, size: int) -> None:
    keep(file_store, b"x" * size)
    with stage(file_store, b"y" * size):
        pass

    assert list((root / "staging").iterdir()) == []


def test_content_is_synced_before_it_gets_its_name_and_the_folder_after(
    file_store: ObjectStore, root: Path, disk_calls: list[tuple[str, Path]]
) -> None:
    sha256 = keep(file_store, b"photo")

    outer, inner = root / sha256[:2], root / sha256[:2] / sha256[2:4]
    expected = [("sync a file in", root / "staging"), ("rename to", inner / sha256), ("sync", inner)]
    assert disk_calls == [("sync", root), ("sync", outer), *expected]


def test_resend_syncs_the_folder_because_the_first_sender_may_not_have_come_so_far(
    file_store: ObjectStore, root: Path, disk_calls: list[tuple[str, Path]]
) -> None:
    sha256 = keep(file_store, b"photo")
    disk_calls.clear()

    keep(file_store, b"photo")

    assert disk_calls == [("sync", root / sha256[:2] / sha256[2:4])]


def test_folders_made_by_another_process_are_synced_too(
    file_store: ObjectStore, file_url: str, root: Path, disk_calls: list[tuple[str, Path]]
) -> None:
    sha256 = keep(open_storage(file_url), b"photo")
    disk_calls.clear()

    keep(file_store, b"photo")

    outer, inner = root / sha256[:2], root / sha256[:2] / sha256[2:4]
    assert disk_calls == [("sync", root), ("sync", outer), ("sync", inner)]


def test_crash_before_the_rename_leaves_nothing_visible(file_store: ObjectStore, file_url: str, root: Path) -> None:
    crashed = subprocess.run([sys.executable, "-c", CRASH, file_url], check=False)

    assert crashed.returncode == 9
    assert list(file_store.objects()) == []
    assert [path.stat().st_size for path in (root / "staging").iterdir()] == [3_000_000]


def test_what_a_crash_left_is_removed_a_day_later(file_store: ObjectStore, file_url: str, root: Path) -> None:
    kept = keep(file_store, b"kept")
    stale, recent = root / "staging" / "staged-stale", root / "staging" / "staged-recent"
    stale.write_bytes(b"x")
    recent.write_bytes(b"x")
    os.utime(stale, (0, time.time() - DAY - 60))
    os.utime(recent, (0, time.time() - DAY + 60))
    os.utime(root / kept[:2] / kept[2:4] / kept, (0, 0))

    again = open_storage(file_url)

    assert list((root / "staging").iterdir()) == [recent]
    assert read(again, kept) == b"kept"


def test_resend_repairs_an_object_that_was_cut_short(file_store: ObjectStore, root: Path) -> None:
    sha256 = keep(file_store, b"whole content")
    (root / sha256[:2] / sha256[2:4] / sha256).write_bytes(b"whole")

    keep(file_store, b"whole content")

    assert read(file_store, sha256) == b"whole content"


def test_folder_removed_at_run_time_is_made_again(file_store: ObjectStore, root: Path) -> None:
    sha256 = keep(file_store, b"photo")
    (root / sha256[:2] / sha256[2:4] / sha256).unlink()
    (root / sha256[:2] / sha256[2:4]).rmdir()

    keep(file_store, b"photo")

    assert read(file_store, sha256) == b"photo"


def test_strange_files_are_not_listed(file_store: ObjectStore, root: Path) -> None:
    sha256 = keep(file_store, b"photo")
    folder = root / sha256[:2] / sha256[2:4]
    (folder / "notes.txt").write_text("left by somebody")
    (folder / ("f" * 64 if sha256[0] != "f" else "0" * 64)).write_text("in the wrong folder")

    assert [name for name, _ in file_store.objects()] == [sha256]


def test_object_stays_readable_while_it_is_deleted(file_store: ObjectStore) -> None:
    sha256 = keep(file_store, b"x" * 500_000)
    chunks = file_store.open(sha256)
    first = next(chunks)

    file_store.delete(sha256)

    assert len(first) + sum(len(chunk) for chunk in chunks) == 500_000


@pytest.mark.usefixtures("nearly_full_disk")
def test_full_disk_is_named_and_nothing_becomes_visible(file_store: ObjectStore, root: Path) -> None:
    with pytest.raises(StorageUnavailable, match="free space"), file_store.stage() as staged:
        staged.write(b"x" * 2_000_000)

    assert list(file_store.objects()) == []
    assert list((root / "staging").iterdir()) == []


@pytest.mark.usefixtures("nearly_full_disk")
def test_failed_write_that_was_ignored_does_not_become_an_object(file_store: ObjectStore) -> None:
    with file_store.stage() as staged:
        staged.write(b"x" * MEGABYTE)
        with pytest.raises(StorageUnavailable):
            staged.write(b"y" * MEGABYTE)
        staged.finish()
        with pytest.raises(StorageUnavailable):
            file_store.put(staged)

    assert list(file_store.objects()) == []


def test_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "in-the-way").write_text("a file")

    with pytest.raises(StorageUnavailable, match="in-the-way/objects failed"):
        open_storage(f"file://{tmp_path}/in-the-way/objects")


def test_folder_that_vanished_is_named_by_check(file_store: ObjectStore, root: Path) -> None:
    (root / "staging").rmdir()

    with pytest.raises(StorageUnavailable, match="staging failed: No such file"):
        file_store.check()


def test_root_that_vanished_is_not_made_again(file_store: ObjectStore, root: Path) -> None:
    root.rename(root.with_name("unmounted"))

    with pytest.raises(StorageUnavailable, match=r"objects.* failed: No such file"):
        keep(file_store, b"photo")

    assert not root.exists()


def test_content_that_could_not_be_synced_is_not_kept_by_trying_again(
    file_store: ObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    with stage(file_store, b"photo") as staged:
        with monkeypatch.context() as patch:
            patch.setattr(os, "fsync", failing_sync)
            with pytest.raises(StorageUnavailable, match="Input/output error"):
                staged.save()

        with pytest.raises(ValueError, match="content is gone"):
            file_store.put(staged)


def test_there_are_no_links_into_a_folder(file_store: ObjectStore) -> None:
    sha256 = keep(file_store, b"photo")

    assert file_store.link(sha256, file_name="a.jpg", content_type="image/jpeg", seconds=60) is None


def test_missing_object_in_a_folder_that_is_there_is_missing(file_store: ObjectStore) -> None:
    sha256 = keep(file_store, b"photo")
    neighbour = sha256[:4] + "0" * 60

    with pytest.raises(ObjectMissing):
        file_store.open(neighbour)
