"""Faults in what a select offers, for which JavaRosa does not load the form: its items and its list of choices."""

import re
from collections.abc import Iterator
from typing import Final

from lxml import etree

from server.xform.model import FormModel, FormNode
from server.xform.tables import FlatTable, Table
from server.xpath.errors import ExpressionError
from server.xpath.membership import Membership, compile_membership
from server.xpath.parser import parse
from server.xpath.routes import Scope
from server.xpath.syntax import WILDCARD, Axis, Path, Start

_TEXT_ID: Final = re.compile(r"\s*jr:itext\s*\((.*)\)\s*", re.DOTALL)
_PREDICATES: Final = re.compile(r"\[.*\]", re.DOTALL)


def faults(question: etree._Element, node: FormNode | None, model: FormModel) -> Iterator[tuple[str, str]]:
    """What is wrong with the choices in the body, as rule and detail."""
    items, itemsets = list(question.iterchildren("{*}item")), list(question.iterchildren("{*}itemset"))
    for item in items:
        for name in ("label", "value"):
            if item.find("{*}" + name) is None:
                yield "item", f"A choice has no {name}."
    if len(itemsets) > 1:
        yield "itemset", "The question has two lists of choices. Keep one."
    elif itemsets and items:
        yield "itemset", "The question has a list of choices and choices of its own. Keep one of them."
    for itemset in itemsets:
        rows = _rows(itemset.get("nodeset", ""), node)
        yield from (("itemset", detail) for detail in _faults_of_list(itemset, rows, model))


def _rows(nodeset: str, node: FormNode | None) -> Membership | None:
    """The rows that a list offers to the question of a node, whatever the columns; None where that cannot be said."""
    try:
        return None if node is None else compile_membership(nodeset, "", Scope.of(*node.names))
    except ExpressionError:
        return None


def _faults_of_list(itemset: etree._Element, rows: Membership | None, model: FormModel) -> Iterator[str]:
    if itemset.find("{*}value") is None and itemset.find("{*}copy") is None:
        yield "The list of choices does not say which column is the value."
    if itemset.find("{*}label") is None:
        yield "The list of choices does not say which column is the label."
    for name in ("value", "label"):
        column = itemset.find("{*}" + name)
        if column is None:
            continue
        reference = column.get("ref", "").strip()
        text_id = _TEXT_ID.fullmatch(reference) if name == "label" else None
        source = text_id[1] if text_id else reference
        detail = _fault_of_path(source, itemset.get("nodeset", ""))
        if not detail and rows is not None and not _has(rows, _names(source), name, model):
            detail = f"is `{source}`, which the list does not have"
        if detail:
            yield f"The {name} of the list of choices {detail}."


def _fault_of_path(source: str, nodeset: str) -> str:
    """What is wrong with the path of a column, to follow a subject; blank for nothing."""
    if not source:
        return "has no ref. Name a column"
    try:
        path = parse(source)
    except ExpressionError:
        return f"is `{source}`, which is no path. Name a column"
    if not isinstance(path, Path) or path.has_condition:
        return f"is `{source}`, but it can only be a column. Calculate in the list"
    if path.start is not Start.CONTEXT or any(step.axis is Axis.PARENT for step in path.steps):
        is_below = source.startswith(_PREDICATES.sub("", nodeset).strip() + "/")
        return "" if is_below else f"is `{source}`, which is no column of the list. Name a column"
    return ""


def _names(source: str) -> tuple[str, ...] | None:
    """The names on a path below a row, attributes marked with `@`; None for a path from above."""
    path = parse(source)
    if not isinstance(path, Path) or path.start is not Start.CONTEXT:
        return None
    return tuple(f"@{step.name}" if step.axis is Axis.ATTRIBUTE else step.name for step in path.steps if step.name)


def _has(rows: Membership, names: tuple[str, ...] | None, role: str, model: FormModel) -> bool:
    """Whether the rows of a list that is written in the form have the column; others may have anything.

    Columns that are plain names are looked for where the columns of files are.
    """
    table = _table_in_form(rows, model)
    if table is None or names is None or (len(names) == 1 and names[0] != WILDCARD and not names[0].startswith("@")):
        return True
    if not names:
        return role == "label" or not table.columns_at(rows.names)
    if names[-1].startswith("@"):
        return not isinstance(table, FlatTable)
    return names[-1] in (table.columns_at((*rows.names, *names[:-1])) or ())


def _table_in_form(rows: Membership, model: FormModel) -> Table | None:
    declaration = model.instances.get(rows.instance)
    if declaration is None or declaration.table is None or declaration.table.is_empty or not rows.names:
        return None
    return declaration.table
