"""Zip files that are written while they are sent."""

import io
import zipfile
from collections.abc import Iterator

import pytest

from server.exports.archive import Archive, member_name


def broken() -> Iterator[bytes]:
    yield b"first"
    raise OSError("the disk is gone")


def test_members_are_whole_and_never_an_empty_piece() -> None:
    archive = Archive()

    pieces = [*archive.add("a.csv", [b"x" * 70_000, b""]), *archive.add("b.jpg", [b"jpeg"], stored_size=4)]
    pieces += archive.end()

    assert all(pieces)
    with zipfile.ZipFile(io.BytesIO(b"".join(pieces))) as read:
        assert {info.filename: (read.read(info), info.compress_type) for info in read.infolist()} == {
            "a.csv": (b"x" * 70_000, zipfile.ZIP_DEFLATED),
            "b.jpg": (b"jpeg", zipfile.ZIP_STORED),
        }


def test_a_name_is_given_once_whatever_its_case() -> None:
    archive = Archive()

    pieces = [piece for name in ("a.csv", "A.csv", "a.csv") for piece in archive.add(name, [b"x"])] + [*archive.end()]

    with zipfile.ZipFile(io.BytesIO(b"".join(pieces))) as read:
        assert read.namelist() == ["a.csv", "A~2.csv", "a~3.csv"]


def test_a_fault_in_the_middle_is_not_hidden() -> None:
    with pytest.raises(OSError, match="the disk is gone"):
        list(Archive().add("a.csv", broken()))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Ảnh nhà.jpg", "Ảnh nhà.jpg"),
        ("../../etc/passwd", ".._.._etc_passwd"),
        ("C:\\x", "C__x"),
        ("..", "_"),
        ("", "_"),
        ("a\0b\nc", "a_b_c"),
        ("http://example.org/form?x=1", "http___example.org_form_x=1"),
    ],
)
def test_names_lead_nowhere_else(text: str, name: str) -> None:
    assert member_name(text) == name
