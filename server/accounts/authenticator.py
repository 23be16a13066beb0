"""Authenticator apps (RFC 6238): the secret that one shares with us, how it is kept, and which codes it makes.

Six digits of HMAC-SHA-1 every 30 seconds, because common apps know nothing else. The secret is kept under a key that
comes from the server's own, so that whoever reads the database alone cannot make codes.
"""

import hmac
import os
from collections.abc import Iterator
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.twofactor.totp import TOTP

SECONDS: Final = 30
DIGITS: Final = 6
_SECRET_BYTES: Final = 20
_NONCE_BYTES: Final = 12
# Clocks of phones are a little off, and people type slowly.
_STEPS_OFF: Final = (0, -1, 1)


class SealBroken(Exception):  # noqa: N818 -- it tells a state
    """The secret was sealed with another key than the server has now, or for somebody else."""


def new_secret() -> bytes:
    return os.urandom(_SECRET_BYTES)


def seal(secret: bytes, secret_key: str, actor_id: int) -> bytes:
    """Encrypt for this actor: in another's row it opens nothing."""
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + _cipher(secret_key).encrypt(nonce, secret, str(actor_id).encode())


def unseal(sealed: bytes, secret_key: str, actor_id: int) -> bytes:
    """The opposite of `seal`; raises SealBroken."""
    try:
        return _cipher(secret_key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], str(actor_id).encode())
    except InvalidTag:
        raise SealBroken from None


def setup_uri(secret: bytes, email: str, issuer: str) -> str:
    """What the QR code holds that the app scans."""
    return _maker(secret).get_provisioning_uri(email, issuer)


def code_at(secret: bytes, seconds: float) -> str:
    """The code at a moment, in seconds since 1970."""
    return _maker(secret).generate(int(seconds)).decode()


def steps_of(secret: bytes, code: str, seconds: float) -> Iterator[int]:
    """The time steps around a moment in which `code` is right: hardly ever more than one."""
    for off in _STEPS_OFF:
        step = int(seconds) // SECONDS + off
        if hmac.compare_digest(code_at(secret, step * SECONDS).encode(), code.encode()):
            yield step


def _maker(secret: bytes) -> TOTP:
    return TOTP(secret, DIGITS, SHA1(), SECONDS)  # noqa: S303 -- RFC 6238; collisions are of no use here


def _cipher(secret_key: str) -> AESGCM:
    key = HKDF(SHA256(), 32, salt=None, info=b"transect second factor").derive(secret_key.encode())
    return AESGCM(key)
