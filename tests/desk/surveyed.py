"""A published survey with households sent to it, and the desk of who reviews them."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from server.accounts.models import ActorRow
from server.accounts.sign_in import load_actor
from server.desk.filters import Desk, ReviewFilter
from server.desk.labels import Labels
from server.forms.models import Form
from server.permissions import Actor
from server.submissions.models import Submission, SubmissionVersion
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


def multiply_households(cast: Cast, count: int) -> None:
    """As many submissions more as `count`, spread over the district: rows like those of the one that is there."""
    chance = random.Random(count)
    with cast.services.database.write() as session:
        submission = _row(session, Submission)
        version = _row(session, SubmissionVersion)
        answers = version.pop("answers")
        submission["current_version_id"] = None
        first = submission.pop("id") + 1
        ids = range(first, first + count)
        session.execute(insert(Submission), [submission | _named(number) for number in ids])
        versions = [
            version | _named(number) | {"submission_id": number, "answers": answers | {"place": _place(chance)}}
            for number in ids
        ]
        session.execute(insert(SubmissionVersion), versions)
        session.execute(update(Submission).where(Submission.id >= first).values(current_version_id=Submission.id))


def _row(session: Session, table: type[Submission | SubmissionVersion]) -> dict[str, Any]:
    found = session.scalars(select(table).order_by(table.id.desc()).limit(1)).one()
    return {name: getattr(found, name) for name in table.__table__.columns.keys()}  # noqa: SIM118 -- no dictionary


def _named(number: int) -> dict[str, Any]:
    return {"id": number, "instance_id": f"uuid:{number}"}


def _place(chance: random.Random) -> dict[str, str]:
    return {"point": f"{22 + chance.gauss(0, 0.1):.6f} {106.35 + chance.gauss(0, 0.12):.6f} 300.0 5.0"}
