"""What ODK Collect does with a form that has a key: the answers and each file become encrypted files of a manifest."""

import base64
import hashlib
import os
from collections.abc import Iterator
from xml.sax.saxutils import escape

from cryptography.hazmat.decrepit.ciphers.modes import CFB
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.padding import PKCS7
from cryptography.hazmat.primitives.serialization import load_der_public_key

from server.xform.definition import parse_form
from tests.cast import Answer, Caller
from tests.factories import send

File = tuple[str, bytes]


def send_encrypted(
    caller: Caller, form_xml: bytes, instance: bytes, instance_id: str, *files: File, path: str | None = None
) -> Answer:
    """Encrypt with the key in the form, and send all of it."""
    manifest, encrypted = encrypt(form_xml, instance, instance_id, *files)
    return send(caller, manifest, *encrypted, path=path)


def encrypt(form_xml: bytes, instance: bytes, instance_id: str, *files: File) -> tuple[bytes, list[File]]:
    """The manifest, and the encrypted files with the instance as the last."""
    form = parse_form(form_xml)
    public = load_der_public_key(base64.b64decode(form.submission.rsa_public_key or ""))
    assert isinstance(public, rsa.RSAPublicKey)
    key = os.urandom(32)
    oaep = padding.OAEP(mgf=padding.MGF1(algorithm=SHA256()), algorithm=SHA256(), label=None)
    wrapped = base64.b64encode(public.encrypt(key, oaep)).decode()
    plain = [*files, ("submission.xml", instance)]
    encrypted = [
        (f"{name}.enc", _encrypted(key, iv, content))
        for (name, content), iv in zip(plain, _ivs(instance_id, key), strict=False)
    ]
    media = "".join(f"<media><file>{escape(name)}.enc</file></media>" for name, _ in files)
    manifest = (
        f'<data xmlns="http://www.opendatakit.org/xforms/encrypted" id="{form.form_id}" version="{form.version}"'
        f' encrypted="yes"><base64EncryptedKey>{wrapped}</base64EncryptedKey>'
        f'<orx:meta xmlns:orx="http://openrosa.org/xforms"><orx:instanceID>{instance_id}</orx:instanceID></orx:meta>'
        f"{media}<encryptedXmlFile>submission.xml.enc</encryptedXmlFile>"
        "<base64EncryptedElementSignature>AAAA</base64EncryptedElementSignature></data>"
    )
    return manifest.encode(), encrypted


def _ivs(instance_id: str, key: bytes) -> Iterator[bytes]:
    seed = bytearray(hashlib.md5(instance_id.encode() + key).digest())
    place = 0
    while True:
        seed[place % 16] = (seed[place % 16] + 1) % 256
        place += 1
        yield bytes(seed)


def _encrypted(key: bytes, iv: bytes, content: bytes) -> bytes:
    padder, encryptor = PKCS7(128).padder(), Cipher(AES256(key), CFB(iv)).encryptor()
    return encryptor.update(padder.update(content) + padder.finalize()) + encryptor.finalize()
