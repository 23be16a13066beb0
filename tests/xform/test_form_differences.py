"""What a new version of a form changes: questions, texts, choices and rules, each told once."""

from collections.abc import Sequence
from typing import Any

import pytest

from server.forms.convert import convert
from server.xform.form_differences import FormDifferences, Rule, differences_of_forms
from server.xform.form_logic import short_references
from tests.forms.definitions import workbook
from tests.web.survey import form_xml

HEADER = (
    "type",
    "name",
    "label::Tiếng Việt (vi)",
    "label::English (en)",
    "relevant",
    "constraint",
    "required",
    "choice_filter",
)
SURVEY: tuple[tuple[Any, ...], ...] = (
    ("begin_group", "household", "Hộ", "Household"),
    ("text", "head", "Chủ hộ", "Head"),
    ("integer", "age", "Tuổi", "Age", None, ". < 100", "yes"),
    ("end_group", None),
    ("select_one crops", "crop", "Cây", "Crop"),
    ("integer", "plots", "Số thửa", "Plots", "${age} > 15"),
)
CHOICES = (("crops", "rice", "Lúa", "Rice"), ("crops", "tea", "Chè", "Tea"))


def form(survey: Sequence[Sequence[Any]] = SURVEY, choices: Sequence[Sequence[Any]] = CHOICES) -> bytes:
    labels = ("list_name", "name", *HEADER[2:4])
    settings = [("form_id", "form_title", "version"), ("f", "F", "1")]
    return convert(workbook(survey=[HEADER, *survey], choices=[labels, *choices], settings=settings), "xlsx", None).xml


def changed(survey: Sequence[Sequence[Any]] = SURVEY, choices: Sequence[Sequence[Any]] = CHOICES) -> FormDifferences:
    return differences_of_forms(form(), form(survey, choices))


def without(name: str) -> list[tuple[Any, ...]]:
    return [row for row in SURVEY if row[1] != name]


def replaced(name: str, *row: Any) -> list[tuple[Any, ...]]:
    return [row if old[1] == name else old for old in SURVEY]


def test_a_form_differs_from_itself_in_nothing() -> None:
    assert changed().is_empty
    assert differences_of_forms(form_xml(), form_xml()).is_empty


def test_a_new_question_is_added_and_a_dropped_one_removed() -> None:
    found = changed([*without("plots"), ("text", "note", "Ghi chú", "Note")])
    assert [item.path for item in found.added] == ["/note"]
    assert [item.path for item in found.removed] == ["/plots"]
    assert (found.moved, found.labels, found.logic) == ((), (), ())


def test_a_question_in_another_group_has_moved() -> None:
    found = changed([*without("age"), SURVEY[2]])
    assert [(move.old.path, move.new.path) for move in found.moved] == [("/household/age", "/age")]
    assert (found.added, found.removed) == ((), ())
    # The rule means the same question, wherever it stands.
    assert found.logic == ()


def test_what_moves_with_its_group_is_told_once() -> None:
    around = [("begin_group", "part", "Phần", "Part"), *SURVEY[:4], ("end_group", None), *SURVEY[4:]]
    found = changed(around)
    assert [(move.old.path, move.new.path) for move in found.moved] == [("/household", "/part/household")]
    assert found.added == ()


def test_a_question_with_another_type_is_told_with_both() -> None:
    found = changed(replaced("crop", "select_multiple crops", "crop", "Cây", "Crop"))
    assert [(item.field.name, item.old, item.new) for item in found.retyped] == [
        ("crop", "select_one", "select_multiple")
    ]


def test_changed_places_within_a_group_are_no_move() -> None:
    found = changed([SURVEY[0], SURVEY[2], SURVEY[1], *SURVEY[3:]])
    assert len(found.reordered) == 1
    assert found.reordered[0].name in {"head", "age"}
    assert (found.moved, found.added, found.removed) == ((), (), ())


def test_labels_are_compared_by_language() -> None:
    found = changed(replaced("plots", "integer", "plots", "Số thửa đất", "Plots", "${age} > 15"))
    ((item, changes),) = found.labels
    assert item.name == "plots"
    assert [(change.language, change.old, change.new) for change in changes] == [
        ("Tiếng Việt (vi)", "Số thửa", "Số thửa đất")
    ]


def test_a_new_language_is_told_once_and_not_for_every_question() -> None:
    new = form().replace(b"English (en)", "Français (fr)".encode())
    found = differences_of_forms(form(), new)
    assert (found.languages_added, found.languages_removed) == (("Français (fr)",), ("English (en)",))
    assert (found.labels, found.choices) == ((), ())


def test_choices_are_compared_by_value() -> None:
    found = changed(choices=[("crops", "rice", "Lúa nước", "Rice"), ("crops", "maize", "Ngô", "Maize")])
    (changes,) = found.choices
    assert (changes.name, [item.path for item in changes.used_by]) == ("crops", ["/crop"])
    assert [choice.value for choice in changes.added] == ["maize"]
    assert [choice.value for choice in changes.removed] == ["tea"]
    assert [(change.name, change.old, change.new) for change in changes.reworded] == [("rice", "Lúa", "Lúa nước")]


def test_choices_that_stand_in_the_question_are_compared_where_it_moved_to() -> None:
    old = form_xml()
    new = old.replace(b"<roof/>", b"").replace(b"<place><commune/>", b"<place><roof/><commune/>")
    new = new.replace(b"/data/house/roof", b"/data/place/roof").replace(
        b"<value>leaf</value>", b"<value>thatch</value>"
    )
    (changes,) = differences_of_forms(old, new).choices
    assert [item.path for item in changes.used_by] == ["/house/roof"]
    assert [choice.value for choice in changes.removed] == ["leaf"]


def test_rules_are_compared_as_authors_write_them() -> None:
    found = changed(replaced("age", "integer", "age", "Tuổi", "Age", "${head} != ''", ". < 116"))
    age = found.logic[0].field
    assert set(found.logic) == {
        Rule(age, "relevant", None, "${head} != ''"),
        Rule(age, "constraint", ". < 100", ". < 116"),
        Rule(age, "required", "true()", None),
    }


def test_a_filter_of_choices_is_a_rule() -> None:
    old = form_xml()
    found = differences_of_forms(old, old.replace(b"item[commune = /data/place/commune ]", b"item"))
    assert [(rule.field.name, rule.rule, rule.old, rule.new) for rule in found.logic] == [
        ("village", "choice_filter", "commune = ${commune}", None)
    ]


def test_a_file_that_is_needed_no_longer_is_told() -> None:
    old = form_xml().replace(
        b'<instance id="villages">', b'<instance id="x" src="jr://file-csv/x.csv"/><instance id="villages">'
    )
    assert differences_of_forms(old, form_xml()).files_removed == ("x.csv",)
    assert differences_of_forms(form_xml(), old).files_added == ("x.csv",)


@pytest.mark.parametrize(
    ("written", "short"),
    [
        (" /data/a  > 3", "${a} > 3"),
        ("count( /data/group/member ) + 1", "count( ${member} ) + 1"),
        ("instance('x')/root/item[name= /data/a ]/label", "instance('x')/root/item[name= ${a} ]/label"),
        ("../a = 1", "../a = 1"),
    ],
)
def test_paths_are_written_short(written: str, short: str) -> None:
    assert short_references(written, "data") == short
