"""Everything that is done to a form stands in the log, under the API's names."""

from sqlalchemy import select

from server.audit import Audit
from tests.cast import Cast
from tests.forms.definitions import XML, xform

FORMS = "/v1/projects/1/forms"
VISIT = f"{FORMS}/visit"


def _actions(cast: Cast) -> list[str]:
    statement = select(Audit.action).where(Audit.action.like("form.%")).order_by(Audit.id)
    with cast.services.database.read() as session:
        return list(session.scalars(statement))


def test_each_step_of_a_form_s_life_is_logged(cast: Cast) -> None:
    cast.bob.post(FORMS, data=xform(media=["map.png"]), content_type=XML)
    cast.bob.post(f"{VISIT}/draft/attachments/map.png", data=b"PNG")
    cast.bob.delete(f"{VISIT}/draft/attachments/map.png")
    cast.bob.post(f"{VISIT}/draft/publish")
    cast.bob.post(f"{VISIT}/draft")
    cast.bob.delete(f"{VISIT}/draft")
    cast.bob.patch(VISIT, json={"state": "closed"})
    cast.bob.delete(VISIT)
    cast.bob.post(f"{FORMS}/1/restore")

    assert _actions(cast) == [
        "form.create",
        "form.attachment.update",
        "form.attachment.update",
        "form.update.publish",
        "form.update.draft.set",
        "form.update.draft.delete",
        "form.update",
        "form.delete",
        "form.restore",
    ]


def test_creating_and_publishing_at_once_are_two_entries(cast: Cast) -> None:
    cast.bob.post(f"{FORMS}?publish=true", data=xform(), content_type=XML)

    assert _actions(cast) == ["form.create", "form.update.publish"]


def test_what_was_refused_is_not_logged(cast: Cast) -> None:
    cast.bob.post(f"{FORMS}?publish=true", data=xform(), content_type=XML)
    cast.bob.post(FORMS, data=xform(), content_type=XML)
    cast.bob.delete(f"{VISIT}/draft")
    cast.bob.patch(VISIT, json={})

    assert _actions(cast) == ["form.create", "form.update.publish"]


def test_entry_says_who_did_what(cast: Cast) -> None:
    cast.bob.post(f"{FORMS}?publish=true", data=xform(), content_type=XML)
    cast.alice.patch(VISIT, json={"state": "closing"})

    with cast.services.database.read() as session:
        entry = session.scalars(select(Audit).where(Audit.action == "form.update")).one()

    assert entry.actor_id == cast.alice.id
    assert entry.details == {"data": {"state": "closing"}}
