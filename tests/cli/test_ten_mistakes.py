"""`transect check-form` on a form with ten planted mistakes names all ten, each at its place."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from server.cli.main import commands
from tests.forms.definitions import workbook

# Code, place and attribute of each, in the order in which they are planted below.
PLANTED = [
    ("syntax", "/data/a", "constraint"),
    ("unknown-function", "/data/b", "calculate"),
    ("arity", "/data/c", "calculate"),
    ("missing-node", "/data/d", "relevant"),
    ("cycle", "/data/e", "relevant"),
    ("bad-regex", "/data/f", "constraint"),
    ("bad-date-format", "/data/g", "calculate"),
    ("missing-control-node", "/data/nowhere", "input"),
    ("missing-instance", "/data/h", "itemset"),
    ("always-false", "/data/i", "constraint"),
]
FORM = """<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml">
 <h:head><h:title>Ten</h:title><model>
  <instance><data id="ten"><a/><b/><c/><d/><e/><f/><g/><h/><i/><meta><instanceID/></meta></data></instance>
  <bind nodeset="/data/a" type="int" constraint=". &gt; 3 and ("/>
  <bind nodeset="/data/b" type="string" calculate="cocnat('a', 'b')"/>
  <bind nodeset="/data/c" type="string" calculate="if(true(), 1)"/>
  <bind nodeset="/data/d" type="string" relevant="/data/gone = 1"/>
  <bind nodeset="/data/e" type="string" relevant="/data/e = 'x'"/>
  <bind nodeset="/data/f" type="string" constraint="regex(., '[a-')"/>
  <bind nodeset="/data/g" type="string" calculate="format-date(today(), '%Q')"/>
  <bind nodeset="/data/h" type="string"/>
  <bind nodeset="/data/i" type="date" constraint=". &lt; '2020-01-01'"/>
 </model></h:head>
 <h:body>
  <input ref="/data/a"><label>a</label></input><input ref="/data/d"><label>d</label></input>
  <input ref="/data/e"><label>e</label></input><input ref="/data/f"><label>f</label></input>
  <input ref="/data/nowhere"><label>n</label></input><input ref="/data/i"><label>i</label></input>
  <select1 ref="/data/h"><label>h</label><itemset nodeset="instance('none')/root/item">
   <value ref="name"/><label ref="label"/></itemset></select1>
 </h:body></h:html>"""


@pytest.fixture
def form(tmp_path: Path) -> Path:
    path = tmp_path / "ten.xml"
    path.write_text(FORM, encoding="utf-8")
    return path


def test_all_ten_are_named_with_their_places(form: Path) -> None:
    result = CliRunner().invoke(commands, ["check-form", str(form), "--json"])

    found = json.loads(result.output)["findings"]
    assert sorted((item["code"], item["path"], item["rule"]) for item in found) == sorted(PLANTED)
    assert result.exit_code == 1


def test_findings_of_a_workbook_name_the_row_of_the_sheet(tmp_path: Path) -> None:
    survey = [
        ("type", "name", "label", "constraint", "calculation"),
        ("begin group", "home", "Nhà", "", ""),
        ("integer", "age", "Tuổi", ". > 3 and regex(., '[a-')", ""),
        ("", "", "", "", ""),
        ("calculate", "twice", "", "", "round()"),
        ("end group", "", "", "", ""),
    ]
    path = tmp_path / "rows.xlsx"
    path.write_bytes(workbook(survey=survey, settings=[("form_id",), ("rows",)]))

    found = json.loads(CliRunner().invoke(commands, ["check-form", str(path), "--json"]).output)["findings"]
    report = CliRunner().invoke(commands, ["check-form", str(path)]).output

    assert [(item["code"], item["path"], item["row"]) for item in found if item["level"] == "error"] == [
        ("bad-regex", "/data/home/age", 3),
        ("arity", "/data/home/twice", 5),
    ]
    assert "/data/home/age  (constraint, survey sheet, row 3)" in report


def test_report_for_people_shows_each_with_its_expression(form: Path) -> None:
    output = CliRunner().invoke(commands, ["check-form", str(form)]).output

    for code, path, rule in PLANTED:
        assert f" {code}  {path}  ({rule})" in output
    assert output.count("^") >= 7
