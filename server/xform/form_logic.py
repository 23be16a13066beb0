"""The rules that a form writes beside its fields, as they were written: to be compared and shown, not evaluated."""

import re
from collections.abc import Iterator
from typing import Final

from lxml import etree

from server.xform.controls import Binds, Control, read_controls
from server.xform.document import local_name, parse_document

# Rules of binds by the name under which they are shown; in XML, the attributes of JavaRosa have a namespace.
_BIND_RULES: Final = ("relevant", "required", "constraint", "calculate", "readonly")
_JAVAROSA: Final = "{http://openrosa.org/javarosa}"
_COUNT: Final = "count"
_FILTER: Final = "choice_filter"
_PREDICATE = re.compile(r"\[(.*)\]", re.DOTALL)
# What is so without being said.
_SAID_ANYWAY: Final = frozenset({("relevant", "true()"), ("required", "false()"), ("readonly", "false()")})


def read_logic(xml: bytes) -> dict[str, dict[str, str]]:
    """Expressions by path without the root, then by rule; `required` and `readonly` also as `true()`.

    References to fields are written `${name}`, as authors of XLSForms write them. The XML must be that of a form.
    """
    document = parse_document(xml)
    model, root = document.find("{*}head/{*}model"), document.find("{*}head/{*}model/{*}instance/*")
    if model is None or root is None:
        return {}
    name, body = local_name(root), document.find("{*}body")
    binds = Binds(model, name)
    found: dict[str, dict[str, str]] = {}
    for bind, path in binds.in_order:
        if path is not None:
            found.setdefault(path, {}).update(_of_bind(bind, name))
    for control in read_controls(body, binds, name) if body is not None else ():
        if rules := dict(_of_control(control, name)):
            found.setdefault(control.path, {}).update(rules)
    return {path: rules for path, rules in found.items() if rules}


def short_references(expression: str, root_name: str) -> str:
    """`/data/household/age > 3` as `${age} > 3`."""
    path = rf"\s?(?<![\w)\]])/{re.escape(root_name)}(?:/[\w.-]+)*/([\w.-]+)\s?"
    return " ".join(re.sub(path, r" ${\1} ", expression).split())


def _of_bind(bind: etree._Element, root_name: str) -> Iterator[tuple[str, str]]:
    for rule in _BIND_RULES:
        expression = bind.get(rule, "").strip()
        if expression and (rule, expression) not in _SAID_ANYWAY:
            yield rule, short_references(expression, root_name)


def _of_control(control: Control, root_name: str) -> Iterator[tuple[str, str]]:
    count = control.element.get(f"{_JAVAROSA}count", "").strip()
    if count:
        yield _COUNT, short_references(count, root_name)
    itemset = next(control.element.iterchildren("{*}itemset"), None)
    predicate = None if itemset is None else _PREDICATE.search(itemset.get("nodeset", ""))
    if predicate:
        yield _FILTER, short_references(predicate[1], root_name)
