"""Functions that ask the form, the device or chance."""

from __future__ import annotations

import secrets
import string
import uuid
from typing import Final, NoReturn

from server.xpath.code import Code, as_text
from server.xpath.errors import BudgetExceededError, StaticError
from server.xpath.functions.definition import Site, Trait, guarded, plain, special
from server.xpath.parser import parse
from server.xpath.state import State
from server.xpath.tree import Node
from server.xpath.values import Kind, Value

MAX_UUID: Final = 10_000  # characters
_ALPHABET: Final = string.digits + string.ascii_uppercase


def _choice_name(site: Site) -> Code:
    """The label of a choice; the question is a quoted path, read from the node at hand."""
    source = site.literal(1)
    if not isinstance(source, str):
        raise site.refuse("The second argument of jr:choice-name() has to be the quoted path of a question.")
    site.compile(source)
    route = site.route(parse(source))
    names = route.names if route else ()
    value_of = as_text(site.arguments[0])

    def value(node: Node, state: State) -> Value:
        return state.services.choice_name(names, value_of(node, state), node, state)

    return Code(guarded(value, site.call.offset), Kind.TEXT)


def _itext(site: Site) -> Code:
    text_id = as_text(site.arguments[0])

    def value(node: Node, state: State) -> Value:
        return state.services.translation(text_id(node, state))

    return Code(guarded(value, site.call.offset), Kind.TEXT)


def _pulldata(site: Site) -> Code:
    table, column, key_column, key = map(as_text, site.arguments)

    def value(node: Node, state: State) -> Value:
        return state.services.look_up(
            table(node, state), column(node, state), key_column(node, state), key(node, state)
        )

    return Code(guarded(value, site.call.offset), Kind.TEXT)


def _property(site: Site) -> Code:
    name = as_text(site.arguments[0])
    return Code(lambda node, state: state.services.device_property(name(node, state)), Kind.TEXT)


def _uuid(length: int | None = None) -> str:
    if length is None:
        return str(uuid.uuid4())
    if length > MAX_UUID:
        raise BudgetExceededError(f"uuid() gives at most {MAX_UUID} characters.")
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))


def _only_before_a_path(site: Site) -> NoReturn:
    name = site.call.name
    example = "instance('districts')/root/item" if name == "instance" else "current()/../name"
    message = f"{name}() can only start a path, such as {example}."
    raise StaticError("unsupported-construct", message, site.call.offset)


FUNCTIONS: Final = (
    special("jr:choice-name", 2, 2, _choice_name, Trait.LANGUAGE | Trait.DATA | Trait.NODE),
    special("jr:itext", 1, 1, _itext, Trait.LANGUAGE),
    special("pulldata", 4, 4, _pulldata, Trait.DATA),
    special("property", 1, 1, _property, Trait.DEVICE),
    special("version", 0, 0, lambda _site: Code(lambda _node, state: state.services.version, Kind.TEXT)),
    special("instance", 0, None, _only_before_a_path),
    special("current", 0, None, _only_before_a_path),
    plain("random", lambda: secrets.SystemRandom().random(), "", Kind.NUMBER, Trait.RANDOM),
    plain("uuid", _uuid, "int?", Kind.TEXT, Trait.RANDOM),
)
