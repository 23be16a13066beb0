"""Which fields a form has, in which order, and of which type."""

import pytest

from server.xform.controls import resolve
from server.xform.definition import Field, FormDefinition, fields_from_json, fields_to_json
from tests.xform.written import xform, xlsform

EVERY_TYPE = """
| survey |
|        | type              | name     | label | parameters           | calculation |
|        | start             | begun    |       |                      |             |
|        | text              | who      | Who   |                      |             |
|        | integer           | age      | Age   |                      |             |
|        | decimal           | weight   | Kg    |                      |             |
|        | date              | day      | Day   |                      |             |
|        | time              | hour     | Hour  |                      |             |
|        | datetime          | moment   | When  |                      |             |
|        | geopoint          | place    | Where |                      |             |
|        | geotrace          | road     | Road  |                      |             |
|        | geoshape          | plot     | Plot  |                      |             |
|        | barcode           | tag      | Tag   |                      |             |
|        | image             | photo    | Photo |                      |             |
|        | audio             | voice    | Voice |                      |             |
|        | file              | paper    | Paper |                      |             |
|        | select_one c      | one      | One   |                      |             |
|        | select_multiple c | many     | Many  |                      |             |
|        | rank c            | order    | Order |                      |             |
|        | range             | level    | Level | start=0 end=5 step=1 |             |
|        | acknowledge       | agreed   | Agree |                      |             |
|        | note              | thanks   | Bye   |                      |             |
|        | calculate         | computed |       |                      | 1 + 1       |
|        | audit             | audit    |       |                      |             |
| choices |
|         | list_name | name | label |
|         | c         | a    | A     |
|         | c         | b    | B     |
"""

HOUSEHOLD = """
| survey |
|        | type         | name   | label  |
|        | begin group  | home   | Home   |
|        | text         | road   | Road   |
|        | begin repeat | member | Member |
|        | text         | name   | Name   |
|        | begin repeat | tooth  | Tooth  |
|        | image        | xray   | X-ray  |
|        | end repeat   |        |        |
|        | end repeat   |        |        |
|        | end group    |        |        |
| settings |
|          | form_id | version | form_title |
|          | hh      | 3       | Household  |
"""


def types(form: FormDefinition) -> dict[str, str]:
    return {field.path: field.type for field in form.fields}


def test_every_question_type_has_the_type_of_its_bind() -> None:
    form = xlsform(EVERY_TYPE)

    assert types(form) == {
        "/begun": "dateTime",
        "/who": "string",
        "/age": "int",
        "/weight": "decimal",
        "/day": "date",
        "/hour": "time",
        "/moment": "dateTime",
        "/place": "geopoint",
        "/road": "geotrace",
        "/plot": "geoshape",
        "/tag": "barcode",
        "/photo": "binary",
        "/voice": "binary",
        "/paper": "binary",
        "/one": "string",
        "/many": "string",
        "/order": "odk:rank",
        "/level": "int",
        "/agreed": "string",
        "/thanks": "string",
        "/computed": "string",
        "/meta": "structure",
        "/meta/audit": "binary",
        "/meta/instanceID": "string",
    }


def test_fields_for_files_and_for_several_choices_are_marked() -> None:
    form = xlsform(EVERY_TYPE)

    assert [f.name for f in form.fields if f.is_binary] == ["photo", "voice", "paper", "audit"]
    assert [f.name for f in form.fields if f.is_select_multiple] == ["many"]
    assert [f.name for f in form.fields if f.has_several_values] == ["many", "order"]


def test_groups_and_repeats_come_before_what_is_in_them_and_templates_count_once() -> None:
    form = xlsform(HOUSEHOLD)

    assert [(f.order, f.path, f.type, f.parent) for f in form.fields] == [
        (0, "/home", "structure", None),
        (1, "/home/road", "string", "/home"),
        (2, "/home/member", "repeat", "/home"),
        (3, "/home/member/name", "string", "/home/member"),
        (4, "/home/member/tooth", "repeat", "/home/member"),
        (5, "/home/member/tooth/xray", "binary", "/home/member/tooth"),
        (6, "/meta", "structure", None),
        (7, "/meta/instanceID", "string", "/meta"),
    ]


def test_a_template_and_a_first_instance_with_more_in_it_are_one_repeat() -> None:
    form = xform(
        '<instance><d id="x"><r jr:template=""><a/></r><r><a/><b/></r></d></instance>',
        '<group ref="/d/r"><repeat nodeset="/d/r"/></group>',
    )

    assert types(form) == {"/r": "repeat", "/r/a": "string", "/r/b": "string"}


def test_a_template_without_a_control_is_a_repeat() -> None:
    form = xform('<instance><d id="x"><r jr:template=""><a/></r></d></instance>')

    assert types(form) == {"/r": "repeat", "/r/a": "string"}


def test_the_first_instance_is_the_primary_one() -> None:
    form = xform('<instance><d id="x"><a/></d></instance><instance id="other"><root><item/></root></instance>')

    assert form.root_name == "d"
    assert types(form) == {"/a": "string"}


def test_prefixes_do_not_count_anywhere() -> None:
    form = xform(
        '<instance><n:d xmlns:n="urn:n" id="x"><n:a/><orx:meta><orx:instanceID/></orx:meta></n:d></instance>'
        '<bind xmlns:n="urn:n" nodeset="/n:d/n:a" type="int"/>'
        '<bind nodeset="/d/orx:meta/orx:instanceID" type="string"/>'
    )

    assert types(form) == {"/a": "int", "/meta": "structure", "/meta/instanceID": "string"}


def test_a_form_may_have_a_prefix_for_xforms_instead() -> None:
    form = xform(
        '<f:instance xmlns:f="http://www.w3.org/2002/xforms"><d id="x"><a/></d></f:instance>'
        '<f:bind xmlns:f="http://www.w3.org/2002/xforms" nodeset="/d/a" type="date"/>'
    )

    assert types(form) == {"/a": "date"}


@pytest.mark.parametrize("nodeset", ["/d/g/a", "g/a", "./g/a", " /d/g/a ", "/ d / g / a", "g/../g/a"])
def test_a_bind_finds_its_node(nodeset: str) -> None:
    form = xform(f'<instance><d id="x"><g><a/></g></d></instance><bind nodeset="{nodeset}" type="int"/>')

    assert types(form)["/g/a"] == "int"


@pytest.mark.parametrize("nodeset", ["", "/other/a", "../a", "/d/b", "/"])
def test_a_bind_of_no_node_changes_nothing(nodeset: str) -> None:
    form = xform(f'<instance><d id="x"><a/></d></instance><bind nodeset="{nodeset}" type="int"/>')

    assert types(form) == {"/a": "string"}


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("int", "int"),
        ("integer", "int"),
        ("xsd:integer", "int"),
        ("xsd:int", "int"),
        ("xs:long", "int"),
        ("double", "decimal"),
        ("xsd:dateTime", "dateTime"),
        ("boolean", "boolean"),
        ("select1", "select1"),
        ("odk:rank", "odk:rank"),
        (" date ", "date"),
        ("", "string"),
    ],
)
def test_a_type_has_one_spelling(written: str, read: str) -> None:
    form = xform(f'<instance><d id="x"><a/></d></instance><bind nodeset="/d/a" type="{written}"/>')

    assert types(form) == {"/a": read}


def test_an_upload_without_a_type_is_for_a_file() -> None:
    form = xform('<instance><d id="x"><a/></d></instance>', '<upload ref="/d/a" mediatype="image/*"/>')

    assert form.fields[0].type == "binary"
    assert form.fields[0].is_binary


def test_the_audit_log_is_a_file_even_without_a_type() -> None:
    form = xform('<instance><d id="x"><meta><audit/></meta></d></instance>')

    assert types(form) == {"/meta": "structure", "/meta/audit": "binary"}


def test_a_reference_deeper_than_any_document_is_to_no_node() -> None:
    assert resolve("/".join("a" * 199), "", "d") == "/a" * 199
    assert resolve("/".join("a" * 200), "", "d") is None


def test_an_old_select_bind_tells_several_choices() -> None:
    form = xform('<instance><d id="x"><a/></d></instance><bind nodeset="/d/a" type="select"/>')

    assert form.fields[0].is_select_multiple


def test_controls_may_be_relative_to_their_group_or_name_a_bind() -> None:
    form = xform(
        '<instance><d id="x"><g><a/><b/></g></d></instance><bind id="bb" nodeset="/d/g/b" type="int"/>',
        '<group ref="g"><select ref="a"><label>A</label></select><input bind="bb"><label>B</label></input></group>',
    )

    assert form.fields[1].is_select_multiple
    assert form.fields[2].label() == "B"


def test_a_group_without_fields_is_still_a_group() -> None:
    form = xform('<instance><d id="x"><g/></d></instance>', '<group ref="/d/g"/>')

    assert types(form) == {"/g": "structure"}


def test_an_entity_without_label_is_a_group() -> None:
    form = xform('<instance><d id="x"><meta><entity dataset="trees" update="1"/></meta></d></instance>')

    assert types(form) == {"/meta": "structure", "/meta/entity": "structure"}


def test_a_field_is_found_by_its_path() -> None:
    form = xlsform(HOUSEHOLD)

    assert form.field("/home/member/tooth/xray") is form.fields[5]
    assert form.field("/home/nothing") is None


@pytest.mark.parametrize("table", [HOUSEHOLD, EVERY_TYPE])
def test_fields_come_back_from_json_as_they_were(table: str) -> None:
    fields = xlsform(table).fields

    assert fields_from_json(fields_to_json(fields)) == fields


def test_json_of_a_field_has_only_what_is_not_evident() -> None:
    field = Field("/g/a", "a", "string", 7, "/g", is_select_multiple=True, choice_list="c", labels={"": "A"})

    assert fields_to_json([field, Field("/b", "b", "int", 8)]) == [
        {"path": "/g/a", "type": "string", "selectMultiple": True, "choices": "c", "labels": {"": "A"}},
        {"path": "/b", "type": "int"},
    ]


def test_a_form_of_200_levels_is_read() -> None:
    deep = "<a>" * 195 + "</a>" * 195

    form = xform(f'<instance><d id="x">{deep}</d></instance>')

    assert len(form.fields) == 195
    assert form.fields[-1].path == "/a" * 195
