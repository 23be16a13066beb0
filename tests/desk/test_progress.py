"""What is kept of the days that have been counted is never stale, whatever happens to their submissions."""

from collections.abc import Callable
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from server.db import utc_now
from server.desk.progress import Progress, _KeptDays, read_marks, read_progress
from server.submissions.activity import last_days
from server.submissions.models import Submission
from server.submissions.recheck import Scope, recheck
from tests.cast import Cast
from tests.desk.surveyed import publish_survey, send_households, survey
from tests.factories import send
from tests.queries import counted_queries
from tests.web.survey import FORM_ID, Household, household

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
ITEMS = f"/v1/projects/1/forms/{FORM_ID}/submissions"


@pytest.fixture
def sent(cast: Cast) -> list[Household]:
    """Eight, of which four came two days ago."""
    publish_survey(cast)
    sent = send_households(cast, 8)
    with cast.services.database.write() as session:
        early = Submission.instance_id.in_([one.instance_id for one in sent[:4]])
        session.execute(update(Submission).where(early).values(created_at=utc_now() - timedelta(days=2)))
    return sent


def progress(cast: Cast) -> Progress:
    with cast.services.database.read() as session:
        form, today = survey(session), utc_now().astimezone(ZONE).date()
        return read_progress(session, form, read_marks(session, form, last_days(today, 7), ZONE), ZONE)


def test_every_change_is_in_what_is_told_next(
    cast: Cast, sent: list[Household], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, finding = sent[3].instance_id, f"{ITEMS}/{sent[3].instance_id}/findings"
    number = cast.bob.get(finding).json[0]["id"]
    edit = household(4, replaces=sent[3], with_photos=False).xml.replace(b"<age>150</age>", b"<age>50</age>")

    def forget_findings() -> None:
        with cast.services.database.write() as session:
            session.execute(update(Submission).values(error_count=0))

    changes: list[Callable[[], object]] = [
        lambda: cast.bob.patch(f"{ITEMS}/{first}", json={"reviewState": "approved"}),
        lambda: cast.bob.patch(f"{ITEMS}/{sent[2].instance_id}", json={"reviewState": "rejected"}),
        lambda: cast.bob.patch(f"{ITEMS}/{first}", json={"reviewState": "received"}),
        lambda: cast.bob.patch(f"{finding}/{number}", json={"dismissed": True, "reason": "asked"}),
        lambda: cast.bob.patch(f"{finding}/{number}", json={"dismissed": False}),
        lambda: send(cast.chi, edit),
        forget_findings,
        lambda: list(recheck(cast.services.database, cast.services.storage, Scope())),
        lambda: send_households(cast, 1, sender=cast.bob, first=20),
        lambda: cast.bob.delete(f"{ITEMS}/{first}"),
        lambda: cast.bob.post(f"{ITEMS}/{first}/restore"),
    ]
    before = progress(cast)
    assert [tally.count for tally in before.days.values()] == [4, 4]
    for change in changes:
        change()
        kept = progress(cast)
        with monkeypatch.context() as forgetful:
            forgetful.setattr("server.desk.progress._kept", _KeptDays())
            assert progress(cast) == kept != before
        before = kept


def test_only_days_with_changes_are_read_again(cast: Cast, sent: list[Household]) -> None:
    progress(cast)
    with counted_queries(cast.services) as unchanged:
        progress(cast)
    cast.bob.patch(f"{ITEMS}/{sent[0].instance_id}", json={"reviewState": "approved"})
    with counted_queries(cast.services) as changed:
        progress(cast)
    assert [asked.count("SELECT") for asked in unchanged if "created_at >=" in asked] == [7]
    assert [asked.count("SELECT") for asked in changed if "created_at >=" in asked] == [7, 1]


def test_what_is_together_does_not_grow_what_is_kept(cast: Cast, sent: list[Household]) -> None:
    assert progress(cast) == progress(cast) == progress(cast)
    with cast.services.database.read() as session:
        assert progress(cast).total.count == len(session.scalars(select(Submission.id)).all()) == len(sent)
