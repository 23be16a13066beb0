"""A submission's answers as a reviewer reads them: in the order and groups of the form, with labels, findings and
what the last edit changed.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from server.desk.labels import Labels
from server.submissions.models import Finding
from server.xform.fields import REPEAT, STRUCTURE, Field
from server.xform.geometry import GEO_TYPES, geometry
from server.xform.instance import answer_text

_META: Final = "/meta"


@dataclass(frozen=True, slots=True)
class Answer:
    """One question with its answer.

    `path` names repeats by number, `/member[2]/age`. `kind` says how it is shown: `file`, `place`, `choice`, the bind's
    type or `text`. `texts` are several for a select of several. `before` is what the version before said, None where
    that is the same; `place` GeoJSON, `accuracy` in metres.
    """

    path: str
    label: str
    kind: str
    value: str
    texts: list[str]
    before: str | None = None
    findings: list[Finding] = field(default_factory=list)
    place: dict[str, Any] | None = None
    accuracy: float | None = None

    @property
    def is_changed(self) -> bool:
        return self.before is not None


@dataclass(frozen=True, slots=True)
class Section:
    """A group or one filling of a repeat (`number` from 1), with what is in it in the order of the form."""

    path: str
    label: str
    number: int | None
    items: "list[Answer | Section]"
    findings: list[Finding] = field(default_factory=list)

    def answers(self) -> Iterator[Answer]:
        for item in self.items:
            if isinstance(item, Section):
                yield from item.answers()
            else:
                yield item

    @property
    def is_changed(self) -> bool:
        return any(answer.is_changed for answer in self.answers())

    @property
    def is_flagged(self) -> bool:
        return bool(self.findings) or any(
            item.is_flagged if isinstance(item, Section) else bool(item.findings) for item in self.items
        )


def read_sections(
    labels: Labels,
    answers: Mapping[str, Any],
    earlier: Mapping[str, Any] | None,
    findings: Sequence[Finding],
) -> Section:
    """All answers as one section without a label; `earlier` are those of the version before, if there is one."""
    return _Reader(labels, earlier is not None, _by_path(findings)).section(
        "", answers, earlier or {}, path="", label=""
    )


def read_rows(labels: Labels, questions: Sequence[Field], rows: Iterable[Mapping[str, Any]]) -> Iterator[list[Answer]]:
    """The answers to some questions outside of repeats, of one submission after the other."""
    reader = _Reader(labels, has_earlier=False, findings={})
    for answers in rows:
        yield [reader.alone(question, answers) for question in questions]


def _by_path(findings: Sequence[Finding]) -> dict[str, list[Finding]]:
    """By path without the form's root, those that somebody has dismissed left out."""
    found: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.dismissed_at is None:
            found.setdefault("/" + finding.path.partition("/")[2].partition("/")[2], []).append(finding)
    return found


class _Reader:
    def __init__(self, labels: Labels, has_earlier: bool, findings: Mapping[str, list[Finding]]) -> None:
        self._labels, self._has_earlier, self._findings = labels, has_earlier, findings
        self._children: dict[str, list[Field]] = {}
        for item in labels.fields:
            self._children.setdefault(item.parent or "", []).append(item)

    def section(
        self,
        generic_path: str,
        answers: Mapping[str, Any],
        earlier: Mapping[str, Any],
        *,
        path: str,
        label: str,
        number: int | None = None,
    ) -> Section:
        items = [
            item
            for child in self._children.get(generic_path, [])
            if child.path != _META
            for item in self._items(child, answers.get(child.name), earlier.get(child.name), f"{path}/{child.name}")
        ]
        return Section(path, label, number, items, self._findings.get(path, []))

    def alone(self, question: Field, answers: Mapping[str, Any]) -> Answer:
        found: Any = answers
        for name in question.path.split("/")[1:]:
            found = _mapped(found).get(name)
        return self._answer(question, found, None, question.path, self._labels.question(question))

    def _items(self, child: Field, now: Any, before: Any, path: str) -> Iterator[Answer | Section]:
        label = self._labels.question(child)
        if child.type == REPEAT:
            yield from self._fillings(child, _listed(now), _listed(before), path, label)
        elif child.type == STRUCTURE:
            section = self.section(child.path, _mapped(now), _mapped(before), path=path, label=label)
            if section.items:
                yield section
        elif now is not None or before is not None or path in self._findings:
            yield self._answer(child, now, before, path, label)

    def _fillings(self, child: Field, now: list[Any], before: list[Any], path: str, label: str) -> Iterator[Section]:
        for place in range(max(len(now), len(before))):
            filled = _mapped(now[place]) if place < len(now) else {}
            was = _mapped(before[place]) if place < len(before) else {}
            yield self.section(child.path, filled, was, path=f"{path}[{place + 1}]", label=label, number=place + 1)

    def _answer(self, child: Field, now: Any, before: Any, path: str, label: str) -> Answer:
        value = "" if now is None else answer_text(now)
        is_place = child.type in GEO_TYPES
        return Answer(
            path=path,
            label=label,
            kind=_kind(child),
            value=value,
            texts=self._texts(child, now),
            before=self._before(child, now, before),
            findings=self._findings.get(path, []),
            place=geometry(child.type, value) if is_place and value else None,
            accuracy=_accuracy(value) if child.type == "geopoint" else None,
        )

    def _texts(self, child: Field, value: Any) -> list[str]:
        if value is None:
            return []
        if child.has_several_values:
            chosen = value if isinstance(value, list) else answer_text(value).split()
            return [self._labels.choice(child, str(item)) for item in chosen]
        text = answer_text(value)
        return [self._labels.choice(child, text) if child.choice_list is not None else text]

    def _before(self, child: Field, now: Any, before: Any) -> str | None:
        if not self._has_earlier or now == before:
            return None
        return ", ".join(self._texts(child, before))


def _kind(child: Field) -> str:
    if child.is_binary:
        return "file"
    if child.type in GEO_TYPES:
        return "place"
    if child.choice_list is not None or child.has_several_values:
        return "choice"
    return child.type if child.type in ("int", "decimal", "date", "time", "dateTime") else "text"


def _listed(content: Any) -> list[Any]:
    if content is None:
        return []
    return content if isinstance(content, list) else [content]


def _mapped(content: Any) -> Mapping[str, Any]:
    return content if isinstance(content, Mapping) else {}


def _accuracy(value: str) -> float | None:
    parts = value.split()
    try:
        return float(parts[3]) if len(parts) > 3 else None
    except ValueError:
        return None
