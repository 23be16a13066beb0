"""The labels of choices that stand in files, by value: read when an answer needs them."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property, lru_cache, partial

from server.db import Database
from server.forms.models import FormVersion
from server.storage import ObjectStore
from server.submissions.file_choices import FileChoices, file_choices
from server.xform.fields import Field

_KEPT = 10_000


class FileLabels(Mapping[str, str]):
    """Of one question, from the files of these versions: the first one's count."""

    def __init__(self, database: Database, storage: ObjectStore, asked: Sequence[tuple[FormVersion, Field]]) -> None:
        self._open = partial(file_choices, database, storage)
        self._asked = asked
        # An export asks for the same few places again and again.
        self._label = lru_cache(_KEPT)(self._find)

    def __getitem__(self, value: str) -> str:
        if label := self._label(value):
            return label
        raise KeyError(value)

    def __iter__(self) -> Iterator[str]:
        return iter(dict(pair for listed in self._lists for pair in listed))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    @cached_property
    def _lists(self) -> list[FileChoices]:
        return [found for version, field in self._asked if (found := self._open(version, field)) is not None]

    def _find(self, value: str) -> str:
        return next(filter(None, (listed.label(value) for listed in self._lists)), "")
