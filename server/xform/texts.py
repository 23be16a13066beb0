"""Read what a form says to people: its languages, the labels of its questions, and its choices.

A label is a mapping from language to text. The language is '' for a text that is not translated.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from lxml import etree

from server.xform.document import local_name
from server.xform.media import tables_searched

_ITEXT = re.compile(r"""\s*jr:itext\s*\(\s*(?:'([^']*)'|"([^"]*)")\s*\)\s*""")
_ITEXT_OF_ROW = re.compile(r"\s*jr:itext\s*\(\s*([\w.-]+)\s*\)\s*")
_INSTANCE = re.compile(r"""\s*(?:randomize\s*\(\s*)?instance\s*\(\s*(?:'([^']*)'|"([^"]*)")\s*\)""")
# The forms of a text that can stand for a label, best first; the others are media and guidance.
_LABEL_FORMS = (None, "long", "short")
# What pyxform writes where a translation is missing.
_MISSING = "-"


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice of a list."""

    value: str
    labels: Mapping[str, str] = field(default_factory=dict, hash=False)


class Texts:
    """The translations of a form, by text id."""

    def __init__(self, model: etree._Element) -> None:
        """Read the `itext` block, if the form has one."""
        translations = list(model.iterfind("{*}itext/{*}translation"))
        self.languages = tuple(dict.fromkeys(item.get("lang", "") for item in translations))
        self.default_language = _default_language(translations)
        self._labels: dict[str, dict[str, str]] = {}
        missing = [gap for translation in translations for gap in self._read_translation(translation)]
        # Where no language has a better text, the dash was meant.
        for text_id, language in missing:
            self._labels.setdefault(text_id, {language: _MISSING})

    def label(self, element: etree._Element) -> Mapping[str, str]:
        """Return the texts of the element's `label`, empty when it has none."""
        return self.inside(element, "label")

    def inside(self, element: etree._Element, name: str) -> Mapping[str, str]:
        """Return the texts of the child with this name, as `hint`, empty when there is none."""
        child = next(element.iterchildren("{*}" + name), None)
        if child is None:
            return {}
        match = _ITEXT.fullmatch(child.get("ref", ""))
        if match:
            return self.by_id(match[1] or match[2] or "")
        text = _shown_text(child)
        return {"": text} if text else {}

    def message(self, source: str) -> Mapping[str, str]:
        """Return the texts of an attribute such as `jr:constraintMsg`, which has the text itself or a text id."""
        match = _ITEXT.fullmatch(source)
        if match:
            return self.by_id(match[1] or match[2] or "")
        return {"": source.strip()} if source.strip() else {}

    def by_id(self, text_id: str) -> Mapping[str, str]:
        """Return the label with this id; languages that lack it are left out."""
        return self._labels.get(text_id, {})

    def _read_translation(self, translation: etree._Element) -> list[tuple[str, str]]:
        """Keep the labels of one language, and return the ids that it has no text for."""
        language = translation.get("lang", "")
        missing = []
        for text in translation:
            text_id = text.get("id", "")
            shown = _shown_value(text)
            if shown == _MISSING:
                missing.append((text_id, language))
            elif shown:
                self._labels.setdefault(text_id, {})[language] = shown
        return missing


class ChoiceLists:
    """The lists of choices that the form's own XML holds, each read when the first question asks for it."""

    def __init__(self, model: etree._Element, texts: Texts) -> None:
        """Note where the lists are, and read none yet."""
        self.found: dict[str, tuple[Choice, ...]] = {}
        self._texts = texts
        self._instances = {item.get("id", ""): item for item in model.iterchildren("{*}instance")}

    def of_control(self, control: etree._Element, path: str) -> str | None:
        """Return the name of the control's list: an instance's id, a file, or the path for a list of its own.

        None when the choices are known only while the form is filled in.
        """
        searched = next(tables_searched(control.get("appearance", "")), None)
        if searched is not None:
            return searched
        itemset = next(control.iterchildren("{*}itemset"), None)
        if itemset is not None:
            return self._of_itemset(itemset)
        choices = tuple(self._written_in(control))
        if not choices:
            return None
        self.found[path] = choices
        return path

    def _of_itemset(self, itemset: etree._Element) -> str | None:
        match = _INSTANCE.match(itemset.get("nodeset", ""))
        name = (match[1] or match[2] or "") if match else ""
        instance = self._instances.get(name)
        if not match or instance is None:
            return None
        source = instance.get("src")
        if source is not None:
            return source.rpartition("/")[2]
        if name not in self.found:
            self.found[name] = tuple(self._rows(instance, itemset))
        return name

    def _written_in(self, control: etree._Element) -> Iterator[Choice]:
        for item in control.iterchildren("{*}item"):
            value = next(item.iterchildren("{*}value"), None)
            if value is not None:
                yield Choice((value.text or "").strip(), self._texts.label(item))

    def _rows(self, instance: etree._Element, itemset: etree._Element) -> Iterator[Choice]:
        value_name, label_name = _ref(itemset, "value"), _ref(itemset, "label")
        translated = _ITEXT_OF_ROW.fullmatch(label_name)
        if translated:
            label_name = translated[1]
        for row in instance.iterfind("*/*"):
            cells = {local_name(cell): (cell.text or "").strip() for cell in row}
            label = cells.get(label_name, "")
            labels = self._texts.by_id(label) if translated else {"": label}
            if cells.get(value_name):
                yield Choice(cells[value_name], labels if label else {})


def _default_language(translations: Sequence[etree._Element]) -> str | None:
    marked = [item for item in translations if item.get("default") is not None]
    return next((item.get("lang", "") for item in (*marked, *translations)), None)


def _ref(itemset: etree._Element, name: str) -> str:
    child = next(itemset.iterchildren("{*}" + name), None)
    return "" if child is None else child.get("ref", "").strip()


def _shown_value(text: etree._Element) -> str:
    """Return the text that stands for a label among the values of one text id."""
    values = {value.get("form"): value for value in reversed(text)}
    best = next((values[form] for form in _LABEL_FORMS if form in values), None)
    return "" if best is None else _shown_text(best)


def _shown_text(element: etree._Element) -> str:
    """Return the text, with `${name}` where the form puts in an answer."""
    parts = [element.text or ""]
    for child in element:
        if local_name(child) == "output":
            reference = child.get("value") or child.get("ref") or ""
            parts.append("${" + reference.strip().rpartition("/")[2] + "}")
        parts.append(child.tail or "")
    return "".join(parts).strip()
