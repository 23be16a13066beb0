"""Whatever arrives, a check ends in findings: no other error, no hang."""

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from server.xform.check import check_submission
from server.xform.findings import Finding
from server.xform.form_check import check_form
from server.xform.form_compiler import compile_form
from server.xform.table_files import TableError, TableSource, load_table
from tests.fuzzing import add_elements, cases
from tests.xform.logic import HANOI, RECEIVED, attached, xform

FIELDS = '<a/><b/><c/><d/><g><e/></g><r jr:template=""><x/><y/><z/></r>'
BINDS = """
<bind nodeset="/data/a" type="int" required="true()" constraint=". &gt; 0 and . &lt; /data/b" calculate="count(/data/r)"/>
<bind nodeset="/data/b" type="decimal" relevant="/data/a != '' or /data/r[position() = 1]/x = 1"/>
<bind nodeset="/data/c" type="date" constraint=". &lt;= today()" calculate="date(/data/d)"/>
<bind nodeset="/data/d" type="dateTime" constraint="regex(., '[0-9T:.+-]*')"/>
<bind nodeset="/data/g" relevant="selected(/data/g/e, 'x')"/>
<bind nodeset="/data/r/x" type="int" constraint="sum(../../r/x) &lt; 100"/>
<bind nodeset="/data/r/y" calculate="jr:choice-name(../z, '../z')"/>
"""
BODY = """
<input ref="/data/a"/><input ref="/data/b"/><input ref="/data/c"/><select ref="/data/g/e"><item><label>L</label><value>x</value></item></select>
<group ref="/data/r"><repeat nodeset="/data/r" jr:count="/data/a"><range ref="/data/r/x" start="1" end="9" step="2"/>
<select1 ref="/data/r/z"><itemset nodeset="instance('l')/root/item[n &lt; current()/../x]"><value ref="n"/><label ref="t"/></itemset></select1>
</repeat></group>
"""
LIST = '<instance id="l"><root><item><n>1</n><t>One</t></item><item><n>5</n><t>Five</t></item></root></instance>'
MODEL = compile_form(xform(FIELDS, BINDS, BODY, LIST), {})

texts = st.one_of(
    st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "Zs"]), max_size=12),
    st.sampled_from(
        ["1", "-3", "2.5", "1e400", "NaN", "2024-02-30", "2024-02-29", "x", "x x", "5", "0001-01-01", "9" * 400]
    ),
    st.sampled_from(
        ["2024-02-29T10:00:00.000+14:00", "0001-01-01T00:00:00.000+07:00", "9999-12-31T23:59:59.999-07:00"]
    ),
)
names = st.sampled_from(["a", "b", "c", "d", "e", "g", "r", "x", "y", "z", "meta", "odd"])
elements = st.recursive(
    st.tuples(names, texts), lambda inner: st.tuples(names, st.lists(inner, max_size=6)), max_leaves=25
)


def built(parts: list[tuple[str, object]]) -> etree._Element:
    root = etree.Element("data", id="t", version="1")
    add_elements(root, parts)
    return root


@given(st.lists(elements, max_size=12))
@cases(200)
def test_any_instance_is_checked(parts: list[tuple[str, object]]) -> None:
    found = check_submission(MODEL, built(parts), received_at=RECEIVED, zone=HANOI)
    assert all(isinstance(finding, Finding) and finding.path.startswith("/data") for finding in found)
    assert len({(finding.path, finding.rule, finding.code) for finding in found}) == len(found)


expressions = st.one_of(
    st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"]), max_size=30),
    st.sampled_from(
        ["/data/a", "../a", "/data/r/x", "sum(/data/r/x)", "instance('l')/root/item[n = 1]/t", "today() > .", ""]
    ),
)


@given(
    st.dictionaries(
        st.sampled_from(["relevant", "required", "constraint", "calculate", "readonly", "type"]), expressions
    )
)
@cases(100)
def test_any_bind_is_checked(attributes: dict[str, str]) -> None:
    document = etree.fromstring(xform(FIELDS, BINDS, BODY, LIST))
    bind = next(document.iter("{*}bind"))
    for name, source in attributes.items():
        bind.set(name, source)
    assert all(finding.level in ("error", "warning") for finding in check_form(etree.tostring(document), {}))


@given(st.binary(max_size=300), st.sampled_from(["f.csv", "f.xml", "f.geojson", "f"]))
@cases(100)
def test_any_file_is_a_list_or_refused(content: bytes, name: str) -> None:
    try:
        table = load_table(TableSource(name, "digest", lambda: content))
    except TableError as error:
        assert str(error)  # noqa: PT017 -- a refusal is as good as a list, but it has to say something
    else:
        assert table.is_empty in (True, False)
        assert table.cell("a", "b", "c") == ""


@given(st.binary(max_size=200))
@cases(100)
def test_any_upload_is_answered_with_findings(content: bytes) -> None:
    assert [finding.code for finding in check_form(content, attached({}))]
