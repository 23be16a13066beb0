"""The codebook as an Excel workbook: a sheet of questions, one of choices, one about the form."""

from collections.abc import Iterator

from server.db import Database
from server.exports.codebook.read import Codebook, Item, Texts, read_codebook
from server.exports.codebook.shown import percent, value_text
from server.exports.codebook.words import Words
from server.exports.plan import ExportPlan
from server.exports.xlsx_frame import small_workbook
from server.storage import ObjectStore

Cell = str | float | None


def write_codebook_workbook(database: Database, _storage: ObjectStore, export: ExportPlan) -> Iterator[bytes]:
    with database.read() as session:
        book = read_codebook(session, export)
    words = Words(export.choice.language or export.definitions[0].default_language)
    yield small_workbook(
        {
            words("Questions"): (_question_header(book, words), [_question_cells(book, item) for item in book.items]),
            words("Choices"): (_choice_header(book, words), _all_choices(book, words)),
            words("Form"): ([words("Form"), book.form_id], _about(book, words)),
        }
    )


def _each(book: Codebook, word: str) -> Iterator[str]:
    """A header for each language."""
    return (f"{word} {language}".strip() for language in book.languages)


def _texts(book: Codebook, texts: Texts | None) -> Iterator[str]:
    return ((texts or {}).get(language, "") for language in book.languages)


def _question_header(book: Codebook, words: Words) -> list[str]:
    rules = ("Required", "Relevant", "Constraint", "Calculation", "Read-only", "Appearance")
    figures = ("Rows", "Answered", "Missing", "Least", "Mean", "Most")
    return [
        *map(words, ("Path", "Table", "Type")),
        *_each(book, words("Label")),
        *_each(book, words("Hint")),
        *map(words, rules),
        *_each(book, words("Required message")),
        *_each(book, words("Constraint message")),
        *map(words, figures),
    ]


def _question_cells(book: Codebook, item: Item) -> list[Cell]:
    question, count = item.question, item.count
    rules = (
        question.required, question.relevant, question.constraint, question.calculation, question.read_only,
        question.appearance,
    )  # fmt: skip
    figures = (count.answered, count.missing, count.least, count.mean, count.most) if item.is_question else ()
    return [
        item.field.path,
        item.table,
        item.type,
        *_texts(book, item.field.labels),
        *_texts(book, question.hint),
        *rules,
        *_texts(book, question.required_message),
        *_texts(book, question.constraint_message),
        count.rows if item.type != "group" else None,
        *(cell if isinstance(cell, (int, float)) else value_text(cell) for cell in figures),
    ]


def _choice_header(book: Codebook, words: Words) -> list[str]:
    names = ("Of the form", "Count", "Percent")
    return [words("Path"), words("Choice"), *_each(book, words("Label")), *map(words, names)]


def _all_choices(book: Codebook, words: Words) -> Iterator[list[Cell]]:
    for item in book.items:
        yield from _choice_cells(book, words, item)


def _choice_cells(book: Codebook, words: Words, item: Item) -> Iterator[list[Cell]]:
    for choice in item.choices:
        is_declared = words("no") if choice.labels is None else words("yes")
        part = percent(choice.count, item.count.answered)
        yield [item.field.path, choice.name, *_texts(book, choice.labels), is_declared, choice.count, part]


def _about(book: Codebook, words: Words) -> Iterator[list[Cell]]:
    yield [words("Title"), book.title]
    yield [words("Version"), book.version]
    yield [words("Submissions"), book.submissions]
    yield [words("Made on"), book.made_on]
