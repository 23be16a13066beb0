"""What is read of a form's logic, in the ways that old and new forms write it."""

import pytest
from lxml import etree

from server.xform.form_compiler import FormStructureError, compile_form
from server.xform.model import FormNode
from tests.xform.logic import brief, findings, xform


def node(xml: bytes, path: str) -> FormNode:
    found = compile_form(xml, {}).node(tuple(path.strip("/").split("/")))
    assert found is not None
    return found


@pytest.mark.parametrize("nodeset", ["/data/g/a", "g/a", " /data/g/a ", "/data/./g/a", "/x:data/x:g/x:a"])
def test_binds_find_their_node_however_they_name_it(nodeset: str) -> None:
    assert node(xform("<g><a/></g>", f'<bind nodeset="{nodeset}" type="int"/>'), "/data/g/a").datatype == "int"


def test_a_prefix_in_the_instance_does_not_count() -> None:
    xml = xform("<orx:extra><orx:a/></orx:extra>", '<bind nodeset="/data/orx:extra/orx:a" required="true()"/>')
    assert brief(findings(compile_form(xml, {}), "<extra><a/></extra>")) == [("info", "required", "/data/extra/a")]


def test_controls_may_name_their_bind_or_stand_in_a_group() -> None:
    binds = '<bind id="b" nodeset="/data/g/a"/>'
    assert node(xform("<g><a/></g>", binds, '<input bind="b"/>'), "/data/g/a").control is not None
    assert (
        node(xform("<g><a/></g>", "", '<group ref="/data/g"><input ref="a"/></group>'), "/data/g/a").control is not None
    )


def test_a_template_and_a_first_instance_are_one_repeat() -> None:
    xml = xform('<r jr:template=""><x/></r><r><x/><y/></r>')
    repeat = node(xml, "/data/r")
    assert repeat.is_repeat
    assert set(repeat.children) == {"x", "y"}


def test_a_repeat_of_the_body_needs_no_template() -> None:
    assert node(xform("<r><x/></r>", "", '<group><repeat nodeset="/data/r"/></group>'), "/data/r").is_repeat


def test_types_may_have_a_schema_prefix() -> None:
    assert node(xform("<a/>", '<bind nodeset="/data/a" type="xsd:int"/>'), "/data/a").datatype == "int"


def test_attributes_are_nodes_that_binds_can_calculate() -> None:
    fields = '<e id="" dataset="d"><label/></e>'
    xml = xform(fields, '<bind nodeset="/data/e/@id" calculate="1 + 1"/>')
    model = compile_form(xml, {})
    assert findings(model, '<e id="2" dataset="d"><label/></e>') == []
    assert brief(findings(model, '<e id="3" dataset="d"><label/></e>')) == [("warning", "calculate", "/data/e/@id")]


def test_a_broken_expression_costs_only_its_own_rule() -> None:
    binds = '<bind nodeset="/data/a" constraint="nosuch(" required="true()"/>'
    model = compile_form(xform("<a/>", binds, '<input ref="/data/a"/>'), {})
    assert findings(model, "<a>1</a>") == []
    assert brief(findings(model, "<a/>")) == [("error", "required", "/data/a")]


def test_a_rule_that_is_plainly_true_or_false_is_not_compiled() -> None:
    rule = node(xform("<a/>", '<bind nodeset="/data/a" required=" true() "/>'), "/data/a").required
    assert rule is not None
    assert (rule.constant, rule.compiled) == (True, None)


@pytest.mark.parametrize("root", ["<a/>", "<h:html xmlns:h='x'/>"])
def test_what_is_no_form_is_refused(root: str) -> None:
    with pytest.raises(FormStructureError):
        compile_form(etree.tostring(etree.fromstring(root)), {})


def test_a_long_chain_of_conditions_is_followed() -> None:
    count = 120
    fields = "".join(f"<q{number}/>" for number in range(count))
    binds = "".join(
        f'<bind nodeset="/data/q{number}" relevant="/data/q{number + 1} = 1"/>' for number in range(count - 1)
    )
    model = compile_form(xform(fields, binds), {})
    assert findings(model, "".join(f"<q{number}>1</q{number}>" for number in range(count))) == []
    last_is_no = "".join(f"<q{number}>{int(number < count - 1)}</q{number}>" for number in range(count))
    assert len(findings(model, last_is_no)) == count - 1
