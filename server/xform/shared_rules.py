"""Rules that JavaRosa joins: one that is written the same at several nodes is asked once for all of them.

It is then asked where the paths to its nodes part. If that is outside of a repeat, a path from the root into the repeat
means all its instances, even for a node inside; `sum(/data/member/age)` beside each member's age is the household's sum
as soon as the same is written outside of the repeat, and the member's own age otherwise.
"""

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator
from dataclasses import replace

from server.xform.model import FormNode, Rule
from server.xpath.compile import compile_expression
from server.xpath.lexer import tokenize
from server.xpath.routes import PRIMARY, Scope

_JOINED = ("relevant", "required", "calculate", "readonly")
_Owned = tuple[FormNode, Rule]


def join_rules(nodes: Collection[FormNode], root_name: str) -> None:
    """Give the joined rules of these nodes the scope in which JavaRosa evaluates them."""
    if not any(node.is_repeat for node in nodes):
        return
    absolute = f"/{root_name}/"
    for name in _JOINED:
        for alike in _groups(_with_paths(nodes, name, absolute), _about):
            for same in _groups(alike, _words):
                _widen(same, name)


def _groups(found: Iterable[_Owned], key_of: Callable[[Rule], Hashable]) -> Iterator[list[_Owned]]:
    """Those of one key that lie in different repeats."""
    groups: dict[Hashable, list[_Owned]] = {}
    for owned in found:
        groups.setdefault(key_of(owned[1]), []).append(owned)
    for group in groups.values():
        if len(group) > 1 and len({_repeat_around(node) for node, _ in group}) > 1:
            yield group


def _with_paths(nodes: Iterable[FormNode], name: str, absolute: str) -> Iterator[_Owned]:
    """The rules that may mean something else where they are joined: those with a path from the root."""
    for node in nodes:
        rule: Rule | None = getattr(node, name)
        if rule is not None and rule.compiled is not None and absolute in rule.expression:
            yield node, rule


def _repeat_around(node: FormNode) -> tuple[str, ...]:
    """The path of the innermost repeat; () for none."""
    repeat = node.repeat_around
    return () if repeat is None else repeat.names


def _about(rule: Rule) -> Hashable:
    references = rule.compiled.references if rule.compiled is not None else ()
    return tuple([reference.names for reference in references if reference.instance == PRIMARY])


def _words(rule: Rule) -> Hashable:
    """The rule without the blanks in it."""
    return tuple([token.text for token in tokenize(rule.expression)])


def _widen(group: list[_Owned], name: str) -> None:
    shared = _common([node.names for node, _ in group])
    for node, rule in group:
        climbs = len(node.names) - len(shared)
        # A path that climbs is about something outside of the repeats, or the nodes would not be the same.
        if len(_repeat_around(node)) > len(shared) and ".." not in rule.expression:
            compiled = replace(compile_expression(rule.expression, Scope.of(*shared)), climbs=climbs)
            setattr(node, name, replace(rule, compiled=compiled))


def _common(paths: list[tuple[str, ...]]) -> tuple[str, ...]:
    """What all paths begin with."""
    names: list[str] = []
    for at_depth in zip(*paths, strict=False):
        if len(set(at_depth)) > 1:
            break
        names.append(at_depth[0])
    return tuple(names)
