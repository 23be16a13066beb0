"""Which files a form says it needs."""

import pytest

from server.xform.definition import ExpectedFile, FormDefinition, FormError
from tests.xform.written import xform, xlsform

FORM = '<instance><d id="x"><a/></d></instance>'

LABELS = """
| survey |
|        | type          | name  | label::English (en) | label::Tiếng Việt (vi) | image::English (en) | image::Tiếng Việt (vi) | audio::English (en) | video::English (en) |
|        | select_one c  | one   | One                 | Một                    | one.png             | mot.png                | one.mp3             | one.mp4             |
| choices |
|         | list_name | name | label::English (en) | image::English (en) |
|         | c         | a    | A                   | one.png             |
|         | c         | b    | B                   | b.jpg               |
"""

TABLES = """
| survey |
|        | type                              | name  | label | calculation                    | appearance             | choice_filter |
|        | select_one_from_file districts.csv| dist  | D     |                                |                        |               |
|        | select_multiple_from_file a.xml   | a     | A     |                                |                        |               |
|        | select_one_from_file b.geojson    | b     | B     |                                |                        |               |
|        | csv-external                      | price |       |                                |                        |               |
|        | xml-external                      | tree  |       |                                |                        |               |
|        | calculate                         | c     |       | pulldata('hh', 'x', 'y', '1')  |                        |               |
|        | select_one s                      | d     | D     |                                | minimal search('shops')|               |
|        | select_one_external ext           | e     | E     |                                |                        | k=${d}        |
|        | calculate                         | f     |       | ${last-saved#e}                |                        |               |
| choices |
|         | list_name | name | label |
|         | s         | id   | name  |
| external_choices |
|         | list_name | name | label | k |
|         | ext       | x    | X     | 1 |
"""


def files(form: FormDefinition) -> list[tuple[str, str]]:
    return [(file.name, file.type) for file in form.media]


def test_pictures_sounds_and_films_of_labels_are_expected_once_each() -> None:
    assert sorted(files(xlsform(LABELS))) == [
        ("b.jpg", "image"),
        ("mot.png", "image"),
        ("one.mp3", "audio"),
        ("one.mp4", "video"),
        ("one.png", "image"),
    ]


def test_tables_are_expected_however_the_form_looks_into_them() -> None:
    assert sorted(files(xlsform(TABLES))) == [
        ("a.xml", "file"),
        ("b.geojson", "file"),
        ("districts.csv", "file"),
        ("hh.csv", "file"),
        ("itemsets.csv", "file"),
        ("price.csv", "file"),
        ("shops.csv", "file"),
        ("tree.xml", "file"),
    ]


@pytest.mark.parametrize(
    ("model", "body"),
    [
        ("<bind nodeset='/d/a' calculate=\"pulldata('t', 'b')\"/>", ""),
        ("<bind nodeset='/d/a' constraint='1 + pulldata ( &quot;t&quot;, 1) &gt; 2'/>", ""),
        ("<bind nodeset='/d/a' relevant=\"pulldata('t.csv', 1)\"/>", ""),
        ("<setvalue event='odk-instance-first-load' ref='/d/a' value=\"pulldata('t', 1)\"/>", ""),
        (
            "<itext><translation><text><value><output value=\"pulldata('t', 1)\"/></value></text></translation></itext>",
            "",
        ),
        ("", "<input ref='/d/a'><label><output value=\"pulldata('t', 1)\"/></label></input>"),
        ("", "<group ref='/d'><select1 ref='/d/a' appearance='search(&quot;t&quot;, 1)'/></group>"),
    ],
)
def test_a_table_is_found_in_every_expression(model: str, body: str) -> None:
    assert files(xform(FORM + model, body)) == [("t.csv", "file")]


@pytest.mark.parametrize(
    "model",
    [
        "<instance id='__last-saved' src='jr://instance/last-saved'/>",
        "<instance id='l' src='jr://file/last-saved.xml'/>",
        "<instance id='s' src='jr://session'/>",
        "<instance id='s' src='http://127.0.0.1/x.csv'/>",
        "<bind nodeset='/d/a' calculate='pulldata(/d/b, 1)'/>",
        "<bind nodeset='/d/a' calculate=\"my-pulldata('x') + research('y')\"/>",
        "<itext><translation><text><value>jr://images/no.png</value></text></translation></itext>",
        "<itext><translation><text><value form='image'>jr://images/<output/></value></text></translation></itext>",
    ],
)
def test_what_is_no_name_of_a_file_is_not_expected(model: str) -> None:
    assert files(xform(FORM + model)) == []


def test_only_search_itself_takes_choices_from_a_table() -> None:
    assert files(xform(FORM, "<select1 ref='/d/a' appearance=\"research('t')\"/>")) == []


def test_a_name_with_blanks_and_accents_stays_as_it_is() -> None:
    form = xform(FORM + "<instance id='t' src='jr://file-csv/xã &amp; huyện 1.csv'/>")

    assert form.media == (ExpectedFile("xã & huyện 1.csv", "file"),)


@pytest.mark.parametrize("name", ["../x.csv", "a/x.csv", "a\\x.csv", "..", ".", "", "a&#9;b.csv", "x" * 300 + ".csv"])
def test_a_name_that_is_not_plain_is_refused(name: str) -> None:
    with pytest.raises(FormError, match="a plain name is needed, without folders"):
        xform(FORM + f"<instance id='t' src='jr://file-csv/{name}'/>")


def test_a_name_in_a_function_must_be_plain_too() -> None:
    with pytest.raises(FormError, match=r"names the file '\.\./t\.csv'"):
        xform(FORM + "<bind nodeset='/d/a' calculate=\"pulldata('../t', 1)\"/>")
