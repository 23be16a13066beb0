"""The fields and texts of a form version, read from the database once and then kept in memory.

A version's XML never changes under its id and hash, so what is kept can not grow stale.
"""

from collections import OrderedDict
from threading import Lock
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.forms.models import FormVersion
from server.xform.definition import Field, FormDefinition, fields_from_json, parse_form
from server.xform.shared_cache import SharedCache

_KEPT = 200


class _FieldsCache:
    def __init__(self) -> None:
        self._fields: OrderedDict[tuple[int, str], tuple[Field, ...]] = OrderedDict()
        self._lock = Lock()

    def get(self, session: Session, version: FormVersion) -> tuple[Field, ...]:
        key = (version.id, version.md5)
        with self._lock:
            if key in self._fields:
                self._fields.move_to_end(key)
                return self._fields[key]
        stored = session.scalars(select(FormVersion.fields).where(FormVersion.id == version.id)).one()
        fields = fields_from_json(stored)
        with self._lock:
            self._fields[key] = fields
            if len(self._fields) > _KEPT:
                self._fields.popitem(last=False)
        return fields


_CACHE = _FieldsCache()
_definitions: Final[SharedCache[FormDefinition]] = SharedCache(_KEPT)


def fields_of(session: Session, version: FormVersion) -> tuple[Field, ...]:
    """Fields in the order of the form, groups and repeats included."""
    return _CACHE.get(session, version)


def definition_of(session: Session, version: FormVersion) -> FormDefinition:
    """All that the version's XForm says to people: languages, labels, choices. Reading it takes some milliseconds."""

    def read() -> tuple[FormDefinition, int]:
        xml = session.scalars(select(FormVersion.xml).where(FormVersion.id == version.id)).one()
        return parse_form(xml), 1

    return _definitions.get((version.id, version.md5), read)
