"""Numbers for the choices of questions, which statistics programs want for their categories.

Choices that are called by numbers keep them. The others are counted from 1 in the order in which the form's versions
brought them, oldest first: so a number means the same in all exports, whatever is published later.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.forms.models import FormVersion
from server.xform.definition import FormDefinition, parse_form

# One spelling for each number, and no more digits than Stata's labels take.
_NUMBER: Final = re.compile(r"0|-?[1-9][0-9]{0,8}")

# By the path of a question, then by the name of a choice.
Codes = Mapping[str, Mapping[str, int]]


def read_versions(session: Session, form_id: int) -> Iterator[FormDefinition]:
    """What was published of a form, oldest first."""
    published = (FormVersion.form_id == form_id, FormVersion.published_at.is_not(None))
    order = (FormVersion.published_at, FormVersion.id)
    ids = session.scalars(select(FormVersion.id).where(*published).order_by(*order)).all()
    for version_id in ids:
        yield parse_form(session.scalars(select(FormVersion.xml).where(FormVersion.id == version_id)).one())


def choice_codes(oldest_first: Iterable[FormDefinition]) -> Codes:
    """Of all questions that take one choice from a list in the form."""
    names: dict[str, dict[str, None]] = {}
    for definition in oldest_first:
        for field in definition.fields:
            if not field.has_several_values:
                choices = definition.choice_lists.get(field.choice_list or "", ())
                names.setdefault(field.path, {}).update((choice.value, None) for choice in choices)
    return {path: _numbered(list(values)) for path, values in names.items() if values}


def are_numbers(codes: Mapping[str, int]) -> bool:
    """Whether the choices are called by their numbers."""
    return all(name == str(code) for name, code in codes.items())


def _numbered(names: list[str]) -> Mapping[str, int]:
    if all(_NUMBER.fullmatch(name) for name in names):
        return {name: int(name) for name in names}
    return {name: number for number, name in enumerate(names, start=1)}
