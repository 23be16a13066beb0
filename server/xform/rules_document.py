"""Faults in the XML of a form for which JavaRosa, and so Collect, does not load the form at all.

Binds and questions without a place, actions that cannot run, texts that are there twice or nowhere, lists without
what a list needs, and questions that are shown outside of the repeat in which their answers lie.
"""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from lxml import etree

from server.xform import rules_itemsets
from server.xform.controls import GROUPS, Binds, resolve
from server.xform.document import local_name
from server.xform.findings import Finding, Level
from server.xform.model import FormModel, FormNode
from server.xpath.errors import ExpressionError
from server.xpath.parser import parse
from server.xpath.syntax import Path

_QUESTIONS: Final = frozenset({"input", "secret", "select", "select1", "rank", "range", "upload", "trigger"})
_ACTIONS: Final = ("setvalue", "setgeopoint", "recordaudio")
_EVENTS: Final = frozenset(
    {
        "odk-instance-first-load",
        "odk-instance-load",
        "odk-new-repeat",
        "xforms-revalidate",
        "xforms-ready",
        "xforms-value-changed",
        "jr-insert",
    }
)
_EVENT: Final = "{http://www.w3.org/2001/xml-events}event"
_SELECTS: Final = frozenset({"select", "select1"})
_TEMPLATE: Final = "{http://openrosa.org/javarosa}template"
_COUNT: Final = "{http://openrosa.org/javarosa}count"
_NAMED_TEXT: Final = re.compile(r"\s*jr:itext\s*\(\s*(?:'([^']*)'|\"([^\"]*)\"|[^'\"()]+)\s*\)\s*")
_PLAIN_PATH: Final = re.compile(r"[\w./:-]+")
_CONTROLS: Final = GROUPS | _QUESTIONS
_TEXTS: Final = ("label", "hint", "help")


def check(model: FormModel, document: etree._Element) -> Iterator[Finding]:
    """Findings of level error, in the order of the document; their path is the node's, as far as it is known."""
    head, body = document.find("{*}head/{*}model"), document.find("{*}body")
    if head is None:
        return
    yield from _check_templates(model, head)
    yield from _check_translations(model, head)
    yield from _check_binds(model, head)
    for element in document.iter(*(f"{{*}}{name}" for name in _ACTIONS)):
        yield from _check_action(model, element)
    for output in document.iter("{*}output"):
        if not (output.get("value") or output.get("ref")):
            yield _finding(model, "output", "An <output> says neither with value nor with ref what it shows.")
    if body is not None:
        yield from _Body(model, Binds(head, model.root.name)).check(body, "", "")


def _finding(model: FormModel, rule: str, detail: str, *, code: str = "broken-xml", path: str = "") -> Finding:
    place = path or model.root.path
    return Finding(code, Level.ERROR, place, place, rule, detail)


def _check_templates(model: FormModel, head: etree._Element) -> Iterator[Finding]:
    """What JavaRosa wants of the instances of a repeat in the form: one template, and a node for each select."""
    instance = head.find("{*}instance")
    root = None if instance is None else next(iter(instance), None)
    if root is None:
        return
    for parent in root.iter(etree.Element):
        templates = Counter(local_name(child) for child in parent if child.get(_TEMPLATE) is not None)
        for name in (name for name, count in templates.items() if count > 1):
            yield _finding(model, "structure", f"There are two templates for the repeat {name}. Keep one.")
    absent = set(_absent(root, model.root))
    for node in model.nodes.values():
        is_select = node.control is not None and node.control.kind in _SELECTS
        if is_select and any(node.names[:depth] in absent for depth in range(2, len(node.names) + 1)):
            detail = "A template or a first instance of the repeat around this question lacks its node. Add it."
            yield _finding(model, "structure", detail, path=node.path)


def _absent(element: etree._Element, node: FormNode) -> Iterator[tuple[str, ...]]:
    """The nodes that are missing below one of the elements which stand for the same node."""
    present: set[str] = set()
    for child in element:
        name = local_name(child)
        present.add(name)
        yield from _absent(child, node.children[name])
    yield from (child.names for name, child in node.children.items() if name not in present)


def _check_translations(model: FormModel, head: etree._Element) -> Iterator[Finding]:
    seen: set[str] = set()
    for translation in head.iterfind("{*}itext/{*}translation"):
        language = translation.get("lang", "")
        if not language:
            yield _finding(model, "itext", "A <translation> has no lang. Name its language.")
        elif language in seen:
            yield _finding(model, "itext", f"There are two translations for {language}. Join them into one.")
        seen.add(language)
        yield from _check_texts(model, translation, language)


def _check_texts(model: FormModel, translation: etree._Element, language: str) -> Iterator[Finding]:
    ids: set[str] = set()
    for text in translation.iterchildren("{*}text"):
        text_id = text.get("id", "")
        if not text_id:
            yield _finding(model, "itext", f"A <text> of the language {language} has no id.")
        elif text_id in ids:
            yield _finding(model, "itext", f"The text `{text_id}` is there twice in {language}. Keep one.")
        ids.add(text_id)


def _check_binds(model: FormModel, head: etree._Element) -> Iterator[Finding]:
    for bind in head.iterchildren("{*}bind"):
        nodeset = bind.get("nodeset", "").strip()
        if not nodeset:
            yield _finding(model, "bind", "A <bind> has no nodeset, so that it belongs to nothing.")
        elif not _is_path(nodeset):
            yield _finding(model, "bind", f"The nodeset `{nodeset}` of a bind is no path.", code="syntax")


def _is_path(source: str) -> bool:
    try:
        return isinstance(parse(source), Path)
    except ExpressionError:
        return False


def _check_action(model: FormModel, action: etree._Element) -> Iterator[Finding]:
    kind = local_name(action)
    reference = action.get("ref", "").strip()
    events = (action.get("event") or action.get(_EVENT) or "").split()
    unknown = [event for event in events if event not in _EVENTS]
    if not events:
        yield _finding(model, kind, f"A <{kind}> does not say at which event it runs.")
    elif unknown:
        yield _finding(model, kind, f"There is no event `{unknown[0]}` for a <{kind}>.")
    if not reference and not action.get("bind"):
        yield _finding(model, kind, f"A <{kind}> does not say with ref where it writes.")
    elif reference and _node(model, resolve(reference, "", model.root.name)) is None:
        detail = f"A <{kind}> writes to {reference}, which the form does not have."
        yield _finding(model, kind, detail)


def _node(model: FormModel, path: str | None) -> FormNode | None:
    return None if path is None else model.node((model.root.name, *path.split("/")[1:]))


class _Body:
    """A walk through the body that knows where it is: in which node, and in which repeat."""

    def __init__(self, model: FormModel, binds: Binds) -> None:
        self._model = model
        self._binds = binds

    def check(self, parent: etree._Element, context: str, repeat: str) -> Iterator[Finding]:
        """`context` is the path of the group around, `repeat` that of the repeat around; '' for none."""
        for element in parent:
            kind = local_name(element)
            if kind in GROUPS:
                path = self._path(element, context)
                yield from self._check_group(element, kind, path, repeat)
                around = path if path is not None else context
                yield from self.check(element, around, around if kind == "repeat" else repeat)
            elif kind in _QUESTIONS:
                yield from self._check_question(element, kind, context, repeat)
            elif element.find("{*}label") is not None:
                yield self._finding(f"Collect knows no question <{kind}>.", kind)

    def _finding(self, detail: str, rule: str, path: str | None = None, code: str = "broken-xml") -> Finding:
        place = "" if path is None else f"/{self._model.root.name}{path}"
        return _finding(self._model, rule, detail, code=code, path=place)

    def _path(self, element: etree._Element, context: str) -> str | None:
        reference = element.get("nodeset") or element.get("ref")
        if reference:
            return resolve(reference, context, self._model.root.name)
        return self._binds.paths_by_id.get(element.get("bind", ""))

    def _check_group(self, element: etree._Element, kind: str, path: str | None, repeat: str) -> Iterator[Finding]:
        yield from self._check_labels(element, path)
        if kind != "repeat":
            if not any(local_name(child) in _CONTROLS for child in element):
                detail = "The group has no question, which Collect does not take. Add a note, or take it out."
                yield self._finding(detail, kind, path, "empty-group")
            return
        if any(self._path(other, "") == path for other in element.itersiblings("{*}repeat", preceding=True)):
            yield self._finding("There are two repeats of one node in a group. Keep one.", kind, path)
        if not (element.get("nodeset") or element.get("bind")):
            yield self._finding("A <repeat> does not say with nodeset what it repeats.", kind)
        elif path is not None and _node(self._model, path) is not None:
            yield from self._check_nesting(kind, path, _parent(path), repeat)
        count = element.get(_COUNT)
        if count is not None and path is not None and not _is_path_or_faulty(count):
            detail = f"jr:count has to be the path of a field, but is `{count}`. Put the number into a calculation."
            yield self._finding(detail, "count", path, "argument-kind")

    def _check_question(self, element: etree._Element, kind: str, context: str, repeat: str) -> Iterator[Finding]:
        path = self._path(element, context)
        if not (element.get("ref") or element.get("nodeset") or element.get("bind")):
            yield self._finding(f"The {kind} in the body does not say with ref where its answer goes.", kind)
        elif path is not None and _node(self._model, path) is not None:
            yield from self._check_nesting(kind, path, path, repeat)
        for part in (element, *element.iterchildren("{*}item")):
            yield from self._check_labels(part, path)
        yield from self._check_choices(element, path)
        if kind == "range":
            yield from self._check_range(element, path)

    def _check_nesting(self, kind: str, path: str, inside: str, repeat: str) -> Iterator[Finding]:
        """What lies in a repeat has to be shown in that repeat, and in none that is further out or elsewhere."""
        closest = self._repeat_around(inside)
        if closest == repeat:
            return
        if not closest:
            where = f"is shown in the repeat {repeat}, but lies outside of it"
        else:
            where = f"lies in the repeat {closest}, but is shown outside of it"
        yield self._finding(f"The {kind} {path} {where}. Move it.", kind, path)

    def _repeat_around(self, path: str) -> str:
        """The path of the innermost repeat that holds the path, itself included."""
        node = _node(self._model, path)
        repeat = node.repeat_around if node is not None else None
        return "" if repeat is None else "".join(f"/{name}" for name in repeat.names[1:])

    def _check_labels(self, element: etree._Element, path: str | None) -> Iterator[Finding]:
        for name in _TEXTS:
            for text in element.iterchildren(f"{{*}}{name}"):
                yield from self._check_text(text.get("ref"), name, path)

    def _check_text(self, reference: str | None, rule: str, path: str | None) -> Iterator[Finding]:
        if reference is None:
            return
        named = _NAMED_TEXT.fullmatch(reference)
        if named is None:
            if "(" in reference:
                detail = f"`{reference}` names no text. Write jr:itext('…') with the id of a text."
                yield self._finding(detail, rule, path, "syntax")
            return
        text_id = named[1] if named[1] is not None else named[2]
        itext = self._model.itext
        if text_id is not None and text_id not in itext.values:
            detail = f"The form has no text with the id `{text_id}`."
            yield self._finding(detail, rule, path, "missing-itext")
        elif text_id is not None and text_id not in itext.default_ids:
            detail = f"The text `{text_id}` is not there in {itext.default_language}, the form's default language."
            yield self._finding(detail, rule, path, "missing-itext")

    def _check_choices(self, question: etree._Element, path: str | None) -> Iterator[Finding]:
        for itemset in question.iterchildren("{*}itemset"):
            nodeset = itemset.get("nodeset", "").strip()
            if not nodeset:
                yield self._finding("The list of choices does not say with nodeset where it is.", "itemset", path)
            elif self._leads_nowhere(nodeset):
                yield self._finding(f"There is no node {nodeset} in the form to take choices from.", "itemset", path)
        for rule, detail in rules_itemsets.faults(question, _node(self._model, path), self._model):
            yield self._finding(detail, rule, path, "itemset-ref" if rule == "itemset" else "broken-xml")

    def _leads_nowhere(self, nodeset: str) -> bool:
        """Whether it is a plain path of the primary instance, to a node that is not there."""
        name = self._model.root.name
        is_plain = nodeset.startswith(f"/{name}/") and _PLAIN_PATH.fullmatch(nodeset) is not None
        return is_plain and _node(self._model, resolve(nodeset, "", name)) is None

    def _check_range(self, element: etree._Element, path: str | None) -> Iterator[Finding]:
        for name in ("start", "end", "step"):
            written = element.get(name)
            if written is not None and not _is_number(written):
                yield self._finding(f"The {name} of the range, `{written}`, is no number.", "range", path)


def _parent(path: str) -> str:
    return path.rpartition("/")[0]


def _is_path_or_faulty(source: str) -> bool:
    """What cannot be parsed is reported with the other expressions."""
    try:
        return isinstance(parse(source), Path)
    except ExpressionError:
        return True


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
