"""Days, moments and numbers as the reader's language has them, in the site's time."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from server.app import create_app
from server.db import utc_now
from server.desk.answers import Answer
from server.web.forms.cells import share_text
from server.web.moments import age, midnight, short_day, span, today, written, written_day
from server.web.shown import Shown
from tests.cast import Cast

EVENING = datetime(2026, 11, 28, 18, 5, tzinfo=UTC)


@contextmanager
def read_in(cast: Cast, language: str, zone: str = "Asia/Ho_Chi_Minh") -> Iterator[None]:
    app = create_app(replace(cast.services.settings, time_zone=ZoneInfo(zone)))
    with app.test_request_context(headers={"Accept-Language": language}):
        yield


def test_a_moment_is_written_in_the_sites_time(cast: Cast) -> None:
    with read_in(cast, "vi"):
        assert written(EVENING) == "29/11/2026 01:05"
        assert midnight(date(2026, 11, 29)) == datetime(2026, 11, 28, 17, tzinfo=UTC)
    with read_in(cast, "en", "Europe/Paris"):
        assert written(EVENING) == "28 Nov 2026 19:05"
        assert today() == utc_now().astimezone(ZoneInfo("Europe/Paris")).date()
        assert written(None) == ""


def test_a_day_is_written_as_the_language_does(cast: Cast) -> None:
    day = date(2026, 3, 4)
    with read_in(cast, "vi"):
        assert (written_day(day), short_day(day)) == ("04/03/2026", "04/03")
    with read_in(cast, "en"):
        assert (written_day(day), short_day(day)) == ("4 Mar 2026", "4 Mar")


@pytest.mark.parametrize(
    ("passed", "vietnamese", "english"),
    [
        (timedelta(seconds=59), "vừa xong", "now"),
        (timedelta(minutes=1), "1 phút trước", "1 min. ago"),
        (timedelta(hours=5, minutes=10), "5 giờ trước", "5 hr. ago"),
        (timedelta(days=1), "1 ngày trước", "1 day ago"),
        (timedelta(days=3), "3 ngày trước", "3 days ago"),
    ],
)
def test_an_age_is_in_its_largest_unit(cast: Cast, passed: timedelta, vietnamese: str, english: str) -> None:
    with read_in(cast, "vi"):
        assert age(utc_now() - passed) == vietnamese
    with read_in(cast, "en"):
        assert age(utc_now() - passed) == english


def test_a_duration_is_in_minutes_once_it_is_one(cast: Cast) -> None:
    with read_in(cast, "vi"):
        assert [span(seconds) for seconds in (59, 60, 6000)] == ["59 giây", "1 phút", "100 phút"]
    with read_in(cast, "en"):
        assert [span(seconds) for seconds in (59, 60, 6000)] == ["59 sec", "1 min", "100 min"]


def test_numbers_are_written_as_the_language_does(cast: Cast) -> None:
    with read_in(cast, "vi"):
        assert (Shown().number(12345.5), Shown().size(1_230_000), share_text(1, 8)) == ("12.345,5", "1,2 MB", "12%")
    with read_in(cast, "en"):
        assert (Shown().number(12345.5), Shown().size(1_230_000), share_text(1, 8)) == ("12,345.5", "1.2 MB", "12%")


@pytest.mark.parametrize(
    ("kind", "value", "vietnamese", "english"),
    [
        ("decimal", "1234.123456", "1.234,123456", "1,234.123456"),
        ("int", "-1234", "-1.234", "-1,234"),
        ("int", "1e9", "1e9", "1e9"),
        ("decimal", "9" * 40, "9" * 40, "9" * 40),
        ("date", "2026-11-29", "29/11/2026", "29 Nov 2026"),
        ("date", "soon", "soon", "soon"),
        ("dateTime", "2026-11-28T18:05:00Z", "29/11/2026 01:05", "29 Nov 2026 01:05"),
        ("dateTime", "9999-12-31T23:59:00Z", "9999-12-31T23:59:00Z", "9999-12-31T23:59:00Z"),
        ("text", "1234.50", "1234.50", "1234.50"),
    ],
)
def test_an_answer_is_written_by_its_kind(cast: Cast, kind: str, value: str, vietnamese: str, english: str) -> None:
    answer = Answer(path="/a", label="A", kind=kind, value=value, texts=[value])
    with read_in(cast, "vi"):
        assert Shown().answer(answer) == [vietnamese]
    with read_in(cast, "en"):
        assert Shown().answer(answer) == [english]
