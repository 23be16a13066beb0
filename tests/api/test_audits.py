from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import insert

from server.audit import Audit
from tests.cast import Cast
from tests.factories import household, household_form, publish, send
from tests.queries import counted_queries

EXTENDED = {"X-Extended-Metadata": "true"}


def log(cast: Cast, query: str = "", **headers: str) -> Any:
    answer = cast.alice.get(f"/v1/audits{query}", headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json


def actions(cast: Cast, query: str = "") -> list[str]:
    return [row["action"] for row in log(cast, query)]


def write_rows(cast: Cast, *days: int) -> None:
    """A row of an action that nothing else writes, at midnight in UTC of each day of May."""
    rows = [
        {"action": "test", "details": {"day": day}, "logged_at": datetime(2026, 5, day, tzinfo=UTC)} for day in days
    ]
    with cast.services.database.write() as session:
        session.execute(insert(Audit), rows)


def days(cast: Cast, query: str) -> list[int]:
    return [row["details"]["day"] for row in log(cast, f"?action=test&{query}")]


def test_the_newest_comes_first_with_who_did_what_to_which(cast: Cast) -> None:
    cast.bob.patch("/v1/projects/1", json={"name": "Điều tra"}, headers={"X-Action-Notes": "mới"})

    newest = log(cast)[0]

    assert newest.pop("loggedAt").endswith("Z")
    assert len(newest.pop("acteeId")) == 36
    assert newest == {
        "actorId": cast.bob.id,
        "action": "project.update",
        "details": {"data": {"name": "Điều tra"}},
        "notes": "mới",
    }


def test_extended_rows_spell_out_actor_and_actee(cast: Cast) -> None:
    publish(cast.bob)
    cast.bob.patch("/v1/projects/1", json={"name": "Điều tra"})

    rows = log(cast, **EXTENDED)

    assert rows[0]["actor"]["displayName"] == "Bob"
    assert rows[0]["actee"]["name"] == "Điều tra"
    form = next(row for row in rows if row["action"] == "form.create")
    assert form["actee"]["xmlFormId"] == "household"
    user = next(row for row in rows if row["action"] == "user.create")
    assert user["actee"]["type"] == "user"
    assert user["actor"] is None


def test_plain_rows_carry_ids_only(cast: Cast) -> None:
    assert "actor" not in log(cast)[0]
    assert "actee" not in log(cast)[0]


def test_one_action_is_matched_whole(cast: Cast) -> None:
    publish(cast.bob)

    assert actions(cast, "?action=form.update.publish") == ["form.update.publish"]
    assert actions(cast, "?action=form.update") == []


def test_a_noun_stands_for_all_of_its_actions(cast: Cast) -> None:
    publish(cast.bob)

    assert set(actions(cast, "?action=form")) == {"form.create", "form.update.publish"}
    assert {action.partition(".")[0] for action in actions(cast, "?action=project")} == {"project"}


def test_nonverbose_leaves_out_what_happens_to_submissions(cast: Cast) -> None:
    publish(cast.bob)
    send(cast.chi, household())

    assert "submission.create" in actions(cast)
    assert set(actions(cast)) - set(actions(cast, "?action=nonverbose")) == {"submission.create"}


def test_an_unknown_action_gives_an_empty_list(cast: Cast) -> None:
    assert log(cast, "?action=nothing%25") == []


def test_start_is_included_and_end_is_not(cast: Cast) -> None:
    write_rows(cast, 1, 2, 3)

    assert days(cast, "start=2026-05-02T00:00:00Z") == [3, 2]
    assert days(cast, "end=2026-05-02T00:00:00Z") == [1]
    assert days(cast, "start=2026-05-02&end=2026-05-03") == [2]


@pytest.mark.parametrize(
    "start",
    [
        "2026-05-02",
        "2026-05-02z",
        "2026-05-02T00:00.000z",
        "2026-05-02T00:00:00.000Z",
        "2026-05-02T07:00:00%2B07",
        "2026-05-02T07:00:00+07:00",
        "2026-05-01T19:00:00-0500",
        "2026-05-02-00",
    ],
)
def test_moments_are_read_as_clients_write_them(cast: Cast, start: str) -> None:
    write_rows(cast, 1, 2, 3)

    assert days(cast, f"start={start}") == [3, 2]


@pytest.mark.parametrize("moment", ["yesterday", "2026-13-01", "2026-05-02T25:00", "0001-01-01T00:00%2B14:00", ""])
def test_what_is_no_moment_is_refused(cast: Cast, moment: str) -> None:
    answer = cast.alice.get(f"/v1/audits?start={moment}")

    assert answer.status_code == 400
    assert answer.json["details"]["field"] == "start"


def test_limit_and_offset_page_through_the_log(cast: Cast) -> None:
    write_rows(cast, 1, 2, 3, 4)

    assert days(cast, "limit=2") == [4, 3]
    assert days(cast, "limit=2&offset=1") == [3, 2]
    assert days(cast, "offset=3") == [1]
    assert days(cast, "limit=0") == []


@pytest.mark.parametrize("page", ["limit=-1", "offset=x", "limit=99999999999999999999"])
def test_a_page_that_is_no_count_is_refused(cast: Cast, page: str) -> None:
    assert cast.alice.get(f"/v1/audits?{page}").status_code == 400


def test_a_long_log_comes_whole(cast: Cast) -> None:
    write_rows(cast, *range(1, 29), *([29] * 1000))

    assert len(log(cast, "?action=test")) == 1028


@pytest.mark.parametrize("headers", [{}, EXTENDED])
def test_a_longer_log_takes_as_many_queries(cast: Cast, headers: dict[str, str]) -> None:
    with counted_queries(cast.services) as for_few:
        log(cast, **headers)
    publish(cast.bob)
    publish(cast.bob, household_form("second"))
    cast.alice.post("/v1/projects", json={"name": "Third"})
    with counted_queries(cast.services) as for_many:
        log(cast, **headers)

    assert len(for_many) == len(for_few)


def test_only_administrators_read_the_log(cast: Cast) -> None:
    assert cast.nobody.get("/v1/audits").status_code == 401
    assert [who.get("/v1/audits").status_code for who in (cast.dee, cast.bob, cast.vy, cast.chi)] == [403] * 4
