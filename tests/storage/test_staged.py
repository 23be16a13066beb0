"""A file that is being received: hashes, limits and temporary files."""

import hashlib
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.storage import StagedFile
from tests.storage.objects import MEGABYTE


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])  # the folder is empty after each example
@given(sizes=st.lists(st.integers(0, 400_000), max_size=8), start=st.integers(0, 3000))
def test_hashes_and_content_do_not_depend_on_how_it_was_cut(tmp_path: Path, sizes: list[int], start: int) -> None:
    chunks = [bytes([number + 1]) * size for number, size in enumerate(sizes)]
    whole = b"".join(chunks)

    with StagedFile(tmp_path) as staged:
        for chunk in chunks:
            staged.write(chunk)
        staged.finish()
        with staged.content() as content:
            read_back = content.read()
        found = (staged.sha256, staged.md5, staged.size, staged.read_start(start))

    expected = (hashlib.sha256(whole).hexdigest(), hashlib.md5(whole).hexdigest(), len(whole), whole[:start])
    assert found == expected
    assert read_back == whole
    assert list(tmp_path.iterdir()) == []


def test_small_content_stays_in_memory(tmp_path: Path) -> None:
    with StagedFile(tmp_path) as staged:
        staged.write(b"x" * MEGABYTE)

        assert list(tmp_path.iterdir()) == []


def test_large_content_goes_to_a_file_that_closing_removes(tmp_path: Path) -> None:
    with StagedFile(tmp_path) as staged:
        staged.write(b"x" * MEGABYTE)
        staged.write(b"y")

        assert [path.stat().st_size for path in tmp_path.iterdir()] == [MEGABYTE + 1]
    assert list(tmp_path.iterdir()) == []


def test_sixty_megabytes_do_not_fill_the_memory(tmp_path: Path) -> None:
    piece = b"x" * 64 * 1024
    tracemalloc.start()

    with StagedFile(tmp_path) as staged:
        for _ in range(60 * 16):
            staged.write(piece)
        staged.finish()
        peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert staged.size == 60 * MEGABYTE
    assert peak < 4 * MEGABYTE


def test_start_can_be_read_while_the_rest_is_still_coming(tmp_path: Path) -> None:
    with StagedFile(tmp_path) as staged:
        staged.write(b"\xff\xd8\xff\xe0 photo")
        early = staged.read_start(4)
        staged.write(b"x" * 2 * MEGABYTE)
        late = staged.read_start(4)
        staged.write(b"the end")
        staged.finish()
        with staged.content() as content:
            read_back = content.read()

    assert early == late == b"\xff\xd8\xff\xe0"
    assert read_back == b"\xff\xd8\xff\xe0 photo" + b"x" * 2 * MEGABYTE + b"the end"


def test_nothing_can_be_added_after_the_end(tmp_path: Path) -> None:
    with StagedFile(tmp_path) as staged:
        staged.finish()
        staged.finish()

        with pytest.raises(ValueError, match="is finished"):
            staged.write(b"more")


@pytest.mark.parametrize("name", ["sha256", "md5", "size"])
def test_hashes_are_unknown_before_the_end(tmp_path: Path, name: str) -> None:
    with StagedFile(tmp_path) as staged, pytest.raises(ValueError, match="still being received"):
        getattr(staged, name)


def test_closing_twice_is_fine(tmp_path: Path) -> None:
    staged = StagedFile(tmp_path)
    staged.write(b"x" * 2 * MEGABYTE)

    staged.close()
    staged.close()

    assert list(tmp_path.iterdir()) == []
