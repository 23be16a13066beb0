"""Turn bytes from outside into an XML tree, or say in plain words why not.

Every document that people or phones send passes here: forms and instances alike. The parser reaches for no
file and no address, takes no DOCTYPE (so no entities), and is bounded in size and depth. What the elements
mean is decided in `definition` and `instance`.
"""

import re
import threading

from lxml import etree

from server.xform.errors import DocumentError

__all__ = ["MAX_BYTES", "MAX_DEPTH", "MAX_TAGS", "DocumentError", "local_name", "parse_document"]

# Census forms with all their villages written into them stay below 3 MB.
MAX_BYTES = 16 * 1024 * 1024
# An element with an attribute takes some 300 bytes of memory however short it is, so that the length of the
# document alone is no bound.
MAX_TAGS = 1_000_000
MAX_DEPTH = 200

_ENCODINGS = frozenset({"UTF-8", "UTF8", "UTF-16", "UTF-16LE", "UTF-16BE", "US-ASCII", "ASCII", "ISO-8859-1"})
# libxml2's messages begin with its function and end with the place, which we give in our own way.
_FUNCTION = re.compile(r"^xml\w+: ")
_PLACE = re.compile(r",? ?line \d+, column \d+$")
# One step a level: the last one finds something only in a document that is too deep. A level that does not
# exist costs nothing, so this takes a few microseconds where a walk in Python takes as long as the parsing.
_TOO_DEEP = etree.XPath("boolean(" + "/*" * (MAX_DEPTH + 1) + ")")


class _Parsers(threading.local):
    """One parser a thread, because lxml locks a parser for as long as a document takes."""

    def __init__(self) -> None:
        self.parser = etree.XMLParser(
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            dtd_validation=False,
            attribute_defaults=False,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
        )


_parsers = _Parsers()


def parse_document(source: bytes) -> etree._Element:
    """Return the root element; comments and processing instructions are left out.

    Raises DocumentError for anything that is not one well-formed document within the limits above.
    """
    if len(source) > MAX_BYTES:
        raise DocumentError(f"The document is larger than {MAX_BYTES // 1024 // 1024} MB")
    if not source or source.isspace():
        raise DocumentError("Not XML: the document is empty")
    if source.count(b"<") > MAX_TAGS:
        raise DocumentError(f"The document has more than {MAX_TAGS:,} tags")
    try:
        root = etree.fromstring(source, _parsers.parser)
    except etree.XMLSyntaxError as error:
        raise _in_plain_words(error) from None
    _check(root)
    return root


def local_name(element: etree._Element) -> str:
    """Return the name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def _check(root: etree._Element) -> None:
    """Refuse what is well-formed and still not accepted."""
    document = root.getroottree().docinfo
    if document.doctype:  # type: ignore[attr-defined]  # missing in lxml-stubs
        raise _doctype_error()
    encoding = document.encoding or "UTF-8"
    if encoding.upper() not in _ENCODINGS:
        raise DocumentError(f"The document is encoded as {encoding}; use UTF-8 or UTF-16")
    if _TOO_DEEP(root):
        raise _depth_error()


def _in_plain_words(error: etree.XMLSyntaxError) -> DocumentError:
    """Name our limit where libxml2 stopped at one of its own, else give its reason."""
    reason = _FUNCTION.sub("", _PLACE.sub("", error.msg or "")).strip() or "it cannot be read"
    line = error.lineno or None
    if "xcessive depth" in reason:
        return _depth_error(line)
    if "Maximum entity" in reason or "entity reference loop" in reason:
        return _doctype_error(line)
    if "XML_PARSE_HUGE" in reason:
        return DocumentError("The document holds a text that is longer than 10 MB", line)
    return DocumentError(f"Not XML: {reason}", line)


def _depth_error(line: int | None = None) -> DocumentError:
    return DocumentError(f"The document is nested deeper than {MAX_DEPTH} levels", line)


def _doctype_error(line: int | None = None) -> DocumentError:
    return DocumentError("The document contains a DOCTYPE, which is not accepted", line)
