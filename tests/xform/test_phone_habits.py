"""What ODK Collect writes is no finding: how it stores what was calculated, joined rules, and blanks around a text."""

import pytest

from server.xform.form_compiler import compile_form
from tests.xform.logic import brief, findings, written, xform

CALCULATED = """
| survey |
|        | type      | name  | label | calculation                            |
|        | date      | day   | Day   |                                        |
|        | decimal   | much  | Much  |                                        |
|        | geopoint  | point | Point |                                        |
|        | calculate | later |       | date(decimal-date-time(${day}) + 30)   |
|        | calculate | many  |       | ${much} > 10                           |
|        | calculate | tiny  |       | ${much} div 1000000000                 |
|        | calculate | apart |       | distance(concat(${point}, ';', ${point})) |
"""
TYPED = """
| survey |
|        | type      | name | label | constraint                  | calculation           |
|        | text      | who  | Who   | string-length(.) >= 3       |                       |
|        | calculate | size |       |                             | string-length(${who}) |
"""


def calculated(later: str, many: str, tiny: str, apart: str) -> str:
    return (
        "<day>2023-04-10</day><much>0.758</much><point>21.9 106.7 0 0</point>"
        f"<later>{later}</later><many>{many}</many><tiny>{tiny}</tiny><apart>{apart}</apart>"
    )


@pytest.mark.parametrize(
    "values",
    [
        ("2023-05-09T00:00:00.000+07:00", "0", "0", "0"),
        ("2023-05-09", "false", "7.58E-10", "0.0950410"),
    ],
)
def test_a_calculation_may_be_stored_in_any_way_that_clients_have(values: tuple[str, str, str, str]) -> None:
    assert findings(written(CALCULATED), calculated(*values)) == []


@pytest.mark.parametrize(
    ("values", "path"),
    [
        (("2023-05-11T00:00:00.000+07:00", "0", "0", "0"), "/data/later"),
        (("2023-05-09", "1", "0", "0"), "/data/many"),
        (("2023-05-09", "0", "0.1", "0"), "/data/tiny"),
        (("2023-05-09", "0", "0", "3"), "/data/apart"),
    ],
)
def test_another_value_is_still_found(values: tuple[str, str, str, str], path: str) -> None:
    assert brief(findings(written(CALCULATED), calculated(*values))) == [("warning", "calculate", path)]


@pytest.mark.parametrize("answer", ["<who> ab</who><size>3</size>", "<who>abc</who><size>3</size>"])
def test_a_text_is_judged_with_the_blanks_that_were_typed(answer: str) -> None:
    assert findings(written(TYPED), answer) == []


@pytest.mark.parametrize("answer", ["<who> abc </who><size>3</size>", "<who>abc </who><size>4</size>"])
def test_a_text_may_also_have_been_judged_without_its_blanks(answer: str) -> None:
    assert findings(written(TYPED), answer) == []


def test_a_text_that_is_too_short_either_way_is_found() -> None:
    expected = [("error", "constraint", "/data/who"), ("warning", "calculate", "/data/size")]
    assert brief(findings(written(TYPED), "<who> a</who><size>5</size>")) == expected


KEPT_AS_CALCULATED = xform(
    "<a/><n/><b/><d/><s/><sb/><sd/><next/><same/><shown/><copy/><asked/>",
    """
    <bind nodeset="/data/a" type="int"/>
    <bind nodeset="/data/n" calculate="/data/a * 1.0"/>
    <bind nodeset="/data/b" type="string" calculate="/data/a &gt; 3"/>
    <bind nodeset="/data/d" type="string" calculate="date('2024-03-09')"/>
    <bind nodeset="/data/s" calculate="if(/data/a &gt; 5, 'x', 7)"/>
    <bind nodeset="/data/sb" type="string" calculate="string(/data/b)"/>
    <bind nodeset="/data/sd" type="string" calculate="string(/data/d)"/>
    <bind nodeset="/data/next" type="string" calculate="/data/d + 1"/>
    <bind nodeset="/data/same" type="string" calculate="if(/data/b = 'true', 'same', 'other')"/>
    <bind nodeset="/data/shown" type="string" relevant="/data/n" required="true()"/>
    <bind nodeset="/data/copy" type="string" calculate="/data/a"/>
    <bind nodeset="/data/asked" type="string" relevant="/data/copy" required="true()"/>
    """,
    '<input ref="/data/a"/><input ref="/data/shown"/><input ref="/data/asked"/>',
)


@pytest.mark.parametrize(
    "answers",
    [
        (
            "<a>62</a><n>62</n><b>1</b><d>2024-03-09T00:00:00.000+07:00</d><s>x</s><sb>true</sb><sd>2024-03-09</sd>"
            "<next>19792</next><same>same</same><shown>yes</shown><copy>62</copy><asked>yes</asked>"
        ),
        (
            "<a>0</a><n>0</n><b>0</b><d>2024-03-08T17:00:00.000Z</d><s>7</s><sb>false</sb><sd>2024-03-09</sd>"
            "<next>19792</next><same>other</same><shown/><copy>0</copy><asked/>"
        ),
    ],
)
def test_a_calculated_value_counts_as_what_it_was_though_it_is_stored_as_text(answers: str) -> None:
    assert findings(compile_form(KEPT_AS_CALCULATED, {}), answers) == []


def test_a_calculated_zero_shows_no_question_and_a_calculated_number_does() -> None:
    model = compile_form(KEPT_AS_CALCULATED, {})
    found = findings(model, "<a>0</a><n>0</n><shown>yes</shown><copy>5</copy><asked/>")
    assert ("warning", "irrelevant-value", "/data/shown") in brief(found)
    assert ("error", "required", "/data/asked") in brief(found)


MEMBERS = """
<bind nodeset="/data/r/x" type="int"/>
<bind nodeset="/data/r/sum" type="string" calculate="sum(/data/r/x)"/>
<bind nodeset="/data/r/w" type="string" relevant="sum(/data/r/x) &gt; 20"/>
"""
OUTSIDE = """
<bind nodeset="/data/total" type="string" calculate="sum( /data/r/x )"/>
<bind nodeset="/data/q" relevant="sum(/data/r/x) &gt; 20"/>
"""
FIELDS = '<r jr:template=""><x/><sum/><w/></r><total/><q/>'
BODY = (
    '<group ref="/data/r"><repeat nodeset="/data/r"><input ref="/data/r/x"/><input ref="/data/r/w"/></repeat></group>'
)


def members(first: str, second: str) -> str:
    return f"<r><x>9</x><sum>{first}</sum></r><r><x>58</x><sum>{second}</sum><w>yes</w></r><total/><q/>"


def test_a_rule_in_a_repeat_is_about_its_own_instance() -> None:
    model = compile_form(xform(FIELDS, MEMBERS, BODY), {})
    assert findings(model, members("9", "58")) == []
    assert {path for _, _, path in brief(findings(model, members("67", "67")))} == {"/data/r[1]/sum", "/data/r[2]/sum"}


def test_a_rule_that_is_also_written_outside_of_the_repeat_is_about_all_instances() -> None:
    model = compile_form(xform(FIELDS, MEMBERS + OUTSIDE, BODY), {})
    assert findings(model, members("67", "67").replace("<total/>", "<total>67</total>")) == []
    found = brief(findings(model, members("9", "58").replace("<total/>", "<total>67</total>")))
    assert {path for _, _, path in found} == {"/data/r[1]/sum", "/data/r[2]/sum"}


def test_what_is_calculated_of_the_end_is_not_compared() -> None:
    fields = "<start/><end/><took/><began/>"
    binds = """
    <bind nodeset="/data/start" type="dateTime" jr:preload="timestamp" jr:preloadParams="start"/>
    <bind nodeset="/data/end" type="dateTime" jr:preload="timestamp" jr:preloadParams="end"/>
    <bind nodeset="/data/took" type="string" calculate="concat(/data/end, '')"/>
    <bind nodeset="/data/began" type="string" calculate="concat(/data/start, '')"/>
    """
    answers = "<start>2024-05-01T10:00:00.000+07:00</start><end>2024-05-01T10:30:00.000+07:00</end><took/><began/>"
    assert brief(findings(compile_form(xform(fields, binds), {}), answers)) == [("warning", "calculate", "/data/began")]
