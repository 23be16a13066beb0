"""Faults of a form's XML that need no look into expressions: binds, controls, types, defaults, ids."""

from collections.abc import Iterator
from datetime import UTC

from server.xform.findings import Finding, Level
from server.xform.model import FormModel, FormNode
from server.xpath.datatypes import knows, read_answer

_LEVELS = {
    "missing-bind-node": Level.WARNING,
    "duplicate-bind": Level.ERROR,
    "missing-control-node": Level.ERROR,
    "duplicate-control": Level.WARNING,
    "duplicate-node-name": Level.WARNING,
}
_OPERATORS = frozenset({"and", "or", "div", "mod"})
# What tables that people know from ODK call their own columns.
_ADDED_COLUMNS = frozenset({"KEY", "PARENT_KEY", "SubmissionDate", "SubmitterID", "SubmitterName", "__id", "__system"})


def check(model: FormModel) -> Iterator[Finding]:
    for fault in model.faults:
        yield Finding(
            fault.code, _LEVELS[fault.code], fault.path, fault.path, fault.rule, fault.detail, fault.expression
        )
    if model.node((model.root.name, "meta", "instanceID")) is None:
        detail = "The form has no meta/instanceID, by which submissions are told apart. Add it to the primary instance."
        yield Finding("no-instance-id", Level.ERROR, model.root.path, model.root.path, "structure", detail)
    for node in model.root.walk():
        yield from _check_type(node)
        yield from _check_name(node)


def _check_name(node: FormNode) -> Iterator[Finding]:
    """Names that mean something else to XML, to expressions or to those who read exports."""
    if node.name.lower().startswith("xml"):
        reason = "XML keeps names that start with `xml` for itself"
    elif node.name in _OPERATORS:
        reason = f"`{node.name}` is an operator in expressions"
    elif node.name in _ADDED_COLUMNS and not node.children and _heads_a_column(node):
        reason = "exports have a column of that name already"
    else:
        return
    detail = f"{reason[0].upper()}{reason[1:]}. Rename the field."
    yield Finding("reserved-name", Level.WARNING, node.path, node.path, "structure", detail, value=node.name)


def _heads_a_column(node: FormNode) -> bool:
    """Whether the name stands alone over a column; those of fields in groups begin with the group."""
    return node.parent is not None and (node.parent.parent is None or node.parent.is_repeat)


def _check_type(node: FormNode) -> Iterator[Finding]:
    if not knows(node.datatype):
        detail = f"There is no type `{node.datatype}`. Its answers are taken as text."
        yield Finding("bad-type", Level.WARNING, node.path, node.path, "type", detail, value=node.datatype)
    elif node.default and not node.children and read_answer(node.default, node.datatype, UTC) is None:
        detail = f"The default `{node.default[:80]}` is no {node.datatype}. Collect starts with a blank instead."
        yield Finding("bad-default", Level.WARNING, node.path, node.path, "type", detail, value=node.default)
