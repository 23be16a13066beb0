"""`transect check-form`: look at a form before anybody uploads it; needs neither a server nor a database."""

import hashlib
import json
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Final, TypeAlias

import click

from server.errors import Problem
from server.forms.convert import ConversionError, convert, workbook_kind
from server.forms.form_rules import FormVerdict, judge_form, place_in_sheet
from server.forms.survey_rows import row_of
from server.forms.upload import read_definition
from server.xform.findings import Finding
from server.xform.table_files import TableSource

Rows: TypeAlias = Mapping[str, int]
_COLUMNS: Final = 80
_EXPRESSION_INDENT: Final = " " * 8
_WIDTH: Final = _COLUMNS - len(_EXPRESSION_INDENT)  # characters of an expression that are shown around its fault


@click.command("check-form")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--json", "as_json", is_flag=True, help="Write the findings as JSON.")
def check_form_command(file: Path, *, as_json: bool) -> None:
    """Check an XLSForm or XForm, with the files in `<file name>-media` beside it if there are any.

    Exit code 1 when the server would refuse the form.
    """
    xml, converter_warnings, rows = _read(file)
    verdict = judge_form(xml, _media(file))
    write = _json_lines if as_json else _report
    lines = write(verdict, converter_warnings, rows)
    for line in lines:
        click.echo(line)
    if verdict.errors:
        raise SystemExit(1)


def _read(file: Path) -> tuple[bytes, tuple[str, ...], Rows]:
    """The XForm, what the converter warns of, and where in the survey sheet each node was written."""
    content = file.read_bytes()
    kind = workbook_kind(content)
    try:
        if kind is not None:
            converted = convert(content, kind, file.stem)
            content, warnings, rows = converted.xml, converted.warnings, converted.rows
        else:
            warnings, rows = (), {}
        read_definition(content)
    except ConversionError as error:
        raise click.ClickException(f"{file.name}: {error}") from None
    except Problem as problem:
        raise click.ClickException(f"{file.name}: {problem.message}") from None
    return content, warnings, rows


def _media(file: Path) -> dict[str, TableSource]:
    folder = file.with_name(f"{file.stem}-media")
    files = sorted(path for path in folder.iterdir() if path.is_file()) if folder.is_dir() else []
    return {path.name: TableSource(path.name, _digest(path), partial(path.read_bytes)) for path in files}


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _json_lines(verdict: FormVerdict, converter_warnings: Iterable[str], rows: Rows) -> Iterator[str]:
    findings = [asdict(found) | {"row": row_of(rows, found.path)} for found in (*verdict.errors, *verdict.warnings)]
    yield json.dumps(
        {"findings": findings, "converterWarnings": list(converter_warnings)}, ensure_ascii=False, indent=2
    )


def _report(verdict: FormVerdict, converter_warnings: Iterable[str], rows: Rows) -> Iterator[str]:
    said = list(converter_warnings)
    for found in (*verdict.errors, *verdict.warnings):
        yield from _paragraph(found, place_in_sheet(found, rows))
    for warning in said:
        yield "warning  of the converter"
        yield from (*_wrapped(warning), "")
    yield f"{len(verdict.errors)} errors, {len(verdict.warnings) + len(said)} warnings."


def _paragraph(found: Finding, place: str) -> Iterator[str]:
    head, where = f"{found.level:8} {found.code}  {found.path}", f"({found.rule}{', ' if place else ''}{place})"
    fits = len(head) + 2 + len(where) <= _COLUMNS
    yield from (f"{head}  {where}",) if fits else (head, f"    {where}")
    yield from _wrapped(found.detail)
    yield from (f"{_EXPRESSION_INDENT}{line}" for line in _expression_lines(found))
    yield ""


def _wrapped(text: str) -> list[str]:
    """The lines of a text; a path is never cut, so that it can be copied."""
    return textwrap.wrap(
        text, _COLUMNS, initial_indent="    ", subsequent_indent="    ", break_long_words=False, break_on_hyphens=False
    )


def _expression_lines(found: Finding) -> Iterator[str]:
    """The line of the expression that holds the fault, and a caret below it."""
    if not found.expression:
        return
    if found.offset is None:
        yield textwrap.shorten(found.expression, _WIDTH, placeholder=" …")
        return
    before = found.expression[: found.offset]
    start = max(before.rfind("\n") + 1, found.offset - _WIDTH // 2)
    line = found.expression[start:].partition("\n")[0][:_WIDTH]
    yield line
    yield " " * (found.offset - start) + "^"


COMMANDS = (check_form_command,)
