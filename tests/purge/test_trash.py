from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, insert, select, update

from server.accounts.models import Assignment, PasswordReset, PublicLink, SignIn
from server.audit import Audit
from server.db import utc_now
from server.forms.models import Form, FormVersion
from server.purge.run import Purged, preview, purge
from server.submissions.models import Submission, SubmissionAttachment, SubmissionVersion
from tests.cast import Cast
from tests.factories import household, household_form, new_id, publish, send
from tests.kept import LIST, item, listed
from tests.logged import details_of, rows_of

FORM = "/v1/projects/1/forms/household"
BELOW = (FormVersion, Submission, SubmissionVersion, SubmissionAttachment, PublicLink)


def purge_after(cast: Cast, days: float) -> Purged:
    """Purge a trash that has lain there for so many days."""
    lie_in_trash(cast, days)
    return purge(cast.services.database, cast.services.storage)


def lie_in_trash(cast: Cast, days: float) -> None:
    then = utc_now() - timedelta(days=days)
    with cast.services.database.write() as session:
        session.execute(update(Form).where(Form.deleted_at.is_not(None)).values(deleted_at=then))
        session.execute(update(Submission).where(Submission.deleted_at.is_not(None)).values(deleted_at=then))


def count(cast: Cast, model: Any) -> int:
    with cast.services.database.read() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def survey(cast: Cast) -> str:
    """A form with a household, an edit, a photo, a comment, a link and an assignment of its own."""
    publish(cast.bob)
    instance_id = new_id()
    send(cast.chi, household(instance_id, photo="a.jpg"), ("a.jpg", b"a photo"))
    send(cast.chi, household(replaces=instance_id, photo="a.jpg"))
    cast.bob.post(f"{item(instance_id)}/comments", json={"body": "Xem lại"})
    cast.bob.post(f"{FORM}/public-links", json={"displayName": "x"})
    cast.alice.post(f"{FORM}/assignments/app-user/{cast.dee.id}")
    return instance_id


def test_a_form_goes_after_thirty_days_with_everything_below_it(cast: Cast) -> None:
    before = {model: count(cast, model) for model in (*BELOW, Assignment)}
    survey(cast)
    cast.bob.delete(FORM)

    done = purge_after(cast, 30.01)

    assert done.forms == 1
    assert {model: count(cast, model) for model in (*BELOW, Assignment)} == before
    assert cast.bob.get("/v1/projects/1/forms?deleted=true").json == []


def test_a_form_stays_until_then(cast: Cast) -> None:
    survey(cast)
    cast.bob.delete(FORM)

    assert purge_after(cast, 29.9).forms == 0

    number = cast.bob.get("/v1/projects/1/forms?deleted=true").json[0]["id"]
    assert cast.bob.post(f"/v1/projects/1/forms/{number}/restore").status_code == 200
    assert len(listed(cast.bob)) == 1


def test_other_forms_with_the_same_id_are_left_alone(cast: Cast) -> None:
    survey(cast)
    cast.bob.delete(FORM)
    again = "/v1/projects/1/forms?publish=true&ignoreWarnings=true"
    assert cast.bob.post(again, data=household_form(), content_type="application/xml").status_code == 200
    send(cast.chi, household())

    purge_after(cast, 31)

    assert len(listed(cast.bob)) == 1


def test_the_log_tells_of_a_purged_form_what_it_was(cast: Cast) -> None:
    survey(cast)
    cast.bob.delete(FORM)
    purge_after(cast, 31)

    rows = cast.alice.get("/v1/audits?action=form", headers={"X-Extended-Metadata": "true"}).json

    assert [row["action"] for row in rows] == ["form.purge", "form.delete", "form.update.publish", "form.create"]
    assert {row["actee"]["purgedName"] for row in rows} == {"Hộ gia đình"}
    assert rows[0]["details"]["submissions"] == 1
    assert rows[0]["details"]["xmlFormId"] == "household"


def test_a_submission_goes_after_thirty_days_and_others_stay(cast: Cast) -> None:
    publish(cast.bob)
    gone, stays = new_id(), new_id()
    send(cast.chi, household(gone))
    send(cast.chi, household(stays))
    cast.bob.delete(item(gone))

    assert purge_after(cast, 31).submissions == 1

    assert listed(cast.bob) == [stays]
    assert listed(cast.bob, "?deleted=true") == []
    assert details_of(cast.services, "submission.purge") == [{"submissions_deleted": 1}]


def test_a_purged_submission_may_be_sent_again(cast: Cast) -> None:
    publish(cast.bob)
    xml = household(instance_id := new_id())
    send(cast.chi, xml)
    cast.bob.delete(item(instance_id))
    purge_after(cast, 31)

    assert send(cast.chi, xml).status_code == 201
    assert [row["action"] for row in cast.bob.get(f"{item(instance_id)}/audits").json] == ["submission.create"]


def test_the_log_keeps_its_rows_about_a_purged_submission(cast: Cast) -> None:
    publish(cast.bob)
    send(cast.chi, household(instance_id := new_id()))
    cast.bob.delete(item(instance_id))

    purge_after(cast, 31)

    (row,) = rows_of(cast.services, "submission.create")
    assert (row.submission_id, row.details["instanceId"]) == (None, instance_id)


def test_many_submissions_go_in_several_transactions(cast: Cast) -> None:
    publish(cast.bob)
    send(cast.chi, household())
    with cast.services.database.write() as session:
        form_id = session.scalars(select(Submission.form_id)).one()
        old = utc_now() - timedelta(days=40)
        rows = [{"form_id": form_id, "instance_id": new_id(), "deleted_at": old} for _ in range(1100)]
        session.execute(insert(Submission), rows)

    assert purge_after(cast, 31).submissions == 1100

    assert len(rows_of(cast.services, "submission.purge")) == 3
    assert len(listed(cast.bob)) == 1


def test_what_has_expired_is_forgotten(cast: Cast) -> None:
    cast.alice.post("/v1/users", json={"email": "lan@example.org"})
    sessions = count(cast, SignIn)

    done = purge(cast.services.database, cast.services.storage, now=utc_now() + timedelta(days=2))

    assert done.sign_ins == sessions
    assert (count(cast, SignIn), count(cast, PasswordReset)) == (0, 0)


def test_what_has_not_expired_stays(cast: Cast) -> None:
    cast.alice.post("/v1/users", json={"email": "lan@example.org"})

    purge(cast.services.database, cast.services.storage, now=utc_now() + timedelta(hours=12))

    assert cast.alice.get("/v1/users/current").status_code == 200
    assert count(cast, PasswordReset) == 1


def test_a_second_purge_finds_nothing(cast: Cast) -> None:
    survey(cast)
    cast.bob.delete(FORM)
    purge_after(cast, 31)
    before = count(cast, Audit)

    assert purge_after(cast, 31).forms == 0
    assert count(cast, Audit) == before


def test_a_preview_counts_and_changes_nothing(cast: Cast) -> None:
    survey(cast)
    send(cast.chi, household(other := new_id()))
    publish(cast.bob, household_form("second"))
    cast.bob.delete(item(other))
    cast.bob.delete("/v1/projects/1/forms/second")
    lie_in_trash(cast, 31)
    services = cast.services

    shown = preview(services.database, services.storage)

    assert shown == Purged(forms=1, submissions=1, sign_ins=0, objects=0)
    assert listed(cast.bob, "?deleted=true") == [other]
    assert purge(services.database, services.storage) == shown


@pytest.mark.parametrize("path", [FORM, LIST])
def test_what_is_in_use_is_never_purged(cast: Cast, path: str) -> None:
    survey(cast)

    done = purge_after(cast, 10_000)

    assert (done.forms, done.submissions) == (0, 0)
    assert count(cast, SubmissionVersion) == 2
