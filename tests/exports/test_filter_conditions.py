"""What `$filter` finds in the database, against the same question answered in Python."""

import operator
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select

from server.db import Database
from server.errors import Problem
from server.exports.conditions import submission_filter
from server.forms.models import Form
from server.submissions.models import Submission
from tests.cast import Cast
from tests.factories import publish

NOW = datetime(2026, 5, 15, 8, 30, 15, 250_000, tzinfo=UTC)
DAY = timedelta(days=1)
ORDERS: dict[str, Callable[[Any, Any], bool]] = {
    "lt": operator.lt,
    "le": operator.le,
    "gt": operator.gt,
    "ge": operator.ge,
}
COLUMNS = {
    "__id": "instance_id",
    "__system/submissionDate": "created_at",
    "__system/updatedAt": "updated_at",
    "__system/deletedAt": "deleted_at",
    "__system/submitterId": "submitter_id",
    "__system/reviewState": "review_state",
}


@dataclass(frozen=True)
class World:
    database: Database
    rows: list[dict[str, object]]

    def found(self, text: str) -> list[object]:
        condition = submission_filter(text, NOW, {}).condition
        with self.database.read() as session:
            return list(session.scalars(select(Submission.instance_id).where(condition).order_by(Submission.id)))


@pytest.fixture
def world(cast: Cast) -> World:
    publish(cast.bob)
    database = cast.services.database
    with database.write() as session:
        form_id = session.scalars(select(Form.id)).one()
        rows = list(_rows(form_id, cast.bob.id, cast.chi.id))
        session.execute(insert(Submission), rows)
    return World(database, rows)


def _rows(form_id: int, *people: int | None) -> Iterator[dict[str, object]]:
    states = (None, "approved", "rejected", "hasIssues", "edited")
    for number in range(30):
        created = NOW - 40 * DAY * (number // 3) + timedelta(minutes=7 * number, seconds=number, milliseconds=number)
        yield {
            "form_id": form_id,
            "is_draft": False,
            "instance_id": f"uuid:{number:02}",
            "created_at": created,
            "updated_at": created + DAY if number % 2 else None,
            "deleted_at": NOW if number % 7 == 0 else None,
            "submitter_id": (*people, None)[number % 3],
            "review_state": states[number % 5],
        }


def test_dates_compare_to_the_moment(world: World) -> None:
    assert world.found("__system/submissionDate ge 2026-05-15") == ["uuid:00", "uuid:01", "uuid:02"]
    assert world.found("__system/submissionDate gt 2026-05-15T08:37:16.251Z") == ["uuid:02"]
    assert world.found("__system/submissionDate ge 2026-05-15T15:37:16.251+07:00") == ["uuid:01", "uuid:02"]
    assert world.found("__system/submissionDate ge '2026-05-15'") == ["uuid:00", "uuid:01", "uuid:02"]


def test_root_names_the_submission_around_a_row(world: World) -> None:
    text = "$root/Submissions/__system/submissionDate ge 2026-05-15"

    assert world.found(text) == ["uuid:00", "uuid:01", "uuid:02"]


def test_nothing_equals_null_but_null(world: World) -> None:
    undecided = [row["instance_id"] for row in world.rows if row["review_state"] is None]
    others = [row["instance_id"] for row in world.rows if row["review_state"] != "approved"]

    assert world.found("__system/reviewState eq null") == undecided
    assert world.found("__system/reviewState ne 'approved'") == others
    assert world.found("not __system/reviewState eq 'approved'") == others


def test_nothing_is_before_or_after_null(world: World) -> None:
    everything = [row["instance_id"] for row in world.rows]

    assert world.found("__system/updatedAt lt null") == []
    assert world.found("not (__system/updatedAt lt 9999-01-01)") == [
        row["instance_id"] for row in world.rows if row["updated_at"] is None
    ]
    assert world.found("year(null) eq null and null eq null and 1 lt 2") == everything


@pytest.mark.parametrize("part", ["year", "month", "day", "hour", "minute", "second"])
def test_parts_of_a_date_are_whole_numbers_in_utc(world: World, part: str) -> None:
    value = getattr(world.rows[4]["created_at"], part)

    assert world.found(f"{part}(__system/submissionDate) eq {value}") == [
        row["instance_id"] for row in world.rows if getattr(row["created_at"], part) == value
    ]


def test_now_is_the_moment_of_the_request(world: World) -> None:
    assert world.found("year(__system/submissionDate) lt year(now())") == [
        row["instance_id"]
        for row in world.rows
        if row["created_at"].year < 2026  # type: ignore[attr-defined]  # object
    ]
    assert world.found("__system/submissionDate eq now()") == ["uuid:00"]


@pytest.mark.parametrize(
    "text",
    [
        "__system/submitterId eq '5'",
        "__system/submissionDate gt 2020",
        "__system/reviewState lt now()",
        "year(__system/submitterId) eq 2020",
        "year('x') eq 2020",
        "1 eq 'a'",
    ],
)
def test_what_cannot_be_compared_is_refused(text: str) -> None:
    with pytest.raises(Problem, match="at character") as refused:
        submission_filter(text, NOW, {})

    assert refused.value.code == "400.8"


@pytest.mark.parametrize(
    ("name", "code"),
    [("age", "400.8"), ("__system/formVersion", "501.1"), ("$root/age", "400.8"), ("__System/updatedAt", "400.8")],
)
def test_what_the_form_has_not_cannot_be_asked_for(name: str, code: str) -> None:
    with pytest.raises(Problem, match="at character 7") as refused:
        submission_filter(f"not ( {name} eq 1)", NOW, {})

    assert refused.value.code == code


def test_what_a_filter_asks_for_is_known() -> None:
    about_trash = submission_filter("not (year(__system/deletedAt) eq 2020)", NOW, {})
    about_time = submission_filter("__id ne 'x' or 1 gt minute(now())", NOW, {})

    assert (about_trash.asks_for_deleted, about_trash.changes_with_time) == (True, False)
    assert (about_time.asks_for_deleted, about_time.changes_with_time) == (False, True)


_texts = st.sampled_from(["approved", "edited", "uuid:07", "uuid:2", "it's", ""])
_numbers = st.integers(-1, 12) | st.sampled_from([2**40, 2**63 - 1]) | st.floats(-3, 30)
_moments = st.timedeltas(-700 * DAY, 200 * DAY).map(lambda since: NOW + since)
_same_kind = st.one_of(
    st.tuples(st.sampled_from(["__id", "__system/reviewState"]), st.none() | _texts),
    st.tuples(st.just("__system/submitterId"), st.none() | _numbers),
    st.tuples(st.sampled_from(["__system/submissionDate", "__system/updatedAt"]), st.none() | _moments),
)


def _literal(value: object) -> str:
    match value:
        case None:
            return "null"
        case str():
            return "'" + value.replace("'", "''") + "'"
        case datetime():
            return value.isoformat()
    return repr(value)


def _holds(row: dict[str, object], name: str, word: str, value: object) -> bool:
    own = row[COLUMNS[name]]
    if word in ("eq", "ne"):
        return (own == value) is (word == "eq")
    if own is None or value is None:
        return False
    return ORDERS[word](own, value)


# Texts have an order of their own in every database, so that only equality is asked of them.
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_same_kind, st.sampled_from(["eq", "ne", "lt", "le", "gt", "ge"]), st.booleans())
def test_each_comparison_means_the_same_as_in_python(
    world: World, compared: tuple[str, object], word: str, is_negated: bool
) -> None:
    name, value = compared
    word = {"lt": "eq", "le": "eq", "gt": "ne", "ge": "ne"}.get(word, word) if isinstance(value, str) else word
    text = f"{name} {word} {_literal(value)}"

    found = world.found(f"not ({text})" if is_negated else text)

    assert found == [row["instance_id"] for row in world.rows if _holds(row, name, word, value) is not is_negated]
