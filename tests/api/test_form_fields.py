from hypothesis import given
from hypothesis import strategies as st

from server.forms.odata_names import odata_name, odata_path
from tests.cast import Cast
from tests.factories import household_form, publish
from tests.forms.definitions import xform

FIELDS = "/v1/projects/1/forms/{}/fields"


def test_fields_are_listed_depth_first_with_their_types(cast: Cast) -> None:
    publish(cast.bob, household_form())

    fields = cast.bob.get(FIELDS.format("household")).json

    assert fields[:3] == [
        {"name": "name", "path": "/name", "type": "string"},
        {"name": "age", "path": "/age", "type": "int"},
        {"name": "photo", "path": "/photo", "type": "binary", "binary": True},
    ]
    assert {"name": "member", "path": "/member", "type": "repeat"} in fields
    assert {"name": "crops", "path": "/member/crops", "type": "string", "selectMultiple": True} in fields


def test_names_can_be_had_as_odata_writes_them(cast: Cast) -> None:
    publish(cast.bob, xform(fields={"q.1-a": "string"}))

    plain = cast.bob.get(FIELDS.format("visit")).json[0]
    cleaned = cast.bob.get(f"{FIELDS.format('visit')}?odata=true").json[0]

    assert (plain["name"], plain["path"]) == ("q.1-a", "/q.1-a")
    assert (cleaned["name"], cleaned["path"]) == ("q_1_a", "/q_1_a")


def test_name_that_begins_with_a_digit_gets_an_underscore() -> None:
    assert odata_path("/nhân khẩu/1st") == "/nh_n_kh_u/_1st"


@given(st.text(min_size=1))
def test_every_name_becomes_an_identifier_and_stays_so(name: str) -> None:
    identifier = odata_name(name)

    assert identifier.isascii()
    assert identifier.isidentifier()
    assert odata_name(identifier) == identifier
