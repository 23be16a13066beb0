"""What is said of a submission: each rule of a form, kept and broken."""

import pytest
from lxml import etree

from server.xform.check import check_submission
from server.xform.findings import Level
from server.xform.form_compiler import compile_form
from server.xpath.state import State
from tests.xform.logic import HANOI, brief, findings, written, xform

HOUSEHOLD = """
| survey |
|        | type             | name    | label   | required | relevant      | constraint        | calculation          | constraint_message | required_message |
|        | integer          | members | Members | yes      |               | . > 0 and . < 30  |                      | 1 to 29, please    | How many?        |
|        | select_one yn    | farms   | Farms?  |          |               |                   |                      |                    |                  |
|        | decimal          | land    | Land    | yes      | ${farms}='y'  | . > 0             |                      |                    |                  |
|        | calculate        | each    |         |          |               |                   | ${land} div ${members} |                  |                  |
|        | select_multiple crops | grows | Grows |          | ${farms}='y'  |                   |                      |                    |                  |
|        | date             | seen    | Seen    |          |               | . <= today()      |                      |                    |                  |
|        | begin_repeat     | person  | Person  |          |               |                   |                      |                    |                  |
|        | text             | name    | Name    | yes      |               |                   |                      |                    |                  |
|        | integer          | age     | Age     |          |               | . < 120           |                      |                    |                  |
|        | calculate        | adult   |         |          |               |                   | if(${age} >= 18, 'y', 'n') |              |                  |
|        | end_repeat       |         |         |          |               |                   |                      |                    |                  |
| choices |
|        | list_name | name  | label |
|        | yn        | y     | Yes   |
|        | yn        | n     | No    |
|        | crops     | rice  | Rice  |
|        | crops     | maize | Maize |
"""
EACH = ("warning", "calculate", "/data/each")
FARMS_TWICE = [
    ("error", "repeated-node", "/data/farms"),
    ("warning", "eval-error", "/data/land"),
    ("warning", "eval-error", "/data/grows"),
]
SOUND = (
    "<members>2</members><farms>y</farms><land>3.0</land><each>1.5</each><grows>rice maize</grows><seen>2024-05-01</seen>"
    "<person><name>Lan</name><age>40</age><adult>y</adult></person>"
    "<person><name>Minh</name><age>9</age><adult>n</adult></person><meta><instanceID>uuid:1</instanceID></meta>"
)


def test_a_sound_submission_has_no_findings() -> None:
    assert findings(written(HOUSEHOLD), SOUND) == []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "<members>2</members>",
            "<members/>",
            [("error", "required", "/data/members"), EACH],
        ),
        ("<members>2</members>", "<members>two</members>", [("error", "type", "/data/members"), EACH]),
        ("<members>2</members>", "<members>30</members>", [("error", "constraint", "/data/members"), EACH]),
        (
            "<farms>y</farms><land>3.0</land><each>1.5</each><grows>rice maize</grows>",
            "<farms>maybe</farms>",
            [("error", "choice", "/data/farms")],
        ),
        ("<grows>rice maize</grows>", "<grows>rice wheat</grows>", [("error", "choice", "/data/grows")]),
        ("<grows>rice maize</grows>", "<grows>rice rice</grows>", [("warning", "duplicate-choice", "/data/grows")]),
        ("<grows>rice maize</grows>", "<grows>rice  maize</grows>", []),
        ("<grows>rice maize</grows>", "<grows/>", []),
        ("<each>1.5</each>", "<each>2</each>", [("warning", "calculate", "/data/each")]),
        ("<each>1.5</each>", "<each>1.50</each>", []),
        ("<each>1.5</each>", "", []),
        ("<seen>2024-05-01</seen>", "<seen>2024-13-01</seen>", [("error", "type", "/data/seen")]),
        ("<age>9</age><adult>n", "<age>130</age><adult>y", [("error", "constraint", "/data/person[2]/age")]),
        ("<name>Minh</name>", "", [("error", "required", "/data/person[2]/name")]),
        ("<adult>n</adult>", "<adult>y</adult>", [("warning", "calculate", "/data/person[2]/adult")]),
        ("</person><meta>", "<shoe>42</shoe></person><meta>", [("warning", "unknown-node", "/data/person[2]/shoe")]),
        ("<farms>y</farms>", "<farms>y</farms><farms>y</farms>", FARMS_TWICE),
        ("<meta>", "<meta><deprecatedID>uuid:0</deprecatedID>", []),
    ],
)
def test_each_broken_rule_is_found_at_its_path(old: str, new: str, expected: list[tuple[str, str, str]]) -> None:
    assert brief(findings(written(HOUSEHOLD), SOUND.replace(old, new))) == expected


def test_an_answer_that_nobody_asked_for_is_a_warning_and_no_further_rule_runs_on_it() -> None:
    found = findings(
        written(HOUSEHOLD), SOUND.replace("<farms>y</farms><land>3.0</land>", "<farms>n</farms><land>-1</land>")
    )
    assert ("warning", "irrelevant-value", "/data/land") in brief(found)
    assert ("error", "constraint", "/data/land") not in brief(found)


def test_a_finding_has_the_rule_the_value_and_the_forms_own_words() -> None:
    (finding,) = findings(written(HOUSEHOLD), SOUND.replace("<members>2</members>", "<members>30</members>"))[:1]
    assert finding.expression == ". > 0 and . < 30"
    assert finding.value == "30"
    assert finding.generic_path == "/data/members"
    assert finding.messages == {"": "1 to 29, please"}


def test_generic_paths_have_no_positions() -> None:
    (finding,) = findings(written(HOUSEHOLD), SOUND.replace("<age>9</age><adult>n", "<age>130</age><adult>y"))
    assert finding.generic_path == "/data/person/age"


def test_encrypted_submissions_are_said_to_be_unverifiable() -> None:
    model = written(HOUSEHOLD)
    root = etree.fromstring('<data id="t" encrypted="yes"><base64EncryptedKey>x</base64EncryptedKey></data>')
    assert [each.level for each in check_submission(model, root, zone=HANOI)] == [Level.UNVERIFIABLE]


def test_calculations_of_other_clients_are_compared_with_less_weight() -> None:
    found = findings(written(HOUSEHOLD), SOUND.replace("<each>1.5</each>", "<each>2</each>"), client="web")
    assert brief(found) == [("info", "calculate", "/data/each")]


def test_rules_of_nodes_without_a_question_are_only_told() -> None:
    model = compile_form(xform("<a/><b/>", '<bind nodeset="/data/a" required="true()"/>'), {})
    assert brief(findings(model, "<a/>")) == [("info", "required", "/data/a")]


CLOCK = """
| survey |
|        | type    | name | label | constraint   |
|        | start   | start |      |              |
|        | end     | end   |      |              |
|        | date    | due  | Due   | . >= today() |
"""


def test_today_is_the_day_of_the_record_not_of_the_check() -> None:
    times = "<start>2024-03-01T23:50:00.000+07:00</start><end>2024-03-02T00:10:00.000+07:00</end>"
    model = written(CLOCK)
    assert findings(model, f"{times}<due>2024-03-02</due>") == []
    assert findings(model, f"{times}<due>2024-03-01</due>") == []
    assert brief(findings(model, f"{times}<due>2024-02-29</due>")) == [("error", "constraint", "/data/due")]


def test_without_a_clock_of_its_own_a_record_cannot_break_a_rule_about_today() -> None:
    assert brief(findings(written(CLOCK), "<due>2024-02-29</due>")) == [("unverifiable", "constraint", "/data/due")]


def test_a_pattern_counts_as_broken_only_if_phones_and_servers_agree() -> None:
    bind = '<bind nodeset="/data/a" constraint="regex(., \'\\w+\')"/>'
    model = compile_form(xform("<a/>", bind, '<input ref="/data/a"/>'), {})
    assert findings(model, "<a>Đồng</a>") == []
    assert brief(findings(model, "<a>Đ-g</a>")) == [("error", "constraint", "/data/a")]


def test_a_rule_that_cannot_be_evaluated_is_no_broken_rule() -> None:
    bind = '<bind nodeset="/data/a" constraint="/data/r/x > 1"/>'
    model = compile_form(xform('<a/><r jr:template=""><x/></r>', bind, '<input ref="/data/a"/>'), {})
    (finding,) = findings(model, "<a>1</a><r><x>2</x></r><r><x>3</x></r>")
    assert (finding.level, finding.code, finding.rule) == (Level.WARNING, "eval-error", "constraint")
    assert "is repeated" in finding.detail


def test_a_condition_of_relevance_that_fails_leaves_its_node_relevant() -> None:
    binds = '<bind nodeset="/data/a" relevant="/data/r/x > 1" required="true()"/>'
    model = compile_form(xform('<a/><r jr:template=""><x/></r>', binds, '<input ref="/data/a"/>'), {})
    found = findings(model, "<a/><r><x>2</x></r><r><x>3</x></r>")
    assert brief(found) == [("error", "required", "/data/a"), ("warning", "eval-error", "/data/a")]


def test_a_circle_of_conditions_ends() -> None:
    binds = '<bind nodeset="/data/a" relevant="/data/b = 1"/><bind nodeset="/data/b" relevant="/data/a = 1"/>'
    model = compile_form(xform("<a/><b/>", binds), {})
    assert findings(model, "<a>1</a><b>1</b>") == []


@pytest.mark.parametrize(
    ("instances", "expected"),
    [
        ("<n>2</n><r><x>1</x></r><r><x>2</x></r>", []),
        ("<n>3</n><r><x>1</x></r>", [("warning", "count", "/data/r[1]")]),
        ("<n>2</n>", [("warning", "count", "/data/r[1]")]),
        ("<n>0</n><r><x/></r>", []),
        ("<n>0</n><r><x>1</x></r>", [("info", "count", "/data/r[1]")]),
        ("<n/>", []),
    ],
)
def test_repeats_are_counted_where_the_form_gives_a_number(
    instances: str, expected: list[tuple[str, str, str]]
) -> None:
    body = '<group ref="/data/r"><repeat nodeset="/data/r" jr:count="/data/n"><input ref="/data/r/x"/></repeat></group>'
    binds = '<bind nodeset="/data/n" type="int"/>'
    model = compile_form(xform('<n/><r jr:template=""><x/></r>', binds, body), {})
    assert brief(findings(model, instances)) == expected


@pytest.mark.parametrize(
    ("value", "is_offered"), [("0", True), ("2.5", True), ("10", True), ("1", False), ("12.5", False)]
)
def test_a_range_offers_its_steps(value: str, is_offered: bool) -> None:
    body = '<range ref="/data/a" start="0" end="10" step="2.5"/>'
    model = compile_form(xform("<a/>", '<bind nodeset="/data/a" type="decimal"/>', body), {})
    assert (findings(model, f"<a>{value}</a>") == []) is is_offered


def test_a_calculation_that_cannot_be_repeated_is_not_compared() -> None:
    binds = "".join(
        f'<bind nodeset="/data/{name}" calculate="{source}"/>'
        for name, source in {"a": "random()", "b": "now()", "c": "once(uuid())", "d": "property('deviceid')"}.items()
    )
    model = compile_form(xform("<a/><b/><c/><d/>", binds), {})
    assert findings(model, "<a>x</a><b>x</b><c>x</c><d>x</d>") == []


def test_values_set_by_actions_are_not_compared() -> None:
    bind = '<bind nodeset="/data/a" calculate="1"/>'
    action = '<setvalue event="odk-instance-first-load" ref="/data/a" value="2"/>'
    model = compile_form(xform("<a/>", bind, more=action), {})
    assert findings(model, "<a>2</a>") == []


def test_a_check_that_takes_too_many_steps_ends_with_a_finding() -> None:
    binds = '<bind nodeset="/data/r/x" calculate="sum(../../r[count(../r/y) > 0]/y)"/>'
    model = compile_form(xform('<r jr:template=""><y/><x/></r>', binds), {})
    found = findings(model, "<r><y>1</y><x>1</x></r>" * 200)
    assert [(each.level, each.code) for each in found if each.code == "budget"] == [(Level.UNVERIFIABLE, "budget")]


def test_a_check_stopped_in_a_condition_of_relevance_looks_at_nothing_more() -> None:
    binds = '<bind nodeset="/data/r/x" relevant="sum(../../r[count(../r/y) > 0]/y) > 0"/>'
    model = compile_form(xform('<r jr:template=""><y/><x/></r>', binds), {})
    found = findings(model, "<r><y>1</y><x>1</x></r>" * 200)
    assert [(each.level, each.code) for each in found] == [(Level.UNVERIFIABLE, "budget")]


def test_a_failing_rule_points_into_its_expression_without_the_blanks_before_it() -> None:
    binds = '<bind nodeset="/data/c" calculate="  1 + date(/data/a)"/>'
    (finding,) = findings(compile_form(xform("<a/><c/>", binds), {}), "<a>no date</a><c>1</c>")
    assert (finding.code, finding.expression, finding.offset) == ("eval-error", "1 + date(/data/a)", 4)


def test_a_check_that_is_stopped_in_one_reading_of_outer_blanks_says_so() -> None:
    binds = """<bind nodeset="/data/r" relevant="/data/a = 'b'"/>
    <bind nodeset="/data/r/x" calculate="sum(../../r[count(../r/y) > 0]/y)"/>"""
    model = compile_form(xform('<a/><r jr:template=""><y/><x/></r>', binds), {})
    found = findings(model, "<a> b </a>" + "<r><y>1</y><x>1</x></r>" * 200)
    assert "budget" in [each.code for each in found]


TOTALS = compile_form(
    xform(
        '<r jr:template=""><x/><t/></r>',
        """<bind nodeset="/data/r/x" type="int"/>
        <bind nodeset="/data/r/t" type="int"
          calculate="sum(../../r[position() &lt;= position(current()/..)]/x)"/>""",
    ),
    {},
)


def running_totals(instances: int) -> str:
    rows = range(1, instances + 1)
    return "".join(f"<r><x>{row}</x><t>{row * (row + 1) // 2}</t></r>" for row in rows)


def test_running_totals_over_500_instances_are_checked_to_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    # A busy machine is no reason to stop.
    monkeypatch.setitem(State.__init__.__kwdefaults__, "max_seconds", 60.0)  # type: ignore[arg-type]  # they are there
    assert findings(TOTALS, running_totals(500)) == []
    wrong = running_totals(500).replace("<t>125250</t>", "<t>125251</t>")
    assert brief(findings(TOTALS, wrong)) == [("warning", "calculate", "/data/r[500]/t")]


def test_running_totals_over_thousands_of_instances_end_in_a_word_that_not_all_was_checked() -> None:
    found = findings(TOTALS, running_totals(4000))
    assert [(each.level, each.code) for each in found] == [(Level.UNVERIFIABLE, "budget")]
