import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.xform.definition import parse_form
from server.xform.relabel import with_public_key, with_version
from tests.forms.definitions import xform


@given(st.text(st.characters(exclude_categories=["C"]), max_size=40))
def test_form_has_the_new_version_and_is_otherwise_the_same(version: str) -> None:
    before, after = parse_form(xform(version="1")), parse_form(with_version(xform(version="1"), version))

    assert after.version == version
    assert (after.form_id, after.fields, after.title) == (before.form_id, before.fields, before.title)


def test_form_without_a_version_gets_one() -> None:
    assert parse_form(with_version(xform(version=None), "2026")).version == "2026"


def test_comments_and_prefixes_are_kept() -> None:
    xml = xform().replace(b"<itext>", b"<!-- reviewed by L\xc3\xaa --><itext>")

    assert "<!-- reviewed by Lê --><itext>".encode() in with_version(xml, "2")


@pytest.mark.parametrize("version", ["\0", "\x01", "\ud800"])
def test_label_that_xml_cannot_hold_is_refused(version: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        with_version(xform(), version)


def test_form_gets_a_key_and_is_otherwise_the_same() -> None:
    before, after = parse_form(xform()), parse_form(with_public_key(xform(), "MIIB", "1[encrypted]"))

    assert (after.submission.rsa_public_key, after.version) == ("MIIB", "1[encrypted]")
    assert (after.form_id, after.fields, after.media) == (before.form_id, before.fields, before.media)


def test_key_goes_into_the_submission_element_that_is_there() -> None:
    xml = xform().replace(b"</model>", b'<submission action="https://example.org/" orx:auto-send="true"/></model>')

    after = with_public_key(xml, "MIIB", "1")

    assert after.count(b"<submission") == 1
    options = parse_form(after).submission
    assert (options.action, options.auto_send, options.rsa_public_key) == ("https://example.org/", True, "MIIB")
