"""The cipher against what another program has encrypted: JavaRosa's and Collect's rules, run in Java.

The submission in `submissions/album` has 18 files, so that the seed of the initial vectors goes round once.
"""

import base64
import hashlib
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.encryption import (
    PrivateKey,
    SubmissionCipher,
    UndecryptableError,
    WrongPassphraseError,
    new_key_pair,
    open_key,
    plain_name,
)
from server.xform.document import parse_document
from server.xform.instance import InstanceHead, read_head
from server.xform.relabel import with_public_key
from tests.encrypting_phone import encrypt
from tests.factories import household, household_form

ALBUM = Path(__file__).parent / "submissions" / "album"
PASSPHRASE = "bí mật"


@pytest.fixture(scope="module")
def private() -> PrivateKey:
    return open_key(json.loads((ALBUM / "private-key.json").read_bytes()), PASSPHRASE)


@pytest.fixture(scope="module")
def head() -> InstanceHead:
    return read_head(parse_document((ALBUM / "manifest.xml").read_bytes()))


@pytest.fixture(scope="module")
def plain(private: PrivateKey, head: InstanceHead) -> dict[str, bytes]:
    """All files of the submission, decrypted."""
    cipher = SubmissionCipher(private, str(head.encrypted_key), str(head.instance_id))
    return {
        plain_name(name): b"".join(cipher.decrypt(number, [(ALBUM / name).read_bytes()]))
        for number, name in enumerate(head.encrypted_files)
    }


def test_answers_are_those_that_were_encrypted(plain: dict[str, bytes]) -> None:
    assert plain["submission.xml"] == (ALBUM / "plain.xml").read_bytes()


def test_every_file_is_the_one_that_the_phone_has_signed(
    private: PrivateKey, head: InstanceHead, plain: dict[str, bytes]
) -> None:
    files = [f"{name}::{hashlib.md5(content).hexdigest()}" for name, content in plain.items()]
    signed = "\n".join([head.form_id, head.version, str(head.encrypted_key), str(head.instance_id), *files, ""])

    assert len(plain) == 19
    assert private.unwrap(str(head.signature)) == hashlib.md5(signed.encode()).digest()


def test_file_that_comes_byte_by_byte_is_the_same(
    private: PrivateKey, head: InstanceHead, plain: dict[str, bytes]
) -> None:
    cipher = SubmissionCipher(private, str(head.encrypted_key), str(head.instance_id))
    content = (ALBUM / head.encrypted_files[17]).read_bytes()

    assert b"".join(cipher.decrypt(17, [bytes([byte]) for byte in content])) == list(plain.values())[17]


@pytest.mark.parametrize("passphrase", ["", "bí mậT", "bí mật "])
def test_another_passphrase_opens_nothing(passphrase: str) -> None:
    with pytest.raises(WrongPassphraseError):
        open_key(json.loads((ALBUM / "private-key.json").read_bytes()), passphrase)


def test_sealed_key_shows_nothing_of_the_private_half() -> None:
    pair = new_key_pair("secret")

    assert set(pair.private) == {"n", "r", "p", "salt", "nonce", "content"}
    assert b"\x30\x82" not in base64.b64decode(str(pair.private["content"]))[:4]
    assert pair.public.startswith("MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A")


def test_another_private_key_opens_nothing(head: InstanceHead) -> None:
    pair = new_key_pair("secret")

    with pytest.raises(UndecryptableError, match="another private key"):
        SubmissionCipher(open_key(pair.private, "secret"), str(head.encrypted_key), str(head.instance_id))


@pytest.mark.parametrize("wrapped", ["", "AAAA", "no base64!", "é"])
def test_damaged_key_opens_nothing(private: PrivateKey, wrapped: str) -> None:
    with pytest.raises(UndecryptableError):
        SubmissionCipher(private, wrapped, "uuid:1")


@pytest.mark.parametrize("content", [b"", b"short", b"\0" * 16])
def test_damaged_file_is_refused(private: PrivateKey, head: InstanceHead, content: bytes) -> None:
    cipher = SubmissionCipher(private, str(head.encrypted_key), str(head.instance_id))

    with pytest.raises(UndecryptableError, match="damaged"):
        list(cipher.decrypt(0, [content]))


@pytest.fixture(scope="module")
def fresh() -> tuple[bytes, PrivateKey]:
    pair = new_key_pair("secret")
    return with_public_key(household_form(), pair.public, "1"), open_key(pair.private, "secret")


@given(files=st.lists(st.binary(max_size=40), max_size=40))
def test_what_a_phone_encrypts_comes_back(fresh: tuple[bytes, PrivateKey], files: list[bytes]) -> None:
    form_xml, private = fresh
    named = [(f"{number}.jpg", content) for number, content in enumerate(files)]
    manifest, encrypted = encrypt(form_xml, household("uuid:1"), "uuid:1", *named)
    head = read_head(parse_document(manifest))

    cipher = SubmissionCipher(private, str(head.encrypted_key), str(head.instance_id))

    found = [b"".join(cipher.decrypt(number, [content])) for number, (_, content) in enumerate(encrypted)]
    assert found == [*files, household("uuid:1")]
