"""What comes back: every operation's answer has the shape that clients of ODK Central know."""

import pytest
from jsonschema import Draft202012Validator

from tests.contract.answers import SHAPED, named_shapes, shape_of
from tests.contract.conftest import Prepared
from tests.contract.operations import OPERATIONS, Operation
from tests.contract.shapes import PROBLEM, Shape

READING = [operation for operation in SHAPED if not operation.changes_the_world]
CHANGING = [operation for operation in SHAPED if operation.changes_the_world]

# Signing in takes no notice of an old session, and a token in the path comes before one in a header.
LOOKING_AT_TOKENS = [
    operation
    for operation in OPERATIONS
    if operation.speaks_json and operation.needs != "token" and operation.name != "POST /v1/sessions"
]


def named(operation: Operation) -> str:
    return operation.name


def faults(shape: Shape | None, value: object) -> list[str]:
    """Where the value is not as the shape says, and how."""
    assert shape is not None
    return [f"{error.json_path}: {error.message}" for error in Draft202012Validator(shape).iter_errors(value)]


def test_every_shape_belongs_to_an_operation() -> None:
    assert named_shapes() - {operation.name for operation in OPERATIONS} == set()


@pytest.mark.parametrize("operation", READING, ids=named)
def test_answer_has_the_shape_that_clients_know(shared: Prepared, operation: Operation) -> None:
    answer = shared.ask("alice", operation)

    assert faults(shape_of(operation), answer.json) == []


@pytest.mark.parametrize("operation", READING, ids=named)
def test_extended_answer_has_the_shape_that_clients_know(shared: Prepared, operation: Operation) -> None:
    answer = shared.ask("alice", operation, X_Extended_Metadata="true")

    assert faults(shape_of(operation, is_extended=True), answer.json) == []


@pytest.mark.parametrize("operation", CHANGING, ids=named)
def test_answer_to_a_change_has_the_shape_that_clients_know(fresh: Prepared, operation: Operation) -> None:
    answer = fresh.ask("alice", operation)

    assert faults(shape_of(operation), answer.json) == []


@pytest.mark.parametrize("operation", LOOKING_AT_TOKENS, ids=named)
def test_refusal_says_what_is_wrong(shared: Prepared, operation: Operation) -> None:
    answer = shared.ask("nobody", operation, Authorization="Bearer none")

    assert faults(PROBLEM, answer.json) == []
