"""Answers of selects against lists: written in the form, in files, cascading, missing."""

import pytest
from lxml import etree
from pyxform.xls2xform import convert

from server.xform.check import check_submission
from server.xform.form_compiler import compile_form
from tests.xform.logic import HANOI, attached, brief, findings, written, xform

CASCADE = """
| survey |
|        | type                        | name     | label    | choice_filter              |
|        | select_one regions          | region   | Region   |                            |
|        | select_one_from_file villages.csv | village | Village | region = ${region} |
| choices |
|        | list_name | name | label |
|        | regions   | r1   | North |
|        | regions   | r2   | South |
"""
VILLAGES = "name,label,region,people\nv1,One,r1,100\nv2,Two,r2,250\n"


@pytest.mark.parametrize(
    ("region", "village", "expected"),
    [
        ("r1", "v1", []),
        ("r1", "v2", [("warning", "stale-choice", "/data/village")]),
        ("r1", "v9", [("error", "choice", "/data/village")]),
        ("r3", "v1", [("error", "choice", "/data/region"), ("warning", "stale-choice", "/data/village")]),
        ("", "v1", [("warning", "stale-choice", "/data/village")]),
    ],
)
def test_a_cascade_offers_the_rows_of_the_answer_before(
    region: str, village: str, expected: list[tuple[str, str, str]]
) -> None:
    model = written(CASCADE, {"villages.csv": VILLAGES})
    assert brief(findings(model, f"<region>{region}</region><village>{village}</village>")) == expected


def test_without_its_file_a_choice_is_unverifiable() -> None:
    found = findings(written(CASCADE), "<region>r1</region><village>v1</village>")
    assert brief(found) == [("unverifiable", "unverifiable", "/data/village")]
    assert "villages.csv was not uploaded" in found[0].detail


def test_a_list_that_phones_had_in_another_state_gives_no_error() -> None:
    xml = convert(xlsform=CASCADE, file_type=".md").xform.encode()
    model = compile_form(xml, attached({"villages.csv": VILLAGES}, may_differ=True))
    root = etree.fromstring('<data id="data"><region>r1</region><village>v9</village></data>')
    assert brief(check_submission(model, root, zone=HANOI)) == [("info", "choice", "/data/village")]


LISTS = """<instance id="d"><root><item><name>d1</name><label>One</label><most>5</most></item>
<item><name>d2</name><label>Two</label><most>50</most></item></root></instance>"""


def select(nodeset: str, kind: str = "select1", ref: str = "/data/a") -> str:
    return (
        f'<{kind} ref="{ref}"><itemset nodeset="{nodeset}"><value ref="name"/><label ref="label"/></itemset></{kind}>'
    )


def test_a_condition_may_ask_for_the_answer_around_the_select() -> None:
    fields = '<r jr:template=""><n/><a/></r>'
    body = select("instance('d')/root/item[most > current()/../n]", ref="/data/r/a")
    model = compile_form(xform(fields, '<bind nodeset="/data/r/n" type="int"/>', body, LISTS), {})
    answers = "<r><n>1</n><a>d1</a></r><r><n>10</n><a>d1</a></r><r><n>10</n><a>d2</a></r>"
    assert brief(findings(model, answers)) == [("warning", "stale-choice", "/data/r[2]/a")]


def test_the_order_of_choices_does_not_matter() -> None:
    model = compile_form(xform("<a/>", body=select("randomize(instance('d')/root/item, 3)"), more=LISTS), {})
    assert findings(model, "<a>d2</a>") == []


def test_choices_may_come_from_a_repeat() -> None:
    fields = '<r jr:template=""><name/></r><a/>'
    model = compile_form(xform(fields, body=select("/data/r[name != '']")), {})
    assert findings(model, "<r><name>x</name></r><r><name>y</name></r><a>y</a>") == []
    assert brief(findings(model, "<r><name>x</name></r><a>z</a>")) == [("error", "choice", "/data/a")]


def test_each_value_of_a_select_multiple_or_rank_is_looked_up() -> None:
    model = compile_form(xform("<a/>", body=select("instance('d')/root/item", "rank"), more=LISTS), {})
    assert findings(model, "<a>d2 d1</a>") == []
    assert [each.value for each in findings(model, "<a>d2 d3</a>")] == ["d3"]


def test_choices_of_the_search_function_are_not_known_here() -> None:
    body = (
        '<select1 ref="/data/a" appearance="search(\'x\')"><item><label>l</label><value>name</value></item></select1>'
    )
    assert findings(compile_form(xform("<a/>", body=body), {}), "<a>anything</a>") == []


def test_the_label_of_a_choice_is_found_where_the_question_offers_it() -> None:
    binds = '<bind nodeset="/data/b" calculate="jr:choice-name(/data/a, \'/data/a\')"/>'
    model = compile_form(xform("<a/><b/>", binds, select("instance('d')/root/item[most > 10]"), LISTS), {})
    assert findings(model, "<a>d2</a><b>Two</b>") == []
    assert [each.expected for each in findings(model, "<a>d1</a><b>One</b>") if each.code == "calculate"] == [""]


def test_pulldata_reads_the_first_row_with_the_key() -> None:
    binds = "<bind nodeset=\"/data/b\" calculate=\"pulldata('villages', 'people', 'name', /data/a)\"/>"
    model = compile_form(xform("<a/><b/>", binds), attached({"Villages.csv": VILLAGES}))
    assert findings(model, "<a>v2</a><b>250</b>") == []
    assert findings(model, "<a>v9</a><b/>") == []
    assert [each.expected for each in findings(model, "<a>v2</a><b>9</b>")] == ["250"]


def test_what_was_saved_last_on_a_phone_is_not_known_here() -> None:
    binds = '<bind nodeset="/data/a" calculate="instance(\'__last-saved\')/data/a"/>'
    more = '<instance id="__last-saved" src="jr://instance/last-saved"/>'
    found = findings(compile_form(xform("<a/>", binds, more=more), {}), "<a>1</a>")
    assert brief(found) == [("unverifiable", "unverifiable", "/data/a")]
