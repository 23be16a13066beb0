"""Read a form's source: YAML that a survey methodologist edits, into the rows of an XLSForm.

Decides what a source may contain, and says where it is wrong. Which names and expressions are valid in a
form is left to the converter. Every scalar is text: the choice `no` stays `no`, the code `01` stays `01`.
"""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import yaml

Node: TypeAlias = "str | Sequence[Node] | Mapping[str, Node]"
Row: TypeAlias = dict[str, str]

LANGUAGES = {"vi": "Vietnamese (vi)", "en": "English (en)"}
TRANSLATED = ("label", "hint", "required_message", "constraint_message")
PLAIN = (
    "type", "name", "required", "relevant", "constraint", "calculation", "choice_filter", "repeat_count",
    "appearance", "parameters", "default",
)  # fmt: skip
SELECTS = ("select_one", "select_multiple")


class SourceError(ValueError):
    """A source that cannot be read; the message names the file, the place and what is allowed."""


@dataclass(frozen=True)
class FormSource:
    form_id: str
    survey: list[Row]
    choices: list[Row]
    settings: Row
    media: list[str]


class _Loader(yaml.BaseLoader):
    """Text only, and no key twice: YAML would silently keep the last of two choice lists of one name."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, object]:
        keys = [key.value for key, _ in node.value]
        twice = {key for key in keys if keys.count(key) > 1}
        if twice:
            raise SourceError(f"{node.start_mark}: {', '.join(sorted(twice))} stands twice")
        return super().construct_mapping(node, deep=deep)


def read_form(path: Path) -> FormSource:
    """Read one form, with the blocks, choice lists and messages of `shared.yaml` beside it."""
    source = _load(path, ("settings", "media", "survey", "choices"))
    shared = _load(path.with_name("shared.yaml"), ("blocks", "choices", "messages"))
    where = path.name
    required = _texts("required_message", _mapping(shared["messages"], "shared.yaml")["required"], "shared.yaml")
    rows = _included(_sequence(source["survey"], where), _mapping(shared["blocks"], "shared.yaml"), where)
    survey = [_survey_row(row, required, f"{where}: survey row {number}") for number, row in enumerate(rows, 1)]
    lists = {**_mapping(shared["choices"], "shared.yaml"), **_mapping(source["choices"], where)}
    settings = {key: _text(value, f"{where}: {key}") for key, value in _mapping(source["settings"], where).items()}
    media = [_text(name, f"{where}: media") for name in _sequence(source["media"], where)]
    return FormSource(settings["form_id"], survey, _choice_rows(lists, survey, where), settings, media)


def _load(path: Path, sections: tuple[str, ...]) -> Mapping[str, Node]:
    with path.open(encoding="utf-8") as stream:
        try:
            loaded = yaml.load(stream, _Loader)  # noqa: S506 -- _Loader makes nothing but text, lists and mappings
        except yaml.YAMLError as error:
            raise SourceError(f"{path.name} is not YAML: {error}") from error
    source = _mapping(loaded, path.name)
    if set(source) != set(sections):
        raise SourceError(f"{path.name}: the sections must be {', '.join(sections)}")
    return source


def _included(rows: Sequence[Node], blocks: Mapping[str, Node], where: str) -> Iterator[Mapping[str, Node]]:
    for node in rows:
        row = _mapping(node, f"{where}: survey")
        if "include" not in row:
            yield row
            continue
        name = _text(row["include"], f"{where}: include")
        if name not in blocks:
            raise SourceError(f"{where}: no block {name} in shared.yaml; there are {', '.join(blocks)}")
        for included in _sequence(blocks[name], f"shared.yaml: {name}"):
            yield _mapping(included, f"shared.yaml: {name}")


def _survey_row(row: Mapping[str, Node], required: Row, where: str) -> Row:
    unknown = set(row) - {*TRANSLATED, *PLAIN}
    if unknown:
        allowed = ", ".join(TRANSLATED + PLAIN)
        raise SourceError(f"{where}: unknown {', '.join(sorted(unknown))}; allowed are {allowed}")
    cells = {key: _text(row[key], where) for key in PLAIN if key in row}
    if "required" in cells:
        cells |= required
    for key in TRANSLATED:
        if key in row:
            cells |= _texts(key, row[key], where)
    return cells


def _choice_rows(lists: Mapping[str, Node], survey: Sequence[Row], where: str) -> list[Row]:
    """Rows of the lists that the survey names, in the order in which it names them."""
    types = [row.get("type", "").split() for row in survey]
    named = dict.fromkeys(words[1] for words in types if len(words) > 1 and words[0] in SELECTS)
    missing = [name for name in named if name not in lists]
    if missing:
        raise SourceError(f"{where}: no choice list {', '.join(missing)}")
    return [
        _choice_row(name, _mapping(choice, f"{where}: choices {name}"), f"{where}: choices {name}")
        for name in named
        for choice in _sequence(lists[name], f"{where}: choices {name}")
    ]


def _choice_row(list_name: str, choice: Mapping[str, Node], where: str) -> Row:
    extra = {key: _text(value, where) for key, value in choice.items() if key not in {"name", *LANGUAGES}}
    label = _texts("label", {key: choice[key] for key in LANGUAGES if key in choice}, where)
    return {"list_name": list_name, "name": _text(choice["name"], where), **label, **extra}


def _texts(key: str, node: Node, where: str) -> Row:
    texts = _mapping(node, where)
    if set(texts) != set(LANGUAGES) or not all(texts.values()):
        raise SourceError(f"{where}: {key} needs a text in each of {', '.join(LANGUAGES)}")
    return {f"{key}::{LANGUAGES[code]}": _text(texts[code], where) for code in LANGUAGES}


def _mapping(node: Node, where: str) -> Mapping[str, Node]:
    if not isinstance(node, Mapping):
        raise SourceError(f"{where}: keys and values are expected here")
    return node


def _sequence(node: Node, where: str) -> Sequence[Node]:
    if isinstance(node, str | Mapping):
        raise SourceError(f"{where}: a list is expected here")
    return node


def _text(node: Node, where: str) -> str:
    if not isinstance(node, str):
        raise SourceError(f"{where}: a text is expected here")
    return node
