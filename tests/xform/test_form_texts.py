"""What a form says to people, in which languages."""

import pytest

from server.xform.definition import FormDefinition
from tests.xform.written import xform, xlsform

TWO_LANGUAGES = """
| survey |
|        | type              | name  | label::English (en) | label::Tiếng Việt (vi) | hint::English (en) |
|        | begin group       | home  | Home                | Nhà                    |                    |
|        | select_one yn     | well  | Well?               | Giếng?                 | look               |
|        | text              | who   | Who?                |                        |                    |
|        | begin repeat      | pump  | Pump                | Bơm                    |                    |
|        | note              | said  | You said ${who}!    | Bạn nói ${who}!        |                    |
|        | end repeat        |       |                     |                        |                    |
|        | end group         |       |                     |                        |                    |
| choices |
|         | list_name | name | label::English (en) | label::Tiếng Việt (vi) |
|         | yn        | y    | Yes                 | Có                     |
|         | yn        | n    | No                  | Không                  |
| settings |
|          | default_language |
|          | Tiếng Việt (vi)  |
"""

CHOICES = """
| survey |
|        | type                     | name | label | choice_filter | parameters     | appearance  |
|        | select_one c             | one  | One   |               |                |             |
|        | select_multiple c        | many | Many  | k = ${one}    |                |             |
|        | select_one c             | any  | Any   |               | randomize=true |             |
|        | select_one_from_file t.csv| file| File  |               |                |             |
|        | select_one s             | shop | Shop  |               |                | search('s') |
| choices |
|         | list_name | name | label | k |
|         | c         | a    | A     | 1 |
|         | c         | b    | B     | 2 |
|         | s         | id   | name  |   |
"""


def choices(form: FormDefinition, name: str) -> list[tuple[str, dict[str, str]]]:
    return [(choice.value, dict(choice.labels)) for choice in form.choice_lists[name]]


def test_languages_are_in_the_order_of_the_form_with_its_default() -> None:
    form = xlsform(TWO_LANGUAGES)

    assert form.languages == ("English (en)", "Tiếng Việt (vi)")
    assert form.default_language == "Tiếng Việt (vi)"


def test_without_a_default_the_first_language_is_it() -> None:
    form = xform('<instance><d id="x"><a/></d></instance><itext><translation lang="b"/><translation lang="a"/></itext>')

    assert (form.languages, form.default_language) == (("b", "a"), "b")


def test_labels_of_groups_repeats_and_questions_are_in_each_language() -> None:
    form = xlsform(TWO_LANGUAGES)

    assert {f.name: dict(f.labels) for f in form.fields if f.labels} == {
        "home": {"English (en)": "Home", "Tiếng Việt (vi)": "Nhà"},
        "well": {"English (en)": "Well?", "Tiếng Việt (vi)": "Giếng?"},
        "who": {"English (en)": "Who?"},
        "pump": {"English (en)": "Pump", "Tiếng Việt (vi)": "Bơm"},
        "said": {"English (en)": "You said ${who}!", "Tiếng Việt (vi)": "Bạn nói ${who}!"},
    }


def test_a_label_falls_back_to_another_language_and_then_to_the_name() -> None:
    fields = {f.name: f for f in xlsform(TWO_LANGUAGES).fields}

    assert fields["who"].label("Tiếng Việt (vi)") == "Who?"
    assert fields["well"].label("Tiếng Việt (vi)") == "Giếng?"
    assert fields["instanceID"].label("English (en)") == "instanceID"


def test_choices_are_in_each_language() -> None:
    form = xlsform(TWO_LANGUAGES)

    assert [f.choice_list for f in form.fields if f.name == "well"] == ["yn"]
    assert choices(form, "yn") == [
        ("y", {"English (en)": "Yes", "Tiếng Việt (vi)": "Có"}),
        ("n", {"English (en)": "No", "Tiếng Việt (vi)": "Không"}),
    ]


def test_each_way_to_choose_names_its_list() -> None:
    form = xlsform(CHOICES)

    assert {f.name: f.choice_list for f in form.fields if f.choice_list} == {
        "one": "c",
        "many": "c",
        "any": "c",
        "file": "t.csv",
        "shop": "s.csv",
    }
    assert choices(form, "c") == [("a", {"": "A"}), ("b", {"": "B"})]
    assert list(form.choice_lists) == ["c"]


def test_choices_written_in_the_question_are_a_list_of_its_own() -> None:
    form = xform(
        '<instance><d id="x"><g><a/></g></d></instance>',
        '<select1 ref="/d/g/a"><item><label>Yes</label><value>y</value></item><item><value>n</value></item></select1>',
    )

    assert form.fields[1].choice_list == "/g/a"
    assert choices(form, "/g/a") == [("y", {"": "Yes"}), ("n", {})]


@pytest.mark.parametrize("nodeset", ["/d/r[a != '']", "instance('gone')/root/item", ""])
def test_choices_that_come_with_the_answers_have_no_list(nodeset: str) -> None:
    form = xform(
        '<instance><d id="x"><a/></d></instance>',
        f'<select1 ref="/d/a"><itemset nodeset="{nodeset}"><value ref="v"/><label ref="l"/></itemset></select1>',
    )

    assert form.fields[0].choice_list is None
    assert form.choice_lists == {}


@pytest.mark.parametrize(
    ("values", "label"),
    [
        ("<value>Plain</value><value form='image'>jr://images/x.png</value>", "Plain"),
        ("<value form='short'>S</value><value form='long'>Long</value>", "Long"),
        ("<value form='guidance'>G</value><value form='short'>S</value>", "S"),
        ("<value>Go to <output value=' /d/g/town '/>!</value>", "Go to ${town}!"),
        ("<value>-</value>", "-"),
        ("<value form='image'>jr://images/x.png</value>", "a"),
    ],
)
def test_the_text_of_a_label_is_its_plain_or_longest_form(values: str, label: str) -> None:
    form = xform(
        '<instance><d id="x"><a/></d></instance>'
        f'<itext><translation lang="en"><text id="t">{values}</text></translation></itext>',
        """<input ref="/d/a"><label ref="jr:itext('t')"/></input>""",
    )

    assert form.fields[0].label("en") == label


def test_a_dash_for_a_missing_translation_is_no_label() -> None:
    form = xform(
        '<instance><d id="x"><a/></d></instance><itext>'
        '<translation lang="en"><text id="t"><value>-</value></text></translation>'
        '<translation lang="vi"><text id="t"><value>Tên</value></text></translation></itext>',
        """<input ref="/d/a"><label ref="jr:itext('t')"/></input>""",
    )

    assert form.fields[0].labels == {"vi": "Tên"}


def test_a_repeat_takes_the_label_of_the_group_around_it() -> None:
    form = xform(
        '<instance><d id="x"><r><a/></r></d></instance>',
        '<group><label>Child</label><repeat nodeset="/d/r"/></group>',
    )

    assert form.fields[0].labels == {"": "Child"}
