"""Whatever a page says stands in both languages."""

import ast
import re
from pathlib import Path

import pytest

from server.web.words_vi import VIETNAMESE
from tests.imports import ROOT

WEB = ROOT / "server" / "web"
_HOLE = re.compile(r"%\(\w+\)s")


def said_in_template(source: str) -> set[str]:
    """What `_("…")` stands around."""
    found = re.findall(r"""\b_\(\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')""", source)
    return {str(ast.literal_eval(text)) for text in found}


def said_in_module(source: str) -> set[str]:
    """What `words.say("…")` stands around."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call) and node.args]
    said = [call.args[0] for call in calls if isinstance(call.func, ast.Attribute) and call.func.attr == "say"]
    return {text.value for text in said if isinstance(text, ast.Constant) and isinstance(text.value, str)}


def everything_said() -> dict[str, Path]:
    templates = {text: path for path in WEB.rglob("*.html") for text in said_in_template(path.read_text())}
    return templates | {text: path for path in WEB.rglob("*.py") for text in said_in_module(path.read_text())}


def test_everything_that_is_said_has_its_vietnamese() -> None:
    said = everything_said()

    assert len(said) > 80
    assert {text: path.name for text, path in said.items() if text not in VIETNAMESE} == {}


@pytest.mark.parametrize("source", ['{{ _("New") }}', "{{ _('New') }}", '<a title="{{ _("New", name=x) }}">'])
def test_a_new_word_of_a_template_is_seen(source: str) -> None:
    assert said_in_template(source) == {"New"}


def test_a_new_word_of_a_module_is_seen() -> None:
    assert said_in_module('words.say("New", n=1)') == {"New"}


@pytest.mark.parametrize("english", VIETNAMESE)
def test_a_translation_fills_in_the_same_values(english: str) -> None:
    assert sorted(_HOLE.findall(VIETNAMESE[english])) == sorted(_HOLE.findall(english))
