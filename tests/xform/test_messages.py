"""The form's own words in findings: in every language, with the answers they quote."""

from collections.abc import Mapping

from server.xform.form_compiler import compile_form
from tests.xform.logic import findings, xform

ITEXT = """<itext>
<translation lang="English" default="true()"><text id="m"><value>At most <output value="/data/n"/> of <output value="../n * 2"/>.</value></text></translation>
<translation lang="Tiếng Việt"><text id="m"><value>Nhiều nhất <output value="/data/n"/>.</value><value form="audio">jr://audio/a.mp3</value></text></translation>
</itext>"""


def messages(attributes: str, itext: str = ITEXT) -> Mapping[str, str]:
    bind = f'<bind nodeset="/data/a" constraint=". &lt; 5" {attributes}/>'
    model = compile_form(xform("<a/><n/>", bind, '<input ref="/data/a"/>', itext), {})
    (finding,) = findings(model, "<a>9</a><n>3</n>")
    return finding.messages


def test_a_translated_message_is_given_in_every_language() -> None:
    assert messages("jr:constraintMsg=\"jr:itext('m')\"") == {
        "English": "At most 3 of 6.",
        "Tiếng Việt": "Nhiều nhất 3.",
    }


def test_an_answer_that_cannot_be_quoted_leaves_the_rest() -> None:
    itext = ITEXT.replace("../n * 2", "nosuch()")
    assert messages("jr:constraintMsg=\"jr:itext('m')\"", itext=itext)["English"] == "At most 3 of ...."


def test_a_message_without_translation_has_no_language() -> None:
    assert messages('jr:constraintMsg="Too many"') == {"": "Too many"}


def test_a_form_without_words_gives_none() -> None:
    assert messages("") == {}
    assert messages("jr:constraintMsg=\"jr:itext('nosuch')\"") == {}
