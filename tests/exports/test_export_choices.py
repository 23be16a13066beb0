"""What an export's choice does, seen in the file: languages, labels, split choices, guarded formulas, filters."""

from tests.cast import Cast
from tests.exports.survey import survey_form
from tests.exports.translated import ENGLISH, FORM, VIETNAMESE, translated_form
from tests.factories import publish


def test_language_that_the_form_lacks_is_refused_with_those_that_it_has(cast: Cast) -> None:
    publish(cast.bob, translated_form())

    for refused in (
        cast.vy.get(f"{FORM}/exports/xlsx?labels=labels&language=Tày"),
        cast.vy.post(f"{FORM}/exports/xlsx?labels=labels&language=Tày"),
    ):
        assert refused.status_code == 400
        assert f"the form speaks {VIETNAMESE}, {ENGLISH}" in refused.json["message"]


def test_language_of_a_form_without_translations_is_refused(cast: Cast) -> None:
    publish(cast.bob, survey_form())

    refused = cast.vy.get("/v1/projects/1/forms/đất_rừng/exports/xlsx?language=vi")

    assert (refused.status_code, "no translations" in refused.json["message"]) == (400, True)
