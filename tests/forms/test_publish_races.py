"""Who decided to publish a draft that somebody else has published meanwhile is told so."""

import pytest

from server.errors import Problem
from server.forms.find import draft_version, find_form, find_project
from server.forms.publish import publish_draft
from server.permissions import COMMAND_LINE
from tests.cast import Cast
from tests.factories import publish
from tests.forms.definitions import XML, xform

DRAFT = "/v1/projects/1/forms/visit/draft"


def test_second_publisher_of_the_same_draft_gets_a_conflict(cast: Cast) -> None:
    publish(cast.bob, xform(version="1"))
    cast.bob.post(DRAFT, data=xform(version="2"), content_type=XML)
    database = cast.services.database
    with database.read() as session:
        seen = draft_version(find_form(session, find_project(session, 1), "visit")).id
    cast.alice.post(f"{DRAFT}/publish")

    with pytest.raises(Problem) as caught, database.write() as session:
        publish_draft(session, COMMAND_LINE, find_form(session, find_project(session, 1), "visit"), seen=seen)

    assert caught.value.code == "409.6"
