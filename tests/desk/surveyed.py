"""A published survey with households sent to it, and the desk of who reviews them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.accounts.models import ActorRow
from server.accounts.sign_in import load_actor
from server.desk.filters import Desk, ReviewFilter
from server.desk.labels import Labels
from server.forms.models import Form
from server.permissions import Actor
from tests.cast import Caller, Cast
from tests.factories import publish, send
from tests.web.survey import FORM_ID, Household, form_xml, household


def publish_survey(cast: Cast) -> None:
    publish(cast.bob, form_xml())


def send_households(cast: Cast, count: int, *, sender: Caller | None = None, first: int = 1) -> list[Household]:
    """In the order in which they came."""
    sent = [household(number, with_photos=False) for number in range(first, first + count)]
    for one in sent:
        answer = send(sender or cast.chi, one.xml, *one.photos)
        assert answer.status_code == 201, answer.text
    return sent


@contextmanager
def desk(cast: Cast, *, language: str = "vi", **wanted: Any) -> Iterator[Desk]:
    with cast.services.database.read() as session:
        yield open_desk(session, cast, language=language, **wanted)


def open_desk(session: Session, cast: Cast, *, language: str = "vi", **wanted: Any) -> Desk:
    form = survey(session)
    assert form.current_version is not None
    services = cast.services
    labels = Labels(services.database, services.storage, session, form.current_version, language)
    return Desk(session, form, ReviewFilter(**wanted), labels)


def survey(session: Session) -> Form:
    return session.scalars(select(Form).where(Form.form_id == FORM_ID)).one()


def reviewer(session: Session, caller: Caller) -> Actor:
    assert caller.id is not None
    return load_actor(session, session.get_one(ActorRow, caller.id).id)
