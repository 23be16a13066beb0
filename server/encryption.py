"""The cryptography of encrypted forms: key pairs under a passphrase, and the files that phones encrypt.

Phones encrypt as ODK's "Encrypted forms" specification says: a fresh AES key for each submission, wrapped with the
form's RSA key. Which key belongs to which form, and what is done with the answers, is decided elsewhere; the door to
`cryptography` is here.
"""

import base64
import binascii
import hashlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.decrepit.ciphers.modes import CFB
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from cryptography.hazmat.primitives.padding import PKCS7
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_private_key,
)

_RSA_BITS = 2048
# Some 0.1 s and 32 MB for each attempt at a passphrase: a tenth of the price would still be paid by users' patience.
_SCRYPT = {"n": 2**15, "r": 8, "p": 1}
_AES_KEY, _AES_BLOCK = 32, 16
_ENCRYPTED_SUFFIX = ".enc"

SealedKey = dict[str, str | int]


class WrongPassphraseError(Exception):
    """The sealed key does not open with this passphrase."""


class UndecryptableError(Exception):
    """The data was not encrypted with this key, or has been changed or cut off on the way."""


@dataclass(frozen=True, slots=True)
class KeyPair:
    """`public` as it stands in an XForm: base64 of the SubjectPublicKeyInfo; `private` sealed, ready for JSON."""

    public: str
    private: SealedKey


class PrivateKey:
    """An opened key. It lives in memory for as long as one piece of work takes."""

    def __init__(self, key: rsa.RSAPrivateKey) -> None:
        self._key = key

    def unwrap(self, wrapped: str) -> bytes:
        """What phones have wrapped with the public half, from base64."""
        try:
            return self._key.decrypt(base64.b64decode(wrapped), _OAEP)
        except (ValueError, binascii.Error):
            raise UndecryptableError("its key was wrapped for another private key") from None


_OAEP = padding.OAEP(mgf=padding.MGF1(algorithm=SHA256()), algorithm=SHA256(), label=None)


def new_key_pair(passphrase: str) -> KeyPair:
    """Make a pair whose private half opens with the passphrase only. Takes about a third of a second."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=_RSA_BITS)
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    private = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return KeyPair(base64.b64encode(public).decode(), _seal(private, passphrase))


def open_key(sealed: SealedKey, passphrase: str) -> PrivateKey:
    """Raises WrongPassphraseError."""
    salt, nonce, content = (base64.b64decode(str(sealed[name])) for name in ("salt", "nonce", "content"))
    cost = {name: int(sealed[name]) for name in _SCRYPT}
    try:
        private = AESGCM(_derived(passphrase, salt, cost)).decrypt(nonce, content, None)
    except InvalidTag:
        raise WrongPassphraseError from None
    key = load_der_private_key(private, password=None)
    assert isinstance(key, rsa.RSAPrivateKey), "only RSA keys are sealed"
    return PrivateKey(key)


def _seal(private: bytes, passphrase: str) -> SealedKey:
    salt, nonce = os.urandom(16), os.urandom(12)
    content = AESGCM(_derived(passphrase, salt, _SCRYPT)).encrypt(nonce, private, None)
    parts = {"salt": salt, "nonce": nonce, "content": content}
    return {**_SCRYPT, **{name: base64.b64encode(part).decode() for name, part in parts.items()}}


def _derived(passphrase: str, salt: bytes, cost: dict[str, int]) -> bytes:
    return Scrypt(salt=salt, length=_AES_KEY, **cost).derive(passphrase.encode())


class SubmissionCipher:
    """Decrypts the files of one submission; files are counted from 0, in the order of the manifest.

    The phone's signature is not asked for: what arrived is kept under its hash, and whoever can send can sign.
    """

    def __init__(self, private: PrivateKey, wrapped_key: str, instance_id: str) -> None:
        """Raise UndecryptableError when `wrapped_key` was not made for this private key."""
        self._key = private.unwrap(wrapped_key)
        if len(self._key) != _AES_KEY:
            raise UndecryptableError(f"its key has {len(self._key)} bytes instead of {_AES_KEY}")
        self._seed = hashlib.md5(instance_id.encode() + self._key, usedforsecurity=False).digest()

    def decrypt(self, number: int, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """The plain content, piece by piece; raise UndecryptableError at its end when the padding is wrong."""
        decryptor = Cipher(AES256(self._key), CFB(_iv(self._seed, number))).decryptor()
        unpadder = PKCS7(_AES_BLOCK * 8).unpadder()
        try:
            for chunk in chunks:
                yield unpadder.update(decryptor.update(chunk))
            yield unpadder.update(decryptor.finalize()) + unpadder.finalize()
        except ValueError:
            raise UndecryptableError("the encrypted file is damaged") from None


def plain_name(name: str) -> str:
    """What an encrypted file was called on the phone."""
    return name.removesuffix(_ENCRYPTED_SUFFIX)


def _iv(seed: bytes, number: int) -> bytes:
    """Before each file, that one included, the next byte of the seed goes up by one, round and round."""
    rounds, rest = divmod(number + 1, _AES_BLOCK)
    return bytes((byte + rounds + (place < rest)) % 256 for place, byte in enumerate(seed))
