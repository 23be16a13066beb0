"""The team of a project: enumerators from a pasted list, their cards, and taking keys away."""

import base64
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from lxml import html
from sqlalchemy import func, select

from server.accounts.enumerators import MOST_AT_ONCE, names_in
from server.accounts.models import AppUser
from server.db import utc_now
from server.submissions.models import Submission
from server.web.reach import is_loopback
from server.web.team.app_version import app_version
from tests.cast import Answer, Caller, Cast
from tests.factories import household, publish, send
from tests.queries import query_count

TEAM = "/projects/1/team"


def page(cast: Cast, path: str = TEAM) -> Any:
    answer = cast.bob.get(f"{path}{'&' if '?' in path else '?'}lang=en")
    assert answer.status_code == 200, answer.text
    return parsed(answer)


def parsed(answer: Answer) -> Any:
    return html.fromstring(answer.text)


def texts(found: Any, path: str) -> list[str]:
    return [" ".join(element.text_content().split()) for element in found.xpath(path)]


def add(cast: Cast, names: str) -> Answer:
    return cast.bob.post(f"{TEAM}?lang=en", data={"names": names})


def count(cast: Cast) -> int:
    with cast.services.database.read() as session:
        return session.scalar(select(func.count()).select_from(AppUser)) or 0


def test_a_pasted_list_makes_an_enumerator_of_each_line(cast: Cast) -> None:
    publish(cast.bob)
    answer = add(cast, "Nông Văn Đức\tXã Tân Văn\r\n\r\n  Vi   Thị Mai \nVi Thị Mai\nchi")
    found = page(cast, answer.headers["Location"])
    assert texts(found, "//tbody/tr[@class='is-new']/th") == ["Vi Thị Mai", "Nông Văn Đức"]
    (told,) = texts(found, "//*[@role='status']")
    assert "stay as they are: chi" in told
    assert "tells them apart: Vi Thị Mai" in told
    assert count(cast) == 3


def test_whoever_was_added_can_send_at_once(cast: Cast) -> None:
    publish(cast.bob)
    add(cast, "Mai")
    with cast.services.database.read() as session:
        mai = session.scalars(select(AppUser).order_by(AppUser.actor_id.desc())).first()
    assert mai is not None
    phone = Caller(cast.nobody.client, id=mai.actor_id, key=mai.token)
    assert send(phone, household()).status_code == 201
    row = next(row for row in texts(page(cast), "//tbody/tr") if row.startswith("Mai"))
    assert row.startswith("Mai now 1 1 2026.1.0 ")


def test_today_begins_at_midnight_where_the_survey_is(cast: Cast) -> None:
    publish(cast.bob)
    for number in range(3):
        assert send(cast.chi, household(f"uuid:{number}")).status_code == 201
    begin = midnight_of(cast)
    with cast.services.database.write() as session:
        first, second, _ = session.scalars(select(Submission).order_by(Submission.id))
        first.created_at, second.created_at = begin - timedelta(milliseconds=1), begin
    assert texts(page(cast), "//tbody/tr/td[@class='count']") == ["2", "3"]


def midnight_of(cast: Cast) -> datetime:
    zone = cast.services.settings.time_zone
    return datetime.combine(utc_now().astimezone(zone).date(), time(), zone)


def test_trash_and_drafts_do_not_count_and_the_version_is_that_of_the_last(cast: Cast) -> None:
    publish(cast.bob)
    for number in range(2):
        assert send(cast.chi, household(f"uuid:{number}")).status_code == 201
    with cast.services.database.write() as session:
        first, last = session.scalars(select(Submission).order_by(Submission.id))
        first.user_agent, last.user_agent = "org.odk.collect.android/v2025.2.1 Dalvik/2.1.0", "<i>curl</i>/8"
    assert "<i>curl" not in cast.bob.get(TEAM).text
    assert texts(page(cast), "//tbody/tr/td[@data-name='App version']") == ["<i>curl</i>/8"]

    assert cast.bob.delete("/v1/projects/1/forms/household/submissions/uuid:1").status_code == 200

    assert texts(page(cast), "//tbody/tr/td[@class='count']") == ["1", "1"]
    assert texts(page(cast), "//tbody/tr/td[@data-name='App version']") == ["2025.2.1"]


@pytest.mark.parametrize(
    ("user_agent", "told"),
    [
        ("org.odk.collect.android/v2026.1.0 Dalvik/2.1.0 (Linux; U; Android 14)", "2026.1.0"),
        ("org.odk.collect.android/2025.3.0-beta.2", "2025.3.0-beta.2"),
        (f"org.odk.collect.android/v{'9' * 5000}", "9" * 40),
        ("org.odk.collect.android/", "org.odk.collect.android/"),
        ("python-requests/2.32", "python-requests/2.32"),
        (None, "?"),
    ],
)
def test_the_version_of_the_app_is_read_from_what_it_calls_itself(user_agent: str | None, told: str) -> None:
    assert app_version(user_agent) == told


def test_the_list_asks_the_database_no_more_for_many(cast: Cast) -> None:
    publish(cast.bob)
    send(cast.chi, household())

    before = query_count(cast.services, lambda: page(cast))
    add(cast, "An\nMai\nNga")
    with cast.services.database.read() as session:
        keys = session.execute(select(AppUser.actor_id, AppUser.token).where(AppUser.actor_id != cast.chi.id)).all()
    for number, (actor_id, key) in enumerate(keys):
        phone = Caller(cast.nobody.client, id=actor_id, key=key)
        assert send(phone, household(f"uuid:{number}")).status_code == 201
    assert query_count(cast.services, lambda: page(cast)) == before


def test_a_revoked_key_opens_nothing_and_can_be_taken_off_the_list(cast: Cast) -> None:
    publish(cast.bob)
    assert cast.bob.post(f"{TEAM}/{cast.chi.id}/revoke").status_code == 303
    assert send(cast.chi, household()).status_code == 401
    assert texts(page(cast), "//tbody/tr/th") == ["Chi no key"]
    assert cast.bob.post(f"{TEAM}/{cast.chi.id}/remove").status_code == 303
    assert texts(page(cast), "//tbody/tr") == []


def test_every_card_has_the_code_of_its_owner_and_nobody_keeps_a_copy(cast: Cast) -> None:
    publish(cast.bob)
    add(cast, "Đàm Thị Nga\nAn")
    answer = cast.bob.get(f"{TEAM}/sheet?lang=en")
    found = parsed(answer)
    assert texts(found, "//article//h2") == ["An", "Chi", "Đàm Thị Nga"]
    codes = found.xpath("//article/img/@src")
    assert len(set(codes)) == 3
    assert all(base64.b64decode(code.partition(",")[2]).startswith(b"<?xml") for code in codes)
    # What the phone scans is what the API draws.
    drawn = cast.bob.get(f"/v1/projects/1/app-users/{cast.chi.id}/qr?format=svg").data
    assert base64.b64decode(codes[1].partition(",")[2]) == drawn
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_sheet_may_be_for_some_only_and_not_for_those_without_a_key(cast: Cast) -> None:
    add(cast, "An\nMai")
    cast.bob.post(f"{TEAM}/{cast.chi.id}/revoke")
    assert texts(page(cast, f"{TEAM}/sheet"), "//h2") == ["An", "Mai"]
    assert texts(page(cast, f"{TEAM}/sheet?member={cast.chi.id}"), "//h2") == []


@pytest.mark.parametrize(
    "names", ["x" * 256, "\n".join(map(str, range(MOST_AT_ONCE + 1)))], ids=["a long name", "too many"]
)
def test_a_list_that_cannot_be_is_told_and_nothing_of_it_is_kept(cast: Cast, names: str) -> None:
    answer = add(cast, f"An\n{names}")
    assert answer.status_code == 400
    assert texts(parsed(answer), "//*[@role='alert']") == ["At most 500 names at once, each of at most 255 characters."]
    assert count(cast) == 1


def test_a_long_list_makes_a_short_address_that_leads_to_all_its_cards(cast: Cast) -> None:
    names = "\n".join(f"{'Ữ' * 200} {number}" for number in range(60))
    first = add(cast, names).headers["Location"]
    assert len(first) < 100
    (sheet,) = page(cast, first).xpath("//*[@role='status']//a/@href")
    assert len(texts(page(cast, sheet), "//article")) == 60
    again = add(cast, names).headers["Location"]
    assert len(again) < 3000
    assert "stay as they are" in page(cast, again).text_content()


def test_only_managers_see_codes(cast: Cast) -> None:
    for path in (TEAM, f"{TEAM}/sheet"):
        assert cast.vy.get(path).status_code == 403
        assert cast.quan.get(path).status_code == 403
    assert cast.vy.post(TEAM, data={"names": "An"}).status_code == 403


def test_enumerators_of_other_projects_are_out_of_reach(cast: Cast) -> None:
    assert cast.quan.post(f"/projects/2/team/{cast.chi.id}/revoke").status_code == 404


@pytest.mark.parametrize(
    ("pasted", "names"),
    [
        ("", []),
        (" \n\t\n", []),
        ("a\tb\nc", ["a", "c"]),
        ("A  B\r\nA B", ["A B", "A B"]),
        ("STT\tHọ và tên\n1\tVi Thị Mai\tXã Tân Văn\n2\tLý A Páo", ["Vi Thị Mai", "Lý A Páo"]),
        ("1. Mai\n 02) Páo\n(3) Sèn\n4 - Nga\n- Tú\n• Chu", ["Mai", "Páo", "Sèn", "Nga", "Tú", "Chu"]),
        ("Tổ 1\n2 B\n7", ["Tổ 1", "2 B", "7"]),
    ],
)
def test_names_are_read_one_a_line(pasted: str, names: list[str]) -> None:
    assert names_in(pasted) == names


@pytest.mark.parametrize("path", [TEAM, f"{TEAM}/sheet"])
@pytest.mark.parametrize(("host", "is_told"), [("127.0.0.1:8000", True), ("192.168.1.4:8000", False)])
def test_codes_that_no_phone_can_use_are_warned_of(cast: Cast, path: str, host: str, is_told: bool) -> None:
    found = parsed(cast.bob.get(f"{path}?lang=en", headers={"Host": host}))
    assert bool(texts(found, "//*[@role='note']")) is is_told


@pytest.mark.parametrize(
    ("host", "expected"),
    [("localhost", True), ("a.localhost", True), ("127.0.0.2", True), ("::1", True), ("10.0.0.1", False), ("", False)],
)
def test_a_loopback_host_is_known(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected
