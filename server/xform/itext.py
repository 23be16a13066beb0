"""The texts of a form in all its languages, with the answers that they quote.

`texts` reads labels for people who look at forms; here a text is kept with its expressions, so that a message can be
written out for one submission.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from lxml import etree

from server.xform.document import local_name
from server.xpath.compile import Compiled, compile_expression
from server.xpath.errors import ExpressionError
from server.xpath.parser import parse
from server.xpath.routes import Scope
from server.xpath.state import State
from server.xpath.syntax import Call, Text
from server.xpath.tree import Node

UNTRANSLATED = ""  # the language of a text that is not translated


@dataclass(frozen=True, slots=True)
class Quoted:
    """An answer, or what is calculated of answers, in the middle of a text."""

    expression: str


@dataclass(slots=True)
class Itext:
    """All translations, by text id and language, each as its parts.

    `default_ids` are the texts that the default language has, be it only as a picture.
    """

    languages: tuple[str, ...] = ()
    default_language: str = UNTRANSLATED
    values: dict[str, dict[str, tuple[str | Quoted, ...]]] = field(default_factory=dict)
    default_ids: frozenset[str] = frozenset()

    def plain(self, text_id: str) -> str | None:
        """The text in the default language, without what it quotes; None if there is no such text."""
        by_language = self.values.get(text_id)
        if not by_language:
            return None
        parts = by_language.get(self.default_language, ())
        return "".join(part for part in parts if isinstance(part, str)).strip()


def read_itext(model: etree._Element) -> Itext:
    translations = list(model.iterfind("{*}itext/{*}translation"))
    languages = tuple(dict.fromkeys(item.get("lang", "") for item in translations))
    marked = [item.get("lang", "") for item in translations if item.get("default") is not None]
    itext = Itext(languages, next(iter((*marked, *languages)), UNTRANSLATED))
    for translation in translations:
        language = translation.get("lang", "")
        if language == itext.default_language:
            itext.default_ids |= {text.get("id", "") for text in translation}
        for text in translation:
            value = next((item for item in text if item.get("form") is None), None)
            by_language = itext.values.setdefault(text.get("id", ""), {})
            if value is not None:
                by_language[language] = tuple(_parts(value))
    return itext


def _parts(element: etree._Element) -> Iterator[str | Quoted]:
    yield element.text or ""
    for child in element:
        if local_name(child) == "output":
            yield Quoted(child.get("value") or child.get("ref") or "")
        yield child.tail or ""


@dataclass(frozen=True, slots=True)
class Message:
    """What the form says to people when a rule is broken: a plain text, or the id of a translated one."""

    text: str = ""
    text_id: str = ""


def read_message(source: str | None) -> Message | None:
    """The message in an attribute such as jr:constraintMsg; None if it is absent or blank."""
    if source is None or not source.strip():
        return None
    if source.strip().startswith("jr:itext"):
        try:
            call = parse(source)
        except ExpressionError:
            return Message(text=source.strip())
        if isinstance(call, Call) and call.name == "jr:itext" and call.arguments:
            literal = call.arguments[0]
            if isinstance(literal, Text):
                return Message(text_id=literal.value)
    return Message(text=source.strip())


def write_message(
    message: Message | None, itext: Itext, node: Node, names: Sequence[str], state: State
) -> Mapping[str, str]:
    """The message in every language that has it, with the answers it quotes taken from around `node`."""
    if message is None:
        return {}
    if not message.text_id:
        return {UNTRANSLATED: message.text}
    texts = itext.values.get(message.text_id, {})
    return {language: _written(parts, node, names, state) for language, parts in texts.items()}


def _written(parts: Sequence[str | Quoted], node: Node, names: Sequence[str], state: State) -> str:
    written = [part if isinstance(part, str) else _quoted(part.expression, node, names, state) for part in parts]
    return "".join(written).strip()


def _quoted(source: str, node: Node, names: Sequence[str], state: State) -> str:
    """The answer that a text quotes; an expression that fails leaves three dots, as the rest still helps."""
    try:
        compiled: Compiled = compile_expression(source, Scope.of(*names))
        return compiled.text(node, state)
    except ExpressionError:
        return "..."
