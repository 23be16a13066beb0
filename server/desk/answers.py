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
    that is the same; `place` GeoJSON, `accuracy` in metres. `is_recorded`: nobody was asked, the phone noted or
    calculated it.
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
    is_recorded: bool = False

    @property
    def is_changed(self) -> bool:
        return self.before is not None

    @property
    def is_for_reading(self) -> bool:
        """Whether it stands among the answers: somebody was asked, or something is wrong with it."""
        return not self.is_recorded or bool(self.findings)


@dataclass(frozen=True, slots=True)
class Section:
    """A group or one filling of a repeat, with what is in it in the order of the form."""

    path: str
    label: str
    items: "list[Answer | Section]"
    findings: list[Finding] = field(default_factory=list)

    def answers(self) -> Iterator[Answer]:
        for item in self.items:
            if isinstance(item, Section):
                yield from item.answers()
            else:
                yield item

    def recorded(self) -> list[Answer]:
        """What stands apart from the answers, and is not empty."""
        return [answer for answer in self.answers() if not answer.is_for_reading and answer.value]

    @property
    def is_filling(self) -> bool:
        return self.path.endswith("]")

    @property
    def is_for_reading(self) -> bool:
        return bool(self.findings) or any(answer.is_for_reading for answer in self.answers())

    @property
    def is_changed(self) -> bool:
        return any(answer.is_changed for answer in self.answers() if answer.is_for_reading)

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
    reader = _Reader(labels, earlier is not None, _by_path(findings))
    items = reader.items(_Place("", "", answers, earlier or {}, {"": answers}))
    return Section("", "", items, reader.findings_at(""))


def read_rows(labels: Labels, questions: Sequence[Field], rows: Iterable[Mapping[str, Any]]) -> Iterator[list[Answer]]:
    """The answers to some questions outside of repeats, of one submission after the other."""
    reader = _Reader(labels, has_earlier=False, findings={})
    for answers in rows:
        yield [reader.alone(question, answers) for question in questions]


def path_in_form(finding: Finding) -> str:
    """The path of what a finding is about, without the form's root."""
    return "/" + finding.path.partition("/")[2].partition("/")[2]


def _by_path(findings: Sequence[Finding]) -> dict[str, list[Finding]]:
    """Those that nobody has dismissed; what only dismissed ones are about has none."""
    found: dict[str, list[Finding]] = {}
    for finding in findings:
        at_path = found.setdefault(path_in_form(finding), [])
        if finding.dismissed_at is None:
            at_path.append(finding)
    return found


@dataclass(frozen=True, slots=True)
class _Place:
    """Where one reads: a group or a filling, as `generic_path` of the form and `path` of the submission, what is
    answered in it now and was before, and by their generic paths the fillings of repeats around it.
    """

    generic_path: str
    path: str
    now: Mapping[str, Any]
    before: Mapping[str, Any]
    around: Mapping[str, Mapping[str, Any]]

    def group(self, child: Field) -> "_Place":
        now, before = _mapped(self.now.get(child.name)), _mapped(self.before.get(child.name))
        return _Place(child.path, f"{self.path}/{child.name}", now, before, self.around)

    def fillings(self, child: Field) -> "Iterator[_Place]":
        now, before = _listed(self.now.get(child.name)), _listed(self.before.get(child.name))
        for at in range(max(len(now), len(before))):
            filled = _mapped(now[at]) if at < len(now) else {}
            was = _mapped(before[at]) if at < len(before) else {}
            path = f"{self.path}/{child.name}[{at + 1}]"
            yield _Place(child.path, path, filled, was, {**self.around, child.path: filled})

    def answer(self, question: Field) -> Any:
        """That of any question of the form, as near as can be: in the same filling where it has one."""
        nearest = max((path for path in self.around if question.path.startswith(f"{path}/")), key=len)
        found: Any = self.around[nearest]
        for name in question.path.removeprefix(nearest).split("/")[1:]:
            found = _mapped(found).get(name)
        return found


class _Reader:
    def __init__(self, labels: Labels, has_earlier: bool, findings: Mapping[str, list[Finding]]) -> None:
        self._labels, self._has_earlier, self._findings = labels, has_earlier, findings
        self._children: dict[str, list[Field]] = {}
        for item in labels.fields:
            self._children.setdefault(item.parent or "", []).append(item)
        self._questions = {item.name: item for item in labels.fields if not item.has_children}
        self._has_labels = any(item.labels for item in labels.fields)

    def findings_at(self, path: str) -> list[Finding]:
        return self._findings.get(path, [])

    def items(self, place: _Place) -> list[Answer | Section]:
        children = self._children.get(place.generic_path, [])
        return [item for child in children if child.path != _META for item in self._read(child, place)]

    def alone(self, question: Field, answers: Mapping[str, Any]) -> Answer:
        place = _Place("", "", answers, {}, {"": answers})
        label = self._labels.question(question)
        return self._answer(question, place.answer(question), None, question.path, label)

    def _read(self, child: Field, place: _Place) -> Iterator[Answer | Section]:
        path = f"{place.path}/{child.name}"
        if child.type == REPEAT:
            for number, filling in enumerate(place.fillings(child), 1):
                yield self._section(filling, self._filling_label(child, filling, number))
        elif child.type == STRUCTURE:
            section = self._section(place.group(child), self._label(child, place))
            if section.items:
                yield section
        else:
            now, before = place.now.get(child.name), place.before.get(child.name)
            if now is not None or before is not None or path in self._findings:
                yield self._answer(child, now, before, path, self._label(child, place))

    def _section(self, place: _Place, label: str) -> Section:
        return Section(place.path, label, self.items(place), self.findings_at(place.path))

    def _label(self, child: Field, place: _Place) -> str:
        return self._labels.question(child, lambda name: self._quoted(name, place))

    def _filling_label(self, child: Field, filling: _Place, number: int) -> str:
        """A label that tells fillings apart by their answers needs no number."""
        label = self._label(child, filling)
        return label if label != self._labels.question(child) else f"{label} {number}"

    def _quoted(self, name: str, place: _Place) -> str:
        question = self._questions.get(name)
        return "" if question is None else ", ".join(self._labels.texts(question, place.answer(question)))

    def _answer(self, child: Field, now: Any, before: Any, path: str, label: str) -> Answer:
        value = "" if now is None else answer_text(now)
        is_place = child.type in GEO_TYPES
        return Answer(
            path=path,
            label=label,
            kind=_kind(child),
            value=value,
            texts=self._labels.texts(child, now),
            before=self._before(child, now, before),
            findings=self.findings_at(path),
            place=geometry(child.type, value) if is_place and value else None,
            accuracy=_accuracy(value) if child.type == "geopoint" else None,
            is_recorded=self._has_labels and not child.labels,
        )

    def _before(self, child: Field, now: Any, before: Any) -> str | None:
        if not self._has_earlier or now == before:
            return None
        return ", ".join(self._labels.texts(child, before))


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
