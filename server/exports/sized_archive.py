"""A zip of stored members whose every byte is known by place before the first is read: for downloads that go on later.

Names, sizes and order make the layout; nothing in it depends on the time. The checksum of each member stands behind
it, and again in the directory at the end: so a download that goes on in the middle still reads what comes before.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from zipfile import ZIP64_LIMIT, ZIP_FILECOUNT_LIMIT, ZipFile, ZipInfo

from server.exports.piped import Pipe
from server.storage import ObjectChunks

_LOCAL, _CENTRAL, _END, _END_64 = 30, 46, 22, 56 + 20
_DESCRIPTOR, _DESCRIPTOR_64 = 16, 24
_LOCAL_EXTRA_64 = 20
_READABLE = 0o644 << 16


@dataclass(frozen=True, slots=True)
class Member:
    """`size` in bytes; `open_content` is called when its turn comes."""

    name: str
    size: int
    open_content: Callable[[], ObjectChunks]


def archive_size(members: Sequence[Member]) -> int:
    """Bytes of the whole zip."""
    offset = directory = 0
    for member in members:
        name, is_large = len(member.name.encode()), _is_large(member.size)
        extra = (16 if member.size > ZIP64_LIMIT else 0) + (8 if offset > ZIP64_LIMIT else 0)
        directory += _CENTRAL + name + (4 + extra if extra else 0)
        offset += _LOCAL + name + member.size
        offset += _LOCAL_EXTRA_64 + _DESCRIPTOR_64 if is_large else _DESCRIPTOR
    needs_64 = len(members) > ZIP_FILECOUNT_LIMIT or offset > ZIP64_LIMIT or directory > ZIP64_LIMIT
    return offset + directory + _END + (_END_64 if needs_64 else 0)


def stream_archive(members: Iterable[Member]) -> Iterator[bytes]:
    """The zip. A member that is not as long as was said raises OSError: what has been sent is then no whole zip."""
    pipe = Pipe()
    archive = ZipFile(pipe, "w")
    for member in members:
        info = ZipInfo(member.name)
        info.external_attr, info.file_size = _READABLE, member.size
        with archive.open(info, "w", force_zip64=_is_large(member.size)) as entry:
            for chunk in _whole(member):
                entry.write(chunk)
                yield pipe.take()
        yield pipe.take()
    archive.close()
    yield pipe.take()


def part_of(pieces: Iterable[bytes], start: int, length: int) -> Iterator[bytes]:
    """So many bytes from `start` on."""
    skip, left = start, length
    for piece in pieces:
        if skip >= len(piece):
            skip -= len(piece)
            continue
        wanted = piece[skip : skip + left]
        skip, left = 0, left - len(wanted)
        yield wanted
        if not left:
            return


def _whole(member: Member) -> Iterator[bytes]:
    size = 0
    with closing(member.open_content()) as chunks:
        for chunk in chunks:
            size += len(chunk)
            yield chunk
    if size != member.size:
        raise OSError(f"The file {member.name} has {size} bytes and should have {member.size}.")


def _is_large(size: int) -> bool:
    """As `zipfile` sees it, whose sums the layout must repeat."""
    return size * 1.05 > ZIP64_LIMIT
