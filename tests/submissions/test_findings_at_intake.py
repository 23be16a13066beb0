"""What a submission breaks of its form's rules is known when the phone has its 201."""

import time
from dataclasses import replace
from functools import partial

import pytest
from flask import Flask

from server.http.routes import EXTENSION
from server.submissions.findings import MAX_FINDINGS, MAX_PATH, MAX_TEXT
from server.submissions.models import Finding
from server.xpath.state import State
from tests.cast import Cast
from tests.factories import household, household_form, publish, send
from tests.phone import ENDLESS
from tests.submissions.rules import (
    brief,
    counts_of,
    findings_of,
    publish_rules,
    publish_with_villages,
    rules_form,
    sent,
    state_of,
    visit,
)

ONE = "uuid:11111111-1111-4111-8111-111111111111"
TWO = "uuid:22222222-2222-4222-8222-222222222222"
TOO_OLD = (("Mai", "30"), ("Lan", "130"))


def test_sound_submission_has_no_findings(cast: Cast) -> None:
    publish_rules(cast.bob)

    sent(cast.chi, visit(ONE))

    assert findings_of(cast.services, ONE) == []
    assert state_of(cast.services, ONE) == "checked"
    assert counts_of(cast.services, ONE) == (0, 0)


def test_broken_constraint_is_found_where_it_is_broken(cast: Cast) -> None:
    publish_rules(cast.bob)

    sent(cast.chi, visit(ONE, members=TOO_OLD))

    (found,) = findings_of(cast.services, ONE)
    assert (found.level, found.rule, found.code) == ("error", "constraint", "constraint")
    assert (found.path, found.generic_path) == ("/data/member[2]/age", "/data/member/age")
    assert (found.value, found.expression) == ("130", ". >= 0 and . <= 120")
    assert found.messages == {"vi": "Tuổi từ 0 đến 120", "en": "Age from 0 to 120"}
    assert counts_of(cast.services, ONE) == (1, 0)


def test_errors_and_warnings_are_counted_apart(cast: Cast) -> None:
    publish_rules(cast.bob)

    sent(cast.chi, visit(ONE, members=(("", "x"),), twice="7"))

    assert brief(findings_of(cast.services, ONE)) == [
        ("error", "required", "/data/member[1]/name"),
        ("error", "type", "/data/member[1]/age"),
        ("warning", "calculate", "/data/twice"),
    ]
    assert counts_of(cast.services, ONE) == (2, 1)


def test_list_beside_the_form_is_asked(cast: Cast) -> None:
    publish_with_villages(cast.bob, b"name,label\nv1,Ban Chu\nv2,Ban Khoa\n")

    sent(cast.chi, visit(ONE, village="v2"))
    sent(cast.chi, visit(TWO, village="v3"))

    assert findings_of(cast.services, ONE) == []
    assert brief(findings_of(cast.services, TWO)) == [("error", "choice", "/data/village")]


def test_submission_is_checked_by_the_version_that_it_was_filled_with(cast: Cast) -> None:
    publish_rules(cast.bob)
    draft = "/v1/projects/1/forms/visit/draft"
    cast.bob.post(f"{draft}?ignoreWarnings=true", data=rules_form("2", oldest=140), content_type="application/xml")
    cast.bob.post(f"{draft}/publish")

    sent(cast.chi, visit(ONE, members=TOO_OLD, version="1"))
    sent(cast.chi, visit(TWO, members=TOO_OLD, version="2"))

    assert counts_of(cast.services, ONE) == (1, 0)
    assert counts_of(cast.services, TWO) == (0, 0)


def test_version_that_was_never_published_is_told(cast: Cast) -> None:
    publish_rules(cast.bob)

    sent(cast.chi, visit(ONE, members=TOO_OLD, version="99"))

    (found,) = findings_of(cast.services, ONE)
    assert (found.level, found.rule, found.code, found.value) == ("info", "structure", "unknown-version", "99")
    assert state_of(cast.services, ONE) == "not_checked"


def test_resend_adds_nothing(cast: Cast) -> None:
    publish_rules(cast.bob)
    sent(cast.chi, visit(ONE, members=TOO_OLD))

    sent(cast.chi, visit(ONE, members=TOO_OLD))

    assert len(findings_of(cast.services, ONE)) == 1


def test_edit_has_findings_of_its_own(cast: Cast) -> None:
    publish_rules(cast.bob)
    sent(cast.chi, visit(ONE, members=TOO_OLD))

    sent(cast.chi, visit(TWO, replaces=ONE))

    assert findings_of(cast.services, TWO) == []
    assert len(findings_of(cast.services, ONE)) == 1
    assert counts_of(cast.services, ONE) == (0, 0)


def test_draft_is_checked_as_it_is_now(cast: Cast) -> None:
    forms = "/v1/projects/1/forms"
    cast.bob.post(f"{forms}?ignoreWarnings=true", data=rules_form(), content_type="application/xml")
    token = cast.bob.get(f"{forms}/visit/draft").json["draftToken"]
    path = f"/v1/test/{token}/projects/1/forms/visit/draft/submission"

    send(cast.nobody, visit(ONE, members=TOO_OLD), path=path)

    assert brief(findings_of(cast.services, ONE)) == [("error", "constraint", "/data/member[2]/age")]


def test_names_and_answers_of_any_length_are_kept(cast: Cast) -> None:
    publish_rules(cast.bob)

    sent(cast.chi, visit(ONE, more=f"<n{ENDLESS}>{ENDLESS}</n{ENDLESS}>"))

    (found,) = findings_of(cast.services, ONE)
    assert (found.code, len(found.path), len(found.value)) == ("unknown-node", MAX_PATH, MAX_TEXT)


def test_of_very_many_findings_the_gravest_are_kept(cast: Cast) -> None:
    publish_rules(cast.bob)
    strange = "".join(f"<n{number}>x</n{number}>" for number in range(MAX_FINDINGS))

    sent(cast.chi, visit(ONE, members=TOO_OLD, more=strange))

    found = brief(findings_of(cast.services, ONE))
    assert len(found) == MAX_FINDINGS
    assert ("error", "constraint", "/data/member[2]/age") in found
    assert found[-1] == ("info", "too-many-findings", "/data")


def test_check_that_fails_does_not_cost_the_submission(cast: Cast, caplog: pytest.LogCaptureFixture) -> None:
    publish_rules(cast.bob)
    with cast.services.database.write() as session:
        # A form that no upload would take: as if an older server had been more lenient.
        session.connection().exec_driver_sql("UPDATE form_version SET xml = CAST('<html/>' AS " + _bytes(cast) + ")")

    sent(cast.chi, visit(ONE, members=TOO_OLD))

    assert state_of(cast.services, ONE) == "not_checked"
    assert "could not be checked" in caplog.text


def test_check_that_a_limit_stopped_does_not_count_as_checked(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    publish_rules(cast.bob)
    # The form's count of members is then one look too many.
    monkeypatch.setattr("server.xform.evaluate.State", partial(State, max_steps=0))
    monkeypatch.setattr("server.xpath.state.STEPS_BETWEEN_LOOKS", 0)

    sent(cast.chi, visit(ONE, members=TOO_OLD))

    assert brief(findings_of(cast.services, ONE)) == [
        ("error", "constraint", "/data/member[2]/age"),
        ("unverifiable", "budget", "/data/twice"),
    ]
    assert state_of(cast.services, ONE) == "unverifiable"


def test_list_that_the_storage_has_lost_is_told(cast: Cast) -> None:
    content = b"name,label\nv1,lost\n"
    publish_with_villages(cast.bob, content)
    for sha256, _ in list(cast.services.storage.objects()):
        cast.services.storage.delete(sha256)

    sent(cast.chi, visit(ONE))

    assert brief(findings_of(cast.services, ONE)) == [("unverifiable", "unverifiable", "/data/village")]


def test_findings_that_come_late_are_kept_when_they_come(cast: Cast, app: Flask) -> None:
    publish_rules(cast.bob)
    patient = app.extensions[EXTENSION]
    app.extensions[EXTENSION] = replace(patient, settings=replace(patient.settings, check_wait=0))

    sent(cast.chi, visit(ONE, members=TOO_OLD))

    assert brief(_awaited(cast, ONE)) == [("error", "constraint", "/data/member[2]/age")]
    assert state_of(cast.services, ONE) == "checked"
    assert counts_of(cast.services, ONE) == (1, 0)


def test_form_without_rules_is_checked_too(cast: Cast) -> None:
    publish(cast.bob, household_form())

    send(cast.chi, household(ONE))

    assert state_of(cast.services, ONE) == "checked"


def _awaited(cast: Cast, instance_id: str) -> list[Finding]:
    """The findings of a version as soon as there are any."""
    deadline = time.monotonic() + 20
    while not (found := findings_of(cast.services, instance_id)) and time.monotonic() < deadline:
        time.sleep(0.01)
    return found


def _bytes(cast: Cast) -> str:
    return "BLOB" if cast.services.database.is_sqlite else "BYTEA"
