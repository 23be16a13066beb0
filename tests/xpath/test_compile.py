"""What is found before there are answers: errors, references, remarks and traits."""

import pytest

from server.xpath.compile import Reference, compile_expression
from server.xpath.errors import StaticError
from server.xpath.functions.definition import Trait
from server.xpath.routes import Scope

SCOPE = Scope.of("data", "rep", "x")


@pytest.mark.parametrize(
    ("source", "code", "words"),
    [
        ("nosuch(1)", "unknown-function", "no function nosuch()"),
        ("concatt('a')", "unknown-function", "Did you mean concat()?"),
        ("if(1, 2)", "arity", "if() takes 3 arguments, but 2 are given"),
        ("round()", "arity", "1 to 2 arguments, but 0"),
        ("join()", "arity", "at least 1 argument, but 0"),
        ("indexed-repeat(a, b, 1, c)", "arity", "in steps of 2"),
        ("sum(1)", "argument-kind", "has to be a path"),
        ("count('a')", "argument-kind", "has to be a path"),
        ("selected(., 1)", "argument-kind", "in quotes"),
        ("selected(1, 'a')", "argument-kind", "not a number"),
        ("instance(., 'a')/root", "argument-kind", "quoted id"),
        ("jr:choice-name(., .)", "argument-kind", "quoted path"),
        ("jr:choice-name(., '1 + 1')", "argument-kind", "no path"),
        ("indexed-repeat('a', /data/rep, 1)", "argument-kind", "path of a field"),
        ("indexed-repeat(/data/a, /data/rep, 1)", "argument-kind", "no repeat around /data/a"),
        ("digest('a', 'CRC32')", "argument-kind", "SHA-256"),
        ("regex(., '(')", "bad-regex", "not valid"),
        ("format-date(., '%q')", "bad-date-format", "`%q`"),
        ("date('2024-02-30')", "bad-date-literal", "no date"),
        ("current()", "unsupported-construct", "current()/../name"),
        ("instance('a')", "unsupported-construct", "can only start a path"),
        ("../../../..", "unsupported-construct", "climbs"),
        ("/.", "unsupported-construct", "at least one name"),
        ("/../a", "unsupported-construct", "first step"),
    ],
)
def test_an_expression_that_can_never_work_is_refused(source: str, code: str, words: str) -> None:
    with pytest.raises(StaticError) as caught:
        compile_expression(source, SCOPE)
    assert caught.value.code == code
    assert words in caught.value.message
    assert caught.value.offset is not None


def test_references_are_generic_paths_with_offsets() -> None:
    compiled = compile_expression("../y + /data/rep[z > 1]/@id + count(instance('d')/root/item)", SCOPE)
    assert compiled.references == (
        Reference("", ("data", "rep", "y"), 0),
        Reference("", ("data", "rep", "@id"), 7),
        Reference("", ("data", "rep", "z"), 17, is_in_predicate=True),
        Reference("d", ("root", "item"), 36),
    )


def test_an_absolute_path_in_a_condition_on_a_list_is_marked() -> None:
    compiled = compile_expression("instance('d')/root/item[name = /data/rep/y]", SCOPE)
    assert [reference.is_about_row for reference in compiled.references] == [False, False, True]


@pytest.mark.parametrize(
    ("source", "code"),
    [
        (". > '2020-01-01'", "always-false"),
        ("'2020-1-1T10:00' <= .", "always-false"),
        ("/data/rep[1]/x", "numeric-predicate"),
        ("/data/rep['a']/x", "numeric-predicate"),
        ("../y/../z", "misplaced-parent"),
    ],
)
def test_what_seldom_means_what_it_says_is_noted(source: str, code: str) -> None:
    assert [note.code for note in compile_expression(source, SCOPE).notes] == [code]


@pytest.mark.parametrize("source", [". = '2020-01-01'", ". > 5", "/data/rep[position() = 1]/x", "../../rep/x"])
def test_sound_expressions_get_no_note(source: str) -> None:
    assert compile_expression(source, SCOPE).notes == ()


@pytest.mark.parametrize(
    ("source", "trait"),
    [
        ("today()", Trait.CLOCK),
        ("if(1, now(), 2)", Trait.CLOCK),
        ("random()", Trait.RANDOM),
        ("property('deviceid')", Trait.DEVICE),
        ("jr:itext('a')", Trait.LANGUAGE),
        ("once(1)", Trait.STORED),
        ("pulldata('a', 'b', 'c', .)", Trait.DATA),
        ("instance('d')/root/item[random() > 1]/name", Trait.DATA | Trait.RANDOM),
    ],
)
def test_traits_say_why_a_value_can_change(source: str, trait: Trait) -> None:
    assert compile_expression(source, SCOPE).traits & trait == trait


def test_plain_arithmetic_has_no_traits() -> None:
    assert compile_expression("../a + 2 * count(../../rep)", SCOPE).traits is Trait.NONE
