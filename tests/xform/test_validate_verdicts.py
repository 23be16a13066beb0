"""Forms that ODK Validate refuses are refused, with a place and a reason; forms that it takes are taken."""

import pytest

from server.errors import Problem
from server.forms.form_rules import judge_form
from server.forms.upload import read_definition
from tests.xform.validate_cases import Case, cases

# Validate lets these pass since an empty form does not come to the fault: the phone stops at it later, or the form
# has no id by which submissions could be told whose they are.
STRICTER = {"datefmt_empty", "badregex_con", "noid", "rootname"}
CASES = cases()


def refusal(case: Case) -> str:
    """The first reason for which an upload would be refused; blank for none."""
    xml = case.xml()
    try:
        read_definition(xml)
    except Problem as problem:
        return problem.message
    errors = judge_form(xml, {}).errors
    return errors[0].detail if errors else ""


@pytest.mark.parametrize("case", [case for case in CASES if case.refused], ids=lambda case: case.name)
def test_what_validate_refuses_is_refused_with_a_sentence(case: Case) -> None:
    assert len(refusal(case).split()) >= 4


@pytest.mark.parametrize(
    "case", [case for case in CASES if not case.refused and case.name not in STRICTER], ids=lambda case: case.name
)
def test_what_validate_takes_is_taken(case: Case) -> None:
    assert refusal(case) == ""


@pytest.mark.parametrize("case", [case for case in CASES if case.name in STRICTER], ids=lambda case: case.name)
def test_what_stops_a_phone_later_is_refused_although_validate_takes_it(case: Case) -> None:
    assert not case.refused
    assert refusal(case) != ""
