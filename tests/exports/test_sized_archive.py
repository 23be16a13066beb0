"""Zips whose length is known before, and which can be gone on with anywhere."""

import io
import zipfile
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.exports.sized_archive import Member, archive_size, part_of, stream_archive
from server.storage import ObjectChunks

NAMES = st.lists(st.text(st.characters(exclude_categories=["C"], exclude_characters="/"), min_size=1), unique=True)
GIGABYTE = 2**30


def member(name: str, content: bytes) -> Member:
    return Member(name, len(content), lambda: ObjectChunks(io.BytesIO(content)))


class Zeros:
    """A large file that costs nothing."""

    def __init__(self, size: int) -> None:
        self._left = size

    def read(self, size: int, /) -> bytes:
        given_out = min(size, self._left)
        self._left -= given_out
        return bytes(given_out)

    def close(self) -> None:
        """Nothing is open."""


def zeros(size: int) -> ObjectChunks:
    return ObjectChunks(Zeros(size))


@given(NAMES, st.binary(max_size=300))
def test_length_is_known_and_every_file_is_there(names: list[str], content: bytes) -> None:
    members = [member(name, content * number) for number, name in enumerate(names)]

    whole = b"".join(stream_archive(members))

    assert len(whole) == archive_size(members)
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        assert archive.testzip() is None
        assert [archive.read(info) for info in archive.infolist()] == [content * number for number in range(len(names))]


@given(st.integers(0, 700), st.integers(1, 700))
def test_any_part_is_that_of_the_whole(start: int, length: int) -> None:
    members = [member("a.jpg", b"a" * 300), member("b.jpg", b"b" * 200)]
    whole = b"".join(stream_archive(members))

    assert b"".join(part_of(stream_archive(members), start, length)) == whole[start : start + length]


@pytest.mark.slow
@pytest.mark.parametrize("sizes", [[3 * GIGABYTE, 7], [GIGABYTE, GIGABYTE, GIGABYTE, 7]])
def test_length_is_known_beyond_two_gigabytes(sizes: list[int]) -> None:
    members = [Member(f"{number}.mp4", size, partial(zeros, size)) for number, size in enumerate(sizes)]

    assert sum(map(len, stream_archive(members))) == archive_size(members)


def test_length_is_known_of_more_files_than_an_old_zip_holds() -> None:
    members = [member(f"{number}", b"") for number in range(65_540)]

    whole = b"".join(stream_archive(members))

    assert len(whole) == archive_size(members)
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        assert len(archive.namelist()) == len(members)


def test_file_that_is_shorter_than_was_said_breaks_the_stream() -> None:
    short = Member("a.jpg", 10, lambda: ObjectChunks(io.BytesIO(b"only 6")))
    got: list[bytes] = []

    with pytest.raises(OSError, match="6 bytes"):
        got.extend(stream_archive([short]))

    assert not zipfile.is_zipfile(io.BytesIO(b"".join(got)))
