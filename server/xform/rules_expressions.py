"""Faults in expressions: what cannot be compiled, leads nowhere, or seldom means what its author meant."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from lxml import etree

from server.xform.controls import Binds, read_controls, resolve
from server.xform.findings import Finding, Level, trimmed
from server.xform.model import LAST_SAVED, FormModel, FormNode, Rule
from server.xform.repeated_paths import repeated_paths
from server.xform.table_cache import shared_tables
from server.xform.table_files import TableError
from server.xform.tables import ITEM, ROOT, Table
from server.xpath.compile import Compiled, Reference, compile_expression
from server.xpath.errors import BudgetExceededError, ExpressionError, StaticError
from server.xpath.functions.library import FUNCTIONS
from server.xpath.parser import parse
from server.xpath.routes import ATTRIBUTE_MARK, PRIMARY, Scope
from server.xpath.routes import resolve as resolve_path
from server.xpath.syntax import WILDCARD, Call, Path, Text
from server.xpath.unconditional import evaluated_at_once

_MAX_NAMED: Final = 5
# What an empty form evaluates when it is opened.
_RULES_AT_ONCE: Final = frozenset({"calculate", "relevant", "required", "readonly"})
_RUN_AT_ONCE: Final = _RULES_AT_ONCE | {"count", "setvalue"}


@dataclass(frozen=True, slots=True)
class Owned:
    """An expression of the form with the node it belongs to."""

    node: FormNode
    kind: str
    expression: str
    compiled: Compiled | None
    fault: ExpressionError | None

    def finding(self, code: str, level: Level, detail: str, offset: int | None = None) -> Finding:
        path = self.node.path
        expression, place = trimmed(self.expression, offset)
        return Finding(code, level, path, path, self.kind, detail, expression=expression, offset=place)


def check(model: FormModel, document: etree._Element) -> Iterator[Finding]:
    expressions = (*_of_nodes(model), *_of_body(model, document))
    absent: dict[str, Finding] = {}
    for finding in _check_all(model, expressions):
        # One finding for each file that is not there, whatever needs it.
        if finding.code == "missing-attachment":
            absent.setdefault(finding.value, finding)
        else:
            yield finding
    yield from absent.values()
    yield from _check_clients(model, expressions)


def _check_clients(model: FormModel, expressions: Iterable[Owned]) -> Iterator[Finding]:
    """One finding for the form: where browsers and Collect read a path differently, forms do so all over."""
    diverging = [
        owned for owned in expressions if owned.compiled is not None and _diverges(owned, owned.compiled, model)
    ]
    if not diverging:
        return
    first, paths = diverging[0], list(dict.fromkeys(owned.node.path for owned in diverging))
    more = f" and {len(paths) - _MAX_NAMED} more" if len(paths) > _MAX_NAMED else ""
    detail = (
        "A path from the root into the repeat around it means the current instance in Collect, and all instances where "
        f"the form is filled in with a browser: {', '.join(paths[:_MAX_NAMED])}{more}. Write ../name instead."
    )
    yield first.finding("client-divergence", Level.WARNING, detail)


def _diverges(owned: Owned, compiled: Compiled, model: FormModel) -> bool:
    for reference in compiled.references:
        if reference.instance != PRIMARY or not reference.is_from_root or reference.is_about_row:
            continue
        node = model.node(reference.names)
        repeat = node.repeat_around if node is not None else None
        if repeat is not None and owned.node.names[: len(repeat.names)] == repeat.names:
            return True
    return False


def _check_all(model: FormModel, expressions: Iterable[Owned]) -> Iterator[Finding]:
    for owned in expressions:
        if owned.fault is not None:
            level = Level.WARNING if _is_survived(owned) else Level.ERROR
            yield owned.finding(_code(owned.fault), level, owned.fault.message, owned.fault.offset)
        if owned.compiled is not None:
            yield from _check_compiled(owned, owned.compiled, model)


def _is_survived(owned: Owned) -> bool:
    """Whether Collect opens the form all the same: it shows nothing in place of what it cannot quote.

    It also looks for a function only when it calls it, and an empty form calls none of a constraint or of a branch.
    """
    if owned.kind == "output":
        return True
    if not isinstance(owned.fault, StaticError) or owned.fault.code != "unknown-function":
        return False
    parts = evaluated_at_once(parse(owned.expression)) if owned.kind in _RUN_AT_ONCE else ()
    return all(part.name in FUNCTIONS for part in parts if isinstance(part, Call))


def _code(fault: ExpressionError) -> str:
    if isinstance(fault, StaticError):
        return fault.code
    return "budget" if isinstance(fault, BudgetExceededError) else "syntax"


def _of_nodes(model: FormModel) -> Iterator[Owned]:
    for node in model.root.walk():
        for rule in node.rules():
            yield _owned(node, rule)
        choices = node.control.choices if node.control else None
        if choices is not None and choices.expression:
            compiled = choices.rows.rows if choices.rows else None
            yield Owned(node, "itemset", choices.expression, compiled, choices.fault)


def _owned(node: FormNode, rule: Rule) -> Owned:
    return Owned(node, rule.kind, rule.expression, rule.compiled, rule.fault)


def _of_body(model: FormModel, document: etree._Element) -> Iterator[Owned]:
    """What is not needed for submissions: answers quoted in texts, and values set by actions."""
    body, head = document.find("{*}body"), document.find("{*}head/{*}model")
    if head is None:
        return
    for action in document.iter("{*}setvalue"):
        target = _node_at(resolve(action.get("ref", ""), "", model.root.name), model)
        source = action.get("value")
        if target is not None and source:
            yield _compiled(target, "setvalue", source)
    if body is None:
        return
    for control in read_controls(body, Binds(head, model.root.name), model.root.name):
        node = _node_at(control.path, model)
        if node is not None and control.kind not in ("group", "repeat"):
            yield from (_compiled(node, "output", source) for source in _quoted(control.element))


def _quoted(element: etree._Element) -> Iterator[str]:
    for output in element.iter("{*}output"):
        source = output.get("value") or output.get("ref")
        if source:
            yield source


def _node_at(path: str | None, model: FormModel) -> FormNode | None:
    return None if path is None else model.node((model.root.name, *path.split("/")[1:]))


def _compiled(node: FormNode, kind: str, source: str) -> Owned:
    try:
        return Owned(node, kind, source, compile_expression(source, Scope.of(*node.names)), None)
    except ExpressionError as error:
        return Owned(node, kind, source, None, error)


def _check_compiled(owned: Owned, compiled: Compiled, model: FormModel) -> Iterator[Finding]:
    for note in compiled.notes:
        yield owned.finding(note.code, Level.WARNING, note.message, note.offset)
    for reference in compiled.references:
        if reference.instance == PRIMARY:
            yield from _check_node(owned, reference, model)
        else:
            yield from _check_list(owned, reference, model)
    for path, repeated in repeated_paths(compiled, model, takes_nodes=owned.kind == "itemset"):
        yield _repeated_reference(owned, compiled, path, repeated, model)
    yield from _check_calls(owned, compiled, model)


def _repeated_reference(owned: Owned, compiled: Compiled, path: Path, repeated: FormNode, model: FormModel) -> Finding:
    """An error where Collect stops as soon as there is a second instance; elsewhere it depends on the answers."""
    names = resolve_path(path, compiled.scope).names
    target = model.node(names) or repeated
    detail = (
        f"/{'/'.join(names)} lies in a repeat, and from here it means all of its instances where one value is needed. "
        "Use indexed-repeat(), a condition, sum() or join()."
    )
    if repeated.is_doubled:
        detail = f"{repeated.path} is there twice, and one value is needed. Rename one of the two."
    is_sure = repeated.is_instantiated and owned.kind in _RULES_AT_ONCE and _is_always_relevant(target)
    stops = is_sure and any(part is path for part in evaluated_at_once(compiled.expression))
    return owned.finding("repeated-reference", Level.ERROR if stops else Level.WARNING, detail, path.offset)


def _is_always_relevant(node: FormNode) -> bool:
    """Whether no condition, of the node or above it, can make of it no node at all."""
    at: FormNode | None = node
    while at is not None:
        if at.relevant is not None and at.relevant.constant is not True:
            return False
        at = at.parent
    return True


def _check_node(owned: Owned, reference: Reference, model: FormModel) -> Iterator[Finding]:
    names = reference.names
    if WILDCARD in names:
        return
    node = model.node((model.root.name, *names[1:]))
    if node is None or names[0] != model.root.name:
        detail = f"There is no node /{'/'.join(names)} in the form."
        yield owned.finding("missing-node", Level.ERROR, detail, reference.offset)
    elif reference.is_about_row and node.repeat_around is not None:
        detail = (
            "In a condition on a list Collect may take this for all instances of the repeat. "
            f"Write current()/../{node.name}, climbing as far as needed."
        )
        yield owned.finding("absolute-in-item-predicate", Level.WARNING, detail, reference.offset)


def _check_list(owned: Owned, reference: Reference, model: FormModel) -> Iterator[Finding]:
    declaration = model.instances.get(reference.instance)
    if declaration is None:
        detail = f"The form has no secondary instance `{reference.instance}`."
        yield owned.finding("missing-instance", Level.ERROR, detail, reference.offset)
        return
    if declaration.address.startswith(LAST_SAVED):
        return
    if declaration.address and declaration.file_name not in model.files:
        yield _absent(declaration.file_name, model)
        return
    try:
        table = declaration.table or _file_table(model, declaration.file_name)
    except TableError as error:
        detail = f"{declaration.file_name}: {error}"
        yield owned.finding("bad-attachment", Level.ERROR, detail, reference.offset)
        return
    if table is not None and not _has(table, reference.names):
        detail = f"The list `{reference.instance}` has nothing at /{'/'.join(reference.names)}."
        yield owned.finding("missing-column", Level.ERROR, detail, reference.offset)


def _absent(name: str, model: FormModel) -> Finding:
    detail = f"The file {name} is not uploaded yet. What needs it cannot be checked."
    path = model.root.path
    return Finding("missing-attachment", Level.WARNING, path, path, f"attachment {name}", detail, value=name)


def _file_table(model: FormModel, name: str) -> Table:
    return shared_tables.table(model.files[name])


def _has(table: Table, names: tuple[str, ...]) -> bool:
    """Whether the list has something at the path; a list without rows may have anything."""
    if WILDCARD in names or any(name.startswith(ATTRIBUTE_MARK) for name in names):
        return True
    if len(names) <= 2:
        return len(names) < 2 or table.columns_at(names) is not None or table.is_empty
    columns = table.columns_at(names[:-1])
    return table.is_empty if columns is None else names[-1] in columns


def _check_calls(owned: Owned, compiled: Compiled, model: FormModel) -> Iterator[Finding]:
    for call in compiled.calls:
        literal = call.arguments[0] if call.arguments else None
        text = literal.value if isinstance(literal, Text) else None
        if call.name == "pulldata" and text is not None:
            yield from _check_pulldata(owned, call, text, model)
        elif call.name == "jr:itext" and text is not None and text not in model.itext.values:
            detail = f"The form has no text with the id `{text}`, so Collect gives its id in brackets."
            yield owned.finding("missing-itext", Level.WARNING, detail, call.offset)
        elif call.name == "jr:choice-name":
            yield from _check_choice_name(owned, compiled, model)


def _check_pulldata(owned: Owned, call: Call, name: str, model: FormModel) -> Iterator[Finding]:
    """The file, and those of its columns that the call names in so many words."""
    wanted = name if name.lower().endswith(".csv") else f"{name}.csv"
    source = next((source for file, source in model.files.items() if file.lower() == wanted.lower()), None)
    if source is None:
        yield _absent(wanted, model)
        return
    try:
        columns = shared_tables.table(source).columns_at((ROOT, ITEM))
    except TableError as error:
        yield owned.finding("bad-attachment", Level.ERROR, f"{wanted}: {error}", call.offset)
        return
    for column in call.arguments[1:3]:
        if isinstance(column, Text) and columns is not None and column.value not in columns:
            detail = f"{wanted} has no column `{column.value}`, so pulldata() finds nothing."
            yield owned.finding("missing-column", Level.ERROR, detail, call.offset)


def _check_choice_name(owned: Owned, compiled: Compiled, model: FormModel) -> Iterator[Finding]:
    for names, offset in compiled.questions():
        node = model.node(names)
        if node is not None and (node.control is None or node.control.choices is None):
            detail = f"{node.path} is no question with choices, so jr:choice-name() finds no label."
            yield owned.finding("argument-kind", Level.WARNING, detail, offset)
