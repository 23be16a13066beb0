"""Writing the form list and the manifest.

Both are made as templates that lack only the caller's own base URL: phones with different keys get the same document
with different addresses in it.
"""

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from threading import Lock
from urllib.parse import quote
from xml.sax.saxutils import escape

from server.forms.listing import OfferedForm

_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
# XML cannot hold this character, so no title or name can be mistaken for the gap.
_GAP = "\0"
_KEPT = 100


@dataclass(frozen=True, slots=True)
class Template:
    """A document cut at the places where the base URL belongs."""

    parts: tuple[bytes, ...]

    def filled(self, base_url: str) -> bytes:
        return escape(base_url).encode().join(self.parts)


class KeptTemplates:
    """The templates used last, by a key that holds everything they depend on."""

    def __init__(self) -> None:
        self._templates: OrderedDict[str, Template] = OrderedDict()
        self._lock = Lock()

    def get(self, key: str) -> Template | None:
        with self._lock:
            if key in self._templates:
                self._templates.move_to_end(key)
            return self._templates.get(key)

    def keep(self, key: str, template: Template) -> None:
        with self._lock:
            self._templates[key] = template
            if len(self._templates) > _KEPT:
                self._templates.popitem(last=False)


def form_list_template(project_id: int, forms: Iterable[OfferedForm], *, document: str = "") -> Template:
    """`document` stands between a form's address and the endings that lead to its XML and its manifest."""
    entries = "".join(_form_entry(project_id, form, document) for form in forms)
    return _template(f'<xforms xmlns="http://openrosa.org/xforms/xformsList">\n{entries}</xforms>\n')


def manifest_template(project_id: int, form_id: str, folder: str, files: Iterable[tuple[str, str]]) -> Template:
    """`files` are names and MD5 sums; what has not been uploaded is left out, and Collect does without."""
    address = f"{_address(project_id, form_id)}/{folder}"
    entries = "".join(_file_entry(address, name, md5) for name, md5 in files)
    return _template(f'<manifest xmlns="http://openrosa.org/xforms/xformsManifest">\n{entries}</manifest>\n')


def _form_entry(project_id: int, form: OfferedForm, document: str) -> str:
    address = f"{_address(project_id, form.form_id)}{document}"
    manifest = f"    <manifestUrl>{address}/manifest</manifestUrl>\n" if form.expects_files else ""
    return (
        "  <xform>\n"
        f"    <formID>{escape(form.form_id)}</formID>\n"
        f"    <name>{escape(form.name)}</name>\n"
        f"    <version>{escape(form.version)}</version>\n"
        f"    <hash>md5:{form.md5}</hash>\n"
        f"    <downloadUrl>{address}.xml</downloadUrl>\n"
        f"{manifest}"
        "  </xform>\n"
    )


def _file_entry(address: str, name: str, md5: str) -> str:
    return (
        "  <mediaFile>\n"
        f"    <filename>{escape(name)}</filename>\n"
        f"    <hash>md5:{md5}</hash>\n"
        f"    <downloadUrl>{address}/{quote(name, safe='')}</downloadUrl>\n"
        "  </mediaFile>\n"
    )


def _address(project_id: int, form_id: str) -> str:
    return f"{_GAP}/projects/{project_id}/forms/{quote(form_id, safe='')}"


def _template(document: str) -> Template:
    return Template(tuple(part.encode() for part in (_DECLARATION + document).split(_GAP)))
