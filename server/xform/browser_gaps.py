"""Find the questions of a form that people cannot answer in a browser as they do on a phone.

What browsers can do is what @getodk/web-forms 0.22 draws; the server takes the answers of both alike.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from lxml import etree

from server.xform.controls import Binds, Control, read_controls
from server.xform.definition import parse_form
from server.xform.document import local_name, parse_document

Gap = Literal["audio", "video", "file", "drawing", "barcode", "list", "moment", "calendar", "app", "recording", "audit"]
_DRAWN: Final = frozenset({"draw", "signature", "annotate"})
_TYPED: Final[dict[str, Gap]] = {"barcode": "barcode", "dateTime": "moment"}
_CALENDARS: Final = frozenset(
    {"month-year", "year", "ethiopian", "coptic", "islamic", "bikram-sambat", "myanmar", "persian", "buddhist"}
)


@dataclass(frozen=True, slots=True)
class BrowserGap:
    """A question by its path, with its label where it has one, and what of it is missing in a browser."""

    path: str
    label: str
    gap: Gap


def browser_gaps(xml: bytes) -> tuple[BrowserGap, ...]:
    """Those of the form, in its order, then what the phone records by itself; raise FormError when it is no form."""
    form = parse_form(xml)
    document = parse_document(xml)
    model = next(document.iter("{*}model"))
    body = next(document.iterchildren("{*}body"), None)
    binds = Binds(model, form.root_name)
    labels = {field.path: field.label(form.default_language) for field in form.fields}
    controls = () if body is None else read_controls(body, binds, form.root_name)
    asked = [(control.path, gap) for control in controls if (gap := _gap(control, binds))]
    found = dict.fromkeys([*asked, *_recorded(model, labels)])
    return tuple(BrowserGap(path, labels.get(path, path), gap) for path, gap in found)


def _gap(control: Control, binds: Binds) -> Gap | None:
    words = frozenset(control.element.get("appearance", "").split())
    if control.kind == "upload":
        return _upload_gap(control.element.get("mediatype", ""), words)
    return _input_gap(control, binds, words) if control.kind == "input" else None


def _input_gap(control: Control, binds: Binds, words: frozenset[str]) -> Gap | None:
    bind_type = binds.types.get(control.path, "").rpartition(":")[2]
    if any(word.startswith(("ex:", "printer:")) for word in words):
        return "app"
    if control.element.get("query") is not None:
        return "list"
    if bind_type == "date":
        return "calendar" if words & _CALENDARS else None
    return _TYPED.get(bind_type)


def _upload_gap(media_type: str, words: frozenset[str]) -> Gap | None:
    kind = media_type.partition("/")[0]
    if kind == "image":
        return "drawing" if words & _DRAWN else None
    return "audio" if kind == "audio" else "video" if kind == "video" else "file"


def _recorded(model: etree._Element, labels: dict[str, str]) -> Iterator[tuple[str, Gap]]:
    if "/meta/audit" in labels:
        yield "/meta/audit", "audit"
    for action in model.iterchildren():
        if local_name(action) == "recordaudio":
            yield "/" + action.get("ref", "").strip("/").partition("/")[2], "recording"
