import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.backup.faults import BackupError
from server.backup.sealed import FRAME, open_sealed, seal

SALT = b"sixteen bytes it"
OVERHEAD = 16


def sealed_bytes(content: bytes, passphrase: str = "x") -> bytes:
    return b"".join(seal([content], passphrase=passphrase, salt=SALT, context=b"c"))


def opened(content: bytes, *, lead: bytes = b"", context: bytes = b"c") -> io.BufferedIOBase:
    source = io.BytesIO(lead + content)
    found = open_sealed(source, len(lead), len(content), passphrase="x", salt=SALT, context=context)
    assert isinstance(found, io.BufferedIOBase)
    return found


@pytest.mark.parametrize("size", [0, 1, FRAME - 1, FRAME, FRAME + 1, 3 * FRAME, 3 * FRAME + 7])
def test_what_is_sealed_can_be_opened(size: int) -> None:
    content = bytes(index % 251 for index in range(size))

    assert opened(sealed_bytes(content), lead=b"something before").read() == content


@settings(max_examples=25, deadline=None)
@given(chunks=st.lists(st.binary(max_size=300), max_size=8), places=st.lists(st.integers(0, 2500), max_size=6))
def test_it_can_be_read_from_any_place(chunks: list[bytes], places: list[int]) -> None:
    content = b"".join(chunks)
    found = opened(b"".join(seal(chunks, passphrase="x", salt=SALT, context=b"c")))

    for place in places:
        found.seek(place)
        assert found.read(200) == content[place : place + 200]
    found.seek(-min(len(content), 50), io.SEEK_END)
    assert found.read() == content[-50:]


CONTENT = b"a" * (2 * FRAME + 5)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda whole: whole[:-1] + bytes([whole[-1] ^ 1]), id="a bit flipped"),
        pytest.param(lambda whole: whole[: FRAME + OVERHEAD], id="cut off between frames"),
        pytest.param(lambda whole: whole[:-3], id="cut off within a frame"),
        pytest.param(lambda whole: whole + whole[: FRAME + OVERHEAD], id="frames added"),
        pytest.param(
            lambda whole: whole[FRAME + OVERHEAD : 2 * (FRAME + OVERHEAD)] + whole[: FRAME + OVERHEAD] + whole[-21:],
            id="frames exchanged",
        ),
        pytest.param(lambda whole: b"", id="nothing left"),
    ],
)
def test_whatever_was_changed_is_noticed(change: object) -> None:
    assert callable(change)
    with pytest.raises(BackupError):
        opened(change(sealed_bytes(CONTENT))).read()


def test_another_context_opens_nothing() -> None:
    with pytest.raises(BackupError):
        opened(sealed_bytes(b"content"), context=b"d").read()


def test_the_same_content_never_looks_the_same_under_another_salt() -> None:
    other = b"".join(seal([b"content"], passphrase="x", salt=SALT[::-1], context=b"c"))

    assert other != sealed_bytes(b"content")
