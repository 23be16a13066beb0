"""Read a filled instance: who it is, and its answers as JSON beside the XML.

The XML stays the truth. The answers are a copy for tables, exports and maps, from which every answer's text
can be had back exactly (`answer_text`). Whether the answers keep the form's rules is not looked at here.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from lxml import etree

from server.xform.document import local_name
from server.xform.fields import REPEAT, Field

# Text of a group that should have none. No element can have this name.
TEXT_KEY = "#text"

# More digits are not exact in a double, which is what many readers of JSON make of a number.
_MAX_DIGITS = 15
# The longest text that `repr` gives for a number without exponent.
_MAX_DECIMAL = 24
# Exponents and -0.0 come back from some databases' JSON as another text, so they stay text.
_PLAIN_DECIMAL = re.compile(r"-?[0-9]+\.[0-9]+")


@dataclass(frozen=True, slots=True)
class InstanceHead:
    """What an instance says of itself; None where it says nothing.

    The last three are for encrypted instances only: the attachments that hold the answers, and the key and
    the signature that come with them (base64).
    """

    form_id: str
    version: str
    instance_id: str | None = None
    deprecated_id: str | None = None
    instance_name: str | None = None
    is_encrypted: bool = False
    encrypted_files: tuple[str, ...] = ()
    encrypted_key: str | None = None
    signature: str | None = None


def read_head(root: etree._Element) -> InstanceHead:
    """Read the root's attributes and its `meta`; `form_id` is '' when the root has no id."""
    meta = _read_meta(root)
    head = InstanceHead(
        form_id=root.get("id", ""),
        version=root.get("version", ""),
        instance_id=meta.get("instanceID"),
        deprecated_id=meta.get("deprecatedID"),
        instance_name=meta.get("instanceName"),
    )
    return _with_encryption(head, root) if root.get("encrypted") == "yes" else head


def _read_meta(root: etree._Element) -> dict[str, str]:
    """Return the texts in `meta`; the first of each name, as some forms have a `meta` of their own too."""
    found: dict[str, str] = {}
    for meta in root.iterchildren("{*}meta"):
        for child in meta:
            text = _text(child)
            if text:
                found.setdefault(local_name(child), text)
    return found


def _with_encryption(head: InstanceHead, root: etree._Element) -> InstanceHead:
    files = [_text(item) for item in root.iterfind("{*}media/{*}file")]
    files += [_text(item) for item in root.iterchildren("{*}encryptedXmlFile")]
    return replace(
        head,
        is_encrypted=True,
        encrypted_files=tuple(dict.fromkeys(name for name in files if name)),
        encrypted_key=_child_text(root, "base64EncryptedKey"),
        signature=_child_text(root, "base64EncryptedElementSignature"),
    )


def _text(element: etree._Element) -> str:
    return (element.text or "").strip()


def _child_text(root: etree._Element, name: str) -> str | None:
    child = next(root.iterchildren("{*}" + name), None)
    return None if child is None else _text(child) or None


# What the form expects to find in an element, which decides how its content is read.
_GROUP, _REPEAT, _TEXT, _INTEGER, _DECIMAL, _CHOICES, _UNKNOWN = range(7)
_HOLDS_ELEMENTS = frozenset({_GROUP, _REPEAT, _UNKNOWN})


@dataclass(slots=True)
class _Node:
    """One element as the form knows it; `has_binary` says that file names are in it or below it."""

    kind: int
    has_binary: bool = False
    children: dict[str, "_Node"] = field(default_factory=dict)


_NOT_IN_FORM = _Node(_UNKNOWN)
# Plans that are kept, at some 200 bytes a field; building one takes longer than reading an instance with it.
_MAX_PLANS = 256
_plans: dict[int, tuple[Sequence[Field], _Node]] = {}


def read_answers(fields: Sequence[Field], root: etree._Element) -> dict[str, Any]:
    """Return the answers as nested dictionaries by local name; what is empty or absent has no key.

    A group is a dictionary, a repeat always a list of dictionaries. A leaf is a number or a list of choices
    only where its text can be made from it again, else the text as it is. Elements that the form does not
    have are kept too, as text or dictionary, and as a list of these when there are several. Text at the
    beginning of a group is under `#text`, an entity's attributes are under `@name`; other text between
    elements and other attributes are left out.
    """
    answers: dict[str, Any] = {}
    _read_into(answers, root, _plan(fields).children)
    return answers


def _plan(fields: Sequence[Field]) -> _Node:
    """Return the tree to read by, kept for as long as the same tuple of fields is in use."""
    known = _plans.get(id(fields))
    # The entry holds the fields, so no other object can have their id as long as it exists.
    if known is not None:
        return known[1]
    plan = _build_plan(fields)
    if isinstance(fields, tuple):
        if len(_plans) >= _MAX_PLANS:
            _plans.clear()
        _plans[id(fields)] = (fields, plan)
    return plan


def _build_plan(fields: Sequence[Field]) -> _Node:
    nodes: dict[str | None, _Node] = {None: _Node(_GROUP)}
    for item in fields:
        nodes[item.path] = nodes[item.parent].children[item.name] = _Node(_kind(item), item.is_binary)
    for item in reversed(fields):
        nodes[item.parent].has_binary |= nodes[item.path].has_binary
    return nodes[None]


def _kind(item: Field) -> int:
    if item.type == REPEAT:
        return _REPEAT
    if item.has_children:
        return _GROUP
    if item.has_several_values:
        return _CHOICES
    return {"int": _INTEGER, "decimal": _DECIMAL}.get(item.type, _TEXT)


def _read_into(answers: dict[str, Any], element: etree._Element, plan: Mapping[str, _Node]) -> None:
    for child in element:
        tag = child.tag
        name = tag if tag[0] != "{" else tag.rpartition("}")[2]
        node = plan.get(name, _NOT_IN_FORM)
        if node.kind in _HOLDS_ELEMENTS or len(child):
            _read_branch(answers, name, child, node)
            continue
        text = child.text
        if text:
            value = _value(text, node.kind)
            if name in answers:
                _add(answers, name, value)
            else:
                answers[name] = value


def _read_branch(answers: dict[str, Any], name: str, element: etree._Element, node: _Node) -> None:
    """Read an element that has elements in it, or should have, or that the form does not know."""
    # A group that appears twice is read as one, so that a group is a dictionary for every reader.
    content: dict[str, Any] = answers.get(name, {}) if node.kind == _GROUP else {}
    text = element.text
    if name == "entity":
        content.update(_attributes(element))
    if text and not text.isspace():
        if node.kind == _UNKNOWN and not len(element) and not content:
            _add(answers, name, text)
            return
        _add(content, TEXT_KEY, text)
    _read_into(content, element, node.children)
    if node.kind == _REPEAT:
        answers.setdefault(name, []).append(content)
    elif node.kind == _GROUP:
        if content:
            answers[name] = content
    elif content:
        _add(answers, name, content)


def _attributes(element: etree._Element) -> dict[str, str]:
    return {f"@{str(key).rpartition('}')[2]}": str(text) for key, text in element.attrib.items() if text}


def _add(answers: dict[str, Any], name: str, value: Any) -> None:
    """Put the value beside those that are there: an element that should be alone is not."""
    if name not in answers:
        answers[name] = value
        return
    there = answers[name]
    if not isinstance(there, list):
        there = answers[name] = [there]
    if isinstance(value, list):
        there.extend(value)
    else:
        there.append(value)


def _value(text: str, kind: int) -> Any:
    if kind == _TEXT:
        return text
    if kind == _INTEGER:
        return _integer(text)
    if kind == _CHOICES:
        values = text.split(" ")
        return text if "" in values or text != text.strip() else values
    return _decimal(text) if "." in text else _integer(text)


def _integer(text: str) -> int | str:
    if len(text) > _MAX_DIGITS:
        return text
    try:
        number = int(text)
    except ValueError:
        return text
    return number if str(number) == text else text


def _decimal(text: str) -> float | str:
    if len(text) > _MAX_DECIMAL or not _PLAIN_DECIMAL.fullmatch(text):
        return text
    number = float(text)
    return number if repr(number) == text and text != "-0.0" else text


def answer_text(value: Any) -> str:
    """Return the text that stands in the XML for one answer: the inverse of what `read_answers` does to it.

    Where elements were found in a leaf, it is their texts with a blank between them.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        return answer_text(list(value.values()))
    if isinstance(value, list):
        return " ".join(map(answer_text, value))
    return repr(value)


def expected_attachments(fields: Sequence[Field], answers: Mapping[str, Any]) -> list[str]:
    """Return the names that the answers to questions for files give, in the order of the document, each once.

    They are as they were sent: nothing says that they are good names for a file.
    """
    return list(dict.fromkeys(_attachments(answers, _plan(fields))))


def _attachments(answers: Mapping[str, Any], plan: _Node) -> Iterator[str]:
    if not plan.has_binary:
        return
    for name, value in answers.items():
        node = plan.children.get(name)
        if node is None or not node.has_binary:
            continue
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, dict):
                yield from _attachments(item, node)
            elif not node.children:
                yield answer_text(item)
