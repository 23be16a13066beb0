"""What an edit changed: two versions of an instance, element by element, as ODK Central's API tells it.

A path leaves out the root; in a repeat it holds `[name, index]`, counted from 0. What came or went as a whole is told
once, for the outermost element. An element that is empty and one that is not there are the same.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TypeAlias

import orjson
from lxml import etree

from server.xform.document import local_name

Step: TypeAlias = "str | list[str | int]"
# The text of an element, or what is in it by name; a list where the name is there several times or repeats.
_Tree: TypeAlias = "str | dict[str, _Tree | list[_Tree]]"
# Finding which of a thousand repeats were moved takes a second; beyond that they are compared one by one.
_MAX_PAIRS = 250_000


@dataclass(frozen=True, slots=True)
class Difference:
    """`old` and `new` are the text, JSON for what has elements in it, or None where there is nothing."""

    path: tuple[Step, ...]
    old: str | None
    new: str | None


def differences(repeats: Collection[str], old: etree._Element, new: etree._Element) -> list[Difference]:
    """From `old` to `new`, in the order of the old instance, then what is new; `repeats` are paths of the form."""
    # A root without anything in it is a group all the same.
    return list(_compare((), _read(old, "", repeats) or {}, _read(new, "", repeats) or {}))


def _read(element: etree._Element, path: str, repeats: Collection[str]) -> _Tree:
    if not len(element):
        return element.text or ""
    tree: dict[str, _Tree | list[_Tree]] = {}
    for child in element:
        name = local_name(child)
        child_path = f"{path}/{name}"
        content = _read(child, child_path, repeats)
        there = tree.get(name)
        if isinstance(there, list):
            there.append(content)
        elif there is not None:
            tree[name] = [there, content]
        else:
            tree[name] = [content] if child_path in repeats else content
    return tree


def _compare(path: tuple[Step, ...], old: _Tree, new: _Tree) -> Iterator[Difference]:
    if isinstance(old, str) or isinstance(new, str):
        if old != new and not (_is_blank(old) and _is_blank(new)):
            yield Difference(path, _shown(old), _shown(new))
        return
    for name in dict.fromkeys([*old, *new]):
        before, after = old.get(name), new.get(name)
        if isinstance(before, list) or isinstance(after, list):
            yield from _compare_repeats(path, name, _listed(before), _listed(after))
        elif before is None or after is None:
            if not (_is_blank(before) and _is_blank(after)):
                yield Difference((*path, name), _shown(before), _shown(after))
        else:
            yield from _compare((*path, name), before, after)


def _listed(content: _Tree | list[_Tree] | None) -> list[_Tree]:
    if content is None:
        return []
    return content if isinstance(content, list) else [content]


def _compare_repeats(
    path: tuple[Step, ...], name: str, old: Sequence[_Tree], new: Sequence[_Tree]
) -> Iterator[Difference]:
    """Pairs those that are the same, and those between them one by one; what is left over came or went."""
    for first_old, last_old, first_new, last_new in _changed_runs(old, new):
        for place in range(max(last_old - first_old, last_new - first_new)):
            old_index, new_index = first_old + place, first_new + place
            before = old[old_index] if old_index < last_old else None
            after = new[new_index] if new_index < last_new else None
            step: Step = [name, old_index if after is None else new_index]
            item_path = (*path, step)
            if before is None or after is None:
                yield Difference(item_path, _shown(before), _shown(after))
            else:
                yield from _compare(item_path, before, after)


def _changed_runs(old: Sequence[_Tree], new: Sequence[_Tree]) -> Iterator[tuple[int, int, int, int]]:
    before, after = [_json(tree) for tree in old], [_json(tree) for tree in new]
    if len(before) * len(after) > _MAX_PAIRS:
        yield 0, len(old), 0, len(new)
        return
    for tag, *run in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag != "equal":
            first_old, last_old, first_new, last_new = run
            yield first_old, last_old, first_new, last_new


def _shown(content: _Tree | None) -> str | None:
    return content if content is None or isinstance(content, str) else _json(content)


def _is_blank(content: _Tree | list[_Tree] | None) -> bool:
    if isinstance(content, dict):
        return all(map(_is_blank, content.values()))
    return not content


def _json(content: _Tree) -> str:
    return orjson.dumps(content).decode()
