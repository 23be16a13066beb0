"""Read an uploaded form definition, XML or XLSForm, before anything of it is stored."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from urllib.parse import unquote

from server.errors import form_invalid, unexpected_value, unparseable, xlsform_invalid
from server.forms.convert import CONTENT_TYPES, ConversionError, Kind, convert, workbook_kind
from server.forms.form_rules import form_warnings
from server.storage import ObjectStore, StagedFile
from server.xform.definition import FormDefinition, FormError, parse_form
from server.xform.document import DocumentError, parse_document

# Larger than the largest XForm that is taken, since a workbook may carry what pyxform leaves out.
MAX_SIZE = 20 * 1024 * 1024
# No file has the empty name, so it can stand for the workbook itself.
WORKBOOK = ""
ITEMSETS = "itemsets.csv"
_EXTENSION = re.compile(r"\.(xlsx|xls|xlsm|xml)$", re.IGNORECASE)
_LONGEST_ID = 255


@dataclass(frozen=True, slots=True)
class FormUpload:
    """A definition that can be used: the XForm, what was read from it, and where it came from.

    `warnings` are the converter's, `form_warnings` those of the form check. `files` holds the workbook under WORKBOOK,
    and by their names the attachments that it brought along. `rows` are the workbook's, as `survey_rows` has them.
    """

    xml: bytes
    definition: FormDefinition
    warnings: tuple[str, ...] = ()
    form_warnings: tuple[str, ...] = ()
    workbook_type: str | None = None
    files: Mapping[str, bytes] = field(default_factory=dict)
    rows: Mapping[str, int] = field(default_factory=dict)

    @property
    def md5(self) -> str:
        return content_md5(self.xml)


def content_md5(xml: bytes) -> str:
    """What phones know a form by: the hash of exactly the bytes that they download."""
    return hashlib.md5(xml, usedforsecurity=False).hexdigest()


def read_upload(content: bytes, *, claims_workbook: bool, fallback_id: str | None) -> FormUpload:
    """Convert and read what somebody sent; the bytes decide what it is, not `claims_workbook`, the content type.

    Raises 400.15 for a workbook and 400.1 or 400.13 for XML that cannot be used, also when the form check finds errors.
    """
    kind = workbook_kind(content)
    if kind is not None:
        return _from_workbook(content, kind, fallback_id)
    if claims_workbook:
        raise xlsform_invalid("The file is not an Excel workbook. Save the XLSForm as .xlsx or .xls and send that.")
    return FormUpload(content, read_definition(content), form_warnings=form_warnings(content))


def fallback_form_id(header: str | None) -> str | None:
    """The form id in X-XlsForm-FormId-Fallback, which is percent-encoded and may be a file name."""
    return _EXTENSION.sub("", unquote(header or "").strip()) or None


@contextmanager
def put_files(storage: ObjectStore, upload: FormUpload) -> Iterator[dict[str, StagedFile]]:
    """Put what the upload brought into the object store, before the transaction that makes rows of it."""
    with ExitStack() as stack:
        staged_files = {}
        for name, content in upload.files.items():
            staged = stack.enter_context(storage.stage())
            staged.write(content)
            staged.finish()
            storage.put(staged)
            staged_files[name] = staged
        yield staged_files


def read_definition(xml: bytes) -> FormDefinition:
    """Parse an XForm; raise 400.1 for what is not XML, 400.13 for what is no XForm, 400.8 for an id that cannot be."""
    try:
        parse_document(xml)
    except DocumentError as error:
        raise unparseable("xml", len(xml), f"{error.message}.") from None
    try:
        definition = parse_form(xml)
    except FormError as error:
        raise form_invalid(f"{error.message}.") from None
    form_id = definition.form_id
    # A slash cannot stand in a path, however it is encoded: such a form could be listed and never be downloaded.
    if "/" in form_id or form_id != form_id.strip() or len(form_id) > _LONGEST_ID:
        reason = f"it must have at most {_LONGEST_ID} characters, without / and without blanks around it"
        raise unexpected_value("xmlFormId", form_id[:_LONGEST_ID], reason)
    return definition


def _from_workbook(content: bytes, kind: Kind, fallback_id: str | None) -> FormUpload:
    try:
        converted = convert(content, kind, fallback_id)
    except ConversionError as error:
        raise xlsform_invalid(str(error)) from None
    files = {WORKBOOK: content}
    if converted.itemsets is not None:
        files[ITEMSETS] = converted.itemsets
    return FormUpload(
        converted.xml,
        read_definition(converted.xml),
        converted.warnings,
        form_warnings(converted.xml, converted.rows),
        CONTENT_TYPES[kind],
        files,
        converted.rows,
    )
