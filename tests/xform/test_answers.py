"""Answers as JSON beside the XML: their shape, and that no text is lost."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from server.xform.definition import Field
from server.xform.document import parse_document
from server.xform.instance import answer_text, expected_attachments, read_answers

FIELDS = (
    Field("/name", "name", "string", 0),
    Field("/age", "age", "int", 1),
    Field("/weight", "weight", "decimal", 2),
    Field("/crops", "crops", "string", 3, is_select_multiple=True),
    Field("/ranked", "ranked", "odk:rank", 4),
    Field("/home", "home", "structure", 5),
    Field("/home/road", "road", "string", 6, "/home"),
    Field("/home/photo", "photo", "binary", 7, "/home", is_binary=True),
    Field("/member", "member", "repeat", 8),
    Field("/member/name", "name", "string", 9, "/member"),
    Field("/member/tooth", "tooth", "repeat", 10, "/member"),
    Field("/member/tooth/xray", "xray", "binary", 11, "/member/tooth", is_binary=True),
    Field("/meta", "meta", "structure", 12),
    Field("/meta/audit", "audit", "binary", 13, "/meta", is_binary=True),
    Field("/meta/instanceID", "instanceID", "string", 14, "/meta"),
)
# XML itself cannot carry control characters and surrogates, and makes every line end a line feed.
XML_TEXT = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff", include_characters="\n\t")
)


def answers(content: str) -> dict[str, Any]:
    return read_answers(FIELDS, parse_document(f"<d xmlns:orx='http://openrosa.org/xforms'>{content}</d>".encode()))


def leaf(name: str, text: str) -> dict[str, Any]:
    root = etree.Element("d")
    etree.SubElement(root, name).text = text
    return read_answers(FIELDS, parse_document(etree.tostring(root)))


def test_groups_are_dictionaries_and_what_is_empty_has_no_key() -> None:
    assert answers("<name>An</name><age/><home><road>QL1</road><photo></photo></home><meta><audit/></meta>") == {
        "name": "An",
        "home": {"road": "QL1"},
    }


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("", {}),
        ("<member/>", {"member": [{}]}),
        ("<member><name>A</name></member>", {"member": [{"name": "A"}]}),
        ("<member><name>A</name></member><member/>", {"member": [{"name": "A"}, {}]}),
        (
            "<member><tooth/><tooth><xray>x</xray></tooth></member>",
            {"member": [{"tooth": [{}, {"xray": "x"}]}]},
        ),
    ],
)
def test_a_repeat_is_a_list_however_many_there_are(content: str, expected: dict[str, Any]) -> None:
    assert answers(content) == expected


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("age", "5", 5),
        ("age", "-12", -12),
        ("age", "999999999999999", 999999999999999),
        ("age", "1000000000000000", "1000000000000000"),
        ("age", "9" * 5000, "9" * 5000),
        ("age", "05", "05"),
        ("age", "+5", "+5"),
        ("age", "-0", "-0"),
        ("age", " 5", " 5"),
        ("age", "1_000", "1_000"),
        ("age", "٥", "٥"),
        ("age", "5.0", "5.0"),
        ("age", "five", "five"),
        ("weight", "1.5", 1.5),
        ("weight", "-0.25", -0.25),
        ("weight", "167.01999999999998", 167.01999999999998),
        ("weight", "12", 12),
        ("weight", "1.50", "1.50"),
        ("weight", "-0.0", "-0.0"),
        ("weight", ".5", ".5"),
        ("weight", "1.0E10", "1.0E10"),
        ("weight", "1e+16", "1e+16"),
        ("weight", "nan", "nan"),
        ("weight", "inf", "inf"),
        ("crops", "rice", ["rice"]),
        ("crops", "rice tea", ["rice", "tea"]),
        ("crops", "rice  tea", "rice  tea"),
        ("crops", " rice", " rice"),
        ("crops", "rice\n", "rice\n"),
        ("ranked", "b a", ["b", "a"]),
        ("name", "7", "7"),
        ("name", "a b", "a b"),
        ("name", "  ", "  "),
    ],
)
def test_a_leaf_has_a_type_only_where_its_text_can_be_made_from_it(
    name: str, text: str, value: float | str | list[str]
) -> None:
    read = leaf(name, text)

    assert read == {name: value}
    assert type(read[name]) is type(value)
    assert answer_text(read[name]) == text


@given(st.sampled_from(["age", "weight", "crops", "name", "ranked"]), XML_TEXT.filter(bool))
def test_the_text_of_any_answer_comes_back_through_json(name: str, text: str) -> None:
    assert answer_text(json.loads(json.dumps(leaf(name, text)))[name]) == text


@given(
    st.sampled_from(["age", "weight"]),
    st.integers().map(str) | st.floats().map(repr) | st.decimals().map(str),
)
def test_the_text_of_any_number_comes_back_through_json(name: str, text: str) -> None:
    assert answer_text(json.loads(json.dumps(leaf(name, text), allow_nan=False))[name]) == text


def test_what_the_form_does_not_know_is_kept() -> None:
    assert answers("<new>1</new><odd><a>x</a><b/></odd><many>1</many><many><c>2</c></many><many>3</many><none/>") == {
        "new": "1",
        "odd": {"a": "x"},
        "many": ["1", {"c": "2"}, "3"],
    }


def test_a_question_that_is_there_twice_keeps_both_answers() -> None:
    assert answers("<name>A</name><name>B</name><age>1</age><age>x</age><crops>a b</crops><crops>c</crops>") == {
        "name": ["A", "B"],
        "age": [1, "x"],
        "crops": ["a", "b", "c"],
    }


def test_a_group_that_is_there_twice_is_read_as_one() -> None:
    assert answers("<home><road>A</road></home><home><photo>p.jpg</photo><road>B</road></home>") == {
        "home": {"road": ["A", "B"], "photo": "p.jpg"}
    }


def test_text_where_a_group_should_be_and_elements_where_text_should_be_are_kept() -> None:
    assert answers(
        "<odd>x<a>A</a></odd><home>here</home><member>we<name>A</name></member><name>x<first>A</first></name>"
    ) == {
        "odd": {"#text": "x", "a": "A"},
        "home": {"#text": "here"},
        "member": [{"#text": "we", "name": "A"}],
        "name": {"#text": "x", "first": "A"},
    }


def test_the_text_of_an_answer_that_is_not_a_leaf_is_that_of_its_leaves() -> None:
    read = answers("<name><first>A</first><last>B</last></name><age>1</age><age>2</age>")

    assert answer_text(read["name"]) == "A B"
    assert answer_text(read["age"]) == "1 2"


def test_prefixes_do_not_count() -> None:
    assert answers("<orx:meta><orx:instanceID>uuid:1</orx:instanceID></orx:meta>") == {"meta": {"instanceID": "uuid:1"}}


def test_an_entity_keeps_its_attributes() -> None:
    assert answers(
        '<meta><entity dataset="trees" id="u1" create="1" update="" orx:x="2"><label>Oak</label></entity></meta>'
        '<member><meta><entity dataset="people" id="u2"/></meta></member>'
    ) == {
        "meta": {"entity": {"@dataset": "trees", "@id": "u1", "@create": "1", "@x": "2", "label": "Oak"}},
        "member": [{"meta": {"entity": {"@dataset": "people", "@id": "u2"}}}],
    }


def test_attributes_of_other_elements_are_left_out() -> None:
    assert answers('<name lang="vi">An</name><home kind="x"><road>A</road></home>') == {
        "name": "An",
        "home": {"road": "A"},
    }


def test_fields_given_as_a_list_are_read_as_they_are_now() -> None:
    fields = [Field("/age", "age", "int", 0)]
    root = parse_document(b"<d><age>5</age></d>")
    before = read_answers(fields, root)
    fields[0] = Field("/age", "age", "string", 0)

    assert (before, read_answers(fields, root)) == ({"age": 5}, {"age": "5"})


def test_a_form_of_200_levels_can_be_answered() -> None:
    deep = "<a>" * 198 + "x" + "</a>" * 198

    read = answers(deep)

    assert answer_text(read) == "x"
    assert json.loads(json.dumps(read)) == read


def test_100_000_equal_elements_are_read_quickly() -> None:
    read = answers("<name>ab</name>" * 100_000 + "<home>ab</home>" * 100_000)

    assert (len(read["name"]), len(read["home"]["#text"])) == (100_000, 100_000)


def test_expected_attachments_are_named_once_in_the_order_of_the_instance() -> None:
    read = answers(
        "<home><photo>z.jpg</photo></home>"
        "<member><tooth><xray>b.jpg</xray></tooth><tooth><xray>a.jpg</xray></tooth></member>"
        "<member><tooth/><tooth><xray>z.jpg</xray></tooth></member><meta><audit>audit.csv</audit></meta>"
    )

    assert expected_attachments(FIELDS, read) == ["z.jpg", "b.jpg", "a.jpg", "audit.csv"]


def test_a_file_question_that_is_there_twice_expects_both_files() -> None:
    read = answers("<home><photo>a b.jpg</photo><photo>c.jpg</photo></home>")

    assert expected_attachments(FIELDS, read) == ["a b.jpg", "c.jpg"]


@pytest.mark.parametrize(
    "content", ["", "<name>a.jpg</name>", "<home><photo/></home>", "<photo>a.jpg</photo>", "<home>a</home>"]
)
def test_nothing_else_is_expected(content: str) -> None:
    assert expected_attachments(FIELDS, answers(content)) == []
