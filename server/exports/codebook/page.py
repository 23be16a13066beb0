"""The codebook as one HTML page that needs nothing else: no script, no picture, no other file."""

from collections.abc import Iterator
from pathlib import Path

from jinja2 import Environment, StrictUndefined

from server.db import Database
from server.exports.codebook.read import read_codebook
from server.exports.codebook.shown import percent, rules, value_text
from server.exports.codebook.words import Words
from server.exports.plan import ExportPlan
from server.storage import ObjectStore


def write_codebook_page(database: Database, _storage: ObjectStore, export: ExportPlan) -> Iterator[bytes]:
    """Piece by piece, after all submissions have been counted."""
    with database.read() as session:
        book = read_codebook(session, export)
    words = Words(export.choice.language or export.definitions[0].default_language)
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    template = environment.from_string(Path(__file__).with_name("page.html").read_text(encoding="utf-8"))
    stream = template.stream(book=book, words=words, rules=rules, percent=percent, value_text=value_text)
    stream.enable_buffering(50)
    for piece in stream:
        yield piece.encode()
