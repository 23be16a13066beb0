"""What is said of a form when it is uploaded: each kind of fault once, and silence over sound forms."""

from pathlib import Path

import pytest
from pyxform.xls2xform import convert

from server.xform import form_compiler
from server.xform.form_check import check_form
from tests.xform.logic import attached, brief, upload_findings, xform

FORMS = Path(__file__).parents[2] / "forms"
BODY = '<input ref="/data/a"/>'
LIST = '<instance id="d"><root><item><name>1</name><label>One</label></item></root></instance>'
REPEAT = '<a/><r jr:template=""><x/><y/></r>'
REPEAT_BODY = '<group ref="/data/r"><repeat nodeset="/data/r"><input ref="/data/r/x"/></repeat></group>'


def bind(attributes: str, node: str = "/data/a") -> str:
    return f'<bind nodeset="{node}" {attributes}/>'


def select(inside: str, kind: str = "select1") -> str:
    return f'<{kind} ref="/data/a">{inside}</{kind}>'


def item(value: str, label: str = "L") -> str:
    return f"<item><label>{label}</label><value>{value}</value></item>"


@pytest.mark.parametrize(
    ("xml", "code"),
    [
        (b"<h:html", "xml"),
        (b"<a/>", "no-model"),
        (b"<html><head><model/></head></html>", "no-primary-instance"),
        (b"<html><head><model><instance><data/></instance></model></head></html>", "no-form-id"),
    ],
)
def test_what_is_no_form_is_told_in_one_finding(xml: bytes, code: str) -> None:
    assert [finding.code for finding in check_form(xml, {})] == [code]


@pytest.mark.parametrize(
    ("attributes", "level", "code"),
    [
        ('calculate="1 +"', "error", "syntax"),
        ('relevant=""', "error", "syntax"),
        ('constraint="nosuch(.)"', "warning", "unknown-function"),
        ('calculate="nosuch(1)"', "error", "unknown-function"),
        ('calculate="if(true(), 1, nosuch(1))"', "warning", "unknown-function"),
        ('calculate="round()"', "error", "arity"),
        ('calculate="//b"', "error", "unsupported-construct"),
        ('relevant="/data/nosuch = 1"', "error", "missing-node"),
        ('relevant="/wrong/a = 1"', "error", "missing-node"),
        ("calculate=\"instance('x')/root/item/name\"", "error", "missing-instance"),
        ("calculate=\"instance('d')/root/item[nosuch = 1]/name\"", "error", "missing-column"),
        ("calculate=\"pulldata('x', 'a', 'b', 'c')\"", "warning", "missing-attachment"),
        ('calculate="sum(1)"', "error", "argument-kind"),
        ("calculate=\"jr:choice-name('1', '/data/b')\"", "warning", "argument-kind"),
        ("constraint=\"regex(., '(')\"", "error", "bad-regex"),
        ("calculate=\"format-date(/data/b, '%q')\"", "error", "bad-date-format"),
        ("calculate=\"date('2024-02-30')\"", "error", "bad-date-literal"),
        ("constraint=\". &gt; '2020-01-01'\"", "warning", "always-false"),
        ("calculate=\"instance('d')/root/item[1]/name\"", "warning", "numeric-predicate"),
        ('calculate="../b/../b"', "warning", "misplaced-parent"),
        ("calculate=\"jr:itext('x')\"", "warning", "missing-itext"),
        ("jr:constraintMsg=\"jr:itext('x')\"", "error", "missing-itext"),
        ('type="strange"', "warning", "bad-type"),
    ],
)
def test_each_fault_of_a_bind_is_found(attributes: str, level: str, code: str) -> None:
    found = upload_findings(xform("<a/><b/>", bind(attributes), BODY, LIST))
    assert (level, code) in {each[:2] for each in found}


@pytest.mark.parametrize(
    ("fields", "binds", "body", "expected"),
    [
        ("<a>x</a>", bind('type="int"'), BODY, [("warning", "bad-default", "/data/a")]),
        ("<a/>", bind("", "/data/b"), BODY, [("warning", "missing-bind-node", "/data/b")]),
        ("<a/>", bind("") + bind(""), BODY, [("error", "duplicate-bind", "/data/a")]),
        ("<a/>", "", '<input ref="/data/b"/>', [("error", "missing-control-node", "/data/b")]),
        ("<a/>", "", BODY + BODY, [("warning", "duplicate-control", "/data/a")]),
        ("<a/><a/>", "", BODY, [("warning", "duplicate-node-name", "/data/a")]),
        ("<a/>", "", select(""), [("error", "no-choices", "/data/a")]),
        ("<a/>", "", select(item("")), [("error", "empty-choice", "/data/a")]),
        ("<a/>", "", select(item("1") + item("1")), [("warning", "duplicate-choice", "/data/a")]),
        ("<a/>", "", select(item("1 2"), "select"), [("error", "choice-with-blank", "/data/a")]),
        ("<a/>", "", select(item("1 2")), []),
    ],
)
def test_each_fault_of_the_structure_is_found(
    fields: str, binds: str, body: str, expected: list[tuple[str, str, str]]
) -> None:
    assert upload_findings(xform(fields, binds, body)) == expected


@pytest.mark.parametrize("name", ["xmlFile", "XMLa", "mod", "KEY", "SubmissionDate"])
def test_a_name_that_means_something_else_is_told(name: str) -> None:
    assert upload_findings(xform(f"<{name}/>")) == [("warning", "reserved-name", f"/data/{name}")]


@pytest.mark.parametrize(
    "fields", ["<axml/>", "<model/>", "<key/>", "<SubmissionDate><a/></SubmissionDate>", "<g><KEY/></g>"]
)
def test_a_name_that_is_only_like_a_reserved_one_is_fine(fields: str) -> None:
    assert upload_findings(xform(fields)) == []


@pytest.mark.parametrize("source", ["/data/r/x + 1", "count(/data/r)", "sum(/data/r/x)"])
def test_what_browsers_read_differently_is_told_once_for_the_form(source: str) -> None:
    binds = bind(f'calculate="{source}"', "/data/r/y") + bind(f'relevant="{source} &gt; 1"', "/data/r/z")
    found = check_form(xform('<r jr:template=""><x/><y/><z/></r>', binds, REPEAT_BODY), {})
    assert brief(found) == [("warning", "client-divergence", "/data/r/y")]
    assert "/data/r/y, /data/r/z." in found[0].detail


@pytest.mark.parametrize("source", ["../x + 1", "count(../../r)", "/data/a", "/data/r[x = 1]/y"])
def test_what_browsers_read_alike_is_not_told(source: str) -> None:
    found = upload_findings(xform(REPEAT, bind(f'constraint="{source}"', "/data/r/y"), REPEAT_BODY))
    assert [code for _, code, _ in found if code == "client-divergence"] == []


def test_rules_without_measure_end_in_a_clear_report(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(form_compiler, "MAX_EXPRESSIONS", 20)
    found = check_form(
        xform("<a/><b/>", bind('constraint=". &gt; 1"') + bind(f'constraint="{"1 + " * 9}1"', "/data/b")), {}
    )
    assert brief(found) == [("error", "budget", "/data/b")]


def test_a_form_without_instance_id_is_told() -> None:
    xml = xform("<a/>").replace(b"<meta><instanceID/></meta>", b"")
    assert upload_findings(xml) == [("error", "no-instance-id", "/data")]


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        ('<value ref="name"/><label ref="label"/>', []),
        ('<value ref="nosuch"/><label ref="label"/>', [("error", "itemset-ref", "/data/a")]),
        ('<value ref="name"/><label ref="nosuch"/>', [("error", "itemset-ref", "/data/a")]),
    ],
)
def test_an_itemset_needs_its_columns(column: str, expected: list[tuple[str, str, str]]) -> None:
    body = select(f"<itemset nodeset=\"instance('d')/root/item\">{column}</itemset>")
    found = upload_findings(xform("<a/>", body=body, more=LIST))
    assert [each for each in found if each[1] != "empty-choice"] == expected


def test_a_file_that_is_missing_is_told_once() -> None:
    more = '<instance id="f" src="jr://file-csv/f.csv"/>'
    binds = bind("calculate=\"instance('f')/root/item/x\"") + bind(
        "calculate=\"count(instance('f')/root/item)\"", "/data/b"
    )
    found = check_form(xform("<a/><b/>", binds, more=more), {})
    assert [(finding.code, finding.value) for finding in found] == [("missing-attachment", "f.csv")]
    assert check_form(xform("<a/><b/>", binds, more=more), attached({"f.csv": "x\n1\n"})) == []


def test_a_file_that_is_no_list_is_told() -> None:
    more = '<instance id="f" src="jr://file/f.xml"/>'
    found = upload_findings(
        xform("<a/>", bind("calculate=\"instance('f')/root/item/x\""), more=more), {"f.xml": "<root>"}
    )
    assert found == [("error", "bad-attachment", "/data/a")]


@pytest.mark.parametrize(
    "source", ["/data/r/x", "/data/r/x + 1", "if(/data/r/x = 1, 2, 3)", "if(1, /data/r/x, 3)", "concat('a', /data/r/x)"]
)
def test_a_repeat_read_from_outside_is_told(source: str) -> None:
    found = upload_findings(xform(REPEAT, bind(f'calculate="{source}"'), REPEAT_BODY))
    assert found == [("warning", "repeated-reference", "/data/a")]


@pytest.mark.parametrize(
    "source",
    [
        "sum(/data/r/x)",
        "count(/data/r)",
        "/data/r[position() = 1]/x",
        "join(' ', /data/r/x)",
        "max(/data/r/x)",
        "indexed-repeat(/data/r/x, /data/r, 1)",
    ],
)
def test_functions_of_node_sets_may_read_all_of_a_repeat(source: str) -> None:
    assert upload_findings(xform(REPEAT, bind(f'calculate="{source}"'), BODY + REPEAT_BODY)) == []


def test_an_absolute_path_in_a_condition_on_a_list_is_told_inside_repeats_only() -> None:
    condition = "calculate=\"instance('d')/root/item[name = {}]/label\""
    inside = bind(condition.format("/data/r/y"), "/data/r/x")
    outside = bind(condition.format("/data/a"), "/data/r/x")
    found = upload_findings(xform(REPEAT, inside, REPEAT_BODY, LIST))
    assert found == [("warning", "absolute-in-item-predicate", "/data/r/x")]
    assert upload_findings(xform(REPEAT, outside, REPEAT_BODY, LIST)) == []


@pytest.mark.parametrize(
    "binds",
    [
        bind('calculate="/data/a + 1"'),
        bind('relevant=". = 1"'),
        bind('calculate="/data/b"') + bind('calculate="/data/a"', "/data/b"),
        bind('relevant="/data/g/c = 1"') + bind('relevant="/data/a = 1"', "/data/g"),
        bind('calculate="/data/b"') + bind('relevant="/data/a = 1"', "/data/b"),
        bind('calculate="sum(../../r/x)"', "/data/r/x"),
        bind('required="/data/b = 1"') + bind('calculate="/data/a"', "/data/b"),
        bind('readonly="/data/b = 1"') + bind('calculate="/data/a"', "/data/b"),
        bind('relevant="/data/g/c = 1"', "/data/g"),
        bind('relevant="count(/data/r) = 1"', "/data/r"),
    ],
)
def test_a_circle_of_rules_is_found(binds: str) -> None:
    fields = '<a/><b/><g><c/></g><r jr:template=""><x/></r>'
    assert [each[1] for each in upload_findings(xform(fields, binds)) if each[1] == "cycle"] == ["cycle"]


@pytest.mark.parametrize(
    "binds",
    [
        bind('constraint=". &gt; 1 and /data/b = 1"') + bind('calculate="/data/a"', "/data/b"),
        bind('relevant="/data/b = 1"') + bind('constraint="/data/a = 1"', "/data/b"),
        bind('calculate="../y"', "/data/r/x"),
        bind('calculate="position(..)"', "/data/r/x"),
    ],
)
def test_what_only_looks_like_a_circle_is_none(binds: str) -> None:
    assert upload_findings(xform("<a/><b/>" + REPEAT.removeprefix("<a/>"), binds)) == []


def test_texts_that_quote_answers_are_checked() -> None:
    body = '<input ref="/data/a"><label>Hello <output value="/data/nosuch"/></label></input>'
    assert upload_findings(xform("<a/>", body=body)) == [("error", "missing-node", "/data/a")]


def test_values_of_actions_are_checked() -> None:
    more = '<setvalue event="odk-instance-first-load" ref="/data/a" value="nosuch()"/>'
    assert upload_findings(xform("<a/>", more=more)) == [("error", "unknown-function", "/data/a")]


def test_languages_that_lack_texts_are_told() -> None:
    itext = """<itext><translation lang="en"><text id="x"><value>X</value></text></translation>
    <translation lang="vi"><text id="y"><value>Y</value></text></translation></itext>"""
    found = check_form(xform("<a/>", more=itext), {})
    assert [(finding.code, finding.rule) for finding in found] == [
        ("missing-translation", "itext en"),
        ("missing-translation", "itext vi"),
    ]


@pytest.mark.parametrize("blanks", ["", "   ", "&#10;  "])
def test_a_finding_points_into_its_expression(blanks: str) -> None:
    (finding,) = check_form(xform("<a/>", bind(f'calculate="{blanks}1 + nosuch(2) "')), {})
    assert (finding.rule, finding.expression, finding.offset) == ("calculate", "1 + nosuch(2)", 4)


@pytest.mark.parametrize("path", sorted(FORMS.glob("*.xlsx")), ids=lambda path: path.stem)
def test_the_forms_that_come_with_the_product_are_sound(path: Path) -> None:
    xml = convert(path.read_bytes(), validate=False).xform.encode()
    media = path.with_name(f"{path.stem}-media")
    files = attached({file.name: file.read_bytes() for file in media.iterdir()})
    assert [finding for finding in check_form(xml, files) if finding.level == "error"] == []


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("name,label\n1,One\n", []),
        ("name;label\n1;One\n", []),
        ("name,label\n", []),
        ("ma,label\n1,One\n", [("error", "itemset-ref", "/data/a")]),
        ("name,ten\n1,One\n", [("error", "itemset-ref", "/data/a")]),
    ],
)
def test_a_file_needs_the_columns_of_its_choices(content: str, expected: list[tuple[str, str, str]]) -> None:
    # JavaRosa does not load the form when one of them is missing.
    body = select('<itemset nodeset="instance(\'f\')/root/item"><value ref="name"/><label ref="label"/></itemset>')
    more = '<instance id="f" src="jr://file-csv/f.csv"/>'
    assert upload_findings(xform("<a/>", body=body, more=more), {"f.csv": content}) == expected


def test_all_columns_that_a_file_lacks_are_named_with_those_it_has() -> None:
    body = select('<itemset nodeset="instance(\'f\')/root/item"><value ref="name"/><label ref="label"/></itemset>')
    more = '<instance id="f" src="jr://file-csv/f.csv"/>'
    (found,) = check_form(xform("<a/>", body=body, more=more), attached({"f.csv": "ten,ma\nOne,1\n"}))
    assert found.value == "name, label"
    assert found.detail == "The question needs `name`, `label` in each row of `f.csv`, which has `ma`, `ten`."


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("Tên,ma\nLúa,1\n".encode(), []),
        ("Tên,ma\nLúa,1\n".encode("utf-8-sig"), []),
        ("ten,ma\nTh\xf3c,1\n".encode("cp1252"), [("warning", "attachment-encoding", "/data")]),
        ("Tên,ma\nLúa,1\n".encode("utf-16"), [("warning", "attachment-encoding", "/data")]),
    ],
)
def test_a_file_that_phones_read_with_wrong_letters_is_told(
    content: bytes, expected: list[tuple[str, str, str]]
) -> None:
    assert upload_findings(xform("<a/>"), {"f.csv": content}) == expected


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("pulldata('f', 'points', 'key', /data/a)", []),
        ("pulldata('f.csv', 'points', 'key', /data/a)", []),
        ("pulldata('f', 'point', 'key', /data/a)", [("error", "missing-column", "/data/b")]),
        ("pulldata('f', 'points', 'keys', /data/a)", [("error", "missing-column", "/data/b")]),
        ("pulldata('f', /data/a, 'key', /data/a)", []),
    ],
)
def test_pulldata_needs_the_columns_that_it_names(call: str, expected: list[tuple[str, str, str]]) -> None:
    found = upload_findings(xform("<a/><b/>", bind(f'calculate="{call}"', "/data/b")), {"F.csv": "key,points\n1,2\n"})
    assert found == expected


def test_pulldata_from_a_file_that_is_no_list_is_told() -> None:
    found = upload_findings(
        xform("<a/>", bind("calculate=\"pulldata('f', 'a', 'b', 'c')\"")), {"f.csv": "a,b\n".encode("utf-16")}
    )
    assert ("error", "bad-attachment", "/data/a") in found
