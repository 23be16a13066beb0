"""What ODK Collect writes is no finding: how it stores what was calculated, and blanks around a text."""

import pytest

from tests.xform.logic import brief, findings, written

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
