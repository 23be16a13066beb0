"""New submissions and resends, as phones send them."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from server.accounts.app_users import create_app_user
from server.accounts.assignments import assign
from server.accounts.models import ActorRow, AppUser
from server.db import utc_now
from server.forms.models import Form
from server.permissions import COMMAND_LINE, ROLES_BY_SYSTEM
from server.submissions.models import Submission, SubmissionVersion
from tests.cast import Caller, Cast
from tests.factories import household, household_form, make_draft, new_id, publish, send
from tests.kept import DRAFT_LIST, LIST, actions_of, files_of, item, leftovers, listed, read, set_form_state, xml_of
from tests.phone import SUBMISSION, send_body, shown_message

ONE = "uuid:11111111-1111-4111-8111-111111111111"


def form_collector(cast: Cast, form_id: str) -> Caller:
    """A phone whose key may fill in one form and no other."""
    with cast.services.database.write() as session:
        form = session.scalars(select(Form).where(Form.form_id == form_id)).one()
        app_user = create_app_user(session, COMMAND_LINE, 1, "One form")
        assign(session, COMMAND_LINE, ROLES_BY_SYSTEM["app-user"], session.get_one(ActorRow, app_user.actor_id), form)
        return Caller(cast.chi.client, id=app_user.actor_id, key=app_user.token)


def rows(cast: Cast) -> tuple[int, int]:
    """How many submissions and how many versions there are."""
    with cast.services.database.read() as session:
        counts = [session.scalar(select(func.count()).select_from(table)) for table in (Submission, SubmissionVersion)]
    return counts[0] or 0, counts[1] or 0


def test_submission_is_kept_byte_for_byte(cast: Cast) -> None:
    publish(cast.bob)
    xml = household(ONE, name="Ẩn sĩ  &  “Đức”\t").replace(b"><", b">\r\n  <!-- as sent --><")

    answer = send(cast.chi, xml)

    assert answer.status_code == 201, answer.text
    assert answer.headers["X-OpenRosa-Version"] == "1.0"
    assert answer.mimetype == "text/xml"
    assert shown_message(answer) == "full submission upload was successful!"
    assert xml_of(cast.bob, ONE) == xml


def test_submission_in_another_encoding_is_kept_byte_for_byte(cast: Cast) -> None:
    publish(cast.bob)
    xml = household(ONE).decode().replace("encoding='UTF-8'", "encoding='UTF-16'").encode("utf-16")

    assert send(cast.chi, xml).status_code == 201
    assert xml_of(cast.bob, ONE) == xml


def test_submission_tells_who_sent_it_and_with_what(cast: Cast) -> None:
    publish(cast.bob)

    send(cast.chi, household(ONE))

    shown = read(cast.bob, item(ONE))
    assert shown["submitterId"] == cast.chi.id
    assert shown["deviceId"] == "collect:abc"
    assert shown["userAgent"].startswith("org.odk.collect.android/v2026.1.0")
    assert shown["reviewState"] is None
    assert actions_of(cast.bob, ONE) == ["submission.create"]


@pytest.mark.parametrize("times", [1, 10])
def test_resend_is_welcome_and_makes_no_second_submission(cast: Cast, times: int) -> None:
    publish(cast.bob)
    xml = household(ONE, photo="a.jpg")
    send(cast.chi, xml, ("a.jpg", b"photo"))

    answers = [send(cast.chi, xml, ("a.jpg", b"photo")).status_code for _ in range(times)]

    assert answers == [201] * times
    assert rows(cast) == (1, 1)
    assert actions_of(cast.bob, ONE) == ["submission.create"]


def test_resend_after_an_edit_is_welcome_and_changes_nothing(cast: Cast) -> None:
    publish(cast.bob)
    first, second = household(ONE), household(new_id(), replaces=ONE, name="Nông Thị Mai")
    send(cast.chi, first)
    send(cast.chi, second)

    assert send(cast.chi, first).status_code == 201
    assert rows(cast) == (1, 2)
    assert xml_of(cast.bob, ONE) == second


def test_other_xml_under_a_known_instance_id_is_refused(cast: Cast) -> None:
    publish(cast.bob)
    first = household(ONE)
    send(cast.chi, first)

    answer = send(cast.chi, household(ONE, name="Somebody else"))

    assert answer.status_code == 409
    assert shown_message(answer) == "A submission already exists with this ID, but with different XML."
    assert xml_of(cast.bob, ONE) == first


def test_same_instance_id_in_two_forms_is_two_submissions(cast: Cast) -> None:
    publish(cast.bob)
    publish(cast.bob, household_form("other"))

    assert send(cast.chi, household(ONE)).status_code == 201
    assert send(cast.chi, household(ONE, form_id="other")).status_code == 201
    assert rows(cast) == (2, 2)


def test_submission_without_an_instance_id_gets_one_that_a_resend_gets_too(cast: Cast) -> None:
    publish(cast.bob)
    xml = household(ONE).replace(f"<instanceID>{ONE}</instanceID>".encode(), b"")

    assert send(cast.chi, xml).status_code == 201
    assert send(cast.chi, xml).status_code == 201

    (made,) = listed(cast.bob)
    assert made.startswith("uuid:")
    assert xml_of(cast.bob, made) == xml


def test_submission_to_an_unknown_form_is_refused(cast: Cast) -> None:
    publish(cast.bob)

    answer = send(cast.chi, household(form_id="gone"))

    assert answer.status_code == 404
    assert shown_message(answer) == "This project has no published form that matches the form “gone”."
    assert leftovers(cast.services) == {}


def test_submission_to_a_form_that_has_only_a_draft_is_refused(cast: Cast) -> None:
    make_draft(cast.bob)

    assert send(cast.chi, household()).status_code == 404
    assert leftovers(cast.services) == {}


def test_submission_of_a_version_that_was_never_published_here_is_kept(cast: Cast) -> None:
    publish(cast.bob)

    assert send(cast.chi, household(ONE, version="2019")).status_code == 201
    assert read(cast.bob, f"{item(ONE)}/versions")[0]["formVersion"] == "2019"


def test_closing_form_takes_submissions(cast: Cast) -> None:
    publish(cast.bob)
    set_form_state(cast.services, "closing")

    assert send(cast.chi, household()).status_code == 201


def test_closed_form_takes_no_submissions(cast: Cast) -> None:
    publish(cast.bob)
    set_form_state(cast.services, "closed")

    answer = send(cast.chi, household(photo="a.jpg"), ("a.jpg", b"photo"))

    assert answer.status_code == 409
    assert "is closed" in shown_message(answer)
    assert leftovers(cast.services) == {}


def test_resend_to_a_form_that_was_closed_meanwhile_is_welcome(cast: Cast) -> None:
    publish(cast.bob)
    xml = household(ONE, photo="a.jpg")
    send(cast.chi, xml)
    set_form_state(cast.services, "closed")

    assert send(cast.chi, xml, ("a.jpg", b"photo")).status_code == 201
    assert files_of(cast.bob, ONE) == {"a.jpg": True}


def test_closed_form_takes_no_edits(cast: Cast) -> None:
    publish(cast.bob)
    send(cast.chi, household(ONE))
    set_form_state(cast.services, "closed")

    assert send(cast.chi, household(new_id(), replaces=ONE)).status_code == 409
    assert rows(cast) == (1, 1)


def test_deleted_submission_takes_no_resend(cast: Cast) -> None:
    publish(cast.bob)
    xml = household(ONE)
    send(cast.chi, xml)
    cast.bob.delete(item(ONE))

    answer = send(cast.chi, xml)

    assert answer.status_code == 409
    assert "deleted" in shown_message(answer)
    assert send(cast.chi, household(new_id(), replaces=ONE)).status_code == 409


def test_test_link_sends_to_the_draft_and_stays_apart(cast: Cast) -> None:
    publish(cast.bob)
    cast.bob.post("/v1/projects/1/forms/household/draft", data=household_form(version="2"), content_type="text/xml")
    token = read(cast.bob, "/v1/projects/1/forms/household/draft")["draftToken"]
    xml = household(ONE, version="2")

    answer = send(cast.nobody, xml, path=f"/v1/test/{token}/projects/1/forms/household/draft/submission")

    assert answer.status_code == 201, answer.text
    assert listed(cast.bob) == []
    assert listed(cast.bob, within=DRAFT_LIST) == [ONE]
    assert xml_of(cast.bob, ONE, DRAFT_LIST) == xml
    assert read(cast.bob, f"{item(ONE, DRAFT_LIST)}")["submitterId"] is None
    assert send(cast.chi, household(ONE)).status_code == 201


def test_test_link_cannot_send_to_the_published_form(cast: Cast) -> None:
    token = make_draft(cast.bob)
    publish(cast.bob, household_form("other"))

    assert send(cast.nobody, household(), path=f"/v1/test/{token}/projects/1/submission").status_code == 403
    assert (
        send(cast.nobody, household(form_id="other"), path=f"/v1/test/{token}/projects/1/submission").status_code == 403
    )
    assert leftovers(cast.services) == {}


def test_submission_to_a_draft_that_is_not_there_is_refused(cast: Cast) -> None:
    publish(cast.bob)

    answer = send(cast.bob, household(), path="/v1/projects/1/forms/household/draft/submission")

    assert answer.status_code == 404
    assert leftovers(cast.services) == {}


def test_submission_of_another_form_to_a_draft_is_refused(cast: Cast) -> None:
    token = make_draft(cast.bob)
    path = f"/v1/test/{token}/projects/1/forms/household/draft/submission"

    answer = send(cast.nobody, household(form_id="other"), path=path)

    assert answer.status_code == 400
    assert "household" in shown_message(answer)
    assert leftovers(cast.services) == {}


@pytest.mark.parametrize("path", ["/v1/projects/1/submission", "/v1/projects/1/forms/household/draft/submission"])
def test_head_announces_the_limit(cast: Cast, path: str) -> None:
    make_draft(cast.bob)

    answer = cast.chi.send("HEAD", path)

    assert answer.status_code == 204
    assert answer.headers["X-OpenRosa-Accept-Content-Length"] == "100000000"
    assert answer.headers["X-OpenRosa-Version"] == "1.0"
    assert "Location" not in answer.headers


def test_phone_may_send_only_to_the_forms_that_it_was_given(cast: Cast) -> None:
    publish(cast.bob)
    publish(cast.bob, household_form("other"))
    phone = form_collector(cast, "household")

    refused = send(phone, household(form_id="other"))

    assert refused.status_code == 403
    assert "rights" in shown_message(refused)
    assert send(phone, household()).status_code == 201


def test_phone_that_knows_no_form_of_the_project_learns_nothing(cast: Cast) -> None:
    publish(cast.bob)

    assert send(cast.dee, household()).status_code == 403
    assert send(cast.dee, household(form_id="gone")).status_code == 403
    assert leftovers(cast.services) == {}


def test_phone_cannot_send_to_another_project(cast: Cast) -> None:
    publish(cast.quan, project_id=2)

    assert send(cast.chi, household(), project_id=2).status_code == 403
    assert send(cast.chi, household(), project_id=3).status_code == 404
    assert leftovers(cast.services) == {}


def test_form_of_another_project_is_unknown_here(cast: Cast) -> None:
    publish(cast.quan, household_form("theirs"), project_id=2)

    assert send(cast.chi, household(form_id="theirs")).status_code == 404
    assert leftovers(cast.services) == {}


def test_revoked_key_is_refused(cast: Cast) -> None:
    publish(cast.bob)
    with cast.services.database.write() as session:
        session.execute(update(AppUser).where(AppUser.actor_id == cast.chi.id).values(token=None))

    answer = send(cast.chi, household())

    assert answer.status_code == 401
    assert "WWW-Authenticate" in answer.headers
    assert "authenticate" in shown_message(answer)
    assert leftovers(cast.services) == {}


@pytest.mark.parametrize("token", ["wrong", "a" * 64, "%00", "x" * 3000])
def test_invalid_key_is_refused(cast: Cast, token: str) -> None:
    publish(cast.bob)

    answer = send_body(cast.nobody, b"", path=f"/v1/key/{token}/projects/1/submission")

    assert answer.status_code in {401, 404}
    assert shown_message(answer)


def test_nobody_is_asked_to_sign_in(cast: Cast) -> None:
    publish(cast.bob)

    answer = send(cast.nobody, household())

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Basic")
    assert leftovers(cast.services) == {}


def test_phone_is_heard_of_once_a_minute(cast: Cast) -> None:
    publish(cast.bob)
    send(cast.chi, household())

    with cast.services.database.read() as session:
        heard = session.scalar(select(AppUser.last_used_at).where(AppUser.actor_id == cast.chi.id))
    assert heard is not None
    assert utc_now() - heard < timedelta(minutes=1)


def test_web_user_who_collects_may_send(cast: Cast) -> None:
    publish(cast.bob)

    assert send(cast.cuong, household(ONE)).status_code == 201
    assert read(cast.bob, item(ONE))["submitterId"] == cast.cuong.id


def test_viewer_may_not_send(cast: Cast) -> None:
    publish(cast.bob)

    assert send(cast.vy, household()).status_code == 403
    assert read(cast.bob, LIST) == []


def test_submission_path_of_another_method_is_refused_in_xml(cast: Cast) -> None:
    answer = cast.chi.put(SUBMISSION)

    assert answer.status_code == 405
    assert shown_message(answer)


def test_a_page_of_ours_is_not_asked_for_a_password_by_the_browser(cast: Cast) -> None:
    """A browser would ask over the page, for what only the page for signing in takes."""
    answer = cast.nobody.post("/v1/projects/1/submission", headers={"X-CSRF-Token": ""})

    assert answer.status_code == 401
    assert "WWW-Authenticate" not in answer.headers
