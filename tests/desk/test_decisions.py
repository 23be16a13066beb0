"""Decisions about many submissions: logged like single ones, taken back, and never made over somebody's head."""

from typing import Any

import pytest
from sqlalchemy import func, select

from server.audit import Audit
from server.desk.decisions import MAX_AT_ONCE, Outcome, Undone, decide, decide_all, seen_mark, undo
from server.errors import Problem
from server.submissions.models import Comment, Submission
from tests.cast import Caller, Cast
from tests.desk.surveyed import open_desk, publish_survey, reviewer, send_households, survey
from tests.factories import send
from tests.web.survey import FORM_ID, Household, household

ITEMS = f"/v1/projects/1/forms/{FORM_ID}/submissions"


@pytest.fixture
def sent(cast: Cast) -> list[Household]:
    publish_survey(cast)
    return send_households(cast, 3)


def decided(
    cast: Cast, seen: dict[str, str | None], state: str, *, by: Caller | None = None, reason: str = ""
) -> Outcome:
    with cast.services.database.write() as session:
        return decide(session, reviewer(session, by or cast.bob), survey(session), seen, state, reason=reason)


def undone(cast: Cast, decision_id: int | None, *, by: Caller | None = None) -> Undone:
    assert decision_id is not None
    with cast.services.database.write() as session:
        return undo(session, reviewer(session, by or cast.bob), survey(session), decision_id)


def unseen(sent: list[Household]) -> dict[str, str | None]:
    return {one.instance_id: None for one in sent}


def marks(cast: Cast) -> dict[str, str | None]:
    with cast.services.database.read() as session:
        return {found.instance_id: seen_mark(found) for found in session.scalars(select(Submission))}


def states(cast: Cast) -> list[str | None]:
    with cast.services.database.read() as session:
        return list(session.scalars(select(Submission.review_state).order_by(Submission.id)))


def logged(cast: Cast) -> list[dict[str, Any]]:
    with cast.services.database.read() as session:
        return list(
            session.scalars(select(Audit.details).where(Audit.action == "submission.update").order_by(Audit.id))
        )


def test_each_is_decided_logged_and_given_the_reason(cast: Cast, sent: list[Household]) -> None:
    outcome = decided(cast, unseen(sent), "rejected", reason=" Sai thôn ")
    assert (outcome.decided, outcome.overtaken) == (3, [])
    assert states(cast) == ["rejected"] * 3
    assert logged(cast) == [{"instanceId": one.instance_id, "reviewState": "rejected"} for one in sent]
    with cast.services.database.read() as session:
        assert session.scalars(select(Comment.body)).all() == ["Sai thôn"] * 3


def test_undo_restores_what_each_was_before(cast: Cast, sent: list[Household]) -> None:
    cast.bob.patch(f"{ITEMS}/{sent[1].instance_id}", json={"reviewState": "hasIssues"})
    outcome = decided(cast, unseen(sent), "rejected")
    assert undone(cast, outcome.decision_id) == Undone(3, 0)
    assert states(cast) == [None, "hasIssues", None]
    assert len(logged(cast)) == 1 + 3 + 3


def test_undo_leaves_alone_what_somebody_decided_since(cast: Cast, sent: list[Household]) -> None:
    outcome = decided(cast, unseen(sent), "rejected")
    cast.alice.patch(f"{ITEMS}/{sent[0].instance_id}", json={"reviewState": "rejected"})
    edit = household(2, replaces=sent[1], with_photos=False)
    assert send(cast.chi, edit.xml).status_code == 201
    assert undone(cast, outcome.decision_id) == Undone(1, 2)
    assert states(cast) == ["rejected", "edited", None]


def test_a_decision_is_undone_once_and_only_by_who_made_it(cast: Cast, sent: list[Household]) -> None:
    outcome = decided(cast, unseen(sent), "approved")
    with pytest.raises(Problem):
        undone(cast, outcome.decision_id, by=cast.alice)
    assert states(cast) == ["approved"] * 3
    undone(cast, outcome.decision_id)
    with pytest.raises(Problem):
        undone(cast, outcome.decision_id)


def test_the_second_reviewer_is_told_who_was_first_and_decides_nothing(cast: Cast, sent: list[Household]) -> None:
    seen = marks(cast)
    decided(cast, {sent[0].instance_id: seen[sent[0].instance_id]}, "approved", by=cast.alice)
    outcome = decided(cast, seen, "rejected")
    assert outcome.decided == 2
    told = outcome.overtaken[0]
    assert (told.instance_id, told.review_state, told.by) == (sent[0].instance_id, "approved", "Alice")
    assert told.at is not None
    assert states(cast) == ["approved", "rejected", "rejected"]


def test_an_edit_from_the_phone_overtakes_a_reviewer_too(cast: Cast, sent: list[Household]) -> None:
    seen = marks(cast)
    assert send(cast.chi, household(1, replaces=sent[0], with_photos=False).xml).status_code == 201
    outcome = decided(cast, {sent[0].instance_id: seen[sent[0].instance_id]}, "approved")
    assert (outcome.decision_id, outcome.decided) == (None, 0)
    assert (outcome.overtaken[0].review_state, outcome.overtaken[0].by) == ("edited", "Chi")


def test_ids_of_other_forms_and_of_the_trash_are_passed_over(cast: Cast, sent: list[Household]) -> None:
    cast.bob.delete(f"{ITEMS}/{sent[0].instance_id}")
    outcome = decided(cast, {"uuid:elsewhere": None, sent[0].instance_id: None}, "approved")
    assert (outcome.decision_id, outcome.decided) == (None, 0)


def test_a_whole_filter_is_decided_when_it_holds_as_many_as_were_shown(cast: Cast, sent: list[Household]) -> None:
    cast.bob.patch(f"{ITEMS}/{sent[2].instance_id}", json={"reviewState": "rejected"})
    with cast.services.database.write() as session:
        desk = open_desk(session, cast, state="to-review")
        outcome = decide_all(session, reviewer(session, cast.bob), desk, "approved", expected=2)
    assert outcome.decided == 2
    assert states(cast) == ["approved", "approved", "rejected"]
    assert undone(cast, outcome.decision_id).restored == 2


def test_a_filter_that_has_grown_is_not_decided(cast: Cast, sent: list[Household]) -> None:
    with cast.services.database.write() as session, pytest.raises(Problem, match="there are 3 now"):
        decide_all(session, reviewer(session, cast.bob), open_desk(session, cast), "approved", expected=len(sent) - 1)
    assert states(cast) == [None] * 3


@pytest.mark.parametrize(("state", "count"), [("maybe", 1), ("approved", MAX_AT_ONCE + 1)])
def test_a_strange_state_or_too_many_are_refused(cast: Cast, sent: list[Household], state: str, count: int) -> None:
    seen: dict[str, str | None] = {f"uuid:{number}": None for number in range(count)}
    with pytest.raises(Problem):
        decided(cast, seen, state)
    with cast.services.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Audit).where(Audit.action == "submission.update")) == 0
    assert len(sent) == 3
