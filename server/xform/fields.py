"""A form's fields as plain values, to be kept beside a form version so that its XML need not be read again.

Which fields a form has is decided in `definition`; how answers are read with them in `instance`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

STRUCTURE = "structure"
REPEAT = "repeat"
BINARY = "binary"
RANK = "odk:rank"


@dataclass(frozen=True, slots=True)
class Field:
    """One node of the primary instance, in the terms of ODK Central's form schema.

    `path` leaves out the root (`/member/age`); `parent` is the path of the group or repeat around it, None at
    the top. `type` is `structure`, `repeat` or the bind's type: as written, but one spelling for each of XML
    Schema's. `choice_list` names an entry of `FormDefinition.choice_lists` or the file that holds the
    choices. `labels` goes from language to text; the language is '' for a label that is not translated.
    """

    path: str
    name: str
    type: str
    order: int
    parent: str | None = None
    is_binary: bool = False
    is_select_multiple: bool = False
    choice_list: str | None = None
    labels: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def has_children(self) -> bool:
        """Whether it is a group or a repeat, not a question."""
        return self.type in (STRUCTURE, REPEAT)

    @property
    def has_several_values(self) -> bool:
        """Whether one answer is a list of choices, separated by blanks in the XML."""
        return self.is_select_multiple or self.type == RANK

    def label(self, language: str | None = None) -> str:
        """Return the label in this language, else in the first one that has it, else the name."""
        labels = self.labels
        return labels.get(language or "") or next(iter(labels.values()), "") or self.name


def outermost_repeat(fields: Iterable[Field], field: Field) -> str | None:
    """The path of the outermost repeat around a field; None for one outside of repeats."""
    return next((one.path for one in fields if one.type == REPEAT and field.path.startswith(f"{one.path}/")), None)


def questions_outside_repeats(fields: Iterable[Field]) -> list[Field]:
    """Those with one answer a submission; what the phone notes about the submission itself is left out."""
    left_out = {"/meta"}
    found = []
    for item in fields:
        if item.type == REPEAT or item.parent in left_out or item.path in left_out:
            left_out.add(item.path)
        elif not item.has_children:
            found.append(item)
    return found


def fields_to_json(fields: Iterable[Field]) -> list[dict[str, Any]]:
    """Return one small object a field, without what follows from its path or from its place in the list."""
    return [_to_json(item) for item in fields]


def fields_from_json(stored: Iterable[Mapping[str, Any]]) -> tuple[Field, ...]:
    """Return the fields that `fields_to_json` was given, when it was given all fields of a form."""
    return tuple(_from_json(item, order) for order, item in enumerate(stored))


def _to_json(item: Field) -> dict[str, Any]:
    stored: dict[str, Any] = {"path": item.path, "type": item.type}
    if item.is_binary:
        stored["binary"] = True
    if item.is_select_multiple:
        stored["selectMultiple"] = True
    if item.choice_list is not None:
        stored["choices"] = item.choice_list
    if item.labels:
        stored["labels"] = dict(item.labels)
    return stored


def _from_json(stored: Mapping[str, Any], order: int) -> Field:
    path = stored["path"]
    parent, _, name = path.rpartition("/")
    return Field(
        path=path,
        name=name,
        type=stored["type"],
        order=order,
        parent=parent or None,
        is_binary=stored.get("binary", False),
        is_select_multiple=stored.get("selectMultiple", False),
        choice_list=stored.get("choices"),
        labels=stored.get("labels", {}),
    )
