"""Faults in choices, lists and translations."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from server.xform.findings import Finding, Level
from server.xform.model import LAST_SAVED, Choices, FormModel, FormNode, InstanceDeclaration
from server.xform.table_cache import shared_tables
from server.xform.table_files import TableError
from server.xform.tables import FlatTable, Table

_MAX_NAMED = 5


def check(model: FormModel) -> Iterator[Finding]:
    for node in model.root.walk():
        choices = node.control.choices if node.control else None
        if choices is not None:
            yield from _check_choices(node, choices, model)
        for message in (node.required_message, node.constraint_message):
            if message is not None and message.text_id and message.text_id not in model.itext.values:
                detail = f"The form has no text with the id `{message.text_id}`."
                yield Finding("missing-itext", Level.ERROR, node.path, node.path, "message", detail)
    yield from _check_translations(model)


def _finding(node: FormNode, code: str, level: Level, detail: str) -> Finding:
    return Finding(code, level, node.path, node.path, "choice", detail)


def _check_choices(node: FormNode, choices: Choices, model: FormModel) -> Iterator[Finding]:
    if choices.rows is not None:
        yield from _check_rows(node, choices, model)
    elif not choices.static and not choices.is_open:
        yield _finding(node, "no-choices", Level.ERROR, "The question has no choices, so nobody can answer it.")
    for label in choices.static.values():
        if label.text_id and label.text_id not in model.itext.values:
            detail = f"A choice names the text `{label.text_id}`, which the form does not have."
            yield _finding(node, "missing-itext", Level.ERROR, detail)
    yield from _check_values(node, list(choices.static) + list(choices.repeated))


def _check_rows(node: FormNode, choices: Choices, model: FormModel) -> Iterator[Finding]:
    rows = choices.rows
    declaration = model.instances.get(rows.instance) if rows is not None else None
    table = _table(declaration, model) if declaration is not None else None
    if rows is None or declaration is None or table is None or table.is_empty or not rows.names:
        return
    columns = table.columns_at(rows.names)
    if columns is None:
        return
    missing = [name for name in (rows.column, choices.label) if name and name not in columns]
    if missing:
        source = declaration.file_name or rows.instance
        known = _listed(sorted(columns))
        detail = f"The question needs {_listed(missing)} in each row of `{source}`, which has {known}."
        yield replace(_finding(node, "itemset-ref", Level.ERROR, detail), value=", ".join(missing))
    if isinstance(declaration.table, FlatTable) and not rows.rows.has_condition:
        yield from _check_values(node, [text or "" for text in declaration.table.columns.get(rows.column, ())])


def _table(declaration: InstanceDeclaration, model: FormModel) -> Table | None:
    """The list, from the form or from its file; None for a file that is not there or cannot be read."""
    source = model.files.get(declaration.file_name)
    if declaration.table is not None or source is None or declaration.address.startswith(LAST_SAVED):
        return declaration.table
    try:
        return shared_tables.table(source)
    except TableError:
        # The check of expressions tells it.
        return None


def _check_values(node: FormNode, values: list[str]) -> Iterator[Finding]:
    if "" in values:
        yield _finding(node, "empty-choice", Level.ERROR, "A choice has no value. Give every choice a name.")
    repeated = [value for value, count in Counter(values).items() if count > 1 and value]
    if repeated:
        detail = f"More than one choice has the value {_listed(repeated)}. Exports cannot tell them apart."
        yield _finding(node, "duplicate-choice", Level.WARNING, detail)
    with_blank = [value for value in values if " " in value]
    if node.is_multiple and with_blank:
        detail = f"Blanks part the choices of an answer, so a value cannot hold one: {_listed(with_blank)}."
        yield _finding(node, "choice-with-blank", Level.ERROR, detail)


def _listed(values: list[str]) -> str:
    more = f" and {len(values) - _MAX_NAMED} more" if len(values) > _MAX_NAMED else ""
    return ", ".join(f"`{value}`" for value in values[:_MAX_NAMED]) + more


def _check_translations(model: FormModel) -> Iterator[Finding]:
    """One finding for each language that lacks texts."""
    itext, path = model.itext, model.root.path
    for language in itext.languages:
        missing = [
            text_id for text_id, by_language in itext.values.items() if by_language and language not in by_language
        ]
        if missing:
            name = language or "the default language"
            detail = f"{len(missing)} texts are not translated into {name}: {_listed(missing)}."
            yield Finding("missing-translation", Level.WARNING, path, path, f"itext {language}", detail)
