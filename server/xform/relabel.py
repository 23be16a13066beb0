"""Give a form's XML another version label, and leave the rest of it as it is."""

from lxml import etree

from server.xform.document import local_name, parse_document
from server.xform.errors import FormError

__all__ = ["with_version"]


def with_version(xml: bytes, version: str) -> bytes:
    """Return the XForm with `version` as the version of its primary instance.

    `xml` is a form that `parse_form` has taken. Raises ValueError for a label that XML cannot hold.
    """
    parse_document(xml)
    document = etree.fromstring(xml, _parser()).getroottree()
    root = next(document.getroot().iterfind("{*}head/{*}model/{*}instance/*"), None)
    if root is None:
        raise FormError(f"The form has no primary instance: <{local_name(document.getroot())}> holds no fields")
    root.set("version", version)
    return etree.tostring(document, encoding="UTF-8", xml_declaration=True)


def _parser() -> etree.XMLParser:
    """Keeps comments and CDATA sections, which `parse_document` leaves out or dissolves."""
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, strip_cdata=False)
