"""Give a form's XML another version label or an encryption key, and leave the rest of it as it is."""

from lxml import etree

from server.xform.document import local_name, parse_document
from server.xform.errors import FormError

__all__ = ["with_public_key", "with_version"]

_KEY = "base64RsaPublicKey"


def with_version(xml: bytes, version: str) -> bytes:
    """Return the XForm with `version` as the version of its primary instance.

    `xml` is a form that `parse_form` has taken. Raises ValueError for a label that XML cannot hold.
    """
    root = _primary_root(xml)
    root.set("version", version)
    return _written(root)


def with_public_key(xml: bytes, public_key: str, version: str) -> bytes:
    """As `with_version`, and with this key (base64) for clients to encrypt submissions with."""
    root = _primary_root(xml)
    root.set("version", version)
    model = root.getparent().getparent()  # type: ignore[union-attr]  # `_primary_root` came down this way
    assert model is not None
    submission = next(model.iterchildren("{*}submission"), None)
    if submission is None:
        submission = etree.SubElement(model, f"{{{etree.QName(model).namespace}}}submission", method="post")
    submission.set(_KEY, public_key)
    return _written(root)


def _primary_root(xml: bytes) -> etree._Element:
    parse_document(xml)
    document = etree.fromstring(xml, _parser())
    root: etree._Element | None = next(document.iterfind("{*}head/{*}model/{*}instance/*"), None)
    if root is None:
        raise FormError(f"The form has no primary instance: <{local_name(document)}> holds no fields")
    return root


def _written(root: etree._Element) -> bytes:
    return etree.tostring(root.getroottree(), encoding="UTF-8", xml_declaration=True)


def _parser() -> etree.XMLParser:
    """Keeps comments and CDATA sections, which `parse_document` leaves out or dissolves."""
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, strip_cdata=False)
