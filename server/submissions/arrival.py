"""What arrives, before anything is decided about it: the parts of a POST, and what its XML says."""

import hashlib
import uuid
from dataclasses import dataclass

from lxml import etree

from server.errors import missing_parameter, unexpected_value, unparseable
from server.storage import StagedFile
from server.xform.document import DocumentError, parse_document
from server.xform.instance import InstanceHead, read_head

# Ten times what the largest household surveys send; the rest of a submission belongs into files.
MAX_XML = 10_000_000
# Far more than any client's; identities stand in indexes, which take no text of any length.
MAX_ID = 255
# Names that are made from content must never meet names made elsewhere.
_MADE_IDS = uuid.UUID("5b5a0f0c-8f43-4c55-9d52-4a1d3f6a0c11")


@dataclass(frozen=True, slots=True)
class ReceivedFile:
    name: str
    content_type: str | None
    staged: StagedFile


@dataclass(frozen=True, slots=True)
class SubmissionParts:
    """The XML byte for byte, and the files that came with it."""

    xml: bytes
    files: tuple[ReceivedFile, ...] = ()


@dataclass(frozen=True, slots=True)
class Sender:
    """What the client said of itself."""

    device_id: str | None
    user_agent: str | None


@dataclass(frozen=True, slots=True)
class Arrival:
    """One received instance: its parts and what its XML says."""

    parts: SubmissionParts
    sender: Sender
    root: etree._Element
    head: InstanceHead
    instance_id: str
    xml_sha256: str


def read_arrival(parts: SubmissionParts, sender: Sender) -> Arrival:
    """Parse the XML; raise 400.1 when it is not XML that we accept, 400.2 or 400.8 when it names no form or badly."""
    try:
        root = parse_document(parts.xml)
    except DocumentError as error:
        raise unparseable("xml", len(parts.xml), error.message) from None
    head = read_head(root)
    if not head.form_id:
        raise missing_parameter("form ID xml attribute")
    if head.instance_id and len(head.instance_id) > MAX_ID:
        raise unexpected_value("instanceID", f"{head.instance_id[:80]}…", f"it may have {MAX_ID} characters")
    sha256 = hashlib.sha256(parts.xml).hexdigest()
    # Without an instanceID the content itself is the identity, so that a resend is still known as one.
    instance_id = head.instance_id or f"uuid:{uuid.uuid5(_MADE_IDS, sha256)}"
    return Arrival(parts, sender, root, head, instance_id, sha256)
