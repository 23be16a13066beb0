"""Decide which fields a form has, and of which type: ODK Central's form schema.

The primary instance gives names and order, the binds give types, the body says which nodes repeat and what
people read.
"""

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import TypeAlias

from lxml import etree

from server.xform.controls import GROUPS, Binds, Control
from server.xform.document import local_name
from server.xform.fields import BINARY, RANK, REPEAT, STRUCTURE, Field
from server.xform.texts import ChoiceLists, Texts

# Other spellings of the types that ODK Central's clients know.
_SAME_TYPE = {"integer": "int", "long": "int", "short": "int", "double": "decimal", "float": "decimal"}
_SCHEMA_PREFIXES = ("xsd", "xs")
# The type of questions with several choices in old forms; newer ones say string, and only the body tells.
_SELECT_MULTIPLE = "select"
_WITH_CHOICES = frozenset({"select", "select1", "rank"})
_AUDIT_LOG = "/meta/audit"
_ENTITY = "/meta/entity"
_TEMPLATE = "{http://openrosa.org/javarosa}template"

# The names in an instance, each with those below it.
_Names: TypeAlias = "dict[str, _Names]"


class _Questions:
    """What the body says of each path: its controls, its label and its list of choices."""

    def __init__(self, controls: Iterable[Control], texts: Texts, lists: ChoiceLists) -> None:
        self.kinds: dict[str, set[str]] = {}
        self.labels: dict[str, Mapping[str, str]] = {}
        self.choices: dict[str, str | None] = {}
        for control in controls:
            path = control.path
            self.kinds.setdefault(path, set()).add(control.kind)
            if not self.labels.get(path):
                self.labels[path] = texts.label(control.label_owner)
            if control.kind in _WITH_CHOICES and not self.choices.get(path):
                self.choices[path] = lists.of_control(control.element, path)


def read_fields(
    root: etree._Element, binds: Binds, controls: Iterable[Control], texts: Texts, lists: ChoiceLists
) -> tuple[Field, ...]:
    """Return the fields below the root of the primary instance, depth first, each path once."""
    questions = _Questions(controls, texts, lists)
    names: _Names = {}
    for template in _collect(root, "", names):
        questions.kinds.setdefault(template, set()).add("repeat")
    return tuple(
        _field(path, order, bool(below), binds.types.get(path, ""), questions)
        for order, (path, below) in enumerate(_paths(names))
    )


def _collect(element: etree._Element, path: str, names: _Names) -> list[str]:
    """Add the names below the element, and return the paths of templates.

    A repeat may be there twice, as template and as first instance.
    """
    templates = []
    for child in element:
        name = local_name(child)
        child_path = f"{path}/{name}"
        if child.get(_TEMPLATE) is not None:
            templates.append(child_path)
        templates += _collect(child, child_path, names.setdefault(name, {}))
    return templates


def _paths(names: _Names) -> Iterator[tuple[str, _Names]]:
    """Yield every path with the names below it, depth first."""
    ahead = [(f"/{name}", below) for name, below in reversed(names.items())]
    while ahead:
        path, below = ahead.pop()
        yield path, below
        ahead += [(f"{path}/{name}", deeper) for name, deeper in reversed(below.items())]


def _field(path: str, order: int, has_children: bool, bind_type: str, questions: _Questions) -> Field:
    kinds: AbstractSet[str] = questions.kinds.get(path, set())
    if "repeat" in kinds:
        field_type = REPEAT
    elif has_children or kinds & GROUPS or path.endswith(_ENTITY):
        field_type = STRUCTURE
    else:
        field_type = _answer_type(path, bind_type, kinds)
    parent, _, name = path.rpartition("/")
    return Field(
        path=path,
        name=name,
        type=field_type,
        order=order,
        parent=parent or None,
        is_binary=field_type == BINARY,
        is_select_multiple="select" in kinds or field_type == _SELECT_MULTIPLE,
        choice_list=questions.choices.get(path),
        labels=questions.labels.get(path, {}),
    )


def _answer_type(path: str, bind_type: str, kinds: AbstractSet[str]) -> str:
    if "upload" in kinds or path == _AUDIT_LOG:
        return BINARY
    if "rank" in kinds:
        return RANK
    prefix, _, name = bind_type.rpartition(":")
    plain = name if prefix in _SCHEMA_PREFIXES else bind_type
    return _SAME_TYPE.get(plain, plain) or "string"
