"""Who is let in: every operation of the API, tried by everybody of the cast."""

import pytest

from tests.contract.conftest import Prepared
from tests.contract.operations import OPERATIONS, PEOPLE, Operation

ALLOWED = [(operation, person) for operation in OPERATIONS for person in PEOPLE if operation.allows(person)]
REFUSED = [(operation, person) for operation in OPERATIONS for person in PEOPLE if not operation.allows(person)]
# With these the path names something below a project or a form, which is not below another one.
IN_A_PROJECT = [operation for operation in OPERATIONS if operation.has_something_below("project")]
IN_A_FORM = [
    operation for operation in OPERATIONS if operation.has_something_below("form") and operation.needs != "token"
]


def named(value: Operation | str) -> str:
    return value if isinstance(value, str) else value.name


@pytest.mark.parametrize(
    ("operation", "person"), [pair for pair in ALLOWED if not pair[0].changes_the_world], ids=named
)
def test_whoever_has_the_right_is_let_in(shared: Prepared, operation: Operation, person: str) -> None:
    answer = shared.ask(person, operation)

    assert answer.status_code == operation.status, answer.text


@pytest.mark.parametrize(("operation", "person"), [pair for pair in ALLOWED if pair[0].changes_the_world], ids=named)
def test_whoever_has_the_right_changes_things(fresh: Prepared, operation: Operation, person: str) -> None:
    answer = fresh.ask(person, operation)

    assert answer.status_code == operation.status, answer.text


@pytest.mark.parametrize(("operation", "person"), [pair for pair in REFUSED if pair[0].speaks_json], ids=named)
def test_whoever_lacks_the_right_is_refused(shared: Prepared, operation: Operation, person: str) -> None:
    answer = shared.ask(person, operation)

    assert answer.json["code"] == operation.refusal_of(person)
    assert answer.status_code == int(operation.refusal_of(person))


@pytest.mark.parametrize(("operation", "person"), [pair for pair in REFUSED if not pair[0].speaks_json], ids=named)
def test_phone_without_the_right_is_refused(shared: Prepared, operation: Operation, person: str) -> None:
    answer = shared.ask(person, operation)

    assert answer.status_code == int(operation.refusal_of(person))
    assert answer.headers["X-OpenRosa-Version"] == "1.0"


@pytest.mark.parametrize("person", ["quan", "alice"])
@pytest.mark.parametrize("operation", IN_A_PROJECT, ids=named)
def test_what_is_in_one_project_is_not_in_another(shared: Prepared, operation: Operation, person: str) -> None:
    answer = shared.ask(person, operation, shared.path(operation, project="2"))

    assert answer.status_code == 404


@pytest.mark.parametrize("operation", IN_A_FORM, ids=named)
def test_what_belongs_to_one_form_belongs_to_no_other(shared: Prepared, operation: Operation) -> None:
    answer = shared.ask("bob", operation, shared.path(operation, form=shared.world["sealed"]))

    assert answer.status_code == 404
