"""Digests, base64 and signatures."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from typing import Final

from server.xpath import ed25519
from server.xpath.code import Code
from server.xpath.errors import EvaluationError
from server.xpath.functions.definition import Site, plain, special
from server.xpath.values import Kind

_ALGORITHMS: Final = {"MD5": "md5", "SHA-1": "sha1", "SHA-256": "sha256", "SHA-384": "sha384", "SHA-512": "sha512"}
_ENCODINGS: Final = ("BASE64", "HEX")
_NOT_BASE64: Final = re.compile(r"[^A-Za-z0-9+/=]")


def _digest(text: str, algorithm: str, encoding: str = "base64") -> str:
    name = _ALGORITHMS.get(algorithm.upper())
    if name is None:
        raise EvaluationError(f"`{algorithm}` is no digest. Use {', '.join(_ALGORITHMS)}.")
    if encoding.upper() not in _ENCODINGS:
        raise EvaluationError(f"`{encoding}` is no encoding. Use 'base64' or 'hex'.")
    digest = hashlib.new(name, text.encode("utf-8", "replace"), usedforsecurity=False)
    if encoding.upper() == "HEX":
        return digest.hexdigest()
    return base64.b64encode(digest.digest()).decode()


def _build_digest(site: Site) -> Code:
    for place, allowed in ((1, tuple(_ALGORITHMS)), (2, _ENCODINGS)):
        literal = site.literal(place)
        if isinstance(literal, str) and literal.upper() not in allowed:
            raise site.refuse(f"digest() does not know `{literal}`. Use {', '.join(allowed)}.")
    return _PLAIN_DIGEST.build(site)


def _base64_decode(text: str) -> str:
    """Signs that are no base64 are passed over; '' if what is left does not come in groups of four."""
    digits = _NOT_BASE64.sub("", text)
    if len(digits) % 4:
        return ""
    try:
        return base64.b64decode(digits).decode("utf-8", "replace")
    except binascii.Error:
        return ""


def _extract_signed(text: str, public_key: str) -> str:
    """The message behind an Ed25519 signature of 64 bytes; '' if the signature is not by that key."""
    try:
        signed = base64.b64decode(text, validate=True)
        key = base64.b64decode(public_key, validate=True)
    except (binascii.Error, ValueError):
        return ""
    signature, message = signed[: ed25519.SIGNATURE_BYTES], signed[ed25519.SIGNATURE_BYTES :]
    return message.decode("utf-8", "replace") if ed25519.is_signed(message, signature, key) else ""


_PLAIN_DIGEST: Final = plain("digest", _digest, "text text text?", Kind.TEXT)

FUNCTIONS: Final = (
    special("digest", 2, 3, _build_digest),
    plain("base64-decode", _base64_decode, "text", Kind.TEXT),
    plain("extract-signed", _extract_signed, "text text", Kind.TEXT),
)
