"""Encryption of a stream of any length under a passphrase, readable again from any place.

AES-256-GCM over frames of one size. A frame's nonce is its number, and whether it is the last: so frames can neither
be exchanged nor cut off unnoticed. The key comes from the passphrase and a fresh salt (scrypt), so no nonce is used
twice under one key.
"""

import io
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from server.backup.faults import BackupError

FRAME = 256 * 1024
SALT_SIZE = 16
_TAG = 16
_SEALED_FRAME = FRAME + _TAG
# https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html#scrypt
_SCRYPT = {"n": 2**15, "r": 8, "p": 3}


def seal(chunks: Iterable[bytes], *, passphrase: str, salt: bytes, context: bytes) -> Iterator[bytes]:
    """Encrypt; `context` is not part of the outcome, but must be the same when it is opened."""
    cipher, number, pending = _cipher(passphrase, salt), 0, bytearray()
    for chunk in chunks:
        pending += chunk
        # The last frame is told apart, so one is held back until more has come.
        while len(pending) > FRAME:
            yield cipher.encrypt(_nonce(number, is_last=False), bytes(pending[:FRAME]), context)
            del pending[:FRAME]
            number += 1
    yield cipher.encrypt(_nonce(number, is_last=True), bytes(pending), context)


def open_sealed(source: BinaryIO, start: int, size: int, *, passphrase: str, salt: bytes, context: bytes) -> BinaryIO:
    """Read what lies sealed in `size` bytes of `source` from `start` on; BackupError comes when it is read."""
    sealed = _Sealed(source, start, size, _cipher(passphrase, salt), context)
    return io.BufferedReader(sealed, FRAME)


class _Sealed(io.RawIOBase):
    """Decrypts the frame in which the reader stands, and remembers it."""

    def __init__(self, source: BinaryIO, start: int, size: int, cipher: AESGCM, context: bytes) -> None:
        super().__init__()
        if size < _TAG:
            raise _damaged()
        self._source, self._start, self._sealed_size = source, start, size
        self._cipher, self._context = cipher, context
        self._frames = -(-size // _SEALED_FRAME)
        self._size = size - self._frames * _TAG
        self._position = 0
        self._frame: tuple[int, bytes] = (-1, b"")

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        origin = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size}[whence]
        self._position = max(0, origin + offset)
        return self._position

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # typeshed's Buffer cannot be sliced
        if self._position >= self._size:
            return 0
        number, offset = divmod(self._position, FRAME)
        found = self._opened(number)[offset : offset + len(buffer)]
        buffer[: len(found)] = found
        self._position += len(found)
        return len(found)

    def _opened(self, number: int) -> bytes:
        if self._frame[0] != number:
            place = number * _SEALED_FRAME
            self._source.seek(self._start + place)
            sealed = self._source.read(min(_SEALED_FRAME, self._sealed_size - place))
            try:
                plain = self._cipher.decrypt(_nonce(number, is_last=number == self._frames - 1), sealed, self._context)
            except InvalidTag:
                raise _damaged() from None
            self._frame = (number, plain)
        return self._frame[1]


def _damaged() -> BackupError:
    return BackupError("The passphrase does not fit this backup, or the file is damaged.")


def _cipher(passphrase: str, salt: bytes) -> AESGCM:
    return AESGCM(Scrypt(salt=salt, length=32, **_SCRYPT).derive(passphrase.encode()))


def _nonce(number: int, *, is_last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([is_last])
