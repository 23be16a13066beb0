"""Questions that people cannot answer in a browser as they do on a phone."""

import pytest

from server.xform.browser_gaps import browser_gaps
from server.xform.errors import FormError

FORM = """<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml" xmlns:odk="http://www.opendatakit.org/xforms">
 <h:head><h:title>Thăm hộ</h:title><model>
  <itext><translation lang="vi"><text id="q"><value>Câu hỏi</value></text></translation></itext>
  <instance><data id="visit"><house><q/></house><meta><instanceID/>{meta}</meta></data></instance>
  <bind nodeset="/data/house/q" type="{type}"/>{model}
 </model></h:head>
 <h:body><group ref="/data/house">{control}</group></h:body></h:html>"""
LABEL = "<label ref=\"jr:itext('q')\"/>"


def gaps(control: str, bind_type: str = "string", *, meta: str = "", model: str = "") -> list[tuple[str, str]]:
    xml = FORM.format(type=bind_type, control=control, meta=meta, model=model).encode()
    return [(found.path, found.gap) for found in browser_gaps(xml)]


def asked(element: str, attributes: str = "") -> str:
    return f'<{element} ref="/data/house/q" {attributes}>{LABEL}</{element}>'


@pytest.mark.parametrize(
    ("control", "bind_type", "gap"),
    [
        (asked("upload", 'mediatype="audio/*"'), "binary", "audio"),
        (asked("upload", 'mediatype="video/*"'), "binary", "video"),
        (asked("upload", 'mediatype="application/*"'), "binary", "file"),
        (asked("upload", 'mediatype="image/*" appearance="signature"'), "binary", "drawing"),
        (asked("input"), "barcode", "barcode"),
        (asked("input", "query=\"instance('villages')/root/item\""), "string", "list"),
        (asked("input"), "dateTime", "moment"),
        (asked("input"), "xsd:dateTime", "moment"),
        (asked("input", 'appearance="month-year"'), "date", "calendar"),
        (asked("input", 'appearance="ex:org.example.scan(id=1)"'), "string", "app"),
    ],
)
def test_what_a_browser_cannot_do_is_named(control: str, bind_type: str, gap: str) -> None:
    assert gaps(control, bind_type) == [("/house/q", gap)]


@pytest.mark.parametrize(
    ("control", "bind_type"),
    [
        (asked("upload", 'mediatype="image/*"'), "binary"),
        (asked("input"), "date"),
        (asked("input"), "geopoint"),
        (asked("input", 'appearance="multiline"'), "string"),
        (asked("select1"), "string"),
    ],
)
def test_what_a_browser_can_do_is_not_named(control: str, bind_type: str) -> None:
    assert gaps(control, bind_type) == []


def test_what_a_phone_records_by_itself_is_named() -> None:
    action = '<odk:recordaudio event="odk-instance-load" ref="/data/house/q"/>'

    assert gaps("", meta="<audit/>", model=action) == [("/meta/audit", "audit"), ("/house/q", "recording")]


def test_a_question_goes_by_its_label() -> None:
    (found,) = browser_gaps(FORM.format(type="barcode", control=asked("input"), meta="", model="").encode())

    assert found.label == "Câu hỏi"


def test_what_is_no_form_is_refused() -> None:
    with pytest.raises(FormError):
        browser_gaps(b"<data/>")
