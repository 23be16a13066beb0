"""What the review desk finds a submission by: its name without accents, and its answer to the area question.

Both stand beside the submission, so that a search of a hundred thousand reads no answers. Names of areas and of
people are not kept here: a search looks them up first, so that they may change.
"""

import unicodedata
from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy.orm import Session

from server.forms.definitions import definition_of
from server.forms.models import Form, FormVersion
from server.xform.instance import InstanceHead, answer_text

# Both stand in an index, of which Postgres takes 2,700 bytes.
MAX_NAME: Final = 300
MAX_AREA: Final = 100


def folded(text: str) -> str:
    """In lower case, without marks, `đ` as `d`, and with single blanks: "nong" finds "Nông"."""
    plain = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return " ".join("".join(letter for letter in plain if not unicodedata.combining(letter)).split())


def area_path(session: Session, form: Form, version: FormVersion | None) -> str | None:
    """The question that says where a submission was made: the chosen one, or what a rule finds in this version."""
    if form.area_path is not None or version is None:
        return form.area_path
    return definition_of(session, version).area_path


def search_terms(head: InstanceHead, answers: Mapping[str, Any] | None, path: str | None) -> dict[str, str | None]:
    """The columns of a submission that it is found by; `path` is that of the area question."""
    return {
        "folded_name": folded(head.instance_name)[:MAX_NAME] if head.instance_name else None,
        "area": area_in(answers, path),
    }


def area_in(answers: Mapping[str, Any] | None, path: str | None) -> str | None:
    """The answer to the area question; None when it is empty, encrypted, or there is no such question."""
    area = None if answers is None or path is None else answer_at(answers, path)
    return area[:MAX_AREA] if area else None


def answer_at(answers: Mapping[str, Any], path: str) -> str | None:
    """The answer's text; None when it is empty or inside a repeat."""
    found: Any = answers
    for name in path.split("/")[1:]:
        if not isinstance(found, Mapping):
            return None
        found = found.get(name)
    return None if found is None or isinstance(found, Mapping) else answer_text(found)
