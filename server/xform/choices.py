"""Read what a select, a rank or a range question offers."""

import re
from typing import TypeAlias

from lxml import etree

from server.xform.itext import Message, read_message
from server.xform.model import Choices, Control, Range
from server.xpath.errors import ExpressionError
from server.xpath.membership import Membership, compile_membership
from server.xpath.routes import Scope

_WITH_CHOICES = frozenset({"select", "select1", "rank"})
_TEXT_ID_OF_ROW = re.compile(r"\s*jr:itext\s*\(\s*([\w.-]+)\s*\)\s*")
_COLUMN = re.compile(r"(?:\./)?(?:[\w.-]+:)?([\w-][\w.-]*)")
_SEARCH = re.compile(r"(?<![\w.-])search\s*\(")


Memberships: TypeAlias = dict[tuple[str, str], Membership]


def read_control(element: etree._Element, kind: str, names: tuple[str, ...], whole_lists: Memberships) -> Control:
    """The question of a control, whose node has the generic path `names`.

    `whole_lists` are the lists that the form's questions offered without a condition so far: they are the same for
    every question, and forms have a list of yes and no for half of theirs.
    """
    if kind == "range":
        return Control(kind, range=_range(element))
    return Control(kind, _choices(element, names, whole_lists) if kind in _WITH_CHOICES else None)


def _range(element: etree._Element) -> Range | None:
    try:
        return Range(*(float(element.get(name, "")) for name in ("start", "end", "step")))
    except ValueError:
        return None


def _choices(element: etree._Element, names: tuple[str, ...], whole_lists: Memberships) -> Choices:
    if _SEARCH.search(element.get("appearance", "")):
        return Choices({}, is_open=True)
    static: dict[str, Message] = {}
    repeated: list[str] = []
    for item in element.iterchildren("{*}item"):
        value = (item.findtext("{*}value") or "").strip()
        if value in static:
            repeated.append(value)
        else:
            static[value] = _label(item)
    itemset = next(element.iterchildren("{*}itemset"), None)
    if itemset is None:
        return Choices(static, repeated=tuple(repeated))
    return _of_itemset(itemset, static, names, whole_lists)


def _label(item: etree._Element) -> Message:
    label = next(item.iterchildren("{*}label"), None)
    if label is None:
        return Message()
    return read_message(label.get("ref")) or Message(text=(label.text or "").strip())


def _of_itemset(
    itemset: etree._Element, static: dict[str, Message], names: tuple[str, ...], whole_lists: Memberships
) -> Choices:
    nodeset = itemset.get("nodeset", "")
    column = _COLUMN.fullmatch(_reference(itemset, "value"))
    if column is None:
        return Choices(static, expression=nodeset, is_open=True)
    label = _reference(itemset, "label")
    text_id = _TEXT_ID_OF_ROW.fullmatch(label)
    label_column = _COLUMN.fullmatch(label)
    try:
        rows = whole_lists.get((nodeset, column[1])) or compile_membership(nodeset, column[1], Scope.of(*names))
    except ExpressionError as error:
        return Choices(static, expression=nodeset, fault=error, is_open=True)
    if rows.has_index and rows.conditions is None:
        whole_lists[nodeset, column[1]] = rows
    return Choices(
        static,
        rows=rows,
        label=text_id[1] if text_id else (label_column[1] if label_column else ""),
        label_is_text_id=text_id is not None,
        expression=nodeset,
    )


def _reference(itemset: etree._Element, name: str) -> str:
    child = next(itemset.iterchildren("{*}" + name), None)
    return "" if child is None else child.get("ref", "").strip()
