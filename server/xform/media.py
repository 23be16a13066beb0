"""Find the files that a form needs beside it: media of its labels, and tables to look things up in."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from lxml import etree

from server.xform.document import local_name
from server.xform.errors import FormError

MediaType = Literal["image", "audio", "video", "file"]

_TYPES: dict[str, MediaType] = {
    "images": "image",
    "audio": "audio",
    "video": "video",
    "file": "file",
    "file-csv": "file",
}
_ADDRESS = re.compile(r"jr://([a-z-]+)/(.*)", re.DOTALL)
_PULLDATA = re.compile(r"""(?<![\w.-])pulldata\s*\(\s*(?:'([^']*)'|"([^"]*)")""")
_SEARCH = re.compile(r"""(?<![\w.-])search\s*\(\s*(?:'([^']*)'|"([^"]*)")""")
# The choices of select_one_external, under the one name that ODK Collect reads.
_EXTERNAL_CHOICES = "itemsets.csv"
# Kept by the phone itself: a copy of the instance that was saved last.
_LAST_SAVED = "last-saved.xml"
_NOT_IN_NAMES = re.compile(r"[/\\\x00-\x1f\x7f]")
_MAX_NAME = 255


@dataclass(frozen=True, slots=True)
class ExpectedFile:
    """A file that the form names; `type` is as in ODK Central's list of form attachments."""

    name: str
    type: MediaType


def read_expected_files(model: etree._Element, body: etree._Element | None) -> tuple[ExpectedFile, ...]:
    """Return the files that the form names, each once: those with an address first, then those of functions.

    Raises FormError for a name that is no plain file name. Names that are computed while the form is filled
    in cannot be known here and are left out.
    """
    found: dict[str, ExpectedFile] = {}
    for name, media_type in _named_in_model(model):
        found.setdefault(name, ExpectedFile(_plain(name), media_type))
    for name in _named_in_expressions(model, body):
        found.setdefault(name, ExpectedFile(_plain(name), "file"))
    found.pop(_LAST_SAVED, None)
    return tuple(found.values())


def tables_searched(appearance: str) -> Iterator[str]:
    """Yield the files that `search()` in an appearance takes its choices from."""
    return _tables(_SEARCH, appearance)


def _named_in_model(model: etree._Element) -> Iterator[tuple[str, MediaType]]:
    """Addresses of secondary instances, and of the pictures, sounds and films of labels."""
    addresses = [instance.get("src", "") for instance in model.iterchildren("{*}instance")]
    values = model.iterfind("{*}itext/{*}translation/{*}text/{*}value")
    # Without the attribute it is a text to show; with elements in it the name is computed.
    addresses += [value.text or "" for value in values if value.get("form") and not len(value)]
    for address in addresses:
        match = _ADDRESS.fullmatch(address.strip())
        if match and match[1] in _TYPES:
            yield match[2], _TYPES[match[1]]


def _named_in_expressions(model: etree._Element, body: etree._Element | None) -> Iterator[str]:
    """Tables that functions look into; their addresses are written nowhere."""
    for element in _with_expressions(model, body):
        for value in element.attrib.values():
            yield from _tables(_PULLDATA, str(value))
        yield from tables_searched(element.get("appearance", ""))
        if local_name(element) == "input" and element.get("query"):
            yield _EXTERNAL_CHOICES


def _with_expressions(model: etree._Element, body: etree._Element | None) -> Iterator[etree._Element]:
    for child in model:
        name = local_name(child)
        if name == "itext":
            yield from child.iter("{*}output")
        elif name != "instance":
            yield child
    if body is not None:
        yield from body.iter()


def _tables(function: re.Pattern[str], expression: str) -> Iterator[str]:
    for single, double in function.findall(expression):
        name = single or double
        yield name if name.endswith(".csv") else f"{name}.csv"


def _plain(name: str) -> str:
    """Return the name if it can only be that of a file in the form's own folder."""
    if _NOT_IN_NAMES.search(name) or name.strip() in ("", ".", "..") or len(name.encode()) > _MAX_NAME:
        raise FormError(
            f"The form names the file {name!r}: a plain name is needed, without folders, of at most 255 bytes"
        )
    return name
