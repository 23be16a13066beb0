import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from server.xform.differences import differences
from server.xform.document import parse_document

REPEATS = frozenset({"/member", "/member/crop"})


def changes(old: str, new: str) -> list[tuple[Any, str | None, str | None]]:
    """What differs, with paths as JSON has them."""
    found = differences(REPEATS, parse_document(_instance(old)), parse_document(_instance(new)))
    return [(list(difference.path), difference.old, difference.new) for difference in found]


def _instance(content: str) -> bytes:
    return f'<data xmlns:orx="http://openrosa.org/xforms" id="f">{content}</data>'.encode()


def members(*names: str) -> str:
    return "".join(f"<member><name>{name}</name></member>" for name in names)


def test_example_of_the_api() -> None:
    old = "<name>Dana</name><age>44</age><orx:meta><orx:instanceID>one</orx:instanceID></orx:meta>"
    new = (
        "<name>Donna</name><age>55</age>"
        "<orx:meta><orx:deprecatedID>one</orx:deprecatedID><orx:instanceID>two</orx:instanceID></orx:meta>"
    )

    assert changes(old, new) == [
        (["name"], "Dana", "Donna"),
        (["age"], "44", "55"),
        (["meta", "instanceID"], "one", "two"),
        (["meta", "deprecatedID"], None, "one"),
    ]


def test_answer_in_a_repeat_is_named_by_its_index() -> None:
    old = "<member><name>Mai</name></member><member><name>Lan</name><crop><kind>rice</kind></crop></member>"
    new = "<member><name>Mai</name></member><member><name>Lan</name><crop><kind>tea</kind></crop></member>"

    assert changes(old, new) == [([["member", 1], ["crop", 0], "kind"], "rice", "tea")]


def test_member_that_is_added_in_the_middle_changes_no_other() -> None:
    assert changes(members("Mai", "Lan"), members("Mai", "Đào", "Lan")) == [([["member", 1]], None, '{"name":"Đào"}')]


def test_member_that_went_stands_under_its_old_index() -> None:
    assert changes(members("Mai", "Đào", "Lan"), members("Mai", "Lan")) == [([["member", 1]], '{"name":"Đào"}', None)]


def test_first_and_last_member_are_repeats_too() -> None:
    assert changes("", members("Mai")) == [([["member", 0]], None, '{"name":"Mai"}')]
    assert changes(members("Mai"), "") == [([["member", 0]], '{"name":"Mai"}', None)]


def test_empty_member_is_a_member() -> None:
    assert changes(members("Mai"), members("Mai", "")) == [([["member", 1]], None, '{"name":""}')]


def test_group_that_came_as_a_whole_is_told_once() -> None:
    new = "<house><roof>tin</roof><rooms><count>2</count></rooms></house>"

    assert changes("", new) == [(["house"], None, '{"roof":"tin","rooms":{"count":"2"}}')]


def test_group_that_became_an_answer() -> None:
    assert changes("<house><roof>tin</roof></house>", "<house>tin</house>") == [(["house"], '{"roof":"tin"}', "tin")]


def test_answer_that_was_emptied_is_empty_and_not_gone() -> None:
    assert changes("<name>Mai</name>", "<name/>") == [(["name"], "Mai", "")]
    assert changes("<name>Mai</name>", "") == [(["name"], "Mai", None)]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<name/>", ""),
        ("", "<house><roof/></house>"),
        ("<house><roof/></house>", "<house/>"),
        ("<a>1</a><b>2</b>", "<b>2</b><a>1</a>"),
        ("<orx:meta><orx:instanceID>1</orx:instanceID></orx:meta>", "<meta><instanceID>1</instanceID></meta>"),
        ("<!-- seen --><a>1</a>", "<a>1</a>"),
    ],
)
def test_what_makes_no_difference(old: str, new: str) -> None:
    assert changes(old, new) == []


def test_element_that_is_there_several_times_without_being_a_repeat() -> None:
    assert changes("<a>1</a>", "<a>1</a><a>2</a>") == [([["a", 1]], None, "2")]


def test_thousands_of_changed_repeats_take_no_time() -> None:
    count = 5_000
    old, new = members(*map(str, range(count))), members(*(f"{number}x" for number in range(count)))
    start = time.perf_counter()

    found = changes(old, new)

    assert len(found) == count
    assert time.perf_counter() - start < 5


def test_equal_repeats_beside_a_changed_one_take_no_time() -> None:
    start = time.perf_counter()

    found = changes(members(*["same"] * 450), members(*["same"] * 450, "new"))

    assert found == [([["member", 450]], None, '{"name":"new"}')]
    assert time.perf_counter() - start < 5


_TREES = st.recursive(
    st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=3),
    lambda inner: st.lists(st.tuples(st.sampled_from(["member", "crop", "a", "b"]), inner), min_size=1, max_size=4),
    max_leaves=12,
)


def _element(name: str, content: Any) -> etree._Element:
    element = etree.Element(name)
    if isinstance(content, str):
        element.text = content
    else:
        element.extend([_element(child, inner) for child, inner in content])
    return element


@given(_TREES, _TREES)
def test_an_instance_differs_from_others_and_not_from_itself(old: Any, new: Any) -> None:
    before, after = _element("data", old), _element("data", new)

    there, back = differences(REPEATS, before, after), differences(REPEATS, after, before)

    assert differences(REPEATS, before, before) == []
    assert bool(there) == bool(back)
    assert all(difference.old != difference.new for difference in there)
