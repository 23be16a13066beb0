"""What a form says of itself, and which documents are no forms."""

import pytest

from server.xform.definition import FormError, SubmissionOptions, parse_form
from tests.xform.written import xform, xlsform

SETTINGS = """
| survey |
|        | type | name | label |
|        | text | q    | Q     |
| settings |
|          | form_id | version | form_title   | submission_url      | public_key | auto_send | auto_delete | client_editable |
|          | hh      | 2026.1  | Hộ gia đình  | http://127.0.0.1/in | KEY        | true      | false       | yes             |
"""

ENTITY = """
| survey |
|        | type | name | label | save_to |
|        | text | kind | Kind  | species |
| entities |
|          | list_name | label   |
|          | trees     | ${kind} |
"""


def refusal(source: bytes) -> str:
    with pytest.raises(FormError) as caught:
        parse_form(source)
    return caught.value.message


def test_the_settings_are_read() -> None:
    form = xlsform(SETTINGS)

    assert (form.form_id, form.version, form.title, form.root_name) == ("hh", "2026.1", "Hộ gia đình", "data")
    assert form.submission.action == "http://127.0.0.1/in"
    assert form.submission.rsa_public_key == "KEY"
    assert form.submission.auto_send is True
    assert form.submission.auto_delete is False


def test_a_form_that_asks_nothing_of_clients_has_no_options() -> None:
    assert xform('<instance><d id="x"><a/></d></instance>').submission == SubmissionOptions()


def test_options_are_read_whatever_their_prefix() -> None:
    form = xform(
        '<instance><d id="x"><a/></d></instance>'
        '<submission orx:auto-send="true" odk:client-editable="true" action=" " auto-delete="no"/>'
    )

    assert form.submission == SubmissionOptions(auto_send=True, client_editable=True, auto_delete=False)


def test_without_version_it_is_the_empty_one() -> None:
    assert xform('<instance><d id="x"><a/></d></instance>').version == ""


def test_without_title_the_id_stands_in() -> None:
    form = parse_form(b'<html><head><title> </title><model><instance><d id="x"/></instance></model></head></html>')

    assert (form.title, form.fields, form.media) == ("x", (), ())


def test_entities_version_is_that_of_the_model() -> None:
    assert xlsform(ENTITY).entities_version == "2024.1.0"
    assert xform('<instance><d id="x"><a/></d></instance>').entities_version is None


def test_an_entity_is_a_group_in_meta() -> None:
    form = xlsform(ENTITY)

    assert [(f.path, f.type) for f in form.fields if f.path.startswith("/meta/entity")] == [
        ("/meta/entity", "structure"),
        ("/meta/entity/label", "string"),
    ]


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (b"", "Not XML: the document is empty"),
        (b"<html><head>", "Not XML: Premature end of data in tag head line 1 (line 1)"),
        (b"<!DOCTYPE html><html/>", "The document contains a DOCTYPE, which is not accepted"),
        (b"<data id='x'/>", "Not an XForm: the first element is <data>, it must be <h:html>"),
        (b"<html><body/></html>", "The form has no model: there must be a <model> in <h:head>"),
        (b"<html><head/></html>", "The form has no model: there must be a <model> in <h:head>"),
        (
            b"<html><head><model/></head></html>",
            "The form has no primary instance: the first <instance> of the model must hold its fields",
        ),
        (
            b"<html><head><model><instance src='jr://file/x.xml'/></model></head></html>",
            "The form has no primary instance: the first <instance> of the model must hold its fields",
        ),
        (
            b"<html><head><model><instance><d id=' '/></instance></model></head></html>",
            "The form has no id: <d> in the primary instance must have the attribute id",
        ),
    ],
)
def test_what_is_no_form_is_refused_with_the_reason(source: bytes, message: str) -> None:
    assert refusal(source) == message
