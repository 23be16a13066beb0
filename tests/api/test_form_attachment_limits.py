from dataclasses import replace
from io import BytesIO

import pytest

from server.config import Settings
from tests.cast import Cast
from tests.forms.definitions import XML, xform

FORMS = "/v1/projects/1/forms"
MAP = f"{FORMS}/visit/draft/attachments/map.png"
LIMIT = 1_000_000


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """The smallest limit that an operator may set."""
    return replace(settings, max_upload=LIMIT)


@pytest.mark.parametrize(
    "body",
    [
        {"data": b"x" * (LIMIT + 1)},
        {"input_stream": BytesIO(b"x" * (LIMIT + 1)), "environ_overrides": {"wsgi.input_terminated": True}},
    ],
    ids=["announced", "of unknown length"],
)
def test_upload_above_the_limit_is_refused_and_the_slot_keeps_its_file(cast: Cast, body: dict[str, object]) -> None:
    cast.bob.post(FORMS, data=xform(media=["map.png"]), content_type=XML)
    cast.bob.post(MAP, data=b"PNG")

    answer = cast.bob.post(MAP, **body)

    assert (answer.status_code, answer.json["code"]) == (413, 413.1)
    assert cast.bob.get(MAP).data == b"PNG"


def test_upload_of_exactly_the_limit_is_taken(cast: Cast) -> None:
    cast.bob.post(FORMS, data=xform(media=["map.png"]), content_type=XML)

    assert cast.bob.post(MAP, data=b"x" * LIMIT).json["size"] == LIMIT
