"""Bring the catalogues up to date with what templates and code say: `python -m server.web.catalogue`.

A new text comes in without a translation; one that nothing says any more goes.
"""

import io
import os
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from server.web.words import catalogue_path

_ROOT: Final = Path(__file__).parents[2]
_WEB: Final = Path(__file__).parent
_METHODS: Final = (("**.py", "python"), ("**.html", "jinja2.ext:babel_extract"))
# Of the widest lines; longer texts are wrapped.
_WIDTH: Final = 120


def languages_translated() -> list[str]:
    """Those that have a catalogue."""
    return sorted(path.parents[1].name for path in (_WEB / "translations").glob("*/LC_MESSAGES/messages.po"))


def texts_said() -> Catalog:
    """All that templates and code say, each text with the files that say it."""
    found = Catalog()
    for name, _, text, _, _ in extract_from_dir(_WEB, _METHODS, directory_filter=_has_texts):
        found.add(text, locations=[(str((_WEB / name).relative_to(_ROOT)), 1)])
    return found


def _has_texts(folder: str | os.PathLike[str]) -> bool:
    """The browser sources and their libraries are many files and none of ours to translate here."""
    return Path(folder).name not in {"frontend", "static"}


def read_catalogue(language: str) -> Catalog:
    with catalogue_path(language).open("rb") as file:
        return read_po(file, locale=language)


def updated(catalogue: Catalog, said: Catalog) -> Catalog:
    """Keeps the translations of what is still said, and guesses none."""
    catalogue.update(said, no_fuzzy_matching=True, update_creation_date=False)
    catalogue.obsolete.clear()
    return catalogue


def po_text(catalogue: Catalog) -> bytes:
    """In alphabetical order, so that two people's new texts rarely meet."""
    text = io.BytesIO()
    write_po(text, catalogue, width=_WIDTH, sort_output=True, include_lineno=False)
    return text.getvalue()


def main() -> None:
    said = texts_said()
    for language in languages_translated():
        catalogue_path(language).write_bytes(po_text(updated(read_catalogue(language), said)))


if __name__ == "__main__":
    main()
