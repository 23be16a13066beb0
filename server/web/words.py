"""The pages' words in the reader's language: the door to Flask-Babel.

English texts stand in templates and code; the catalogue of each other language is in `translations`.
"""

import io
from functools import cache
from pathlib import Path
from typing import Final

import flask_babel
from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask, request

from server.web.asset_files import asset_address
from server.web.frame import language_of

_ENGLISH: Final = Locale("en")


def catalogue_path(language: str) -> Path:
    return Path(__file__).parent / "translations" / language / "LC_MESSAGES" / "messages.po"


def locale() -> Locale:
    """The reader's; English outside of requests."""
    found: Locale | None = flask_babel.get_locale()
    return found or _ENGLISH


def gettext(text: str, /, **values: object) -> str:
    # What catalogues have for the empty text is their header.
    said = translations(locale().language).ugettext(text) if text else ""
    return said % values if values else said


def ngettext(one: str, many: str, number: int, /, **values: object) -> str:
    """The text for this number of things; `values` has the number as it is to be written."""
    said = translations(locale().language).ungettext(one, many, number)
    return said % values if values else said


def N_(text: str) -> str:  # noqa: N802 -- the name that gettext has for it
    """The text itself: for a table of texts, each of which is in the catalogue and translated where it is shown."""
    return text


def speak(app: Flask) -> None:
    """Let templates say `_("…")` and `ngettext("…", "…", n)`; they also have `language` and `asset`.

    The functions are those above and not what Jinja makes of them: a text without values stays as it is written, for
    scripts to fill in, and what is filled in is escaped like all else.
    """
    flask_babel.Babel(app, configure_jinja=False, locale_selector=lambda: language_of(request))
    app.jinja_env.globals |= {"_": gettext, "ngettext": ngettext, "asset": asset_address}
    app.context_processor(lambda: {"language": locale().language})


@cache
def translations(language: str) -> NullTranslations:
    """Read from the catalogue itself, once a process: no compiled copy can be old or missing.

    Flask-Babel would look for one in each language's folder, and takes three times as long to find a text.
    """
    path = catalogue_path(language)
    if not path.exists():
        return NullTranslations()
    compiled = io.BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return Translations(compiled)
