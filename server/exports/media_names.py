"""Names of files in a media zip, made of what the submission says: `{village}/{instanceName}_{field}.jpg`.

A pattern is a path. Words in braces stand for the answer of that question, by name or path, or for one of `KNOWN`; an
answer never makes a folder. Names are safe on Windows, in NFC, and each is there once.
"""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from server.errors import unexpected_value
from server.exports.archive import member_name
from server.exports.records import Answers
from server.xform.instance import answer_text

DEFAULT_PATTERN = "{instanceId}/{filename}"
KNOWN = ("instanceName", "instanceId", "submitter", "date", "field", "filename")
_WORD = re.compile(r"\{([^{}]*)\}")
# Not those in the path of a question.
_SLASH = re.compile(r"/(?![^{}]*\})")
# What Windows keeps for devices, with whatever extension.
_DEVICE = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)", re.IGNORECASE)
# Of 255 that file systems take; the rest is for numbers that make a name unique.
_LONGEST_BYTES = 200


def check_pattern(pattern: str, fields: frozenset[str]) -> None:
    """Raise 400.8 for a pattern with words that stand for nothing here; `fields` are names and paths of questions."""
    words = _WORD.findall(pattern)
    unknown = [word for word in words if word not in KNOWN and word not in fields]
    if unknown:
        raise unexpected_value("pattern", pattern, f"{{{unknown[0]}}} is neither a question nor one of {list(KNOWN)}")
    if "{" in _WORD.sub("", pattern) or "}" in _WORD.sub("", pattern) or not pattern.strip("/ "):
        raise unexpected_value("pattern", pattern, "give a path such as {instanceName}/{field}.jpg")


class MediaNames:
    """Gives each file its name; the same files in the same order get the same names."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._taken: set[str] = set()

    def name(self, words: Mapping[str, str], answers: Answers) -> str:
        """`words` has what is `KNOWN`."""
        steps = [_WORD.sub(lambda word: _value(word[1], words, answers), step) for step in _SLASH.split(self._pattern)]
        path = "/".join(_safe(step) for step in steps if step.strip())
        return self._free(_with_extension(path, words["filename"]))

    def _free(self, name: str) -> str:
        folder, slash, last = name.rpartition("/")
        stem, dot, extension = last.rpartition(".")
        free, number = name, 1
        while free.casefold() in self._taken:
            number += 1
            free = f"{folder}{slash}{stem}~{number}{dot}{extension}"
        self._taken.add(free.casefold())
        return free


def _value(word: str, words: Mapping[str, str], answers: Answers) -> str:
    found: Any = words.get(word) if word in KNOWN else _answer(word, answers)
    text = found if isinstance(found, str) else "" if found is None else answer_text(found)
    return member_name(text) if text.strip() else "_"


def _answer(word: str, answers: Answers) -> Any:
    """The answer at this path, or else of the first question of that name outside of repeats."""
    found: Any = answers
    for step in word.strip("/").split("/"):
        found = found.get(step) if isinstance(found, dict) else None
    if found is not None and not isinstance(found, dict):
        return found
    groups = [value for value in answers.values() if isinstance(value, dict)]
    return next((value for group in groups if (value := _answer(word, group)) is not None), None)


def field_of(answers: Any, file_name: str) -> str | None:
    """The question that was answered with this file."""
    for name, value in answers.items():
        if value == file_name:
            return str(name)
        for inner in value if isinstance(value, list) else [value]:
            if isinstance(inner, dict) and (found := field_of(inner, file_name)) is not None:
                return found
    return None


def _safe(step: str) -> str:
    """One folder or file: NFC, no dots and blanks at its end, no device of Windows, not too long."""
    text = member_name(unicodedata.normalize("NFC", step)).strip().rstrip(". ") or "_"
    stem, dot, extension = text.rpartition(".")
    if len(text.encode()) > _LONGEST_BYTES:
        room = _LONGEST_BYTES - len(f"{dot}{extension}".encode()) if dot else 0
        text = f"{_cut(stem, room)}{dot}{extension}" if room > 0 else _cut(text, _LONGEST_BYTES)
    return f"_{text}" if _DEVICE.match(text) else text


def _cut(text: str, most: int) -> str:
    return text.encode()[:most].decode(errors="ignore").rstrip(". ")


def _with_extension(path: str, file_name: str) -> str:
    """A pattern that says nothing of the kind of file keeps the file's own."""
    if "." in path.rpartition("/")[2]:
        return path
    extension = file_name.rpartition(".")[2] if "." in file_name else ""
    return f"{path}.{_safe(extension)}" if extension else path
