"""One submission as the nodes that the form's expressions ask: answers by type, relevance, lists.

Every value is the submitted one. Nothing calculated here is fed into another rule, so one wrong answer gives one
finding and the rules can be looked at in any order.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta, timezone, tzinfo

from lxml import etree

from server.xform.document import local_name
from server.xform.model import LAST_SAVED, FormModel, FormNode, Rule
from server.xform.table_cache import TableCache, shared_tables
from server.xform.table_files import TableError
from server.xform.tables import Table
from server.xpath.compile import Compiled
from server.xpath.datatypes import read_calculated
from server.xpath.errors import BudgetExceededError, ExpressionError, UnverifiableError
from server.xpath.membership import Membership
from server.xpath.moments import EPOCH, parse_moment
from server.xpath.routes import PRIMARY
from server.xpath.state import Services, State
from server.xpath.tree import Node
from server.xpath.values import Kind, Value, kind_of, to_text

_OFFSET = re.compile(r"T.*([+-])([0-9]{2}):?([0-9]{2})?$")


_NO_CHILDREN: "dict[str, list[Answer]]" = {}
_NO_ATTRIBUTES: "dict[str, Answer]" = {}


class Answer(Node):
    """A node of the submission; absent nodes that are no repeats are there without text."""

    __slots__ = (
        "_is_read",
        "_relevance",
        "_submission",
        "_value",
        "attributes",
        "children",
        "fits_type",
        "form",
        "is_present",
        "text",
    )

    def __init__(self, form: FormNode, parent: "Answer | None", position: int, submission: "Submission") -> None:
        super().__init__(form.names[-1], parent, position)
        self.form = form
        self.text = ""
        self.is_present = False
        # Leaves, which most nodes are, share one dictionary; `Submission` gives groups their own.
        self.children = _NO_CHILDREN
        self.attributes = _NO_ATTRIBUTES
        self.fits_type = True
        self._submission = submission
        self._value: Value = ""
        self._is_read = False
        self._relevance: bool | None = None

    def named(self, name: str) -> Sequence[Node]:
        return self.children.get(name, ())

    def elements(self) -> Sequence[Node]:
        return [child for children in self.children.values() for child in children]

    def attribute(self, name: str) -> Node | None:
        return self.attributes.get(name)

    def value(self) -> Value:
        if not self._is_read:
            self._is_read = True
            # What a calculation sees that asks for the value it is about to give.
            self._value = self.text
            if self.text:
                self._value = self._read()
        return self._value

    def _read(self) -> Value:
        form, submission = self.form, self._submission
        if form.reader is not None:
            value = form.reader(self.text, submission.zone, submission.today)
            self.fits_type = value is not None
            return "" if value is None else value
        if form.calculated_kind is None:
            return self.text
        return read_calculated(self.text, submission.outcome_kind(self), submission.zone)

    def is_relevant(self) -> bool:
        if self._relevance is None:
            # While it is being found out the node counts as relevant; a circle of conditions ends there.
            self._relevance = True
            parent = self.parent
            is_inside = parent is None or parent.is_relevant()
            condition = self.form.relevant
            self._relevance = is_inside and (condition is None or self._submission.meets(condition, self))
        return self._relevance

    def location(self) -> str:
        """The path with positions at the repeats."""
        steps: list[str] = []
        answer: Node | None = self
        while isinstance(answer, Answer):
            steps.append(f"{answer.name}[{answer.position}]" if answer.form.is_repeat else answer.name)
            answer = answer.parent
        return "/" + "/".join(reversed(steps))

    def walk(self) -> Iterator["Answer"]:
        """The answer and all below it, attributes included, in the order of the form."""
        ahead: list[Answer] = [self]
        while ahead:
            answer = ahead.pop()
            yield answer
            for children in reversed(answer.children.values()):
                ahead.extend(reversed(children))
            if answer.attributes:
                ahead.extend(reversed(answer.attributes.values()))


class Submission(Services):
    """The answers of one submission, and what its form offers to expressions.

    `unknown` are the elements that the form has no place for, as path and text. `failures` are conditions of
    relevance that could not be evaluated; their nodes count as relevant. `has_outer_blanks` says that an answer has
    blanks around it, which are cut off unless the submission `keeps_blanks`.
    """

    def __init__(
        self,
        model: FormModel,
        root: etree._Element,
        *,
        received_at: datetime | None,
        zone: tzinfo,
        tables: TableCache = shared_tables,
        keeps_blanks: bool = False,
    ) -> None:
        self.model = model
        self.version = model.version
        self.unknown: list[tuple[str, str]] = []
        self.failures: list[tuple[Answer, Rule, ExpressionError]] = []
        self.has_outer_blanks = False
        self._keeps_blanks = keeps_blanks
        self._tables = tables
        self._calculated: dict[Answer, Value] = {}
        self._times: dict[str, str] = {}
        self._first_time = ""
        self.root = Answer(model.root, None, 1, self)
        self._load(root, self.root)
        texts = (self._times.get("end", ""), self._times.get("start", ""), self._first_time)
        self.zone = next(filter(None, map(_zone_in, texts)), zone)
        self.start = self._recorded_time("start")
        self.end = self._recorded_time("end")
        self.has_own_clock = bool(self.start or self.end)
        self.today = (self.end or self.start or EPOCH).date()
        self.state = State(self, zone=self.zone, now=self.end or self.start or received_at)

    def _load(self, element: etree._Element, answer: Answer) -> None:
        """Take over what is in the element, and make blanks of what is not there and no repeat."""
        form = answer.form
        answer.is_present = True
        if form.attributes:
            self._add_attributes(element, answer)
        if not form.children:
            text = element.text or ""
            answer.text = _plain(text, is_multiple=form.is_multiple)
            if len(answer.text) != len(text):
                self.has_outer_blanks = True
                if self._keeps_blanks and form.reader is None:
                    answer.text = text
            if form.datatype == "dateTime" and answer.text:
                self._note_time(form, answer.text)
            if len(element):
                self.unknown += [(f"{answer.location()}/{local_name(child)}", child.text or "") for child in element]
            return
        answer.children = {}
        for child in element:
            # Most clients write elements without namespace.
            name = str(child.tag)
            child_form = form.children.get(name)
            if child_form is None:
                name = local_name(child)
                child_form = form.children.get(name)
            if child_form is None:
                self.unknown.append((f"{answer.location()}/{name}", "".join(map(str, child.itertext())).strip()))
                continue
            siblings = answer.children.setdefault(name, [])
            added = Answer(child_form, answer, len(siblings) + 1, self)
            siblings.append(added)
            self._load(child, added)
        self._add_blanks(answer)

    def _add_blanks(self, answer: Answer) -> None:
        if answer.children is _NO_CHILDREN and answer.form.children:
            answer.children = {}
        for name, form in answer.form.children.items():
            if name not in answer.children and not form.is_repeat:
                blank = Answer(form, answer, 1, self)
                answer.children[name] = [blank]
                self._add_blanks(blank)

    def _add_attributes(self, element: etree._Element, answer: Answer) -> None:
        answer.attributes = {}
        for key, text in element.attrib.items():
            name = str(key).rpartition("}")[2]
            form = answer.form.attributes.get(name)
            if form is not None:
                attribute = answer.attributes[name] = Answer(form, answer, 1, self)
                attribute.text = str(text).strip()
                attribute.is_present = True

    def _note_time(self, form: FormNode, text: str) -> None:
        self._first_time = self._first_time or text
        if form.records_time_of:
            self._times.setdefault(form.records_time_of, text)

    def _recorded_time(self, role: str) -> datetime | None:
        """When filling in began or ended, by the phone's own record."""
        text = self._times.get(role)
        return parse_moment(text, self.zone) if text else None

    def meets(self, rule: Rule, answer: Answer) -> bool:
        """Whether the answer's own condition of relevance holds; one that fails counts as held.

        Raises BudgetExceededError when nothing more can be evaluated at all.
        """
        if rule.fault is not None:
            return True
        if rule.compiled is None:
            return bool(rule.constant)
        try:
            return rule.compiled.is_true(answer, self.state)
        except ExpressionError as error:
            if isinstance(error, BudgetExceededError) and self.state.is_spent:
                raise
            self.failures.append((answer, rule, error))
            return True

    def calculated(self, answer: Answer, compiled: Compiled) -> Value:
        """What the answer's calculation gives for the other answers; raises EvaluationError."""
        if answer not in self._calculated:
            self._calculated[answer] = compiled.value(answer, self.state)
        return self._calculated[answer]

    def outcome_kind(self, answer: Answer) -> Kind:
        """The kind of value that the answer's calculation gives; text where it gives none."""
        form = answer.form
        compiled = form.calculate.compiled if form.calculate is not None else None
        if compiled is None or form.calculated_kind is not Kind.ANY:
            return form.calculated_kind or Kind.TEXT
        try:
            return kind_of(self.calculated(answer, compiled))
        except ExpressionError as error:
            if isinstance(error, BudgetExceededError) and self.state.is_spent:
                raise
            return Kind.TEXT

    def instance(self, name: str) -> Table:
        declaration = self.model.instances.get(name)
        if declaration is None:
            raise UnverifiableError(f"The form declares no secondary instance `{name}`.")
        if declaration.table is not None:
            return declaration.table
        if declaration.address.startswith(LAST_SAVED):
            raise UnverifiableError("What was saved last on the phone is not known here.")
        return self.file_table(declaration.file_name)

    def file_table(self, name: str) -> Table:
        source = self.model.files.get(name)
        if source is None:
            raise UnverifiableError(f"The file {name} was not uploaded.")
        try:
            return self._tables.table(source)
        except TableError as error:
            raise UnverifiableError(f"{name}: {error}") from error

    def reads_changed_file(self, compiled: Compiled) -> bool:
        """Whether the expression reads a list that may have been another one on the phone."""
        names = {reference.instance for reference in compiled.references} - {PRIMARY}
        declared = [self.model.instances[name].file_name for name in names if name in self.model.instances]
        files = [self.model.files[name] for name in declared if name in self.model.files]
        calls_file = any(call.name == "pulldata" for call in compiled.calls)
        return any(file.may_differ for file in (self.model.files.values() if calls_file else files))

    def is_listed(self, rows: Membership, value: str) -> bool:
        """Whether the value is in the list at all, whatever the conditions."""
        if not rows.has_index:
            return False
        return bool(self.instance(rows.instance).find(rows.names, rows.column, value))

    def look_up(self, table: str, column: str, key_column: str, key: str) -> str:
        name = table.lower()
        names = {file.lower(): file for file in self.model.files}
        wanted = names.get(name if name.endswith(".csv") else f"{name}.csv", table)
        return self.file_table(wanted).cell(column, key_column, key)

    def translation(self, text_id: str) -> str:
        text = self.model.itext.plain(text_id)
        return f"[itext:{text_id}]" if text is None else text

    def choice_name(self, question: tuple[str, ...], value: str, node: Node, state: State) -> str:
        form = self.model.node(question)
        choices = form.control.choices if form is not None and form.control is not None else None
        if form is None or choices is None or choices.is_open:
            raise UnverifiableError(f"/{'/'.join(question)} has no choices that are known here.")
        written = choices.static.get(value)
        if written is not None:
            return self.translation(written.text_id) if written.text_id else written.text
        if choices.rows is None:
            return ""
        rows = choices.rows.find(value, _owner(form, node), state)
        cells = rows[0].named(choices.label) if rows else ()
        label = to_text(cells[0].value()) if cells else ""
        return self.translation(label) if label and choices.label_is_text_id else label


def _owner(form: FormNode, node: Node) -> Node:
    """The answer to the question `form` that is nearest to `node`: below their deepest common repeat instance."""
    if not isinstance(node, Answer):
        return node
    at = node
    while at.form.names != form.names[: len(at.form.names)]:
        if not isinstance(at.parent, Answer):
            return node
        at = at.parent
    for name in form.names[len(at.form.names) :]:
        children = at.children.get(name)
        if not children:
            return Answer(form, at, 1, node._submission)  # noqa: SLF001 -- a blank beside the node itself
        at = children[0]
    return at


def _plain(text: str, *, is_multiple: bool) -> str:
    trimmed = text.strip()
    return " ".join(trimmed.split()) if is_multiple else trimmed


def _zone_in(text: str) -> tzinfo | None:
    """The zone of a time that was written with an offset; `Z` says nothing of where the phone was."""
    match = _OFFSET.search(text)
    if match is None:
        return None
    minutes = int(match[2]) * 60 + int(match[3] or 0)
    return timezone(timedelta(minutes=-minutes if match[1] == "-" else minutes))
