"""What a new version of a form changes against an old one, question by question.

A question is known by its path, because that is where its answers are kept. One that left its group and has the same
name and type elsewhere counts as moved; what moved with its group is told once, for the group.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Final

from server.xform.definition import Choice, Field, FormDefinition, parse_form
from server.xform.fields import STRUCTURE
from server.xform.form_logic import read_logic

Labels = Mapping[str, str]
# Finding which of many questions changed places takes time that grows with the square of their number.
_MAX_PAIRS: Final = 4_000_000


@dataclass(frozen=True, slots=True)
class Moved:
    old: Field
    new: Field


@dataclass(frozen=True, slots=True)
class Retyped:
    """The type in words of the XForm, with `select` and the like where the bind alone would not tell."""

    field: Field
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Reworded:
    """A text in one language; None where the form has none."""

    name: str
    language: str
    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True)
class Rule:
    """An expression before and after; None where there is none."""

    field: Field
    rule: str
    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True)
class ChoiceChanges:
    """Of one list of choices, which the questions in `used_by` offer; these are as the old form has them."""

    name: str
    used_by: tuple[Field, ...]
    added: tuple[Choice, ...] = ()
    removed: tuple[Choice, ...] = ()
    reworded: tuple[Reworded, ...] = ()


@dataclass(frozen=True, slots=True)
class FormDifferences:
    """In the order of the new form; what is gone in that of the old one."""

    added: tuple[Field, ...] = ()
    removed: tuple[Field, ...] = ()
    moved: tuple[Moved, ...] = ()
    retyped: tuple[Retyped, ...] = ()
    reordered: tuple[Field, ...] = ()
    labels: tuple[tuple[Field, tuple[Reworded, ...]], ...] = ()
    choices: tuple[ChoiceChanges, ...] = ()
    logic: tuple[Rule, ...] = ()
    title: tuple[str, str] | None = None
    languages_added: tuple[str, ...] = ()
    languages_removed: tuple[str, ...] = ()
    files_added: tuple[str, ...] = ()
    files_removed: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        return self == FormDifferences()


def differences_of_forms(old_xml: bytes, new_xml: bytes) -> FormDifferences:
    """From the old to the new version; both must be forms that `parse_form` takes."""
    old, new = parse_form(old_xml), parse_form(new_xml)
    pairs = _Pairs.of(old.fields, new.fields)
    before, after = set(old.languages), set(new.languages)
    old_files, new_files = [file.name for file in old.media], [file.name for file in new.media]
    return FormDifferences(
        added=tuple(_with_answers(pairs.added)),
        removed=tuple(_with_answers(pairs.removed)),
        moved=tuple(_first_moved(pairs.moved)),
        retyped=tuple(_retyped(pairs)),
        reordered=tuple(_reordered(old.fields, new.fields, pairs)),
        labels=tuple(_labels(pairs, before & after)),
        choices=tuple(_choices(pairs, old, new, before & after)),
        logic=tuple(_logic(pairs, read_logic(old_xml), read_logic(new_xml))),
        title=None if old.title == new.title else (old.title, new.title),
        languages_added=tuple(name for name in new.languages if name not in before),
        languages_removed=tuple(name for name in old.languages if name not in after),
        files_added=tuple(name for name in new_files if name not in old_files),
        files_removed=tuple(name for name in old_files if name not in new_files),
    )


@dataclass(slots=True)
class _Pairs:
    """Fields that are the same question in both versions, and those that have no other."""

    same: list[tuple[Field, Field]] = field(default_factory=list)
    moved: list[Moved] = field(default_factory=list)
    added: list[Field] = field(default_factory=list)
    removed: list[Field] = field(default_factory=list)

    @classmethod
    def of(cls, old: Sequence[Field], new: Sequence[Field]) -> "_Pairs":
        before, after = {item.path: item for item in old}, {item.path: item for item in new}
        gone = [item for item in old if item.path not in after]
        come = [item for item in new if item.path not in before]
        moved = list(_moves(gone, come))
        left, arrived = {move.old.path for move in moved}, {move.new.path for move in moved}
        return cls(
            same=[(before[item.path], item) for item in new if item.path in before],
            moved=moved,
            added=[item for item in come if item.path not in arrived],
            removed=[item for item in gone if item.path not in left],
        )

    @property
    def all(self) -> list[tuple[Field, Field]]:
        """In the order of the new form."""
        pairs = [*self.same, *((move.old, move.new) for move in self.moved)]
        return sorted(pairs, key=lambda pair: pair[1].order)


def _moves(gone: Sequence[Field], come: Sequence[Field]) -> Iterator[Moved]:
    """A name that left once and came once; a name that is there several times could be any of them."""
    by_name: dict[tuple[str, str], list[Field]] = {}
    for item in gone:
        by_name.setdefault((item.name, item.type), []).append(item)
    counts: dict[tuple[str, str], int] = {}
    for item in come:
        counts[item.name, item.type] = counts.get((item.name, item.type), 0) + 1
    for item in come:
        candidates = by_name.get((item.name, item.type), [])
        if len(candidates) == 1 and counts[item.name, item.type] == 1:
            yield Moved(candidates[0], item)


def _with_answers(fields: Sequence[Field]) -> Iterator[Field]:
    """Questions and repeats; a group has no answers, and `meta` is the phone's own."""
    return (item for item in fields if item.type != STRUCTURE and not item.path.startswith("/meta"))


def _first_moved(moves: Sequence[Moved]) -> Iterator[Moved]:
    """Those that did not move because the group around them did."""
    groups = {(move.old.path, move.new.path) for move in moves if move.old.has_children}
    for move in moves:
        if (move.old.parent, move.new.parent) not in groups:
            yield move


def _retyped(pairs: _Pairs) -> Iterator[Retyped]:
    for old, new in pairs.same:
        before, after = _type(old), _type(new)
        if before != after:
            yield Retyped(new, before, after)


def _type(item: Field) -> str:
    if item.is_select_multiple:
        return "select_multiple"
    return "select_one" if item.choice_list is not None and item.type == "string" else item.type


def _reordered(old: Sequence[Field], new: Sequence[Field], pairs: _Pairs) -> Iterator[Field]:
    """Questions that kept their group and changed places in it."""
    kept = {after.path for _, after in pairs.same}
    before = [item.path for item in old if item.path in kept]
    after = [item for item in new if item.path in kept]
    if before == [item.path for item in after] or len(before) ** 2 > _MAX_PAIRS:
        return
    matcher = SequenceMatcher(None, before, [item.path for item in after], autojunk=False)
    for tag, _, _, first, last in matcher.get_opcodes():
        if tag in ("insert", "replace"):
            yield from after[first:last]


def _labels(pairs: _Pairs, languages: set[str]) -> Iterator[tuple[Field, tuple[Reworded, ...]]]:
    for old, new in pairs.all:
        changes = tuple(_reworded(new.name, old.labels, new.labels, languages))
        if changes:
            yield new, changes


def _reworded(name: str, old: Labels, new: Labels, languages: set[str]) -> Iterator[Reworded]:
    """In the languages that both versions have, and where only one of them is translated at all."""
    for language in dict.fromkeys([*old, *new]):
        before, after = old.get(language), new.get(language)
        if before != after and (language in languages or language == ""):
            yield Reworded(name, language, before, after)


def _choices(pairs: _Pairs, old: FormDefinition, new: FormDefinition, languages: set[str]) -> Iterator[ChoiceChanges]:
    """Of lists that the forms themselves hold; those in files have versions of their own."""
    users: dict[tuple[str, str], list[Field]] = {}
    for before, after in pairs.all:
        if before.choice_list is not None and after.choice_list is not None:
            users.setdefault((before.choice_list, after.choice_list), []).append(before)
    for (was, now), used_by in users.items():
        if was in old.choice_lists and now in new.choice_lists:
            changes = _list_changes(now, used_by, old.choice_lists[was], new.choice_lists[now], languages)
            if changes.added or changes.removed or changes.reworded:
                yield changes


def _list_changes(
    name: str, used_by: Sequence[Field], old: Sequence[Choice], new: Sequence[Choice], languages: set[str]
) -> ChoiceChanges:
    was, now = {choice.value: choice for choice in old}, {choice.value: choice for choice in new}
    return ChoiceChanges(
        name=name,
        used_by=tuple(used_by),
        added=tuple(choice for value, choice in now.items() if value not in was),
        removed=tuple(choice for value, choice in was.items() if value not in now),
        reworded=tuple(
            change
            for value, choice in now.items()
            if value in was
            for change in _reworded(value, was[value].labels, choice.labels, languages)
        ),
    )


def _logic(pairs: _Pairs, old: Mapping[str, Mapping[str, str]], new: Mapping[str, Mapping[str, str]]) -> Iterator[Rule]:
    for before, after in pairs.all:
        was, now = old.get(before.path, {}), new.get(after.path, {})
        for rule in dict.fromkeys([*was, *now]):
            if was.get(rule) != now.get(rule):
                yield Rule(after, rule, was.get(rule), now.get(rule))
