"""Who an instance says it is."""

import pytest

from server.xform.document import parse_document
from server.xform.instance import InstanceHead, read_head


def head(source: str) -> InstanceHead:
    return read_head(parse_document(source.encode()))


def test_form_version_and_names_are_read() -> None:
    assert head(
        '<data id="hh" version="3"><meta><instanceID>uuid:2</instanceID><deprecatedID>uuid:1</deprecatedID>'
        "<instanceName>Nhà 7</instanceName></meta></data>"
    ) == InstanceHead("hh", "3", instance_id="uuid:2", deprecated_id="uuid:1", instance_name="Nhà 7")


def test_what_is_absent_or_blank_is_none_and_a_missing_version_is_the_empty_one() -> None:
    assert head("<data><meta><instanceID> </instanceID><instanceName/></meta></data>") == InstanceHead("", "")


@pytest.mark.parametrize(
    "meta",
    [
        "<orx:meta><orx:instanceID>uuid:1</orx:instanceID></orx:meta>",
        "<meta><orx:instanceID> uuid:1\n</orx:instanceID></meta>",
        "<a/><meta/><orx:meta><orx:instanceID>uuid:1</orx:instanceID></orx:meta>",
        "<meta xmlns='http://openrosa.org/xforms'><timeEnd/><instanceID>uuid:1</instanceID></meta>",
    ],
)
def test_meta_is_found_with_any_prefix(meta: str) -> None:
    assert head(f'<d xmlns:orx="http://openrosa.org/xforms">{meta}</d>').instance_id == "uuid:1"


def test_of_two_meta_the_first_that_says_something_counts() -> None:
    found = head(
        "<d><meta><instanceID/><instanceName>A</instanceName></meta>"
        "<meta><instanceID>uuid:1</instanceID><instanceName>B</instanceName></meta></d>"
    )

    assert (found.instance_id, found.instance_name) == ("uuid:1", "A")


def test_meta_deeper_in_the_instance_is_not_the_instance_s() -> None:
    assert head("<d><g><meta><instanceID>uuid:1</instanceID></meta></g></d>").instance_id is None


def test_an_encrypted_instance_names_its_files_its_key_and_its_signature() -> None:
    assert head(
        '<data xmlns="http://www.opendatakit.org/xforms/encrypted" id="hh" version="3" encrypted="yes">'
        "<base64EncryptedKey>S2V5</base64EncryptedKey>"
        '<orx:meta xmlns:orx="http://openrosa.org/xforms"><orx:instanceID>uuid:1</orx:instanceID></orx:meta>'
        "<media><file>1.jpg.enc</file></media><media><file>2.jpg.enc</file></media>"
        "<encryptedXmlFile>submission.xml.enc</encryptedXmlFile>"
        "<base64EncryptedElementSignature>U2ln</base64EncryptedElementSignature></data>"
    ) == InstanceHead(
        "hh",
        "3",
        instance_id="uuid:1",
        is_encrypted=True,
        encrypted_files=("1.jpg.enc", "2.jpg.enc", "submission.xml.enc"),
        encrypted_key="S2V5",
        signature="U2ln",
    )


def test_an_encrypted_instance_without_its_parts_has_none_of_them() -> None:
    assert head('<data id="hh" encrypted="yes"/>') == InstanceHead("hh", "", is_encrypted=True)


def test_a_question_that_is_called_media_is_no_encryption() -> None:
    found = head('<data id="hh" encrypted="no"><media><file>1.jpg</file></media></data>')

    assert (found.is_encrypted, found.encrypted_files) == (False, ())
