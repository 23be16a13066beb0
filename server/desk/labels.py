"""What a form calls its questions and choices, in the language of who reads it.

Choices come from the form's XML or from a file that was uploaded with it.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from sqlalchemy.orm import Session

from server.db import Database
from server.forms.definitions import definition_of
from server.forms.models import Form, FormVersion
from server.storage import ObjectStore
from server.submissions.choice_rows import ChoiceRows, choice_rows
from server.submissions.file_choices import FileChoices, file_choices
from server.submissions.search_terms import area_path
from server.xform.definition import Choice, FormDefinition
from server.xform.fields import Field
from server.xform.instance import answer_text

_CODE = re.compile(r"\(([A-Za-z-]+)\)\s*$")
# Where a label puts in an answer, by the name of its question.
_QUOTED = re.compile(r"\$\{([^}]*)\}")


def pick_language(languages: Sequence[str], wanted: str, default: str | None) -> str:
    """The form's own name for the wanted language: `vi`, or as XLSForms write it, `Tiếng Việt (vi)`."""
    for language in languages:
        code = _CODE.search(language)
        if wanted.lower() in (language.lower(), code[1].lower() if code else ""):
            return language
    return default or ""


def in_language(texts: dict[str, str], language: str) -> str:
    """The text in that language, else in the first one that has it."""
    return texts.get(language) or next(iter(texts.values()), "")


class Labels:
    """The words of one form version."""

    def __init__(
        self, database: Database, storage: ObjectStore, session: Session, version: FormVersion, language: str
    ) -> None:
        self.definition: FormDefinition = definition_of(session, version)
        known = self.definition
        self.language = pick_language(known.languages, language, known.default_language)
        self._area_path = area_path(session, session.get_one(Form, version.form_id), version)
        self._database, self._storage, self._version = database, storage, version
        self._words: dict[str, dict[str, str]] = {}
        self._lists: dict[str, FileChoices | None] = {}
        self._rows: dict[str, ChoiceRows | None] = {}

    @property
    def fields(self) -> Sequence[Field]:
        return self.definition.fields

    @property
    def area(self) -> Field | None:
        """The question that says where a submission was made; None when this version has no such one."""
        path = self._area_path
        return None if path is None else self.definition.field(path)

    def question(self, field: Field, quoted: Callable[[str], str] = lambda _: "") -> str:
        """The label; `quoted` gives the answers that it puts in by the names of their questions, else it has gaps."""
        return _QUOTED.sub(lambda found: quoted(found[1]) or "…", field.label(self.language))

    def texts(self, field: Field, value: Any) -> list[str]:
        """What people read for an answer: one text, several for several choices, none for None."""
        if value is None:
            return []
        if field.has_several_values:
            chosen = value if isinstance(value, list) else answer_text(value).split()
            return [self.choice(field, str(item)) for item in chosen]
        return [self.choice(field, answer_text(value))]

    def choice(self, field: Field, value: str) -> str:
        """The label of a choice; the value itself where the form has none for it."""
        if field.choice_list is None:
            return value
        written = self._written(field.choice_list)
        if written is not None:
            return written.get(value, value)
        listed = self._listed(field)
        return (listed.label(value) if listed else "") or value

    def choices(self, field: Field) -> Iterator[tuple[str, str]]:
        """All values of the question's list with their labels."""
        if field.choice_list is None:
            return
        written = self._written(field.choice_list)
        if written is not None:
            yield from written.items()
        elif listed := self._listed(field):
            yield from listed

    def below(self, field: Field, place: str) -> list[str]:
        """The values of the rows of the question's list that name `place` in some column."""
        if field.path not in self._rows:
            self._rows[field.path] = choice_rows(self._database, self._storage, self._version, field)
        rows = self._rows[field.path]
        return [] if rows is None else list(rows.naming(place))

    def _written(self, name: str) -> dict[str, str] | None:
        """The choices that stand in the form's XML, made once: a list may have thousands."""
        if name not in self._words:
            found = self.definition.choice_lists.get(name)
            if found is None:
                return None
            self._words[name] = {choice.value: self._label(choice) for choice in found}
        return self._words[name]

    def _label(self, choice: Choice) -> str:
        return in_language(dict(choice.labels), self.language) or choice.value

    def _listed(self, field: Field) -> FileChoices | None:
        if field.path not in self._lists:
            self._lists[field.path] = file_choices(self._database, self._storage, self._version, field)
        return self._lists[field.path]
