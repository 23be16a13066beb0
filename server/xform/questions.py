"""What a form says of its questions beside their labels: hints, and the rules as they are written in it.

For people who read about the form. The rules are not looked into: `form_compiler` does that.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from lxml import etree

from server.xform.controls import Binds, Control, read_controls
from server.xform.definition import form_body, form_parts
from server.xform.document import local_name, parse_document
from server.xform.texts import Texts

_JAVAROSA = "{http://openrosa.org/javarosa}"


@dataclass(frozen=True, slots=True)
class Question:
    """`control` is the element of the body, '' when nobody is asked. Rules are expressions, '' where there is none.

    Texts go from language to text; the language is '' for a text that is not translated.
    """

    control: str = ""
    appearance: str = ""
    hint: Mapping[str, str] = field(default_factory=dict)
    required: str = ""
    required_message: Mapping[str, str] = field(default_factory=dict)
    relevant: str = ""
    constraint: str = ""
    constraint_message: Mapping[str, str] = field(default_factory=dict)
    calculation: str = ""
    read_only: str = ""


def read_questions(xml: bytes) -> dict[str, Question]:
    """By path, also of groups; `xml` is a form that `parse_form` has taken."""
    document = parse_document(xml)
    _, model, root = form_parts(document)
    body, root_name, texts = form_body(document), local_name(root), Texts(model)
    binds = Binds(model, root_name)
    controls: dict[str, Control] = {}
    for control in () if body is None else read_controls(body, binds, root_name):
        controls.setdefault(control.path, control)
    first_binds = {path: bind for bind, path in reversed(binds.in_order) if path}
    paths = dict.fromkeys((*controls, *first_binds))
    return {path: _question(controls.get(path), first_binds.get(path), texts) for path in paths}


def _question(control: Control | None, bind: etree._Element | None, texts: Texts) -> Question:
    rules: Mapping[str, str] = {} if bind is None else {str(name): str(text) for name, text in bind.attrib.items()}
    return Question(
        control="" if control is None else control.kind,
        appearance="" if control is None else control.element.get("appearance", "").strip(),
        hint={} if control is None else texts.inside(control.element, "hint"),
        required=_rule(rules.get("required", "")),
        required_message=texts.message(rules.get(f"{_JAVAROSA}requiredMsg", "")),
        relevant=_rule(rules.get("relevant", "")),
        constraint=_rule(rules.get("constraint", "")),
        constraint_message=texts.message(rules.get(f"{_JAVAROSA}constraintMsg", "")),
        calculation=_rule(rules.get("calculate", "")),
        read_only=_rule(rules.get("readonly", "")),
    )


def _rule(expression: str) -> str:
    """The expression on one line; none for one that never holds."""
    plain = " ".join(expression.split())
    return "" if plain in ("false()", "false") else plain
