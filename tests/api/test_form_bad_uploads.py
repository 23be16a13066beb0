"""What cannot be a form is refused with the reason, and leaves nothing behind."""

import io
import zipfile

import pytest

from tests.cast import Cast
from tests.forms.definitions import XLS, XLSX, XML, xform, xlsform

FORMS = "/v1/projects/1/forms"
BILLION_LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE h [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    b'<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><h:html xmlns:h="http://www.w3.org/1999/xhtml">&c;</h:html>'
)


def _zip_bomb() -> bytes:
    content = io.BytesIO(xlsform())
    with zipfile.ZipFile(content, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/image1.png", b"\0" * 80_000_000)
    return content.getvalue()


BAD = {
    "nothing": (b"", XML, 400.1),
    "no XML": (b"no XML", XML, 400.1),
    "broken XML": (xform()[:-30], XML, 400.1),
    "a DOCTYPE": (b"<!DOCTYPE html>" + xform().partition(b"?>")[2].strip(), XML, 400.1),
    "an entity bomb": (BILLION_LAUGHS, XML, 400.1),
    "300 levels": (b"<a>" * 300 + b"</a>" * 300, XML, 400.1),
    "no XForm": (b"<data id='visit'/>", XML, 400.13),
    "no id": (xform().replace(b' id="visit"', b""), XML, 400.13),
    "a blank id": (xform(form_id=" "), XML, 400.13),
    "a slash in the id": (xform(form_id="2026/visit"), XML, 400.8),
    "an endless id": (xform(form_id="v" * 300), XML, 400.8),
    "a file outside its folder": (xform(media=["../../etc/passwd"]), XML, 400.13),
    "a truncated workbook": (xlsform()[:1500], XLSX, 400.15),
    "a zip bomb": (_zip_bomb(), XLSX, 400.15),
    "text called a workbook": (b"type,name,label", XLSX, 400.15),
    "XML called a workbook": (xform(), XLS, 400.15),
    "half an old workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 100, XLS, 400.15),
    "an unknown question type": (xlsform(("textX", "a", "A")), XLSX, 400.15),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_definition_is_refused_and_nothing_is_kept(cast: Cast, case: str) -> None:
    content, kind, code = BAD[case]

    answer = cast.bob.post(f"{FORMS}?publish=true&ignoreWarnings=true", data=content, content_type=kind)

    assert answer.status_code == 400
    assert answer.json["code"] == code, answer.json
    assert len(answer.json["message"]) > 20
    assert cast.bob.get(FORMS).json == []


@pytest.mark.parametrize("case", BAD)
def test_bad_definition_does_not_replace_a_draft(cast: Cast, case: str) -> None:
    cast.bob.post(FORMS, data=xform(), content_type=XML)
    content, kind, _ = BAD[case]

    # Without a body a copy of the published version is asked for, which is another matter.
    answer = cast.bob.post(f"{FORMS}/visit/draft", data=content or b" ", content_type=kind)

    assert answer.status_code == 400
    assert cast.bob.get(f"{FORMS}/visit/draft.xml").data == xform()


def test_message_says_what_is_wrong_and_where(cast: Cast) -> None:
    answer = cast.bob.post(FORMS, data=xform()[:-30], content_type=XML)

    assert "line" in answer.json["message"]
    assert answer.json["details"]["format"] == "xml"


def test_workbook_error_stands_in_the_details_too(cast: Cast) -> None:
    answer = cast.bob.post(FORMS, data=xlsform(("textX", "a", "A")), content_type=XLSX)

    assert "textX" in answer.json["details"]["error"]
    assert answer.json["details"]["warnings"] == []


def test_huge_definition_is_refused_by_its_announced_length(cast: Cast) -> None:
    answer = cast.bob.post(FORMS, data=b" " * (21 * 1024 * 1024), content_type=XML)

    assert answer.status_code == 413
    assert answer.json["code"] == 413.1


def test_web_form_with_a_file_is_told_what_to_send(cast: Cast) -> None:
    answer = cast.bob.post(FORMS, data={"file": (io.BytesIO(xlsform()), "visit.xlsx")})

    assert answer.status_code == 415
    assert XLSX in answer.json["details"]["allowed"]


def test_wrong_flag_is_named(cast: Cast) -> None:
    answer = cast.bob.post(f"{FORMS}?publish=perhaps", data=xform(), content_type=XML)

    assert answer.status_code == 400
    assert "publish" in answer.json["message"]
