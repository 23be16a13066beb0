"""What a phone sends, byte for byte as OkHttp writes it, and what it makes of the answer."""

import hashlib
from dataclasses import dataclass
from typing import Any

from lxml import etree

from tests.cast import Answer, Caller

BOUNDARY = "6e4f3f9a-8f0e-4a35-9ab5-1de1b5a0c0de"
CONTENT_TYPE = f"multipart/form-data; boundary={BOUNDARY}"
SUBMISSION = "/v1/projects/1/submission?deviceID=collect%3Aabc"
# A text that no index takes, because it is long and cannot be packed.
ENDLESS = "".join(hashlib.sha256(bytes([number])).hexdigest() for number in range(120))


@dataclass(frozen=True)
class Part:
    """One part of a body; `file_name` None leaves it out of the part's head."""

    name: str
    content: bytes
    file_name: str | None = None
    content_type: str | None = None

    def encoded(self) -> bytes:
        head = f'Content-Disposition: form-data; name="{_quoted(self.name)}"'
        if self.file_name is not None:
            head += f'; filename="{_quoted(self.file_name)}"'
        if self.content_type is not None:
            head += f"\r\nContent-Type: {self.content_type}"
        return head.encode() + b"\r\n\r\n" + self.content + b"\r\n"


# The last part of each POST of a series but the last.
INCOMPLETE = Part("*isIncomplete*", b"yes")


def xml_part(xml: bytes) -> Part:
    return Part("xml_submission_file", xml, "household_2026-05-15.xml", "text/xml")


def file_part(name: str, content: bytes, content_type: str = "application/octet-stream") -> Part:
    return Part(name, content, name, content_type)


def encoded(*parts: Part) -> bytes:
    return b"".join(f"--{BOUNDARY}\r\n".encode() + part.encoded() for part in parts) + f"--{BOUNDARY}--\r\n".encode()


def send_parts(caller: Caller, *parts: Part, path: str = SUBMISSION) -> Answer:
    """POST these parts and no others."""
    return send_body(caller, encoded(*parts), path=path)


def send_body(
    caller: Caller, body: bytes, *, content_type: str = CONTENT_TYPE, path: str = SUBMISSION, **options: Any
) -> Answer:
    """POST a body as it is."""
    headers = {"X-OpenRosa-Version": "1.0", "User-Agent": "org.odk.collect.android/v2026.1.0 Dalvik/2.1.0"}
    return caller.post(path, data=body, content_type=content_type, headers=headers, **options)


def shown_message(answer: Answer) -> str:
    """What Collect shows: the text of the first element that is called `message`, without a prefix."""
    root = etree.fromstring(answer.data)
    assert etree.QName(root).localname == "OpenRosaResponse"
    return str(root.findtext("{http://openrosa.org/http/response}message"))


def _quoted(name: str) -> str:
    return name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
