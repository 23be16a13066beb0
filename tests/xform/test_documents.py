"""What is taken as an XML document, and what is said of the rest."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.xform.document import MAX_BYTES, MAX_TAGS, DocumentError, local_name, parse_document

LAUGHS = (
    b'<!DOCTYPE lolz [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(10))
    + b"]><d>&k;</d>"
)


def refusal(source: bytes) -> str:
    with pytest.raises(DocumentError) as caught:
        parse_document(source)
    return str(caught.value)


def test_a_document_gives_its_root_without_comments_and_instructions() -> None:
    root = parse_document(b"<?xml version='1.0' encoding='UTF-8' ?><data><?x y?><a>1<!-- one -->2</a></data>")

    assert [(child.tag, child.text) for child in root] == [("a", "12")]


@pytest.mark.parametrize(
    ("declared", "written", "text"),
    [
        ("UTF-8", "utf-8", "Đăk Lăk"),
        ("utf-8", "utf-8-sig", "Đăk Lăk"),
        ("UTF-16", "utf-16", "Đăk Lăk"),
        ("UTF-16", "utf-16-be", "Đăk Lăk"),
        ("ISO-8859-1", "iso-8859-1", "élan"),
    ],
)
def test_the_declared_encoding_is_followed(declared: str, written: str, text: str) -> None:
    source = f'<?xml version="1.0" encoding="{declared}"?><a>{text}</a>'

    assert parse_document(source.encode(written)).text == text


def test_local_name_drops_the_namespace() -> None:
    assert local_name(parse_document(b"<orx:meta xmlns:orx='http://openrosa.org/xforms'/>")) == "meta"
    assert local_name(parse_document(b"<meta/>")) == "meta"


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (b"", "Not XML: the document is empty"),
        (b" \n\t", "Not XML: the document is empty"),
        (b"<a>\n<b>\n</a>", "Not XML: Opening and ending tag mismatch: b line 2 and a (line 3)"),
        (b"PK\x03\x04 not at all", "Not XML: Start tag expected, '<' not found (line 1)"),
        (b"<a>\n&copy;</a>", "Not XML: Entity 'copy' not defined (line 2)"),
        (b"<a>\x00</a>", "Not XML: Invalid character: Char 0x0 out of allowed range (line 1)"),
        (b"<a/><b/>", "Not XML: Extra content at the end of the document (line 1)"),
        (b"<a>\xff</a>", "Not XML: Invalid bytes in character encoding (line 1)"),
    ],
)
def test_what_is_not_xml_is_refused_with_the_reason_and_the_line(source: bytes, message: str) -> None:
    assert refusal(source) == message


def test_a_refusal_knows_its_line() -> None:
    with pytest.raises(DocumentError) as caught:
        parse_document(b"<a>\n\n<")

    assert caught.value.line == 3


@pytest.mark.parametrize(
    "source",
    [
        b"<!DOCTYPE a><a/>",
        b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>',
        b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
        b'<!DOCTYPE a [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x"> %p;]><a/>',
        b'<!DOCTYPE a [<!ENTITY x "&x;">]><a b="&x;"/>',
        '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'.encode("utf-16"),
        LAUGHS,
        LAUGHS.replace(b"<d>", b'<d b="&k;">'),
    ],
)
def test_a_doctype_is_refused_whatever_is_in_it(source: bytes) -> None:
    assert "contains a DOCTYPE, which is not accepted" in refusal(source)


def test_200_levels_are_accepted() -> None:
    assert parse_document(b"<a>" * 200 + b"</a>" * 200).tag == "a"


@pytest.mark.parametrize("levels", [201, 257, 300, 100_000])
def test_more_than_200_levels_are_refused(levels: int) -> None:
    assert "nested deeper than 200 levels" in refusal(b"<a>" * levels + b"</a>" * levels)


def test_a_document_that_is_too_long_is_refused() -> None:
    assert refusal(b"<a>" + b" " * MAX_BYTES + b"</a>") == "The document is larger than 16 MB"


def test_a_document_with_too_many_tags_is_refused() -> None:
    assert refusal(b"<a>" + b"<b/>" * MAX_TAGS + b"</a>") == "The document has more than 1,000,000 tags"


@pytest.mark.parametrize("source", [b"<a>%s</a>", b"<a b='%s'/>"])
def test_a_text_of_over_10_mb_is_refused(source: bytes) -> None:
    assert "holds a text that is longer than 10 MB" in refusal(source % (b"x" * 10_100_000))


@pytest.mark.parametrize("encoding", ["windows-1252", "utf-7"])
def test_an_unusual_encoding_is_refused_by_name(encoding: str) -> None:
    source = f'<?xml version="1.0" encoding="{encoding}"?><a>x</a>'.encode()

    assert refusal(source) == f"The document is encoded as {encoding}; use UTF-8 or UTF-16"


@given(st.binary(max_size=200))
def test_any_bytes_are_a_document_or_refused(source: bytes) -> None:
    with contextlib.suppress(DocumentError):
        assert parse_document(source) is not None


PIECES = ["<a>", "</a>", "<b c='", "'/>", "&amp;", "<![CDATA[", "]]>", "<?x", "?>", "<!--", "-->", "\0", "é"]
PIECES += ["<!DOCTYPE a [", "<!ENTITY b '&b;'>", "]>", "&b;", "xmlns:x='y' ", "<x:a/>"]


@given(st.lists(st.sampled_from(PIECES)))
def test_any_pieces_of_xml_are_a_document_or_refused(pieces: list[str]) -> None:
    with contextlib.suppress(DocumentError):
        assert parse_document("".join(pieces).encode()) is not None
