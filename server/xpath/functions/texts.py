"""Texts, and the blank-separated answers of select-multiple questions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from server.xpath.code import MAX_TEXT, Code, as_text
from server.xpath.errors import BudgetExceededError, EvaluationError, StaticError
from server.xpath.functions.definition import Site, Trait, guarded, plain, special
from server.xpath.patterns import PatternError, check_pattern, matches
from server.xpath.state import State
from server.xpath.tree import Node
from server.xpath.values import Kind, Value, to_text

_BLANKS: Final = re.compile(r"[ \t\n\x0b\f\r]+")
_JAVA_BLANKS: Final = "".join(map(chr, range(33)))


def bounded_join(separator: str, parts: Sequence[str]) -> str:
    """The parts joined; raises BudgetExceededError before building a text without measure."""
    if sum(map(len, parts)) + len(separator) * len(parts) > MAX_TEXT:
        raise BudgetExceededError(f"The text would have more than {MAX_TEXT} characters.")
    return separator.join(parts)


def _spread(argument: Code, node: Node, state: State) -> list[str]:
    """The texts of a node-set, or the one text of a value."""
    found = None if (nodes := argument.nodes) is None else nodes(node, state)
    if found is None:
        return [to_text(argument.value(node, state))]
    return [to_text(each.value()) for each in found]


def _concat(site: Site) -> Code:
    """A path spreads its nodes only when it is the one argument."""
    arguments = site.arguments
    if len(arguments) == 1:
        only = arguments[0]
        return Code(lambda node, state: bounded_join("", _spread(only, node, state)), Kind.TEXT)
    return _PLAIN_CONCAT.build(site)


def _join(site: Site) -> Code:
    separator = as_text(site.arguments[0])
    if len(site.arguments) == 2:
        only = site.arguments[1]
        return Code(lambda node, state: bounded_join(separator(node, state), _spread(only, node, state)), Kind.TEXT)
    return _PLAIN_JOIN.build(site)


def _of_node(site: Site) -> Code:
    """The argument, or without one the node at hand."""
    if site.arguments:
        return site.arguments[0]
    return Code(lambda node, _state: node.value() if node.is_relevant() else "", Kind.ANY)


def _string_length(site: Site) -> Code:
    text = as_text(_of_node(site))
    return Code(lambda node, state: float(len(_in_halves(text(node, state)))), Kind.NUMBER)


def _in_halves(text: str) -> str:
    """The text as Java counts it: a character beyond the basic plane, such as an emoji, is two surrogates."""
    if text.isascii() or max(text) <= "\uffff":
        return text
    return "".join(map(chr, memoryview(text.encode("utf-16", "surrogatepass")[2:]).cast("H")))


def _of_halves(text: str) -> str:
    """The text again; a surrogate that was cut off from the other is no character, and cannot be stored."""
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _normalize_space(site: Site) -> Code:
    text = as_text(_of_node(site))
    return Code(lambda node, state: _BLANKS.sub(" ", text(node, state).strip(_JAVA_BLANKS)), Kind.TEXT)


def _substr(text: str, start: int, end: int | None = None) -> str:
    """From `start`, counted from 0, up to but without `end`; negative places count from the end."""
    halves = _in_halves(text)
    length = len(halves)
    stop = length if end is None else end
    first = start + length if start < 0 else start
    stop = stop + length if stop < 0 else stop
    return _of_halves(halves[min(max(first, 0), length) : min(max(stop, 0), length)])


def _substring_after(text: str, part: str) -> str:
    return text.partition(part)[2] if part else text


def _substring_before(text: str, part: str) -> str:
    before, found, _ = text.partition(part) if part else ("", "", "")
    return before if found else ""


def _translate(text: str, old: str, new: str) -> str:
    replacements = _in_halves(new)
    table = {ord(char): replacements[place : place + 1] for place, char in reversed(list(enumerate(_in_halves(old))))}
    return _of_halves(_in_halves(text).translate(table))


def _regex(site: Site) -> Code:
    pattern = site.literal(1)
    if isinstance(pattern, str):
        try:
            check_pattern(pattern)
        except PatternError as error:
            raise StaticError("bad-regex", str(error), site.call.offset) from error
    text_of, pattern_of = map(as_text, site.arguments)

    def value(node: Node, state: State) -> Value:
        text, wanted = text_of(node, state), pattern_of(node, state)
        try:
            return matches(wanted, text, reads_unicode=state.reads_unicode)
        except PatternError as error:
            raise EvaluationError(str(error)) from error

    return Code(guarded(value, site.call.offset), Kind.BOOLEAN)


def _selected(site: Site) -> Code:
    """Whether a choice is among the selected ones; both sides have to be texts."""
    if site.arguments[0].kind in (Kind.NUMBER, Kind.BOOLEAN):
        raise site.refuse(f"The first argument of {site.call.name}() is the field of a select, not a number.")
    if site.arguments[1].kind in (Kind.NUMBER, Kind.BOOLEAN):
        raise site.refuse(f"The choice in {site.call.name}() has to be in quotes, such as '1'.")
    return _PLAIN_SELECTED.build(site)


def _is_selected(chosen: str, choice: str) -> bool:
    return f" {choice.strip(_JAVA_BLANKS)} " in f" {chosen} "


def _choices(chosen: str) -> list[str]:
    return [choice for choice in chosen.split(" ") if choice]


def _selected_at(chosen: str, place: int) -> str:
    choices = _choices(chosen)
    return choices[place] if 0 <= place < len(choices) else ""


_PLAIN_CONCAT: Final = plain("concat", lambda *parts: bounded_join("", parts), "text*", Kind.TEXT)
_PLAIN_JOIN: Final = plain("join", lambda between, *parts: bounded_join(between, parts), "text text*", Kind.TEXT)
_PLAIN_SELECTED: Final = plain("selected", _is_selected, "chosen chosen", Kind.BOOLEAN)

FUNCTIONS: Final = (
    special("concat", 0, None, _concat),
    special("join", 1, None, _join),
    special("string-length", 0, 1, _string_length, Trait.NODE),
    special("normalize-space", 0, 1, _normalize_space, Trait.NODE),
    special("regex", 2, 2, _regex, Trait.ENGINE),
    special("selected", 2, 2, _selected),
    special("is-selected", 2, 2, _selected),
    plain("substr", _substr, "text int int?", Kind.TEXT),
    plain("substring-before", _substring_before, "text text", Kind.TEXT),
    plain("substring-after", _substring_after, "text text", Kind.TEXT),
    plain("contains", lambda text, part: part in text, "text text", Kind.BOOLEAN),
    plain("starts-with", str.startswith, "text text", Kind.BOOLEAN),
    plain("ends-with", str.endswith, "text text", Kind.BOOLEAN),
    plain("translate", _translate, "text text text", Kind.TEXT),
    plain("count-selected", lambda chosen: float(len(_choices(chosen))), "chosen", Kind.NUMBER),
    plain("selected-at", _selected_at, "chosen int", Kind.TEXT),
)
