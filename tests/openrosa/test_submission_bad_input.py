"""What is not taken: each with its status, a message that a person understands, and nothing kept of it."""

from io import BytesIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cast import Cast
from tests.factories import household, new_id, publish
from tests.kept import leftovers
from tests.phone import (
    BOUNDARY,
    CONTENT_TYPE,
    ENDLESS,
    SUBMISSION,
    Part,
    encoded,
    file_part,
    send_body,
    send_parts,
    shown_message,
    xml_part,
)

DOCTYPE = b'<!DOCTYPE data [<!ENTITY x "y">]>'
BOMB = (
    b'<!DOCTYPE data [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    b'<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;">]>'
)
OUTSIDE = b'<!DOCTYPE data [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
DATA = b'<data id="household" version="1">%b<meta><instanceID>uuid:1</instanceID></meta></data>'


def nested(levels: int) -> bytes:
    return DATA % (b"<a>" * levels + b"</a>" * levels)


@pytest.mark.parametrize(
    ("xml", "said"),
    [
        pytest.param(b"not XML at all", "Not XML", id="text"),
        pytest.param(b"", "empty", id="empty"),
        pytest.param(b"\x89PNG\r\n\x1a\n\x00", "Not XML", id="a picture"),
        pytest.param(household()[:-20], "Not XML", id="cut off"),
        pytest.param(household().replace(b"<age>", b"<age>\x00"), "Not XML", id="NUL"),
        pytest.param(household().replace(b"<age>", b"<age>\xff"), "Not XML", id="not UTF-8"),
        pytest.param(DOCTYPE + DATA % b"<name>&x;</name>", "DOCTYPE", id="DOCTYPE"),
        pytest.param(BOMB + DATA % b"<name>&d;</name>", "DOCTYPE", id="entity bomb"),
        pytest.param(OUTSIDE + DATA % b"<name>&x;</name>", "DOCTYPE", id="file from the server"),
        pytest.param(nested(300), "nested deeper than 200 levels", id="300 levels"),
        pytest.param(nested(50_000), "nested deeper than 200 levels", id="50,000 levels"),
        pytest.param(b"<data/>", "form ID xml attribute", id="no form id"),
        pytest.param(b'<html><body class="x">portal</body></html>', "form ID xml attribute", id="wrong root"),
        pytest.param(household("x" * 256), "instanceID", id="long instanceID"),
        pytest.param(household(ENDLESS), "instanceID", id="endless instanceID"),
    ],
)
def test_xml_that_cannot_be_used_is_refused(cast: Cast, xml: bytes, said: str) -> None:
    publish(cast.bob)

    answer = send_parts(cast.chi, xml_part(xml), file_part("a.jpg", b"photo"))

    assert answer.status_code == 400
    assert said in shown_message(answer)
    assert leftovers(cast.services) == {}


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        pytest.param((), "xml_submission_file", id="nothing"),
        pytest.param((file_part("a.jpg", b"photo"),), "xml_submission_file missing", id="no XML"),
        pytest.param((xml_part(household()), xml_part(household())), "two parts named", id="two XMLs"),
        pytest.param(
            (xml_part(household()), file_part("a.jpg", b"1"), file_part("a.jpg", b"2")), "two different", id="same name"
        ),
        pytest.param((xml_part(household()), *(file_part(f"{n}", b"") for n in range(1001))), "1000 parts", id="many"),
    ],
)
def test_parts_that_make_no_submission_are_refused(cast: Cast, parts: tuple[Part, ...], said: str) -> None:
    publish(cast.bob)

    answer = send_parts(cast.chi, *parts)

    assert answer.status_code == 400
    assert said in shown_message(answer)
    assert leftovers(cast.services) == {}


@pytest.mark.parametrize(
    "name",
    [
        "../a.jpg",
        "../../../etc/cron.d/x",
        "/etc/passwd",
        "a/b.jpg",
        "..\\a.jpg",
        "..",
        ".",
        "",
        "a\0.jpg",
        "a\r\nb.jpg",
        "a\tb.jpg",
        "x" * 296 + ".jpg",
        "ả" * 100 + ".jpg",
    ],
)
def test_name_that_no_file_can_have_is_refused(cast: Cast, name: str) -> None:
    publish(cast.bob)

    answer = send_parts(cast.chi, xml_part(household()), Part(name, b"photo", name))

    assert answer.status_code == 400
    assert "file name" in shown_message(answer)
    assert leftovers(cast.services) == {}


def test_name_in_another_encoding_is_refused(cast: Cast) -> None:
    publish(cast.bob)
    body = encoded(xml_part(household()), file_part("ANH.jpg", b"photo")).replace(b"ANH", "ảnh".encode("utf-16"))

    answer = send_body(cast.chi, body)

    assert answer.status_code == 400
    assert "could not be read" in shown_message(answer)
    assert leftovers(cast.services) == {}


@pytest.mark.parametrize(
    ("content_type", "status", "said"),
    [
        ("application/json", 415, "send multipart/form-data"),
        ("application/xml", 415, "send multipart/form-data"),
        ("application/x-www-form-urlencoded", 415, "send multipart/form-data"),
        ("", 415, "send multipart/form-data"),
        ("multipart/form-data", 400, "no boundary"),
        ('multipart/form-data; boundary=""', 400, "no boundary"),
        ("multipart/form-data; boundary=another", 400, "could not be read"),
        ("multipart/form-data; boundary=ảnh".encode().decode("latin-1"), 400, "could not be read"),
    ],
)
def test_body_of_another_kind_is_refused(cast: Cast, content_type: str, status: int, said: str) -> None:
    publish(cast.bob)

    answer = send_body(cast.chi, encoded(xml_part(household())), content_type=content_type)

    assert answer.status_code == status
    assert said in shown_message(answer)
    assert leftovers(cast.services) == {}


@pytest.mark.parametrize("kept", [0.05, 0.5, 0.9, 0.999])
def test_body_that_ends_early_is_refused(cast: Cast, kept: float) -> None:
    publish(cast.bob)
    body = encoded(xml_part(household(photo="a.jpg")), file_part("a.jpg", b"photo" * 300_000))

    answer = send_body(cast.chi, body[: int(len(body) * kept)])

    assert answer.status_code == 400
    assert "nothing was kept. Send it again" in shown_message(answer)
    assert leftovers(cast.services) == {}


def test_body_shorter_than_it_says_is_refused(cast: Cast) -> None:
    publish(cast.bob)
    body = encoded(xml_part(household()))

    answer = send_body(cast.chi, body, environ_overrides={"CONTENT_LENGTH": str(len(body) + 10)})

    assert answer.status_code == 400
    assert "ended before all of the upload had come" in shown_message(answer)
    assert leftovers(cast.services) == {}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"Content-Disposition: form-data", b"Content-Disposition: attachment"),
        (b"Content-Disposition", b"Content Disposition"),
        (b"Content-Disposition: form-data; ", b"X-Other: "),
        (b"\r\n\r\n<?xml", b"\n\n<?xml"),
        (b"Content-Type: text/xml\r\n", b"Content-Type: text/xml\r\nContent-Length: -1\r\n"),
        (b"Content-Type: text/xml\r\n", b"X-Long: " + b"x" * 10_000 + b"\r\n"),
        (b"Content-Type: text/xml\r\n", b"X: y\r\n" * 100),
        (f"--{BOUNDARY}\r\n".encode(), f"--{BOUNDARY}\n".encode()),
    ],
)
def test_malformed_part_is_refused(cast: Cast, before: bytes, after: bytes) -> None:
    publish(cast.bob)

    answer = send_body(cast.chi, encoded(xml_part(household())).replace(before, after, 1))

    assert answer.status_code == 400
    assert "could not be read" in shown_message(answer)
    assert leftovers(cast.services) == {}


class _Unread(BytesIO):
    """A body that nobody may touch."""

    def read(self, *_: object) -> bytes:
        raise AssertionError("the body was read")


def test_body_that_says_it_is_too_large_is_refused_unread(cast: Cast) -> None:
    publish(cast.bob)

    answer = send_body(
        cast.chi,
        b"",
        environ_overrides={"CONTENT_LENGTH": "101000001", "wsgi.input": _Unread()},
        content_type=CONTENT_TYPE,
    )

    assert answer.status_code == 413
    assert "100000000" in shown_message(answer) or "101000000" in shown_message(answer)
    assert leftovers(cast.services) == {}


def test_xml_that_is_too_large_is_refused(cast: Cast) -> None:
    publish(cast.bob)

    answer = send_parts(cast.chi, xml_part(DATA % (b"<name>" + b"x" * 10_000_000 + b"</name>")))

    assert answer.status_code == 413
    assert "10000000" in shown_message(answer)
    assert leftovers(cast.services) == {}


def test_program_that_speaks_json_is_refused_in_the_words_of_phones(cast: Cast) -> None:
    publish(cast.bob)

    answer = cast.chi.post(SUBMISSION, json={"instanceId": new_id()})

    assert answer.status_code == 415
    assert shown_message(answer)


@given(
    body=st.one_of(
        st.binary(max_size=400),
        st.tuples(st.integers(0, 900), st.integers(0, 900), st.binary(max_size=20)).map(
            lambda cut: (
                (whole := encoded(xml_part(household()), file_part("a.jpg", b"x")))[: cut[0]] + cut[2] + whole[cut[1] :]
            )
        ),
    )
)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_body_makes_the_server_fail(cast: Cast, body: bytes) -> None:
    answer = send_body(cast.chi, body)

    assert answer.status_code in {400, 404, 413}
    assert shown_message(answer)
    assert leftovers(cast.services) == {}
