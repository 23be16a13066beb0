"""Whatever a page says stands in both languages."""

import ast
import io
import re
from collections.abc import Sequence

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from jinja2 import Environment, nodes

from server.errors import Problem
from server.forms.remarks import Remark
from server.web.catalogue import languages_translated, po_text, read_catalogue, texts_said, updated
from server.web.fault_words import fault_words
from server.web.forms.remark_words import vietnamese
from server.web.frame import LANGUAGES
from server.web.words import gettext, ngettext
from tests.cast import Cast
from tests.imports import ROOT, modules

WEB = ROOT / "server" / "web"
SAY = {"_", "gettext", "ngettext", "N_"}
_HOLE = re.compile(r"%\((\w+)\)s")
# What the start page and the description of the API say stands there in both languages, or is for programs.
_OF_ONE_LANGUAGE = {"start.html", "api_docs.html"}
# Names, and classes that blocks fill in.
_NAMES = {"OData", "Transect", "XForm", "XLSForm", "roomy", "whole"}
_SAID = "\0"
_SEEN = {"data", "variable_begin", "block_begin"}
TRANSLATED = [
    (language, message) for language in languages_translated() for message in read_catalogue(language) if message.id
]


def forms(text: str | Sequence[str] | None) -> tuple[str, ...]:
    """A text, or what it is for one and for more."""
    return (text or "",) if isinstance(text, str | None) else tuple(text)


def content(found: Catalog) -> dict[object, tuple[object, list[str]]]:
    """Each text with its translation and the files that say it."""
    return {
        message.id: (message.string, sorted({name for name, _ in message.locations})) for message in found if message.id
    }


def hidden_in_template(source: str) -> set[str]:
    """Texts inside `_(…)` that are not its only argument, where the extractor does not find them."""
    calls = Environment(extensions=["jinja2.ext.do"]).parse(source).find_all(nodes.Call)
    said = [call.args[0] for call in calls if isinstance(call.node, nodes.Name) and call.node.name in SAY and call.args]
    return {const.value for text in said for const in text.find_all(nodes.Const) if isinstance(const.value, str)}


def hidden_in_module(source: str) -> set[str]:
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call) and node.args]
    said = [call.args[0] for call in calls if isinstance(call.func, ast.Name) and call.func.id in SAY]
    within = [node for text in said if not isinstance(text, ast.Constant) for node in ast.walk(text)]
    return {node.value for node in within if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def bare_in_template(source: str) -> set[str]:
    """Words that readers see, and that do not go through `_(…)`; capitals are abbreviations, or a code to copy."""
    tokens = Environment().lex(source)
    written = "".join(text if kind == "data" else _SAID for _, kind, text in tokens if kind in _SEEN)
    attributes = re.findall(r'(?:title|alt|placeholder|aria-label)="([^"]*)"', written)
    outside = re.sub(r"<code>[^<]*</code>|<[^>]*>|&\w+;", _SAID, written)
    words = {word for text in (outside, *attributes) for word in re.findall(r"[^\W\d_]{3,}", text)}
    return {word for word in words if not word.isupper()} - _NAMES


def test_every_language_but_that_of_the_pages_has_a_catalogue() -> None:
    assert languages_translated() == sorted(set(LANGUAGES) - {"en"})


@pytest.mark.parametrize("language", languages_translated())
def test_a_catalogue_has_what_the_pages_say_and_nothing_else(language: str) -> None:
    """`make words` brings it up to date."""
    found = read_catalogue(language)

    assert len(found) > 500
    assert content(updated(read_catalogue(language), texts_said())) == content(found)


def test_everything_is_translated() -> None:
    assert [message.id for _, message in TRANSLATED if message.fuzzy or not all(forms(message.string))] == []


def test_a_submission_has_one_name_in_vietnamese() -> None:
    """It is a questionnaire, and nobody's homework."""
    said = [text for _, message in TRANSLATED for text in forms(message.string)]
    assert [text for text in said if re.search(r"\bbài\b", text, re.IGNORECASE)] == []


@pytest.mark.parametrize("message", [message for _, message in TRANSLATED], ids=lambda message: forms(message.id)[0])
def test_a_translation_fills_in_the_same_values(message: Message) -> None:
    filled = {tuple(sorted(_HOLE.findall(text))) for text in forms(message.string)}

    assert filled == {tuple(sorted(_HOLE.findall(forms(message.id)[-1])))}


def test_no_text_hides_from_the_catalogue() -> None:
    templates = {path.name: hidden_in_template(path.read_text()) for path in (WEB / "templates").rglob("*.html")}
    in_modules = {name: hidden_in_module(source) for name, source in modules().items()}

    assert {name: texts for name, texts in (templates | in_modules).items() if texts} == {}


def test_templates_say_nothing_but_what_is_translated() -> None:
    found = {path.name: bare_in_template(path.read_text()) for path in (WEB / "templates").rglob("*.html")}

    assert {name: words for name, words in found.items() if words and name not in _OF_ONE_LANGUAGE} == {}


@pytest.mark.parametrize("source", ["<p>New</p>", '<p title="New">{{ _("Old") }}</p>', "{% if x %}New{% endif %}"])
def test_a_bare_word_of_a_template_is_seen(source: str) -> None:
    assert bare_in_template(source) == {"New"}


@pytest.mark.parametrize("source", ['{{ _("New" if x else "Old") }}', "{% set word = _('New' ~ 'Old') %}"])
def test_a_text_that_hides_in_a_template_is_seen(source: str) -> None:
    assert hidden_in_template(source) == {"New", "Old"}
    assert hidden_in_template('{{ _("New") }}{{ _(word) }}{{ _("Old", name="x") }}') == set()


def test_a_text_that_hides_in_a_module_is_seen() -> None:
    assert hidden_in_module('gettext("New" if x else "Old")\nN_(TABLE.get(x, N_("Deep")))') == {"New", "Old", "Deep"}
    assert hidden_in_module('gettext("New", n="x")\ngettext(TABLE[key])') == set()


def test_an_update_brings_what_is_new_and_drops_what_is_gone() -> None:
    old, said = Catalog("vi"), Catalog()
    old.add("Map", "Bản đồ", [("gone.html", 1)])
    old.add("Gone", "Hết", [("gone.html", 1)])
    said.add("Map", locations=[("map.html", 1)])
    said.add("Maps", locations=[("map.html", 1)])
    said.add(("%(n)s map", "%(n)s maps"), locations=[("map.html", 1)])

    text = po_text(updated(old, said))

    assert content(read_po(io.BytesIO(text), locale="vi")) == {
        "Map": ("Bản đồ", ["map.html"]),
        "Maps": ("", ["map.html"]),
        ("%(n)s map", "%(n)s maps"): (("",), ["map.html"]),
    }
    assert b"Gone" not in text


def test_a_reader_gets_their_language(cast: Cast) -> None:
    app = cast.nobody.client.application
    with app.test_request_context(headers={"Accept-Language": "vi"}):
        assert gettext("Select %(name)s", name="<Mai>") == "Chọn <Mai>"
        assert gettext("nobody says this") == "nobody says this"
        assert gettext("") == ""
    with app.test_request_context(headers={"Accept-Language": "en"}):
        assert gettext("Select %(name)s", name="Mai") == "Select Mai"
    assert gettext("Map") == "Map"


def test_one_of_something_is_not_many(cast: Cast) -> None:
    app = cast.nobody.client.application
    for language, said in (("en", ["1 finding", "2 findings"]), ("vi", ["1 lỗi phát hiện", "2 lỗi phát hiện"])):
        with app.test_request_context(headers={"Accept-Language": language}):
            found = [ngettext("%(count)s finding", "%(count)s findings", count, count=count) for count in (1, 2)]
        assert found == said


def test_who_reads_vietnamese_is_told_of_no_problem_in_english(cast: Cast) -> None:
    app, problem = cast.nobody.client.application, Problem("400.99", "Unheard of.")
    with app.test_request_context(headers={"Accept-Language": "vi"}):
        assert fault_words(problem) == "Không dùng được nội dung này"
        assert vietnamese(Remark(problem.message, problem.code)) == "Hãy quay lại, sửa nội dung đã nhập rồi gửi lại."
    with app.test_request_context(headers={"Accept-Language": "en"}):
        assert fault_words(problem) == "Unheard of."


def test_a_text_without_values_keeps_its_holes_for_scripts(cast: Cast) -> None:
    with cast.nobody.client.application.test_request_context(headers={"Accept-Language": "vi"}):
        assert gettext("%(count)s selected") == "Đã chọn %(count)s"
